from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from bot.mood.days import ALL, Days, Sums
from bot.mood.periods import day_start, slot
from bot.mood.tally import Tally
from storage.database import Database
from storage.mood_days import MoodDays
from storage.moods import Moods, Score

MOSCOW, KOLKATA = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Kolkata")
DAY_S = 86_400
FIRST = 20_000 * DAY_S
NOW = FIRST + 8 * DAY_S + 5000


def crowd(number: int, zone: ZoneInfo, seed: int = 1) -> list[Score]:
    """Messages of forty people in three topics, in the week before now."""
    rng = random.Random(seed)
    scores = []
    for message in range(number):
        at, value = FIRST + rng.randrange(8 * DAY_S), rng.randint(-1000, 1000)
        person, thread = rng.getrandbits(64) % 40 - 2**63, rng.choice([0, 0, 7, 2**31])
        label = (value > 300) - (value < -300)
        scores.append(Score(1, at, slot(at, zone), message, person, thread, label, value))
    return scores


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}")
    yield database
    await database.close()


def same(one: Sums, other: Sums) -> bool:
    alike = (np.array_equal(getattr(one.people, n), getattr(other.people, n)) for n in Tally.__slots__)
    return np.array_equal(one.hours, other.hours) and all(alike)


@pytest.mark.parametrize("zone", [MOSCOW, KOLKATA], ids=str)
async def test_days_that_are_kept_add_up_to_what_is_there(database: Database, zone: ZoneInfo) -> None:
    scores = crowd(600, zone)
    await Moods(database).put(scores)
    days = Days(database, 1, zone, NOW)
    since = FIRST + 7 * 3600
    packed, unpacked = await days.sums(since, NOW), await days.sums(since, NOW)
    assert len(packed) == 9
    assert all(same(one, other) for one, other in zip(packed, unpacked, strict=True))
    for thread in (None, 0, 7):
        mine = [score for score in scores if since <= score.slot and thread in (None, score.thread_id)]
        everyone = Tally.joined([day.everyone(thread) for day in unpacked]).placed(0)
        assert sorted(everyone.voice.tolist()) == sorted({score.person for score in mine})
        assert int(everyone.messages.sum()) == len(mine)
        assert int(everyone.total.sum()) == sum(score.score for score in mine)
    hours = {
        (row.slot, row.messages, row.people, row.negative, row.positive, row.total)
        for row in await Moods(database).hours(1, since, NOW)
    }
    found = np.concatenate([day.hours for day in unpacked], axis=1)
    found = found[:, found[1] == ALL]
    assert {tuple(column) for column in np.delete(found, 1, axis=0).T.tolist()} == hours


async def test_the_hours_of_a_topic_are_those_of_its_messages(database: Database) -> None:
    scores = crowd(600, MOSCOW)
    await Moods(database).put(scores)
    days = await Days(database, 1, MOSCOW, NOW).sums(FIRST, NOW)
    hours = np.concatenate([day.hours for day in days], axis=1)
    of_topic = hours[:, hours[1] == 7]
    for slot_at, _, messages, people, *_, total in of_topic.T.tolist():
        mine = [score for score in scores if (score.slot, score.thread_id) == (slot_at, 7)]
        assert (messages, people) == (len(mine), len({score.person for score in mine}))
        assert total == sum(score.score for score in mine)
    assert int(of_topic[2].sum()) == sum(score.thread_id == 7 and score.slot >= FIRST for score in scores)


async def test_whole_days_that_are_over_are_kept_and_no_others(database: Database) -> None:
    await Moods(database).put(crowd(200, MOSCOW))
    await Days(database, 1, MOSCOW, NOW).sums(FIRST - 3 * DAY_S + 600, NOW)
    starts = sorted(await MoodDays(database).sums(1, 0, NOW))
    wanted = [(at - 3 * 3600, at + DAY_S - 3 * 3600) for at in range(FIRST, FIRST + 8 * DAY_S, DAY_S)]
    assert starts == wanted, "today, and what lies before the first message, is not among them"


async def test_a_change_is_seen_by_the_next_question(database: Database) -> None:
    moods, scores = Moods(database), crowd(300, MOSCOW)
    await moods.put(scores)
    days = Days(database, 1, MOSCOW, NOW)

    async def whole() -> tuple[int, int, int]:
        everyone = Tally.joined([day.everyone() for day in await days.sums(FIRST, NOW)]).placed(0)
        averages = (await days.averages(FIRST - DAY_S, NOW)).values()
        assert sum(people for _, people in averages) >= everyone.voices
        return everyone.voices, int(everyone.messages.sum()), int(everyone.total.sum())

    count, total = 300, sum(score.score for score in scores)
    assert await whole() == (40, count, total)
    await moods.put([replace(scores[0], score=scores[0].score + 5)])
    assert await whole() == (40, count, total + 5)
    mine = [score for score in scores[1:] if score.person == scores[1].person]
    await moods.forget_person(1, scores[1].person)
    voices, messages, _ = await whole()
    assert (voices, messages) == (39, count - len(mine) - (scores[0].person == scores[1].person))


async def test_an_average_is_that_of_the_people_of_the_day(database: Database) -> None:
    noon = day_start(date(2024, 10, 8), MOSCOW) + DAY_S // 2
    said = [Score(1, noon + n, noon, n, n, 7 * (n % 2), 0, 100 * n) for n in range(4)]
    await Moods(database).put([*said, replace(said[3], at=noon + 9, message=9, score=-300)])
    for _ in range(2):
        averages = await Days(database, 1, MOSCOW, noon + 5 * DAY_S).averages(noon - DAY_S, noon + 2 * DAY_S)
        assert [(mean, people) for mean, people in averages.values()] == [
            (pytest.approx(0.075), 4),
            (None, 0),
        ]


async def test_of_no_time_there_are_no_days(database: Database) -> None:
    days = Days(database, 1, MOSCOW, NOW)
    assert await days.sums(NOW, NOW) == []
    assert await days.sums(NOW, NOW - DAY_S) == []
    assert await days.averages(NOW, NOW) == {}
    assert await days.averages(0, NOW) == {}


def test_nothing_can_be_packed_and_unpacked() -> None:
    nothing = Sums.of(np.zeros((7, 0), dtype=np.int64))
    assert same(Sums.unpack(nothing.pack()), nothing)
    assert nothing.everyone().voices == nothing.everyone(7).voices == 0
