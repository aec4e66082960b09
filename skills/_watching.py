"""A film watched once from beginning to end: the times of its frames, and its objects followed through them.

The detector sees every n-th frame (`_stride`), and the first one after each cut. Nothing is drawn here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from skills._boxes import Detections
from skills._clip import Schedule
from skills._errors import BadInput
from skills._media_video import Film, shots
from skills._stride import Stride
from skills._tracking import Followed, Tracker

FLOW_SIDE_PX = 384
_PATIENCE_S = 0.5
_MOST_SIGHTINGS = 60
"""More objects than this in one frame cannot be told apart on a screen."""


class Detector(Protocol):
    """A model that this skill can work with."""

    labels: tuple[str, ...]
    side_px: int
    """Longest side of the frames it is given; what is larger would be lost on it."""

    def predict(self, frames: Sequence[NDArray[np.uint8]], /) -> Sequence[Detections]:
        """What is in each uint8 RGB frame of shape (height, width, 3)."""
        ...


@dataclass(frozen=True, slots=True)
class Watched:
    """What was found out about a film."""

    start_s: float
    """Time of the first frame in the file's own count."""
    schedule: Schedule
    width_px: int
    """Of the frames that the boxes lie in."""
    height_px: int
    objects: tuple[Followed, ...]
    detections: int
    """How many frames the detector saw."""


@dataclass(frozen=True, slots=True)
class Care:
    """How closely to look."""

    every: int
    """Frames from one look of the detector to the next; 0 leaves it to the machine's speed."""
    threshold: float
    threads: int = 1
    budget_s: float = float("inf")
    """Seconds that this may take; if it is going to take longer, fewer frames are shown to the detector."""


def watch(film: Film, detector: Detector, care: Care, progress: Callable[[float], None]) -> Watched:
    """Raises BadInput as `skills._media_video.shots` does, and no-frames."""
    from skills.models.median_flow import move_boxes

    rate_hz = float(film.rate_hz or 25)
    stride = Stride(care.every, rate_hz=rate_hz, duration_s=film.duration_s, budget_s=care.budget_s)
    patience = round(_PATIENCE_S * rate_hz)
    tracker = Tracker(move_boxes, threshold=care.threshold, patience=patience)
    started_s = time.monotonic()
    pts: list[int] = []
    tick_s, duration, detections, next_look = Fraction(1), 0, 0, 0
    wide, high = 1, 1
    for index, shot in enumerate(shots(film, max_side_px=detector.side_px, threads=care.threads)):
        pts.append(shot.pts)
        tick_s, duration = shot.tick_s, shot.duration
        wide, high = shot.frame.width, shot.frame.height
        cut = tracker.advance(_grey(shot.frame))
        if cut or index >= next_look:
            look_s = time.monotonic()
            found = detector.predict([shot.frame.to_ndarray(format="rgb24")])[0]
            now_s = time.monotonic()
            tracker.patience = max(stride.frames, patience)
            tracker.correct(_scaled(_strongest(found), _flow_scale(wide, high)), cut=cut)
            detections += 1
            done = _share_done(float((shot.pts - pts[0]) * tick_s), film)
            stride.looked(now_s - look_s, spent_s=now_s - started_s, done=done)
            next_look = index + stride.frames
            progress(done)
    if not pts:
        raise BadInput("not one frame could be decoded", reason="no-frames")
    scale = 1 / _flow_scale(wide, high)
    objects = tuple(
        replace(seen, boxes_xyxy_px=(seen.boxes_xyxy_px * scale).astype(np.float32))
        for seen in tracker.finish()
    )
    schedule = Schedule.of(pts, tick_s, film.rate_hz, duration)
    return Watched(float(min(pts) * tick_s), schedule, wide, high, objects, detections)


def _flow_scale(width_px: int, height_px: int) -> NDArray[np.float32]:
    """From pixels of the detector's frame to those of the flow's: factors of x, y, x, y."""
    wide, high = _flow_size(width_px, height_px)
    return np.array([wide / width_px, high / height_px] * 2, np.float32)


def _flow_size(width_px: int, height_px: int) -> tuple[int, int]:
    share = min(1.0, FLOW_SIDE_PX / max(width_px, height_px))
    return max(16, round(width_px * share)), max(16, round(height_px * share))


def _grey(frame: Any) -> NDArray[np.uint8]:
    """The luma of a frame at the size that movement is followed in."""
    from skills.models.median_flow import shrink

    luma = np.frombuffer(frame.planes[0], np.uint8).reshape(-1, frame.planes[0].line_size)
    return shrink(luma[: frame.height, : frame.width], _flow_size(frame.width, frame.height))


def _strongest(found: Detections) -> Detections:
    return found.only(np.argsort(-found.scores, kind="stable")[:_MOST_SIGHTINGS])


def _scaled(found: Detections, scale: NDArray[np.float32]) -> Detections:
    return replace(found, boxes_xyxy_px=found.boxes_xyxy_px * scale)


def _share_done(time_s: float, film: Film) -> float:
    return min(1.0, time_s / film.duration_s) if film.duration_s else 0.0
