"""Boxes around objects, as arrays: how far they overlap, which of them say the same thing twice.

A box is (left, top, right, bottom) in pixels, origin top left; boxes are float32 arrays of shape (n, 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]

SAME_CLASS_IOU = 0.5
"""Two boxes of one class that overlap more than this are one object seen twice."""
OTHER_CLASS_IOU = 0.8
"""Two boxes of different classes that overlap more than this are one object under two names."""


@dataclass(frozen=True, slots=True)
class Detections:
    """What a detector sees in one picture."""

    boxes_xyxy_px: Boxes
    """Shape (n, 4), pixels of the picture that was given, origin top left, inside the picture."""
    scores: NDArray[np.float32]
    """Shape (n,), in [0, 1]."""
    labels: tuple[str, ...]
    """n names of classes, English."""

    def __post_init__(self) -> None:
        n = len(self.labels)
        if self.boxes_xyxy_px.shape != (n, 4) or self.scores.shape != (n,):
            raise ValueError(f"{self.boxes_xyxy_px.shape} boxes, {self.scores.shape} scores, {n} labels")

    def __len__(self) -> int:
        return len(self.labels)

    def only(self, indices: NDArray[np.intp]) -> Detections:
        """These of them, in this order."""
        return Detections(
            self.boxes_xyxy_px[indices], self.scores[indices], tuple(self.labels[i] for i in indices)
        )


def area(boxes: Boxes) -> NDArray[np.float32]:
    """Shape (n,), square pixels; a box turned inside out has none."""
    sides = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None)
    return np.asarray(sides[:, 0] * sides[:, 1])


def iou_matrix(a: Boxes, b: Boxes) -> NDArray[np.float32]:
    """Intersection over union of each box of `a` with each of `b`: shape (len(a), len(b)), in [0, 1]."""
    corner = np.maximum(a[:, None, :2], b[None, :, :2])
    opposite = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.clip(opposite - corner, 0, None)
    shared = sides[..., 0] * sides[..., 1]
    union = area(a)[:, None] + area(b)[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))


def clip_boxes(boxes: Boxes, width_px: float, height_px: float) -> Boxes:
    """The part of each box that lies in the picture."""
    limits = np.array([width_px, height_px, width_px, height_px], np.float32)
    return np.asarray(np.clip(boxes, 0, limits), np.float32)


def suppress(found: Detections) -> Detections:
    """Non-maximum suppression: the best of every heap of boxes, best first.

    Boxes of one class are a heap from SAME_CLASS_IOU on; boxes of different classes only from OTHER_CLASS_IOU
    on, so that a rider keeps both a person and a bicycle.
    """
    order = np.argsort(-found.scores, kind="stable")
    overlap = iou_matrix(found.boxes_xyxy_px, found.boxes_xyxy_px)
    kept: list[int] = []
    for i in order:
        limits = (SAME_CLASS_IOU if found.labels[i] == found.labels[j] else OTHER_CLASS_IOU for j in kept)
        if all(overlap[i, j] <= limit for j, limit in zip(kept, limits, strict=True)):
            kept.append(int(i))
    return found.only(np.array(kept, np.intp))


def match(scores: NDArray[np.float32], least: float) -> list[tuple[int, int]]:
    """Pairs (row, column) of a score matrix, best first: nobody twice, no score below `least`."""
    left = scores.copy()
    pairs: list[tuple[int, int]] = []
    while left.size and left.max() >= least:
        row, column = (int(i) for i in np.unravel_index(int(left.argmax()), left.shape))
        pairs.append((row, column))
        left[row, :] = -1.0
        left[:, column] = -1.0
    return pairs
