"""The pictures of moods as data (`skills.Chart`): every word said, every tick placed, only the drawing left to do.

`bot.charts.mood` and `bot.charts.mood_groups` draw them, in the painter's process. Scores are points from -100 to +100
(`bot.mood.wording`).
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel import Locale

from bot.mood.periods import zone_of
from bot.mood.ticks import ticks
from bot.mood.view import MoodView, Shares, Shift
from bot.mood.wording import changed, period_words, points, short_day, shortened, signed, verdict
from bot.texts import Speaker
from skills import Chart

MOST_GROUPS = 12
_TOPIC_CHARS = 26
"""So much of a topic's name leaves room for the period on the same line."""
_HOURS = range(0, 24, 3)
_DAYS_OF_GRID = 7
"""The weekdays' hours are shown of periods that have every weekday."""


def mood_chart(view: MoodView, say: Speaker, title: str, *, topic: str = "", least_people: int = 3) -> Chart:
    """A group's mood, or that of one of its topics: `title` and `topic` are their names, as they are.

    `least_people` is the setting by which the view was made; it is only named.
    """
    counts = say("mood-counts", messages=view.messages, people=view.people)
    period = period_words(view.period, say)
    line = period[:1].upper() + period[1:]
    if topic:
        line = say("mood-of-topic", topic=shortened(topic, _TOPIC_CHARS), period=period)
    return Chart("mood", _data(view, say, title, [line, counts], say("mood-few", people=least_people)))


def own_chart(view: MoodView, say: Speaker, title: str) -> Chart:
    """A person's own mood in the group `title`, for their eyes alone: beside nothing but their own past."""
    lines = [
        say("mood-own", period=period_words(view.period, say)),
        say("mood-own-counts", messages=view.messages),
    ]
    return Chart("mood-me", _data(view, say, title, lines, ""))


def groups_chart(groups: Sequence[tuple[str, MoodView]], say: Speaker) -> Chart:
    """Groups side by side: titles and views of the same kind of period (a month, day by day); the first twelve."""
    shown = groups[:MOST_GROUPS]
    return Chart(
        "mood-groups",
        {
            "title": say("mood-groups-title"),
            "line": period_words(shown[0][1].period, say) if shown else say("mood-groups-none"),
            "untitled": say("mood-untitled"),
            "scale": say("mood-scale"),
            "words": _legend(say),
            "rows": [_row(title, view, say) for title, view in shown],
        },
    )


def _data(view: MoodView, say: Speaker, title: str, lines: list[str], few: str) -> dict[str, Any]:
    hourly = view.period.buckets == "hour"
    starts = [point.start for point in view.points]
    return {
        "title": title,
        "untitled": say("mood-untitled"),
        "lines": lines,
        "now": _now(view, say),
        "before": _before(view, say),
        "points": _points(view),
        "ticks": ticks(view.period, say),
        "shifts": [
            [max(0, bisect(starts, shift.at) - 1), _flag(shift, view.period.zone, say)]
            for shift in view.shifts
        ],
        "over_time": say("mood-over-time", buckets=view.period.buckets),
        "volume": _volume(view, say),
        "scale": say("mood-scale"),
        "legend": {
            "band": say("mood-band"),
            "smooth": say("mood-smooth"),
            "gap": say("mood-gap"),
            "few": few,
        },
        "words": _legend(say),
        "shares_title": say("mood-shares"),
        "shares": [
            [label, shares.negative, shares.neutral, shares.positive]
            for label, shares in ((say("mood-now"), view.shares), (say("mood-then"), view.before_shares))
            if shares is not None and shares.messages
        ],
        "grid": _grid(view, say) if len(view.points) >= _DAYS_OF_GRID and not hourly else None,
    }


def _now(view: MoodView, say: Speaker) -> dict[str, Any]:
    """The headline: a number with its word, or in words why there is none."""
    if view.whole is None:
        return {"score": None, "number": "", "word": _why(view, say), "range": ""}
    low, high = (signed(points(bound)) for bound in (view.whole.low, view.whole.high))
    score = points(view.whole.mean)
    return {
        "score": score,
        "number": signed(score),
        "word": verdict(view.whole, say),
        "range": say("mood-range", low=low, high=high),
    }


def _why(view: MoodView, say: Speaker) -> str:
    """There is no average."""
    if view.messages:
        return say("mood-too-few")
    if view.points and all(point.gap for point in view.points):
        return say("mood-away")
    return say("mood-nothing")


def _before(view: MoodView, say: Speaker) -> dict[str, Any] | None:
    if view.whole is None or view.before_whole is None:
        return None
    by = changed(view)
    if by:
        words = signed(by)
    elif view.shifts:
        at = datetime.fromtimestamp(view.shifts[-1].at, zone_of(view.period.zone))
        words = say("mood-turned", date=short_day(at, say))
    else:
        words = say("mood-as-before")
    return {
        "change": by,
        "words": words,
        "before": say("mood-before", score=signed(points(view.before_whole.mean))),
    }


def _points(view: MoodView) -> list[list[float | None]]:
    """[messages, mean, low, high, whether it is a gap] of each hour or day."""
    rows: list[list[float | None]] = []
    for point in view.points:
        known = point.estimate
        bounds = (known.mean, known.low, known.high) if known else (None, None, None)
        rows.append([point.messages, *(None if b is None else round(b * 100, 1) for b in bounds), point.gap])
    return rows


def _volume(view: MoodView, say: Speaker) -> str:
    most = max((point.messages for point in view.points), default=0)
    return say("mood-volume", buckets=view.period.buckets, most=most) if most else ""


def _flag(shift: Shift, zone: str, say: Speaker) -> str:
    day = short_day(datetime.fromtimestamp(shift.at, zone_of(zone)), say)
    return f"{day}: {signed(points(shift.before))} → {signed(points(shift.after))}"


def _legend(say: Speaker) -> list[str]:
    return [say("mood-negative"), say("mood-neutral"), say("mood-positive")]


def _grid(view: MoodView, say: Speaker) -> dict[str, Any] | None:
    if not any(cell.mean is not None for row in view.grid for cell in row):
        return None
    days = Locale.parse(say.language).days["stand-alone"]["abbreviated"]
    return {
        "title": say("mood-grid"),
        "days": [days[day] for day in range(7)],
        "hours": [[hour, str(hour)] for hour in _HOURS],
        "cells": [
            [[cell.messages, None if cell.mean is None else round(cell.mean * 100, 1)] for cell in row]
            for row in view.grid
        ],
    }


def _row(title: str, view: MoodView, say: Speaker) -> dict[str, Any]:
    shares: Shares | None = view.shares
    return {
        "title": title,
        "counts": say("mood-counts", messages=view.messages, people=view.people),
        "now": _now(view, say),
        "before": _before(view, say),
        "points": _points(view),
        "shares": [shares.negative, shares.neutral, shares.positive] if shares else None,
    }
