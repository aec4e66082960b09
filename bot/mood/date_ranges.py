"""Dates and ranges of dates as people write them, in English and Russian; each may leave parts to the other."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

_YEARS = range(1971, 2200)
_MOST_MONTHS = 8
"""So many may lie between two dates without years of which the second would be of the year after."""

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
        r"(?P<day>[0-9]{1,2})(?P<_>[-./])(?P<month>[0-9]{1,2})(?P=_)(?P<year>[0-9]{4}|[0-9]{2})(?!\d)(?:\s*г(?:ода?)?(?!\w)\.?)?",
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
    r"\s*(?:\.{2,3}|…|[-‐-―−]{1,3}|(?:to|till|until|through|and|по|до|и)(?!\w))\s*|,?\s+(?=[0-9]+[-./])"
)


def date_range(words: str, today: date) -> tuple[date, date]:
    """First and last day; of one date that day or, if it has none, its month; `from` a date until today.

    `words` in lower case. Raises PeriodError (`unreadable` or `no-such-date`).
    """
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
