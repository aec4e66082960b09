"""Stretches of days as people name them, in English and Russian: `last week`, `с понедельника`, `1-15 October`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from bot.mood.date_ranges import PeriodError, date_range

DAY = timedelta(days=1)

Recent = Literal["day", "week", "month"]

_RECENT: dict[str, Recent] = {"": "week", "day": "day", "week": "week", "month": "month"}
_RECENT |= {"день": "day", "сутки": "day", "неделя": "week", "неделю": "week", "месяц": "month"}
_LEADING = re.compile(r"(?:(?:for|in|on|during|over|the|за|в|во|на)\s+)+")
_POLITE = re.compile(
    r"(?:(?:for|in|on|during|over|the|a|all|of|whole|last|past|previous|this|date|period"
    r"|за|в|во|на|последн\w+|прошл\w+|эт\w{1,2}|весь|всю|один|одну|период)\s+)+"
)
_COUNTED = re.compile(
    r"(\d{1,5})\s*(?:(d|days?|д|дн|день|дня|дней|сут|сутки|суток)|(w|weeks?|н|нед|недел[июьюя])"
    r"|(m|months?|м|мес|месяц|месяца|месяцев)|(h|hours?|ч|час|часа|часов)|(y|years?|г|год|года|лет))"
)
_WHOLE_YEAR = re.compile(r"([0-9]{4})(?:\s*г(?:од)?(?!\w)\.?)?")
_SPANS = {
    "year": "1 year", "год": "1 year", "half a year": "6 months", "полгода": "6 months", "quarter": "3 months",
    "квартал": "3 months",
}  # fmt: skip
_FEW = {"two": 2, "два": 2, "две": 2, "three": 3, "три": 3, "four": 4, "четыре": 4, "five": 5, "пять": 5}
_DAYS_AGO = {
    "day before yesterday": 2, "позавчера": 2, "yesterday": 1, "вчера": 1, "today": 0, "now": 0, "сегодня": 0,
    "сейчас": 0, "tomorrow": -1, "завтра": -1,
}  # fmt: skip
WEEKDAYS = (
    r"mon(?:days?)?|пн|понедельник\w*",
    r"tue(?:s(?:days?)?)?|вт|вторник\w*",
    r"wed(?:nesdays?)?|ср|сред(?:а|у|ы|ам)",
    r"thu(?:rs(?:days?)?)?|чт|четверг\w*",
    r"fri(?:days?)?|пт|пятниц\w+",
    r"sat(?:urdays?)?|сб|суббот\w+",
    r"sun(?:days?)?|вс|воскресень\w+",
)
"""Patterns of their names, Monday first."""
_NAMED_DAY = re.compile(
    rf"(?<!\w)(?:(?P<ago>{'|'.join(_DAYS_AGO)})(?!\w)"
    r"|(?P<last>(?:last|previous|past|прошл\w+|прошедш\w+|предыдущ\w+)\s+)?"
    rf"(?P<weekday>{'|'.join(WEEKDAYS)})(?!\w)(?P<dated>,?\s+(?=[0-9]))?)"
)
_CALENDAR = re.compile(
    r"(?:(this|current|эт\w{1,2}|текущ\w+)|last|previous|прошл\w+|прошедш\w+|предыдущ\w+)"
    r"\s+(?:(week|недел[яюие])|(year|год[ау]?)|month|месяце?)"
)


def read(text: str, today: date) -> Recent | tuple[date, date]:
    """The name of a recent period, or the first and the last day. A date without a year is the latest that has come.

    Raises PeriodError (`unreadable` or `no-such-date`).
    """
    words = " ".join(text.casefold().replace("ё", "е").split())
    words = re.sub(r"[,!?]+$|(?<!\.)\.$", "", words).strip()
    words = _without(_LEADING, words)
    if one := _CALENDAR.fullmatch(words):
        return _calendar(today, "week" if one[2] else "year" if one[3] else "month", present=bool(one[1]))
    words = _without(_POLITE, _dated(words, today))
    if words in _RECENT:
        return _RECENT[words]
    words = _SPANS.get(words, words)
    count, _, unit = words.partition(" ")
    if count in _FEW:
        words = f"{_FEW[count]} {unit}"
    if whole := _WHOLE_YEAR.fullmatch(words):
        return date_range(f"{whole[1]}-01-01..{whole[1]}-12-31", today)
    if counted := _COUNTED.fullmatch(words):
        return _counted(int(counted[1]), today, unit="dwmhy"[(counted.lastindex or 2) - 2])
    return date_range(words, today)


def _without(opening: re.Pattern[str], words: str) -> str:
    found = opening.match(words)
    return words[found.end() if found else 0 :]


def _dated(words: str, today: date) -> str:
    """With dates in the place of `yesterday` and of `Monday`, the latest that has come.

    Of `Friday to Monday` that is the latest Monday and the Friday before; `last Monday` is never today. The weekday
    before a date says nothing more.
    """
    latest = today
    for day in reversed([*_NAMED_DAY.finditer(words)]):
        named = ""
        if not day["dated"]:
            latest = today - _DAYS_AGO[day["ago"]] * DAY if day["ago"] else _weekday(day, latest)
            named = latest.isoformat()
        words = words[: day.start()] + named + words[day.end() :]
    return words


def _weekday(day: re.Match[str], latest: date) -> date:
    if day["last"]:
        latest -= DAY
    weekday = next(n for n, name in enumerate(WEEKDAYS) if re.fullmatch(name, day["weekday"]))
    return latest - (latest.weekday() - weekday) % 7 * DAY


def _counted(count: int, today: date, unit: str) -> Recent | tuple[date, date]:
    days, rest = divmod(count * {"h": 1, "d": 24, "w": 168, "m": 720, "y": 8760}[unit], 24)
    recent: dict[int, Recent] = {1: "day", 7: "week", 30: "month"}
    if rest or not days:
        raise PeriodError("unreadable")
    if days in recent:
        return recent[days]
    try:
        return today - (days - 1) * DAY, today
    except OverflowError:
        raise PeriodError("too-long") from None


def _calendar(today: date, unit: Literal["week", "month", "year"], *, present: bool) -> tuple[date, date]:
    """This one, as far as it has come, or the last; weeks begin on Mondays."""

    def start(day: date) -> date:
        if unit == "week":
            return day - day.weekday() * DAY
        return day.replace(day=1) if unit == "month" else day.replace(day=1, month=1)

    if present:
        return start(today), today
    last = start(today) - DAY
    return start(last), last
