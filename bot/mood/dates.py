"""Dates and stretches of days as people write them, in English and Russian."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

DAY = timedelta(days=1)
_YEARS = range(1971, 2200)
_MOST_MONTHS = 8
"""So many may lie between two dates without years of which the second would be of the year after."""

Recent = Literal["day", "week", "month"]
Reason = Literal["unreadable", "no-such-date", "too-long", "future"]


class PeriodError(ValueError):
    """No period can be made of a text; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class _Partial:
    """A date of which parts may be left to the other end of a range, or to the calendar."""

    year: int | None
    month: int | None
    day: int | None
    """None: the whole month."""


_RECENT: dict[str, Recent] = {"": "week", "day": "day", "week": "week", "month": "month"}
_RECENT |= {"день": "day", "сутки": "day", "неделя": "week", "неделю": "week", "месяц": "month"}
_LEADING = re.compile(r"(?:(?:for|in|on|during|over|the|за|в|во|на)\s+)+")
_POLITE = re.compile(
    r"(?:(?:for|in|on|during|over|the|a|last|past|за|в|во|на|последн\w+|весь|всю|один|одну|date)\s+)+"
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
    rf"(?<!\w)(?:(?P<ago>{'|'.join(_DAYS_AGO)})|(?P<weekday>{'|'.join(WEEKDAYS)})(?P<dated>,?\s+(?=[0-9]))?)(?!\w)"
)
_CALENDAR = re.compile(
    r"(?:(this|current|эт\w{1,2}|текущ\w+)|last|previous|прошл\w+|прошедш\w+|предыдущ\w+)"
    r"\s+(?:(week|недел[яюие])|(year|год[ау]?)|month|месяце?)"
)

