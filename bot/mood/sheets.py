"""Tables to carry away: CSV that opens by a double click in the spreadsheet of whoever asked, and holds no formula.

UTF-8 with its mark. Where people write 0,5 spreadsheets take semicolons between columns, elsewhere commas. Times are
those of the group's clock, which is named beside them: no spreadsheet takes a time with an offset for a time.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

from bot.cells import guarded
from bot.mood.zones import offset_words
from bot.texts import Speaker
from storage.moods import HourRow, Moods, Score

HOURS = ("hour", "clock", "messages", "people", "negative", "neutral", "positive", "mean")
OWN = ("time", "clock", "topic", "mood", "score")
_STEP_S = 30 * 86_400
"""So much time is read at once."""
_MOODS = {-1: "negative", 0: "neutral", 1: "positive"}


@dataclass(frozen=True, slots=True)
class Style:
    """How a person's spreadsheet reads tables."""

    say: Speaker
    decimal: str

    @classmethod
    def of(cls, say: Speaker, language_code: str | None) -> Style:
        """By the language that Telegram tells of a person, which may be one in which the bot does not speak."""
        try:
            locale = Locale.parse(language_code or say.language, sep="-")
        except (UnknownLocaleError, ValueError):
            locale = Locale.parse(say.language)
        return cls(say, get_decimal_symbol(locale, numbering_system="latn"))

    @property
    def delimiter(self) -> str:
        return ";" if self.decimal == "," else ","

    def number(self, value: float) -> str:
        return f"{value:.3f}".replace(".", self.decimal)

    @contextmanager
    def writer(self, path: Path, columns: Iterable[str]) -> Iterator[Any]:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file, delimiter=self.delimiter)
            table.writerow([self.say("mood-column", name=name) for name in columns])
            yield table


async def write_hours(
    path: Path,
    moods: Moods,
    group_id: int,
    span: tuple[int, int],
    zone: ZoneInfo,
    least_people: int,
    style: Style,
) -> int:
    """Every hour of [since, until) in which somebody wrote; how many.

    How many messages of how many people, how many of them were negative, neutral, positive, and their mean from -1
    to 1: these four are empty where fewer people wrote than may be shown.
    """
    rows = 0
    with style.writer(path, HOURS) as table:
        for since in range(span[0], span[1], _STEP_S):
            found = await moods.hours(group_id, since, min(since + _STEP_S, span[1]))
            table.writerows(_hour(row, zone, least_people, style) for row in found)
            rows += len(found)
    return rows


async def write_own(
    path: Path,
    moods: Moods,
    group_id: int,
    person: int,
    zone: ZoneInfo,
    topics: Mapping[int, str],
    style: Style,
) -> int:
    """Every score of one person, for that person; how many. The score lies between -1 and 1."""
    found = await moods.of_person(group_id, person, 0, 2**62)
    with style.writer(path, OWN) as table:
        table.writerows(_own(score, zone, topics, style) for score in found)
    return len(found)


def _hour(row: HourRow, zone: ZoneInfo, least_people: int, style: Style) -> list[Any]:
    volume = [*_clock(row.slot, zone, "minutes"), row.messages, row.people]
    if row.people < least_people:
        return [*volume, "", "", "", ""]
    neutral = row.messages - row.negative - row.positive
    mean = style.number(row.total / row.messages / 1000)
    return [*volume, row.negative, neutral, row.positive, mean]


def _own(score: Score, zone: ZoneInfo, topics: Mapping[int, str], style: Style) -> list[Any]:
    mood = style.say("mood-cell", mood=_MOODS[score.label])
    topic = guarded(topics.get(score.thread_id, ""))
    return [*_clock(score.at, zone, "seconds"), topic, mood, style.number(score.score / 1000)]


def _clock(at: int, zone: ZoneInfo, precision: str) -> tuple[str, str]:
    local = datetime.fromtimestamp(at, zone).replace(tzinfo=None)
    return local.isoformat(" ", timespec=precision), offset_words(zone.key, at)
