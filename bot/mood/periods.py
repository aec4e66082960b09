"""Stretches of time as a group's people see them: hours and days of their own clock.

`day` is the last 24 hours, up to the end of the present one; `week` and `month` are the last 7 and 30 local days with
today as far as it has come; anything else is whole local days. A local day has 23, 24 or 25 hours, and in zones such
as Asia/Kolkata an hour begins at :30 of UTC's. Nothing here lies in the future but the rest of the present hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.mood.date_ranges import PeriodError
from bot.mood.dates import DAY, read

__all__ = [
    "MOST_DAYS",
    "Period",
    "PeriodError",
    "edges",
    "parse",
    "previous",
    "recent",
    "slot",
    "slot_end",
    "zone_of",
]

MOST_DAYS = 400
_DAYS_BY_THE_HOUR = 3
"""Periods of at most so many days are shown hour by hour."""
_DAYS = {"week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class Period:
    """[since, until) in Unix seconds; both begin an hour of the zone's clock."""

    name: Literal["day", "week", "month", "range"]
    since: int
    until: int
    zone: str
    """IANA name."""
    buckets: Literal["hour", "day"]


def parse(text: str, now: float, zone: str) -> Period:
    """The period that `text` names, in English or Russian; `week` if it is empty.

    Raises PeriodError, whose `reason` is one of `unreadable`, `no-such-date`, `too-long`, `future`.
    """
    today = datetime.fromtimestamp(now, zone_of(zone)).date()
    named = read(text, today)
    if isinstance(named, str):
        return recent(named, now, zone)
    first, last = named
    if (last - first).days >= MOST_DAYS:
        raise PeriodError("too-long")
    if first > today:
        raise PeriodError("future")
    return _whole_days("range", first, last, now, zone)


def recent(name: Literal["day", "week", "month"], now: float, zone: str) -> Period:
    """What lies behind `now`."""
    tz = zone_of(zone)
    if name == "day":
        until = slot_end(now, tz)
        return Period(name, _moved(until, -1, tz), until, zone, "hour")
    today = datetime.fromtimestamp(now, tz).date()
    return _whole_days(name, today - (_DAYS[name] - 1) * DAY, today, now, zone)


def previous(period: Period) -> Period:
    """As many local days earlier, from and until the same time of the day; it ends where `period` begins, or before."""
    tz = zone_of(period.zone)
    days = _local_days(period, tz)
    since, until = _moved(period.since, -days, tz), _moved(period.until, -days, tz)
    return Period(period.name, since, min(until, period.since), period.zone, period.buckets)


def edges(period: Period) -> list[int]:
    """Where its hours or local days begin, and where the last of them ends; ascending, at least two if it has any
    length.
    """
    tz = zone_of(period.zone)
    starts = _hours(period, tz) if period.buckets == "hour" else _midnights(period, tz)
    inner = sorted({start for start in starts if period.since < start < period.until})
    return [period.since, *inner, *([period.until] if period.until > period.since else [])]


def zone_of(name: str) -> ZoneInfo:
    """UTC if this machine does not know the zone (any more)."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def slot(at: float, tz: ZoneInfo) -> int:
    """When the hour of the local clock began in which `at` lies.

    Slots follow each other without holes and never overlap: where a clock is set by half an hour (Lord Howe), the hour
    in which that happens is two short ones.
    """
    second = int(at // 1)
    offset = _offset(second, tz)
    start = second - (second + offset) % 3600
    if _offset(start, tz) == offset:
        return start
    before, after = start, second  # the clock was set between them: halve until they are neighbours
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(middle, tz) == offset:
            after = middle
        else:
            before = middle
    return after


def slot_end(at: float, tz: ZoneInfo) -> int:
    """When the slot in which `at` lies ends and the next begins."""
    start = slot(at, tz)
    following = slot(start + 3600, tz)
    return following if following > start else start + 3600


def day_start(day: date, tz: ZoneInfo) -> int:
    """Its first moment: midnight, or what the clock was set to where it jumped over midnight."""
    return int(datetime(day.year, day.month, day.day, tzinfo=tz).timestamp())


def _whole_days(
    name: Literal["week", "month", "range"], first: date, last: date, now: float, zone: str
) -> Period:
    tz = zone_of(zone)
    until = min(day_start(last + DAY, tz), slot_end(now, tz))
    hourly = (last - first).days < _DAYS_BY_THE_HOUR
    return Period(name, day_start(first, tz), until, zone, "hour" if hourly else "day")


def _local_days(period: Period, tz: ZoneInfo) -> int:
    """How many local days it takes, begun ones as whole ones."""
    first, last = (datetime.fromtimestamp(at, tz) for at in (period.since, period.until))
    days = (last.date() - first.date()).days
    return max(1, days + (last.time() > first.time()))


def _moved(at: int, days: int, tz: ZoneInfo) -> int:
    """The same time of the clock so many days later."""
    return int((datetime.fromtimestamp(at, tz) + timedelta(days=days)).timestamp())


def _hours(period: Period, tz: ZoneInfo) -> Iterator[int]:
    at = period.since
    while at < period.until:
        at = slot_end(at, tz)
        yield at


def _midnights(period: Period, tz: ZoneInfo) -> Iterator[int]:
    day = datetime.fromtimestamp(period.since, tz).date()
    while (start := day_start(day, tz)) < period.until:
        yield start
        day += DAY


def _offset(at: int, tz: ZoneInfo) -> int:
    """Seconds that the local clock is ahead of UTC."""
    ahead = datetime.fromtimestamp(at, tz).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0
