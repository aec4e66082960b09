"""When something is due by a group's own clock. Pure.

A time that the clock skips (02:30 on a night in spring) comes when it has skipped it; one that comes twice counts the
first time; a day that a zone leaves out has none.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.mood.dates import DAY
from bot.mood.periods import Period, day_start, zone_of
from storage.mood_groups import GroupSettings

LATE_S = 6 * 3600
"""After an absence a digest is sent at most so late; then it is left out."""
SETTLED_S = 600
"""A day counts as over so long after midnight, when its last messages have their scores."""
AHEAD_S = 2 * 86_400
"""What is remembered from a time so far ahead was remembered by a clock that was wrong."""
_QUIET_WORK_HOUR = 4
_BUCKETS: dict[int, Literal["hour", "day"]] = {1: "hour", 7: "day"}


@dataclass(frozen=True, slots=True)
class Due:
    """A digest whose time has come."""

    at: int
    """Unix time at which it was to be sent."""
    period: Period
    """The whole local days that it is about, which have just ended."""
    cadence: Literal["daily", "weekly"]

    def told_by(self, cadence: str, until: int) -> bool:
        """Whether a digest that ended then is this one (also if the zone or the weekday was another)."""
        return cadence == self.cadence and self.period.until - 43_200 < until < self.at + AHEAD_S


def digest_due(settings: GroupSettings, now: float) -> Due | None:
    """The digest that is to be sent now if it has not been."""
    if settings.digest == "off":
        return None
    tz = zone(settings)
    today = datetime.fromtimestamp(now, tz).date()
    for day in (today, today - DAY):  # late in the evening, the time to be late in reaches over midnight
        if settings.digest == "weekly" and day.weekday() != settings.digest_weekday % 7:
            continue
        at = datetime(day.year, day.month, day.day, settings.digest_hour % 24, tzinfo=tz).timestamp()
        if at <= now <= at + LATE_S and datetime.fromtimestamp(at, tz).date() == day:
            days = 7 if settings.digest == "weekly" else 1
            since, until = day_start(day - timedelta(days), tz), day_start(day, tz)
            period = Period("range", since, until, tz.key, _BUCKETS[days])
            return Due(int(at), period, settings.digest)
    return None


def is_quiet(settings: GroupSettings, now: float) -> bool:
    """Whether these are the hours without alerts. From an hour until the same one: there are none."""
    hour = datetime.fromtimestamp(now, zone(settings)).hour
    first, end = settings.quiet_from, settings.quiet_until
    return first <= hour < end if first <= end else hour >= first or hour < end


def last_whole_day(settings: GroupSettings, now: float) -> date:
    """The local day that has ended last."""
    return datetime.fromtimestamp(now - SETTLED_S, zone(settings)).date() - DAY


def cleaning_day(settings: GroupSettings, now: float) -> date:
    """A new one begins at four o'clock, when a group is asleep."""
    return (datetime.fromtimestamp(now, zone(settings)) - timedelta(hours=_QUIET_WORK_HOUR)).date()


def zone(settings: GroupSettings) -> ZoneInfo:
    """The group's own."""
    return zone_of(settings.time_zone)


class Pauses:
    """What could not be done is tried again after a while. A clock that is set back ends the pause."""

    def __init__(self, length_s: float) -> None:
        self._length_s = length_s
        self._since: dict[Hashable, float] = {}

    def begin(self, key: Hashable, now: float) -> None:
        self._since[key] = now

    def holds(self, key: Hashable, now: float) -> bool:
        since = self._since.get(key)
        if since is not None and 0 <= now - since < self._length_s:
            return True
        self._since.pop(key, None)
        return False
