"""When the mood of a group changed and stayed changed: change points of its daily averages.

The days are gone through in the order in which they were lived, each with what was known at its end. So what is found
today does not depend on when one asks, and each change is found once. Chosen, and measured, by
`benchmarks/mood_shifts.py`; docs/mood.md tells it in words.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.mood.robust import spread
from bot.mood.view import Shift

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Day:
    """A complete local day of which enough is known."""

    start: int
    end: int
    weekday: int
    """0 is Monday."""
    mean: float


@dataclass(frozen=True, slots=True)
class Detector:
    """Tells a change of the level from chance: PELT (Killick, Fearnhead and Eckley 2012) with a quadratic cost."""

    penalty: float = 11.0
    """What a change must explain, in variances of a day. Higher: fewer false alarms, and later ones."""
    least_segment_days: int = 3
    """A level lasts at least so long: one odd day is no change."""
    least_before_days: int = 10
    """So much must be known of the level before, to begin with and after each change."""
    least_days: int = 14
    """Nothing is found before so many days are known."""
    news_days: int = 40
    """What began longer ago is no news."""
    window_days: int = 90
    """What lies farther back says nothing about today's level and spread."""
    least_sd: float = 0.02
    """Days are taken to vary by this at least: no alarm about a hundredth in the steadiest of groups."""
    clip: float = 2.5
    """A day counts for no more than so many standard deviations."""
    weekday_days: int = 28
    """With so many days known, what is due to the weekday is taken out."""

    def find(self, days: Sequence[Day]) -> list[Shift]:
        """All changes in `days` (ascending, those of which too little is known left out), oldest first.

        None without ruptures, which has no ready build for every Python; the doctor says so.
        """
        if importlib.util.find_spec("ruptures") is None:
            return []
        means = np.array([day.mean for day in days], dtype=np.float64)
        weekdays = np.array([day.weekday for day in days], dtype=np.intp)
        shifts: list[Shift] = []
        starts = [0]  # of the levels
        for known in range(self.least_days, len(days) + 1):
            first = max(0, known - self.window_days)
            begin = max(starts[-1], first)
            if known - begin < self.least_before_days + self.least_segment_days:
                continue
            inner = [start - first for start in starts if start > first]
            change = self._change(means[first:known], weekdays[first:known], inner)
            if change is None:
                continue
            at, sd = first + change[0], change[1]
            before, after = float(np.median(means[begin:at])), float(np.median(means[at:known]))
            shifts.append(Shift(days[at].start, before, after, (after - before) / sd, days[known - 1].end))
            starts.append(at)
        return shifts

    def _change(
        self, means: Floats, weekdays: NDArray[np.intp], starts: list[int]
    ) -> tuple[int, float] | None:
        """Where a level begins that is not known yet, and the standard deviation of a day; `starts` are known ones."""
        from ruptures import KernelCPD

        parts = np.split(means, starts)
        rest = np.concatenate([part - np.median(part) for part in parts])
        if len(rest) >= self.weekday_days:
            rest = rest - _due_to_weekdays(rest, weekdays)
        sd = max(spread(rest), self.least_sd)
        scores = np.clip(rest / sd, -self.clip, self.clip)
        begin = starts[-1] if starts else 0
        # The linear kernel's cost is the sum of squared distances from the mean of the segment.
        model = KernelCPD(kernel="linear", min_size=self.least_segment_days).fit(scores[begin:])
        split = begin + model.predict(n_bkps=1)[0]
        flat = np.concatenate([part - part.mean() for part in np.split(scores, [*starts, split])])
        end = model.predict(pen=self.penalty * _longer_run(flat))[:-1]
        if not end:
            return None
        at = begin + end[-1]
        told_enough = at - begin >= self.least_before_days and len(means) - at <= self.news_days
        return (at, sd) if told_enough else None


def _longer_run(scores: Floats) -> float:
    """How much more the mean of many days varies than if each day were independent of the one before.

    (1 + r) / (1 - r), the ratio for an autoregressive series of order one, with r shrunk towards 0 as long as few days
    are known (its standard error is about the root of 1 / n), and only ever a reason for caution.
    """
    n, squares = len(scores), float(scores @ scores)
    if not squares:
        return 1.0
    r = float(scores[1:] @ scores[:-1]) / squares + 1 / n
    r = min(max(r * n / (n + 20), 0.0), 0.6)
    return (1 + r) / (1 - r)


def _due_to_weekdays(rest: Floats, weekdays: NDArray[np.intp]) -> Floats:
    """What each day owes to its weekday, shrunk towards nothing as far as chance explains it (James and Stein 1961)."""
    counts = np.bincount(weekdays, minlength=7)
    limit = 2.5 * spread(rest)
    sums = np.bincount(weekdays, weights=np.clip(rest, -limit, limit), minlength=7)
    effects = np.divide(sums, counts, out=np.zeros(7), where=counts > 0)
    effects -= effects @ counts / counts.sum()
    noise = spread(rest - effects[weekdays]) ** 2
    explained = float(counts @ effects**2)
    degrees = np.count_nonzero(counts) - 1
    kept = max(0.0, 1 - degrees * noise / explained) if explained > 0 else 0.0
    return kept * effects[weekdays]
