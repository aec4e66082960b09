"""What people write after /mood, in English and Russian. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.mood.periods import Period, PeriodError, parse, zone_of

Action = Literal[
    "see", "me", "on", "off", "export", "delete", "settings",
    "zone", "digest", "keep", "quiet", "alerts", "voices",
]  # fmt: skip

_WORDS: Mapping[Action, str] = {
    "me": "me mine я мое моё мой моя",
    "on": "on start enable вкл включи включить",
    "off": "off stop disable выкл выключи выключить",
    "export": "export csv экспорт выгрузка выгрузить скачать",
    "delete": "delete erase удали удалить стереть сотри",
    "settings": "settings setup настройки настройка",
    "zone": "zone timezone tz зона пояс",
    "digest": "digest digests сводка сводки сводку дайджест",
    "keep": "keep retention хранить храни срок",
    "quiet": "quiet тихо тишина",
    "alerts": "alerts alert оповещения предупреждения уведомления",
    "voices": "voices voice transcripts transcript голосовые голос",
}
_ACTIONS: Mapping[str, Action] = {word: action for action, words in _WORDS.items() for word in words.split()}
_HERE = ("here", "здесь", "тут")
_GENERAL = ("general", "общая", "общая тема")
"""What is written outside of topics, as its button is called."""
_MOST_WORDS = 16
_LEAST_LETTERS = 3
_CODES = {"day": "d", "week": "w", "month": "m"}
_NAMES = {code: name for name, code in _CODES.items()}


def action_of(arguments: str) -> tuple[Action, str]:
    """What is wanted, and the words that go with it."""
    first, _, rest = arguments.strip().partition(" ")
    action = _ACTIONS.get(first.casefold())
    return ("see", arguments.strip()) if action is None else (action, rest.strip())


class UnknownTopic(ValueError):
    """No topic of the group has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Wish:
    """What to look at."""

    period: Period
    thread_id: int | None
    """None is the whole group."""


def wish(
    text: str, now: float, zone: str, topics: Mapping[int, str], here: int | None = None, at: str = "week"
) -> Wish:
    """A period and a topic in any order, each of which may be missing; `here` is the topic where this was written.

    Raises PeriodError and UnknownTopic.
    """
    words = text.split()
    if len(words) > _MOST_WORDS:
        raise PeriodError("unreadable")
    found = dict.fromkeys(_GENERAL, 0) if topics else {}
    found |= {name.casefold(): thread_id for thread_id, name in topics.items()}
    if topics:
        found |= dict.fromkeys(_HERE, here or 0)
    trouble = PeriodError("unreadable")
    readable: list[tuple[Period, str]] = []
    unknown = ""
    for period_words, topic_words in _splits(words):
        try:
            period = parse(period_words or at, now, zone)
        except PeriodError as error:
            trouble = error if trouble.reason == "unreadable" else trouble
            continue
        if not topic_words:
            return Wish(period, None)
        readable.append((period, topic_words.casefold()))
        if period_words:
            unknown = unknown or topic_words
    for period, name in readable:
        if name in found:
            return Wish(period, found[name])
    # The longest part of a name first: with a topic `Monday news`, `monday new` means it, and no Monday.
    for period, name in reversed(readable):
        if len(alike := {thread for title, thread in found.items() if _names(name, title)}) == 1:
            return Wish(period, alike.pop())
    if trouble.reason != "unreadable":
        raise trouble
    if unknown:
        raise UnknownTopic(unknown)
    raise trouble


def _names(part: str, title: str) -> bool:
    """Whether a few letters are enough to tell the topic by: those with which a word of it begins."""
    return len(part) >= _LEAST_LETTERS and f" {part}" in f" {title}"


def _splits(words: list[str]) -> list[tuple[str, str]]:
    """(period, topic): what may be what, the longest period first."""
    found = []
    for count in range(len(words), -1, -1):
        found.append((" ".join(words[:count]), " ".join(words[count:])))
        if 0 < count < len(words):
            found.append((" ".join(words[-count:]), " ".join(words[:-count])))
    return found


def code(period: Period) -> str:
    """A period as a button carries it."""
    if period.name != "range":
        return _CODES[period.name]
    tz = zone_of(period.zone)
    return "-".join(f"{datetime.fromtimestamp(at, tz):%Y%m%d}" for at in (period.since, period.until - 1))


def decoded(text: str, now: float, zone: str) -> Period:
    """What `code` made, as it is now. Raises PeriodError for anything else."""
    if text in _NAMES:
        return parse(_NAMES[text], now, zone)
    first, _, last = text.partition("-")
    dates = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in (first, last) if len(day) == 8 and day.isdecimal()]
    if len(dates) != 2:
        raise PeriodError("unreadable")
    return parse("..".join(dates), now, zone)
