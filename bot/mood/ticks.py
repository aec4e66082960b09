"""Where the time axis of a picture has its words, by the clock and the calendar of the period's own zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.mood.periods import Period, edges
from bot.mood.wording import clock, month, short_day, weekday_and_day
from bot.texts import Speaker

_DAY_S = 86_400


def ticks(period: Period, say: Speaker) -> list[tuple[int, str]]:
    """[Unix time, words], ascending. A day's is in its middle."""
    zone = ZoneInfo(period.zone)
    starts = [(at, datetime.fromtimestamp(at, zone)) for at in edges(period)[:-1]]
    if period.buckets == "hour":
        one_day = period.until - period.since <= 1.2 * _DAY_S
        return [
            (at, weekday_and_day(time, say) if not time.hour and not one_day else clock(time, say))
            for at, time in starts
            if not time.minute and not time.hour % (4 if one_day else 12)
        ]
    if len(starts) <= 8:
        return [(_noon(at), weekday_and_day(time, say)) for at, time in starts]
    if len(starts) <= 45:
        return [(_noon(at), short_day(time, say)) for at, time in starts if time.weekday() == 0]
    if len(starts) <= 100:
        return [(_noon(at), short_day(time, say)) for at, time in starts if time.day in (1, 15)]
    return [(_noon(at), month(time, say)) for at, time in starts if time.day == 1]


def _noon(at: int) -> int:
    return at + _DAY_S // 2
