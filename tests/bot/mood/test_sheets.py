"""Tables of moods in the spreadsheets of different languages."""

from __future__ import annotations

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.mood.sheets import Style, write_hours, write_own
from bot.texts import Texts
from storage.database import Database
from storage.mood_groups import MoodGroups
from storage.moods import Moods, Score

BERLIN = ZoneInfo("Europe/Berlin")
TWICE = 1_792_886_400
"""2026-10-25 02:00 in Berlin, the first time."""


@pytest.mark.parametrize(
    ("code", "delimiter", "half"),
    [
        ("ru", ";", "-0,500"), ("ru-RU", ";", "-0,500"), ("en", ",", "-0.500"), ("de", ";", "-0,500"),
        ("pt-br", ";", "-0,500"), ("zh-hans", ",", "-0.500"), (None, ",", "-0.500"), ("x-none", ",", "-0.500"),
        ("", ",", "-0.500"), ("../..", ",", "-0.500"),
    ],
)  # fmt: skip
def test_columns_and_numbers_are_set_apart_as_the_persons_spreadsheet_has_it(
    code: str | None, delimiter: str, half: str
) -> None:
    style = Style.of(Texts().say("en"), code)
    assert (style.delimiter, style.number(-0.5)) == (delimiter, half)


async def test_a_table_in_russian_opens_by_itself_and_names_the_clock_of_an_hour_that_comes_twice(
    tmp_path: Path,
) -> None:
    style = Style.of(Texts().say("ru"), "ru")
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'moods.sqlite3'}")
    try:
        groups, moods = MoodGroups(database), Moods(database)
        group = await groups.ensure(-1, "Group")
        await groups.name_topic(group.id, 5, "=HYPERLINK(1);x")
        for number in range(4):
            at = TWICE + (3600 if number == 3 else 0)
            thread = 5 if number == 3 else 0
            await moods.put([Score(group.id, at, at, number, 7 if number == 3 else number, thread, -1, -500)])
        path = tmp_path / "mood.csv"
        span = (TWICE, TWICE + 7200)
        assert await write_hours(path, moods, group.id, span, BERLIN, 3, style) == 2
        assert path.read_bytes().startswith("\ufeffчас;часовой пояс;сообщения;люди;".encode())
        with path.open(encoding="utf-8-sig", newline="") as file:
            _, *rows = csv.reader(file, delimiter=";")
        assert rows == [
            ["2026-10-25 02:00", "UTC+2", "3", "3", "3", "0", "0", "-0,500"],
            ["2026-10-25 02:00", "UTC+1", "1", "1", "", "", "", ""],
        ]
        topics = await groups.topic_names(group.id)
        assert await write_own(path, moods, group.id, 7, BERLIN, topics, style) == 1
        with path.open(encoding="utf-8-sig", newline="") as file:
            _, row = csv.reader(file, delimiter=";")
        assert row == ["2026-10-25 02:00:00", "UTC+1", "'=HYPERLINK(1);x", "отрицательное", "-0,500"]
    finally:
        await database.close()
