"""What a finished clip should be like, in plain numbers: its size, the times of its frames, its bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

LEAST_SIDE_PX = 16
"""H.264 players refuse less."""
_MOST_SHAPE = 20
"""A pixel cannot sensibly be so many times wider than high."""
_GRID_TOLERANCE_S = 0.0015
"""Containers that count milliseconds are off by half of one."""
_FINEST_TICK = Fraction(1, 1_000_000)
_COARSE_TICK = Fraction(1, 90_000)
_LEAST_BITS_PER_PIXEL = 0.035
"""x264 at `veryfast` still gives a watchable picture with this much for each pixel of each frame."""
_LEAST_SHORT_SIDE_PX = 160
_MOST_BITS_PER_S = 20_000_000
"""What telephones' decoders are sure to take."""


def fit_size(
    width_px: int, height_px: int, *, max_side_px: int, pixel_shape: Fraction = Fraction(1)
) -> tuple[int, int]:
    """Width and height of the picture with square pixels, even, none beyond `max_side_px`.

    `pixel_shape` is width to height of one pixel (sample aspect ratio).
    """
    wide, high = Fraction(width_px), Fraction(height_px)
    if Fraction(1, _MOST_SHAPE) < pixel_shape < _MOST_SHAPE:
        # The short side grows, so that no detail is lost.
        wide, high = (wide * pixel_shape, high) if pixel_shape >= 1 else (wide, high / pixel_shape)
    share = min(Fraction(1), Fraction(max_side_px) / max(wide, high))
    return _even(wide * share), _even(high * share)


def _even(side: Fraction) -> int:
    # Rounded down, so that an odd side loses one line and the picture need not be resampled.
    return max(LEAST_SIDE_PX, int(side + Fraction(1, 100)) // 2 * 2)


def frame_times(pts: Sequence[int], tick_s: Fraction, rate_hz: Fraction | None) -> tuple[list[int], Fraction]:
    """When each frame is shown, from zero and strictly increasing, and the tick in seconds that this is
    counted in.

    If all frames lie on the grid of `rate_hz` but for the rounding of the container, the grid itself is
    taken, so that 29.97 stays 30000/1001. Anything else keeps the times that it has.
    """
    if not pts:
        return [], tick_s
    start = min(pts)
    if rate_hz is not None and rate_hz > 0:
        places = [round((value - start) * tick_s * rate_hz) for value in pts]
        near = all(
            abs((value - start) * tick_s - place / rate_hz) <= _GRID_TOLERANCE_S
            for value, place in zip(pts, places, strict=True)
        )
        if near and all(a < b for a, b in pairwise(places)):
            return [place * rate_hz.denominator for place in places], Fraction(1, rate_hz.numerator)
    if tick_s < _FINEST_TICK:
        pts, tick_s = [round(value * tick_s / _COARSE_TICK) for value in pts], _COARSE_TICK
        start = min(pts)
    times: list[int] = []
    for value in pts:
        times.append(max(value - start, times[-1] + 1) if times else value - start)
    return times, tick_s


@dataclass(frozen=True, slots=True)
class Schedule:
    """When each frame of a clip is shown."""

    pts: tuple[int, ...]
    """In ticks, from zero, strictly increasing; at least one."""
    tick_s: Fraction
    last_duration: int
    """How long the last frame stays, in ticks."""

    @classmethod
    def of(
        cls, pts: Sequence[int], tick_s: Fraction, rate_hz: Fraction | None, last_duration: int = 0
    ) -> Schedule:
        """From the times in a file; `last_duration` in its ticks too, 0 if it does not say."""
        times, finer_s = frame_times(pts, tick_s, rate_hz)
        usual = (
            Fraction(times[-1] - times[0], len(times) - 1) if len(times) > 1 else Fraction(1, 25) / finer_s
        )
        last = last_duration * tick_s / finer_s or usual
        return cls(tuple(times), finer_s, max(1, round(last)))

    @property
    def end_s(self) -> float:
        return float((self.pts[-1] + self.last_duration) * self.tick_s)

    @property
    def rate_hz(self) -> Fraction:
        """Frames a second: exact where they are evenly spaced, the average otherwise."""
        steps = {b - a for a, b in pairwise(self.pts)}
        if len(steps) == 1:
            return 1 / (steps.pop() * self.tick_s)
        return (len(self.pts) / ((self.pts[-1] + self.last_duration) * self.tick_s)).limit_denominator(1001)

    def at_s(self, frame: int) -> float:
        """When a frame is shown; for the one after the last, the end."""
        return float(self.pts[frame] * self.tick_s) if frame < len(self.pts) else self.end_s

    def duration(self, frame: int) -> int:
        """How long a frame stays, in ticks."""
        return self.pts[frame + 1] - self.pts[frame] if frame + 1 < len(self.pts) else self.last_duration


def video_bits_per_s(limit_bytes: int, sound_bytes: int, duration_s: float) -> int:
    """Most bits a second that the picture may take, so that the file stays below `limit_bytes`."""
    # A tenth for the container and for what the encoder oversteps.
    left_bytes = max(limit_bytes * 0.9 - sound_bytes, limit_bytes * 0.1)
    return min(_MOST_BITS_PER_S, max(16_000, int(left_bytes * 8 / max(duration_s, 0.1))))


def affordable_size(
    width_px: int, height_px: int, *, frames_per_s: float, bits_per_s: int
) -> tuple[int, int]:
    """The size, or a smaller one of the same shape where the bits would not give a watchable picture."""
    wanted = width_px * height_px * frames_per_s * _LEAST_BITS_PER_PIXEL
    share = min(1.0, (bits_per_s / wanted) ** 0.5)
    share = max(share, min(1.0, _LEAST_SHORT_SIDE_PX / min(width_px, height_px)))
    longest = int(max(width_px, height_px) * share)
    return fit_size(width_px, height_px, max_side_px=max(longest, LEAST_SIDE_PX))
