"""Objects followed through a film: detections now and then, movement from frame to frame in between.

Between two detections a box moves with the picture (optical flow). Where the next detection finds the object
a little beside, the difference is spread over the frames between, so that a box never jumps. As in ByteTrack
(Zhang et al. 2022, https://arxiv.org/abs/2110.06864) a weak detection may carry an object on but not begin
one. A film is finished before it is drawn, so what was seen once and never again can be left out, and short
losses can be bridged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skills._boxes import Boxes, Detections, clip_boxes, iou_matrix, match, suppress

Grey = NDArray[np.uint8]
Move = Callable[[Grey, Grey, Boxes], Boxes]

MATCH_IOU = 0.3
"""How far a detection of its own class must overlap with where the flow expects an object."""
RENAME_IOU = 0.7
"""A detection of another class: the detector changed its mind about the same thing."""
CUT_IOU = 0.6
"""After a cut nothing moves on from where it was, except by chance or in a flash of light."""
CUT_GREY = 28.0
"""Mean change of a small grey picture (of 256 levels) that is a cut. Films measured: at most 20 within a
shot, 42 and more at a cut."""
WEAK_SHARE = 0.75
"""A detection may be weak down to this share of the threshold, if it carries an object on."""
SURE = 0.65
"""A single sighting counts only from this score on."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One object over the frames in which it is seen, without a gap."""

    number: int
    """From 1, in order of appearance."""
    label: str
    score: float
    """Its best detection."""
    first: int
    """Index of its first frame."""
    boxes_xyxy_px: Boxes
    """Shape (frames, 4)."""
    scores: NDArray[np.float32]
    """Shape (frames,): of the detections, held until the next."""
    detected: tuple[int, ...]
    """Indices of the frames in which the detector itself saw it."""

    @property
    def last(self) -> int:
        return self.first + len(self.boxes_xyxy_px) - 1


@dataclass(slots=True, eq=False)
class _Track:
    first: int
    path: list[NDArray[np.float32]]
    seen: list[tuple[int, float]]
    """(frame, score) of its detections."""
    votes: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def label(self) -> str:
        return max(self.votes, key=self.votes.__getitem__)

    @property
    def last_seen(self) -> int:
        return self.seen[-1][0]

    def correct(self, frame: int, box: NDArray[np.float32], score: float, label: str) -> None:
        """The detector sees it here: pull the path since the last sighting over to it."""
        drift = box - self.path[-1]
        since = frame - self.last_seen
        for step in range(1, since + 1):
            self.path[self.last_seen + step - self.first] += drift * (step / since)
        self.seen.append((frame, score))
        self.votes[label] += score


