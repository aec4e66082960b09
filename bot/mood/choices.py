"""What admins choose for their group, read from words (or from a button, which carries the same words). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.mood.dates import WEEKDAYS
from bot.mood.zones import MOST_FOUND, find, near
from storage.mood_groups import GroupSettings

MOST_DAYS = 3650


def _each(words: str) -> list[str]:
    return words.split()


_YES = _each("on yes start enable вкл включи включить да")
_NO = _each("off no none never stop disable выкл выключи выключить нет никогда без")
_CADENCE = {
    **dict.fromkeys(_each("daily day everyday ежедневно ежедневная день"), "daily"),
    **dict.fromkeys(_each("weekly week еженедельно еженедельная неделя неделю"), "weekly"),
    **dict.fromkeys(_NO, "off"),
}
_TO = {
    **dict.fromkeys(
        _each("admins admin administrators админам админы администраторам администраторы"), "admins"
    ),
    **dict.fromkeys(_each("group everybody everyone all here группе группа группу всем сюда"), "group"),
}
_FILLERS = _each(
    "at on in to the for every each of по в во на к с со до до от каждый каждую каждое раз часов час"
)
_CLOCK = re.compile(
    r"(?<![\w:.])(\d{1,2})(?:[:.]?00)?(?:\s*(?:(am|утра|pm|дня|вечера|ночи)|ч|час|часа|часов))?(?![\w:.])"
)
_AFTER_NOON = {"pm": range(12), "дня": range(12), "вечера": range(1, 12), "ночи": range(6, 12)}
"""Which of these hours are: `11 ночи` and `12 дня`, but neither `2 ночи` nor `12 вечера`. Twelve is 0."""
_NAMED_HOURS = {"midnight": "0", "полночь": "0", "полночи": "0", "noon": "12", "полдень": "12"}
_QUIET = re.compile(r"\D*?(\d{1,2})\s*(?:[-‐-―−]|to|till|until|and|до|и|по|\s)\s*(\d{1,2})\D*")
_KEEP = re.compile(
    r"(?:for\s+)?(\d{1,5})\s*(?:(d|days?|д|дн|день|дня|дней)|(w|weeks?|недел\w+)|(m|months?|мес\w*)|(y|years?|год\w*|лет))?"
)
_ONE = {
    "day": 1, "день": 1, "week": 7, "неделя": 7, "неделю": 7, "month": 30, "месяц": 30, "half a year": 180,
    "полгода": 180, "year": 365, "год": 365,
}  # fmt: skip


class ChoiceError(ValueError):
    """The words name no choice for `field`; `zones` may be what was meant."""

    def __init__(self, field: str, zones: tuple[str, ...] = ()) -> None:
        super().__init__(field)
        self.field = field
        self.zones = zones


def changed(settings: GroupSettings, field: str, text: str) -> GroupSettings:
    """The settings with what the words choose for a field of `FIELDS`. Raises ChoiceError."""
    try:
        return FIELDS[field](settings, " ".join(text.casefold().replace(",", " ").split()))
    except KeyError:
        raise ChoiceError(field) from None


def _zone(settings: GroupSettings, words: str) -> GroupSettings:
    found = find(words)
    if len(found) != 1:
        raise ChoiceError("zone", found[:MOST_FOUND] or near(words))
    return replace(settings, time_zone=found[0])


def _digest(settings: GroupSettings, words: str) -> GroupSettings:
    """Cadence, hour, weekday and to whom, in any order; what is not named stays."""
    chosen: dict[str, Any] = {}
    for word in _hours(words).split():
        if word in (*_FILLERS, *_YES):
            continue
        if word in _CADENCE:
            chosen["digest"] = _CADENCE[word]
        elif word in _TO:
            chosen["digest_to"] = _TO[word]
        elif (weekday := _weekday(word)) is not None:
            chosen |= {"digest": "weekly", "digest_weekday": weekday}
        elif word.isdecimal() and int(word) <= 24:
            chosen["digest_hour"] = int(word) % 24
        else:
            raise ChoiceError("digest")
    if not chosen and words not in _YES:
        raise ChoiceError("digest")
    if settings.digest == "off" and "digest" not in chosen:
        chosen["digest"] = "daily"
    return replace(settings, **chosen)


def _keep(settings: GroupSettings, words: str) -> GroupSettings:
    days = _ONE.get(re.sub(r"^(?:a|one|один|одну|одна) ", "", words), 0)
    if match := _KEEP.fullmatch(words):
        unit = (1, 1, 7, 30, 365)[(match.lastindex or 1) - 1]
        days = int(match[1]) * unit
    if not 1 <= days <= MOST_DAYS:
        raise ChoiceError("keep")
    return replace(settings, retention_days=days)


def _quiet(settings: GroupSettings, words: str) -> GroupSettings:
    """From an hour until another; none at all if both are the same."""
    if words in _NO:
        return replace(settings, quiet_from=0, quiet_until=0)
    match = _QUIET.fullmatch(_hours(words))
    hours = [int(match[group]) for group in (1, 2)] if match else []
    if not hours or max(hours) > 24:
        raise ChoiceError("quiet")
    return replace(settings, quiet_from=hours[0] % 24, quiet_until=hours[1] % 24)


def _alerts(settings: GroupSettings, words: str) -> GroupSettings:
    return replace(settings, alerts=_switch("alerts", words))


def _voices(settings: GroupSettings, words: str) -> GroupSettings:
    return replace(settings, transcripts=_switch("voices", words))


def _switch(field: str, words: str) -> bool:
    if words not in (*_YES, *_NO):
        raise ChoiceError(field)
    return words in _YES


def _weekday(word: str) -> int | None:
    return next((day for day, name in enumerate(WEEKDAYS) if re.fullmatch(name, word)), None)


def _hours(words: str) -> str:
    """With full hours as bare numbers of 24: `9 pm`, `21:00` and `9 вечера` are `21`."""

    def number(clock: re.Match[str]) -> str:
        hour, part_of_day = int(clock[1]), clock[2]
        if not part_of_day:
            return str(hour)
        if not 1 <= hour <= 12:
            return clock[0]
        return str(hour % 12 + (12 if hour % 12 in _AFTER_NOON.get(part_of_day, ()) else 0))

    return _CLOCK.sub(number, " ".join(_NAMED_HOURS.get(word, word) for word in words.split()))


FIELDS: Mapping[str, Callable[[GroupSettings, str], GroupSettings]] = {
    "zone": _zone,
    "digest": _digest,
    "keep": _keep,
    "quiet": _quiet,
    "alerts": _alerts,
    "voices": _voices,
}
