"""Boxes moved with what is in them from one picture to the next: sparse optical flow by OpenCV.

Median Flow (Kalal, Mikolajczyk, Matas 2010, Forward-Backward Error): a grid of points in each box is followed
with pyramidal Lucas-Kanade, forwards and back again; points that do not come home are dropped, and the box
takes the median of the others' movement and of their change of distance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skills._boxes import Boxes

GRID = 7
"""Points a side."""
MARGIN = 0.12
"""Share of the box left out at every edge: there the background shows."""
LEAST_POINTS = 6
HOME_PX = 1.0
"""How near to its start a point must come back."""
MOST_GROWTH = 1.1
"""From one frame to the next no object doubles; more is a failure of the flow."""
_WINDOW_PX = (15, 15)
_LEVELS = 3
_STOP = (3, 10, 0.03)
"""After ten rounds, or when a point moves by less than this many pixels."""


def move_boxes(before: NDArray[np.uint8], after: NDArray[np.uint8], boxes: Boxes) -> Boxes:
    """Where `boxes` of the picture `before` lie in `after`, both grey and of one size, shape (height, width).

    A box whose content cannot be followed (covered, plain, gone) stays where it was.
    """
    if not len(boxes):
        return boxes
    start = _grid(boxes)
    points = start.reshape(-1, 1, 2)
    there, found = _follow(before, after, points)
    back, returned = _follow(after, before, there)
    height_px, width_px = after.shape
    away_px = np.linalg.norm(back - points, axis=2)[:, 0]
    inside = np.all((there >= 0) & (there < (width_px, height_px)), axis=(1, 2))
    good = (found[:, 0] == 1) & (returned[:, 0] == 1) & (away_px < HOME_PX) & inside
    end = there.reshape(start.shape)
    kept = good.reshape(start.shape[:2])
    moved = [_moved(box, *paths) for box, *paths in zip(boxes, start, end, kept, strict=True)]
    return np.asarray(moved, np.float32)


def _follow(
    before: NDArray[np.uint8], after: NDArray[np.uint8], points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Where the points (n, 1, 2) have gone, and which of them were found (n, 1)."""
    import cv2

    there, found, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points, points.copy(), winSize=_WINDOW_PX, maxLevel=_LEVELS, criteria=_STOP
    )
    return np.asarray(there, np.float32), np.asarray(found, np.uint8)


def shrink(picture: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """A grey picture scaled down to (width, height), each pixel the mean of those it covers."""
    import cv2

    return np.asarray(cv2.resize(picture, size_px, interpolation=cv2.INTER_AREA))


def _grid(boxes: Boxes) -> NDArray[np.float32]:
    """Shape (n, GRID * GRID, 2)."""
    steps = np.linspace(MARGIN, 1 - MARGIN, GRID, dtype=np.float32)
    shares = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.asarray(boxes[:, None, :2] + shares[None] * sides[:, None], np.float32)


def _moved(
    box: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32], kept: NDArray[np.bool_]
) -> NDArray[np.float32]:
    if kept.sum() < LEAST_POINTS:
        return box
    start, end = start[kept], end[kept]
    shift = np.median(end - start, axis=0)
    # Each point against the one half the list away: far apart, and no randomness.
    half = len(start) // 2
    was = np.linalg.norm(start - np.roll(start, half, axis=0), axis=1)
    now = np.linalg.norm(end - np.roll(end, half, axis=0), axis=1)
    apart = was > 2
    growth = float(np.median(now[apart] / was[apart])) if apart.sum() >= LEAST_POINTS else 1.0
    growth = min(max(growth, 1 / MOST_GROWTH), MOST_GROWTH)
    centre = (box[:2] + box[2:]) / 2 + shift
    reach = (box[2:] - box[:2]) / 2 * growth
    return np.concatenate([centre - reach, centre + reach])
