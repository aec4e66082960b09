"""How many frames apart the detector looks: as near as is worth it, as far as the machine needs."""

from __future__ import annotations

import math
import statistics
from collections import deque

CLOSE = 4
"""Nearer looks hardly move a box (benchmarks/results/video.json)."""
PACE = 3.0
"""Seconds of looking for each second of film."""
LEAST_S = 60.0
"""Seconds of looking that even the shortest film may take."""
_USUAL_RATE_HZ = 30
_MOST_TIMES = 16


class Stride:
    """The step from one look to the next, in frames, by what the looks so far have taken.

    With `every` it is that many frames. With 0 it is chosen, CLOSE at the least, so that looking takes PACE
    times the length of the film (LEAST_S, if that is more) whatever the detector and the machine. Films of
    more than 30 frames a second are thinned, so that a second of them never costs more than one at 30.
    """

    def __init__(self, every: int, *, rate_hz: float, duration_s: float | None, budget_s: float) -> None:
        """`budget_s`: what the whole may take; steps are doubled if it would take longer."""
        self._least = (every or CLOSE) * max(1, round(rate_hz / _USUAL_RATE_HZ))
        self._rate_hz = rate_hz
        pace = max(PACE, LEAST_S / duration_s) if duration_s else PACE
        self._pace = math.inf if every else pace
        self._budget_s = budget_s
        self._took_s: deque[float] = deque(maxlen=5)
        self._times = 1
        self.frames = self._least

    def looked(self, took_s: float, *, spent_s: float, done: float) -> None:
        """A look took so long; `spent_s` since the beginning, of which the share `done` is watched."""
        self._took_s.append(took_s)
        wanted = math.ceil(statistics.median(self._took_s) * self._rate_hz / self._pace)
        if done >= 0.02 and spent_s >= 0.05 * self._budget_s:
            late = spent_s / done > self._budget_s
            self._times = min(_MOST_TIMES, self._times * 2) if late else self._times
        self.frames = max(self._least, wanted) * self._times
