"""Tables to carry away: CSV that every spreadsheet opens (UTF-8 with its mark, no text that is taken for a formula)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.cells import guarded
from storage.moods import HourRow, Moods, Score

HOURS = ("hour", "messages", "people", "negative", "neutral", "positive", "mean")
OWN = ("time", "topic", "mood", "score")
_STEP_S = 30 * 86_400
"""So much time is read at once."""
_MOODS = {-1: "negative", 0: "neutral", 1: "positive"}


async def write_hours(
    path: Path, moods: Moods, group_id: int, span: tuple[int, int], zone: ZoneInfo, least_people: int
) -> int:
    """Every hour of [since, until) in which somebody wrote; how many.

    Its beginning on the zone's clock with the offset, how many messages of how many people, how many of them were
    negative, neutral, positive, and their mean from -1 to 1: these four are empty where fewer people wrote than may be
    shown.
    """
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(HOURS)
        for since in range(span[0], span[1], _STEP_S):
            found = await moods.hours(group_id, since, min(since + _STEP_S, span[1]))
            table.writerows(_hour(row, zone, least_people) for row in found)
            rows += len(found)
    return rows


async def write_own(
    path: Path, moods: Moods, group_id: int, person: int, zone: ZoneInfo, topics: Mapping[int, str]
) -> int:
    """Every score of one person, for that person; how many. The score lies between -1 and 1."""
    found = await moods.of_person(group_id, person, 0, 2**62)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(OWN)
        table.writerows(_own(found, zone, topics))
    return len(found)


def _hour(row: HourRow, zone: ZoneInfo, least_people: int) -> list[Any]:
    volume = [_clock(row.slot, zone), row.messages, row.people]
    if row.people < least_people:
        return [*volume, "", "", "", ""]
    neutral = row.messages - row.negative - row.positive
    return [*volume, row.negative, neutral, row.positive, round(row.total / row.messages / 1000, 3)]


def _own(scores: Iterable[Score], zone: ZoneInfo, topics: Mapping[int, str]) -> Iterable[list[Any]]:
    for score in scores:
        topic = guarded(topics.get(score.thread_id, ""))
        yield [_clock(score.at, zone), topic, _MOODS[score.label], score.score / 1000]


def _clock(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at, zone).isoformat(timespec="seconds")
