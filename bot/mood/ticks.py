"""Where the time axis of a picture has its words, by the clock and the calendar of the period's own zone."""

from __future__ import annotations

from datetime import datetime

from bot.mood.periods import Period, edges, zone_of
from bot.mood.wording import clock, month, short_day, weekday_and_day
from bot.texts import Speaker

_DAY_S = 86_400
_MIDDLE = 0.5


def ticks(period: Period, say: Speaker) -> list[tuple[float, str]]:
    """[place, words], ascending. A place is counted in buckets: an hour has its words at its beginning, a day in its
    middle.
    """
    zone = zone_of(period.zone)
    starts = [datetime.fromtimestamp(at, zone) for at in edges(period)[:-1]]
    if period.buckets == "hour":
        one_day = period.until - period.since <= 1.2 * _DAY_S
        return [
            (place, weekday_and_day(time, say) if not time.hour and not one_day else clock(time, say))
            for place, time in enumerate(starts)
            if not time.minute and not time.hour % (4 if one_day else 12)
        ]
    days = [(place + _MIDDLE, time) for place, time in enumerate(starts)]
    if len(days) <= 8:
        return [(place, weekday_and_day(time, say)) for place, time in days]
    if len(days) <= 16:
        return [(place, short_day(time, say)) for place, time in days]
    if len(days) <= 45:
        return [(place, short_day(time, say)) for place, time in days if time.weekday() == 0]
    if len(days) <= 100:
        return [(place, short_day(time, say)) for place, time in days if time.day in (1, 15)]
    return [(place, month(time, say)) for place, time in days if time.day == 1]