class Tracker:
    """Feed it every frame in order with `step`; take the objects from `finish`."""

    def __init__(self, move: Move, *, threshold: float, patience: int) -> None:
        """`threshold`: score from which an object counts. `patience`: frames that a loss may last."""
        self.patience = patience
        self._move = move
        self._threshold = threshold
        self._going: list[_Track] = []
        self._ended: list[_Track] = []
        self._before: Grey | None = None
        self._small: NDArray[np.float32] | None = None
        self._frame = -1
        self._steps: list[int] = []
        self._cuts: set[int] = set()

    def advance(self, grey: Grey) -> bool:
        """Move on to the next frame, shape (height, width). True if there is a cut: detect now."""
        self._frame += 1
        small = _thumb(grey)
        cut = self._small is not None and float(np.abs(small - self._small).mean()) > CUT_GREY
        if self._before is not None and self._going:
            boxes = np.stack([track.path[-1] for track in self._going])
            moved = boxes.copy() if cut else self._move(self._before, grey, boxes)
            height_px, width_px = grey.shape
            for track, box in zip(self._going, clip_boxes(moved, width_px, height_px), strict=True):
                track.path.append(box)
        self._before, self._small = grey, small
        return cut

    def correct(self, found: Detections, *, cut: bool = False) -> None:
        """What the detector sees in the frame that `advance` came to, in the pixels of its picture."""
        self._steps.append(self._frame)
        if cut:
            self._cuts.add(self._frame)
        strong_enough = found.scores >= self._threshold * WEAK_SHARE
        found = suppress(found.only(np.flatnonzero(strong_enough)))
        free = self._carry_on(found, CUT_IOU if cut else MATCH_IOU)
        for track in list(self._going):
            if track.last_seen < self._frame and (cut or self._frame - track.last_seen > self.patience):
                self._going.remove(track)
                self._ended.append(track)
        for i in free:
            if found.scores[i] >= self._threshold:
                box = found.boxes_xyxy_px[i].copy()
                track = _Track(self._frame, [box], [(self._frame, float(found.scores[i]))])
                track.votes[found.labels[i]] += float(found.scores[i])
                self._going.append(track)

    def finish(self) -> list[Followed]:
        """Every object that was more than a chance sighting, in order of appearance."""
        tracks = sorted(self._ended + self._going, key=lambda track: track.first)
        kept = [track for track in tracks if self._is_real(track)]
        return [self._finished(number, track) for number, track in enumerate(kept, start=1)]

    def _carry_on(self, found: Detections, least_iou: float) -> list[int]:
        """Give each going object its detection; indices of the detections that are left."""
        free = list(range(len(found)))
        if not self._going or not free:
            return free
        overlap = iou_matrix(np.stack([track.path[-1] for track in self._going]), found.boxes_xyxy_px)
        same = np.array([[track.label == label for label in found.labels] for track in self._going])
        renamed = ~same & (overlap >= max(RENAME_IOU, least_iou))
        # Its own name goes first, however good the overlap of another.
        wish = np.where(same & (overlap >= least_iou), 1 + overlap, np.where(renamed, overlap, 0))
        for i, j in match(wish.astype(np.float32), 1e-6):
            self._going[i].correct(
                self._frame, found.boxes_xyxy_px[j], float(found.scores[j]), found.labels[j]
            )
            free.remove(j)
        return free

    def _is_real(self, track: _Track) -> bool:
        scores = [score for _, score in track.seen]
        if len(scores) > 1 or len(self._steps) == 1:
            return True
        return scores[0] >= SURE

    def _finished(self, number: int, track: _Track) -> Followed:
        end = self._end(track)
        frames = np.arange(track.first, end + 1)
        seen = np.array([frame for frame, _ in track.seen])
        held = np.searchsorted(seen, frames, side="right") - 1
        scores = np.array([score for _, score in track.seen], np.float32)
        return Followed(
            number,
            track.label,
            float(scores.max()),
            track.first,
            np.stack(track.path[: end + 1 - track.first]),
            scores[held],
            tuple(int(frame) for frame in seen),
        )

    def _end(self, track: _Track) -> int:
        """The last frame it is drawn in: it went at some time before the detection that missed it."""
        missed = next((step for step in self._steps if step > track.last_seen), None)
        if missed is None:
            return self._frame
        if missed in self._cuts:
            return missed - 1
        return track.last_seen + (missed - track.last_seen) // 2


def most_at_once(objects: Sequence[Followed], label: str) -> int:
    """The largest number of objects of a class in one frame."""
    turns = sorted(
        turn for seen in objects if seen.label == label for turn in ((seen.first, 1), (seen.last + 1, -1))
    )
    most = now = 0
    for _, change in turns:
        now += change
        most = max(most, now)
    return most


def _thumb(grey: Grey) -> NDArray[np.float32]:
    """About 48x27 grey levels, for telling a cut."""
    height_px, width_px = grey.shape
    rows, columns = max(1, height_px // 27), max(1, width_px // 48)
    cropped = grey[: height_px // rows * rows, : width_px // columns * columns]
    blocks = cropped.reshape(height_px // rows, rows, width_px // columns, columns)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)