_MONTHS = (
    r"jan(?:uary)?|янв(?:ар[ьяе])?",
    r"feb(?:ruary)?|февр?(?:ал[ьяе])?",
    r"mar(?:ch)?|мар(?:та?|те)?",
    r"apr(?:il)?|апр(?:ел[ьяе])?",
    r"may|ма[йяе]",
    r"june?|июн[ьяе]?",
    r"july?|июл[ьяе]?",
    r"aug(?:ust)?|авг(?:уст[ае]?)?",
    r"sept?(?:ember)?|сент?(?:ябр[ьяе])?",
    r"oct(?:ober)?|окт(?:ябр[ьяе])?",
    r"nov(?:ember)?|ноя(?:бр[ьяе])?",
    r"dec(?:ember)?|дек(?:абр[ьяе])?",
)
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})(?!\w)\.?"
_NUMBER = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|-?го|-?е)?(?!\w)"
_YEAR = r"(?:\s*,?\s*(?P<year>[0-9]{4})(?!\d)(?:\s*г(?:од[ау]?)?(?!\w)\.?)?)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>[0-9]{4})(?P<_>[-./])(?P<month>[0-9]{1,2})(?P=_)(?P<day>[0-9]{1,2})(?!\d)",
        r"(?P<day>[0-9]{1,2})(?P<_>[-./])(?P<month>[0-9]{1,2})(?P=_)(?P<year>[0-9]{4}|[0-9]{2})(?!\d)",
        r"(?P<year>[0-9]{4})[-./](?P<month>[0-9]{1,2})(?!\d)",
        r"(?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})(?!\d)",
        r"(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})(?!\d)(?:\.(?![.\d]))?",
        rf"{_NUMBER}\s*(?:of\s+)?{_NAME}{_YEAR}",
        rf"{_NAME}\s*{_NUMBER}{_YEAR}",
        rf"{_NAME}{_YEAR}",
        rf"{_NUMBER}{_YEAR}",
    )
)
_OPENING = re.compile(r"(?:from|since|starting|between|со?|от|между)\s+")
_BETWEEN = re.compile(
    r"\s*(?:\.{2,3}|…|[-‐-―−]{1,3}|(?:to|till|until|through|and|по|до|и)(?!\w))\s*|\s+(?=[0-9]+[-./])"
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
    words = _without(_POLITE, words)
    if words in _RECENT:
        return _RECENT[words]
    words = _SPANS.get(words, words)
    count, _, unit = words.partition(" ")
    if count in _FEW:
        words = f"{_FEW[count]} {unit}"
    if whole := _WHOLE_YEAR.fullmatch(words):
        year = int(whole[1])
        return _first_day(_Partial(year, 1, 1)), _first_day(_Partial(year, 12, 31))
    if counted := _COUNTED.fullmatch(words):
        return _counted(int(counted[1]), today, unit="dwmhy"[(counted.lastindex or 2) - 2])
    return _range(_NAMED_DAY.sub(lambda day: _date_of(day, today), words), today)


def _without(opening: re.Pattern[str], words: str) -> str:
    found = opening.match(words + " ")
    return (words + " ")[found.end() if found else 0 :].strip()


def _date_of(day: re.Match[str], today: date) -> str:
    """The date of `yesterday` or of the latest `Monday`; the weekday before a date says nothing more."""
    if day["dated"]:
        return ""
    if day["ago"]:
        return (today - _DAYS_AGO[day["ago"]] * DAY).isoformat()
    weekday = next(n for n, name in enumerate(WEEKDAYS) if re.fullmatch(name, day["weekday"]))
    return (today - (today.weekday() - weekday) % 7 * DAY).isoformat()


def _counted(count: int, today: date, unit: str) -> Recent | tuple[date, date]:
    days, rest = divmod(count * {"h": 1, "d": 24, "w": 168, "m": 720, "y": 8760}[unit], 24)
    recent: dict[int, Recent] = {1: "day", 7: "week", 30: "month"}
    if days in recent:
        return recent[days]
    if rest or not days:
        raise PeriodError("unreadable")
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


def _range(words: str, today: date) -> tuple[date, date]:
    opening = _OPENING.match(words)
    at = opening.end() if opening else 0
    first, at = _date(words, at)
    if at == len(words):
        if not first.month:
            raise PeriodError("unreadable")
        first = _dated(first, today)
        return _first_day(first), max(today, _first_day(first)) if opening else _last_day(first)
    between = _BETWEEN.match(words, at)
    if not between:
        raise PeriodError("unreadable")
    if between.end() == len(words) and first.month:
        return _first_day(_dated(first, today)), today
    last, at = _date(words, between.end())
    if at != len(words) or not (first.month or last.month):
        raise PeriodError("unreadable")
    return _ends(first, last, today)


def _date(words: str, at: int) -> tuple[_Partial, int]:
    """The date that begins there, and where it ends."""
    for pattern in _DATES:
        if match := pattern.match(words, at):
            found = match.groupdict()
            month = found.get("month") or next(
                (n for n, name in enumerate(_MONTHS, 1) if re.fullmatch(name, found.get("name") or "")), None
            )
            digits = found.get("year")
            year = int(digits if len(digits) == 4 else f"20{digits}") if digits else None
            day = int(found["day"]) if found.get("day") else None
            return _Partial(year, int(month) if month else None, day), match.end()
    raise PeriodError("unreadable")


def _ends(first: _Partial, last: _Partial, today: date) -> tuple[date, date]:
    """Both days of a range, each end lending the other what it lacks. Written backwards, it is turned round.

    Without years, `25.12-5.1` reaches over New Year; `15.11-1.11` would take too long for that, and is backwards.
    """
    backwards = (first.day or 0) > (last.day or 0)
    if not first.month:
        first = _of_month(first, last, -1 if backwards else 0)
    elif not last.month:
        last = _of_month(last, first, 1 if backwards else 0)
    falling = (first.month or 0, first.day or 1) > (last.month or 0, last.day or 31)
    over_new_year = falling and 0 < ((last.month or 0) - (first.month or 0)) % 12 <= _MOST_MONTHS
    if first.year is None and last.year is not None:
        first = replace(first, year=last.year - over_new_year)
    first = _dated(first, today)
    if last.year is None and first.year is not None:
        last = replace(last, year=first.year + over_new_year)
    begin, end = _first_day(first), _last_day(last)
    return (begin, end) if begin <= end else (_first_day(last), _last_day(first))


def _of_month(bare: _Partial, other: _Partial, step: int) -> _Partial:
    """A day of the other date's month, or of the month beside it."""
    months = (other.month or 1) - 1 + step
    year = None if other.year is None else other.year + months // 12
    return _Partial(year if bare.year is None else bare.year, months % 12 + 1, bare.day)


def _dated(partial: _Partial, today: date) -> _Partial:
    """With the latest year in which it has come, if it names none."""
    if partial.year is not None:
        return partial
    for year in range(today.year, today.year - 9, -1):  # nine years have a 29 February
        dated = replace(partial, year=year)
        try:
            if _first_day(dated) <= today:
                return dated
        except PeriodError:
            continue
    raise PeriodError("no-such-date")


def _first_day(partial: _Partial) -> date:
    year, month = partial.year or 0, partial.month or 0
    if year not in _YEARS:
        raise PeriodError("no-such-date")
    try:
        return date(year, month, 1 if partial.day is None else partial.day)
    except ValueError:
        raise PeriodError("no-such-date") from None


def _last_day(partial: _Partial) -> date:
    first = _first_day(partial)
    if partial.day is not None:
        return first
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
