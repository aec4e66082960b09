"""How often an alert of a group's mood is false, and how late a true one comes.

    python -m benchmarks.mood_shifts [--groups 200]

Simulated groups live a year in which nothing happens, and sixty quiet days followed by a shift. Every day the detector
of the product runs on what is known by then, as it does in the bot. Beside it, on the same days, stands what a quick
script would do: an alarm when a day's average is more than 0.2 from that of the week before. A standard deviation is
always that of the group's own daily averages.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import _report
from bot.mood.robust import estimate
from bot.mood.shifts import Day, Detector

Floats = NDArray[np.float64]
YEAR_DAYS = 365
QUIET_DAYS = 60
WATCHED_DAYS = 60
SIZES = (1.0, 2.0, 3.0)
DAY_SD = 0.07
"""Of the daily averages of the series that are drawn without people: about that of thirty people."""
LEAST_PEOPLE = 3
NAIVE_THRESHOLD, NAIVE_DAYS = 0.2, 7


def independent(random: np.random.Generator, days: int, shift: Floats) -> Floats:
    return DAY_SD * (random.standard_normal(days) + shift)


def autocorrelated(random: np.random.Generator, days: int, shift: Floats) -> Floats:
    series = np.zeros(days + 50)
    for day in range(1, days + 50):
        series[day] = 0.3 * series[day - 1] + random.normal(0, math.sqrt(1 - 0.3**2))
    return DAY_SD * (series[50:] + shift)


def weekdays(random: np.random.Generator, days: int, shift: Floats) -> Floats:
    weekend = np.arange(days) % 7 >= 5
    return independent(random, days, shift) + DAY_SD * weekend


def heavy_tails(random: np.random.Generator, days: int, shift: Floats) -> Floats:
    return DAY_SD * (random.standard_t(3, days) / math.sqrt(3) + shift)


def missing_days(random: np.random.Generator, days: int, shift: Floats) -> Floats:
    """One day in five, and a fortnight in each hundred days."""
    gone = (random.random(days) < 0.2) | ((np.arange(days) + 30) % 100 < 14)
    return np.where(gone, np.nan, independent(random, days, shift))


def people(first: int, last: int, sd: float, random: np.random.Generator, days: int, shift: Floats) -> Floats:
    """So many members at first and a year later, each of their own temper; six in ten of them write on a day."""
    temper = random.normal(0.1, 0.25, max(first, last))
    means = np.full(days, np.nan)
    for day in range(days):
        members = first + (last - first) * min(day, YEAR_DAYS) // YEAR_DAYS
        writing = np.flatnonzero(random.random(members) < 0.6)
        if len(writing) < LEAST_PEOPLE:
            continue
        mood = random.normal(0, 0.03) + sd * shift[day]
        messages = 1 + random.poisson(1.5, len(writing))
        own = temper[writing] + mood + random.normal(0, 0.45, len(writing)) / np.sqrt(messages)
        found = estimate(np.clip(own, -1, 1))
        assert found is not None
        means[day] = found.mean
    return means


Draw = Callable[[np.random.Generator, int, Floats], Floats]


def scenarios() -> dict[str, Draw]:
    drawn: dict[str, Draw] = {
        "independent days": independent,
        "autocorrelated days (0.3)": autocorrelated,
        "weekends one sd higher": weekdays,
        "heavy tails (t, 3 degrees)": heavy_tails,
        "missing days": missing_days,
    }
    for name, first, last in (("8 people", 8, 8), ("30 people", 30, 30), ("growing from 8 to 80", 8, 80)):
        quiet = partial(people, first, last, 0.0)
        series = [quiet(np.random.default_rng(seed), 120, np.zeros(120)) for seed in range(20)]
        # Within a group: tempers differ from group to group.
        sd = math.sqrt(float(np.mean([np.nanvar(one, ddof=1) for one in series])))
        drawn[name] = partial(people, first, last, sd)
    return drawn


def ours(means: Floats) -> list[tuple[int, float]]:
    """(day after which it was found, size) of each shift."""
    days = [Day(n, n + 1, n % 7, float(mean)) for n, mean in enumerate(means) if not math.isnan(mean)]
    return [(shift.found_at, shift.after - shift.before) for shift in Detector().find(days)]


def naive(means: Floats) -> list[tuple[int, float]]:
    """A day that is far from the week before; the same thing said again within a week is not counted."""
    found: list[tuple[int, float]] = []
    for day in range(NAIVE_DAYS, len(means)):
        week = means[day - NAIVE_DAYS : day]
        if math.isnan(means[day]) or np.isnan(week).all():
            continue
        off = float(means[day] - np.nanmean(week))
        if abs(off) > NAIVE_THRESHOLD and (not found or day + 1 - found[-1][0] > NAIVE_DAYS):
            found.append((day + 1, off))
    return found


METHODS = {"ours": ours, "naive": naive}


def year(draw: Draw, seed: int) -> dict[str, int]:
    """False alarms of a group in a year."""
    means = draw(np.random.default_rng(seed), YEAR_DAYS, np.zeros(YEAR_DAYS))
    return {name: len(method(means)) for name, method in METHODS.items()}


def shifted(draw: Draw, size: float, seed: int) -> dict[str, int | None]:
    """Days until the shift was noticed; inf: never within WATCHED_DAYS. None: an alarm had come before it."""
    shift = np.zeros(QUIET_DAYS + WATCHED_DAYS)
    shift[QUIET_DAYS:] = size
    means = draw(np.random.default_rng(seed), len(shift), shift)
    delays: dict[str, int | None] = {}
    for name, method in METHODS.items():
        found = method(means)
        later = [day - QUIET_DAYS for day, off in found if day > QUIET_DAYS and off > 0]
        early = any(day <= QUIET_DAYS for day, _ in found)
        delays[name] = None if early else min(later, default=9999)
    return delays


def delays_of(found: Sequence[dict[str, int | None]], name: str) -> dict[str, Any]:
    days = np.array([one[name] for one in found if one[name] is not None], dtype=float)
    if not len(days):
        return {"groups": 0}
    median, late = (float(np.quantile(days, share, method="higher")) for share in (0.5, 0.9))
    return {
        "groups": len(days),
        "median_days": median if median < 9999 else None,
        "p90_days": late if late < 9999 else None,
        "within_14_days": round(float(np.mean(days <= 14)), 2),
        "missed": round(float(np.mean(days == 9999)), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--groups", type=int, default=200)
    groups = parser.parse_args().groups
    figures: dict[str, Any] = {}
    with ProcessPoolExecutor(2) as pool:
        for name, draw in scenarios().items():
            years = list(pool.map(partial(year, draw), range(groups), chunksize=4))
            figures[name] = {
                method: {"false_alarms_per_year": round(sum(one[method] for one in years) / groups, 2)}
                for method in METHODS
            }
            for size in SIZES:
                found = list(pool.map(partial(shifted, draw, size), range(groups), chunksize=8))
                for method in METHODS:
                    figures[name][method][f"shift_of_{size:g}_sd"] = delays_of(found, method)
            print(name, figures[name], flush=True)
    _report.write(
        "mood_shifts",
        {
            "groups": groups,
            "detector": asdict(Detector()),
            "naive": {"threshold": NAIVE_THRESHOLD, "days": NAIVE_DAYS},
            "scenarios": figures,
        },
    )


if __name__ == "__main__":
    main()
