"""How often the intervals of a mood hold the truth: of an average, and of its change from one period to the next.

    python -m benchmarks.mood_intervals [--groups 2000]

Of a change: people have a temper, and beside it what they happen to say in either period; nothing changes for all of
them. In the second period the same people write, half of them, a few of many, or others. `as_others` is the width that
it would have if nobody was known to be the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import _report
from bot.mood.robust import difference, estimate

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]
PEOPLE = (3, 5, 8, 12, 30, 100)
OWN_SD = {"a few messages each": 0.3, "many messages each": 0.1}
"""What people happen to say varies so much around their temper."""
DRAWS: dict[str, Draw] = {
    "normal, sd 0.1": lambda random, n: random.normal(0, 0.1, n),
    "normal, sd 0.3": lambda random, n: random.normal(0, 0.3, n),
    "t of 3 degrees": lambda random, n: np.clip(0.2 * random.standard_t(3, n), -1, 1),
    "-0.9, 0 or 0.9": lambda random, n: random.choice([-0.9, 0.0, 0.0, 0.9], n),
}
OVERLAPS: dict[str, tuple[float, float]] = {
    "same people": (1.0, 1.0),
    "half the same": (1.0, 0.5),
    "a third of them, and others": (0.5, 0.7),
    "other people": (1.0, 0.0),
}
"""How many people write in the second period, of those in the first; and what share of them wrote before."""


def coverage(draw: Draw, people: int, groups: int) -> dict[str, float]:
    random = np.random.default_rng(people)
    found = [one for _ in range(groups) if (one := estimate(draw(random, people)))]
    return {
        "held": round(float(np.mean([one.low <= 0 <= one.high for one in found])), 3),
        "half_width": round(float(np.mean([(one.high - one.low) / 2 for one in found])), 3),
    }


def compared(
    draw: Draw, own_sd: float, overlap: tuple[float, float], people: int, groups: int
) -> dict[str, float]:
    random = np.random.default_rng(people)
    later = max(3, round(people * overlap[0]))
    stay = min(round(later * overlap[1]), people)
    same = np.arange(people - stay, people), np.arange(stay)
    nobody = np.arange(0), np.arange(0)
    held, width, as_others = 0, 0.0, 0.0
    for _ in range(groups):
        temper = draw(random, people + later - stay)
        now = temper[:people] + random.normal(0, own_sd, people)
        then = temper[people - stay :] + random.normal(0, own_sd, later)
        found, wide = difference(now, then, same), difference(now, then, nobody)
        held += found.low <= 0 <= found.high
        width += (found.high - found.low) / 2
        as_others += (wide.high - wide.low) / 2
    return {
        "held": round(held / groups, 3),
        "half_width": round(width / groups, 3),
        "as_others": round(as_others / groups, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--groups", type=int, default=2000)
    groups = parser.parse_args().groups
    averages = {name: {n: coverage(draw, n, groups) for n in PEOPLE} for name, draw in DRAWS.items()}
    changes: dict[str, Any] = {}
    for name, draw in DRAWS.items():
        changes[name] = {
            own: {
                who: {n: compared(draw, own_sd, overlap, n, groups) for n in PEOPLE}
                for who, overlap in OVERLAPS.items()
            }
            for own, own_sd in OWN_SD.items()
        }
    _report.write("mood_intervals", {"groups": groups, "average": averages, "change": changes})


if __name__ == "__main__":
    main()
