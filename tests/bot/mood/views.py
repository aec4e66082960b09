"""Moods as they may come, made up from a seed."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import UTC, datetime
from itertools import pairwise

from bot.mood.periods import Period, edges, parse
from bot.mood.view import Cell, Estimate, Interval, MoodView, Point, Shares, Shift, Topic

NOW = datetime(2026, 11, 22, 15, 40, tzinfo=UTC).timestamp()
ZONE = "Europe/Moscow"
NOBODY = tuple(tuple(Cell(0, None) for _ in range(24)) for _ in range(7))


def about(mean: float, reach: float = 0.05, people: int = 20) -> Estimate:
    return Estimate(mean, max(-1.0, mean - reach), min(1.0, mean + reach), people)


def made(
    period: str | Period = "month",
    *,
    level: float = 0.1,
    gaps: Collection[int] = (),
    few: Collection[int] = (),
    shifts: Collection[int] = (),
    before: float | None = -0.04,
    topics: tuple[Topic, ...] = (),
) -> MoodView:
    """Hours or days around `level`, but for those in `gaps` and those in which `few` wrote."""
    chance = random.Random(7)
    when = parse(period, NOW, ZONE) if isinstance(period, str) else period
    bounds = list(pairwise(edges(when)))
    points = []
    for index, (start, end) in enumerate(bounds):
        known = about(max(-1, min(1, level + chance.gauss(0, 0.08))), 0.1)
        if index in gaps:
            points.append(Point(start, end, 0, 0, None, True))
        elif index in few:
            points.append(Point(start, end, 4, 2, None, False))
        else:
            points.append(Point(start, end, chance.randint(20, 90), 20, known, False))
    messages = sum(point.messages for point in points)
    whole = about(level) if any(point.estimate for point in points) else None
    return MoodView(
        group_id=1,
        period=when,
        points=tuple(points),
        whole=whole,
        shares=Shares(messages // 5, messages // 2, messages - messages // 5 - messages // 2)
        if whole
        else None,
        messages=messages,
        people=28 if whole else 0,
        before_whole=None if before is None else about(before),
        before_shares=None if before is None else Shares(30, 40, 10),
        change=None
        if before is None or not whole
        else Interval(level - before - 0.07, level - before + 0.07),
        grid=_grid(chance) if whole else NOBODY,
        topics=topics,
        shifts=tuple(Shift(bounds[at][0], -0.02, 0.26, 2.1, bounds[-1][1]) for at in shifts),
    )


EMPTY = made(Period("range", 1_795_000_000, 1_795_000_000, ZONE, "day"), before=None)
"""Of a period of no length."""


def _grid(chance: random.Random) -> tuple[tuple[Cell, ...], ...]:
    night = Cell(0, None), Cell(3, None)
    return tuple(
        tuple(night[hour % 2] if hour < 6 else Cell(20, chance.gauss(0.1, 0.2)) for hour in range(24))
        for _ in range(7)
    )
