from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.mood.periods import Period, parse
from bot.mood.robust import estimate
from bot.mood.study import Study
from bot.mood.view import MoodView, Shares
from bot.mood.wording import period_words
from bot.mood.words import sentences
from bot.texts import Texts
from storage.database import Database
from storage.mood_groups import GroupSettings, MoodGroups
from storage.moods import Moods, Score

NOW = datetime(2026, 11, 22, 15, 40, tzinfo=UTC).timestamp()
MIDNIGHT = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp())
WEEK = parse("week", NOW, "UTC")
DAY_S = 86_400


class House:
    """A database with one group, and what was said there."""

    def __init__(self, database: Database, group_id: int) -> None:
        self.database = database
        self.group_id = group_id
        self._messages = 0

    async def say(self, *said: tuple[int, int, int], thread_id: int = 0) -> None:
        """(person, at, score in thousandths) of each message."""
        scores = []
        for person, at, score in said:
            self._messages += 1
            label = (score > 300) - (score < -300)
            hour = at - at % 3600
            scores.append(Score(self.group_id, at, hour, self._messages, person, thread_id, label, score))
        await Moods(self.database).put(scores)

    async def view(
        self, period: Period = WEEK, thread_id: int | None = None, person: int | None = None, least: int = 3
    ) -> MoodView:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            view = await Study(self.database, self.group_id, least, NOW).view(period, thread_id, person)
        assert MoodView.from_json(view.to_json()) == view
        return view


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}")
    group = await MoodGroups(database).ensure(-100, "Книжный клуб")
    yield House(database, group.id)
    await database.close()


async def test_each_person_counts_once_however_much_they_write(house: House) -> None:
    loud = [(1, MIDNIGHT + 60 * minute, -900) for minute in range(40)]
    await house.say(*loud, (2, MIDNIGHT, 200), (3, MIDNIGHT, 300), (4, MIDNIGHT, 400), (5, MIDNIGHT, 500))
    view = await house.view()
    expected = estimate(np.array([-0.9, 0.2, 0.3, 0.4, 0.5]))
    assert view.points[-1].estimate == view.whole == expected
    assert (view.messages, view.people) == (44, 5)
    assert view.shares == Shares(40, 2, 2)


async def test_what_would_single_a_person_out_is_not_said(house: House) -> None:
    await house.say((1, MIDNIGHT, -900), (2, MIDNIGHT + 5, -900))
    await house.say((1, MIDNIGHT + 9, -900), (2, MIDNIGHT + 7, 100), thread_id=7)
    view = await house.view()
    assert view.points[-1].estimate is view.whole is view.shares is None
    assert (view.points[-1].messages, view.points[-1].people, view.messages) == (4, 2, 4)
    cell = view.grid[6][0]
    assert (cell.messages, cell.mean) == (4, None)
    assert {(topic.messages, topic.mean, topic.negative) for topic in view.topics} == {(2, None, None)}
    assert (await house.view(least=2)).whole is not None


async def test_the_period_before_is_beside_it(house: House) -> None:
    for person in range(4):
        await house.say((person, MIDNIGHT, 500), (person, MIDNIGHT - 8 * DAY_S, -500))
    view = await house.view()
    assert view.whole is not None
    assert view.before_whole is not None
    assert (view.whole.mean, view.before_whole.mean) == (0.5, -0.5)
    assert view.before_shares == Shares(4, 0, 0)


async def test_the_same_people_in_both_periods_are_compared_with_themselves(house: House) -> None:
    for person in range(12):
        temper = 150 * (person % 6) - 400
        await house.say((person, MIDNIGHT - 8 * DAY_S, temper), (person, MIDNIGHT, temper + 120 + person))
    change = (await house.view()).change
    assert change is not None
    assert 0 < change.low < change.high < 0.25
    others = House(house.database, 9)
    for person in range(12):
        temper = 150 * (person % 6) - 400
        await others.say(
            (person, MIDNIGHT - 8 * DAY_S, temper), (50 + person, MIDNIGHT, temper + 120 + person)
        )
    apart = (await others.view()).change
    assert apart is not None
    assert apart.low < 0 < change.high < apart.high
    assert (await house.view(person=3)).change is not None
    assert (await others.view(person=3)).change is None


async def test_a_person_s_own_messages_are_different_ones_in_both_periods(house: House) -> None:
    for number in range(20):
        score = 45 * number - 400
        await house.say((1, MIDNIGHT - 8 * DAY_S + number, score), (1, MIDNIGHT + number, score + 50))
    change = (await house.view(person=1)).change
    assert change is not None
    assert change.low < 0 < change.high


async def test_the_grid_is_by_the_groups_own_clock(house: House) -> None:
    period = parse("month", NOW, "Asia/Kolkata")
    at = int(datetime(2026, 11, 16, 18, 45, tzinfo=UTC).timestamp())  # 00:15 of Tuesday there
    half_past = at - 900
    scores = [
        Score(house.group_id, at + person, half_past, person, person, 0, 0, 100 * person)
        for person in range(5)
    ]
    await Moods(house.database).put(scores)
    view = await house.view(period)
    assert view.grid[1][0].messages == 5
    assert view.grid[1][0].mean == pytest.approx(0.2)
    assert sum(cell.messages for row in view.grid for cell in row) == 5


async def test_a_cell_counts_the_people_of_all_its_weeks(house: House) -> None:
    for week in range(3):
        await house.say((week, MIDNIGHT - 7 * week * DAY_S, 300), (0, MIDNIGHT - 7 * week * DAY_S, 300))
    view = await house.view(parse("month", NOW, "UTC"))
    assert view.grid[6][0].mean == pytest.approx(0.3)


async def test_topics_come_with_their_names_the_busiest_first(house: House) -> None:
    await MoodGroups(house.database).name_topic(house.group_id, 7, "Стихи")
    for person in range(3):
        await house.say((person, MIDNIGHT, 400), (person, MIDNIGHT + 1, -400), thread_id=7)
        await house.say((person, MIDNIGHT + 2, 1000))
    view = await house.view()
    assert [(topic.name, topic.messages, topic.mean) for topic in view.topics] == [
        ("Стихи", 6, 0.0),
        ("", 3, 1.0),
    ]
    assert view.topics[0].negative == 0.5
    assert [topic.estimate and topic.estimate.people for topic in view.topics] == [3, 3]
    assert view.topics[1].estimate == estimate(np.ones(3))
    one = await house.view(thread_id=7)
    assert (one.messages, one.topics) == (6, ())


async def test_the_only_topic_of_few_cannot_be_reckoned_from_the_others(house: House) -> None:
    for thread_id, people in ((7, 5), (8, 4), (0, 1)):
        await house.say(*((person, MIDNIGHT + person, -600) for person in range(people)), thread_id=thread_id)
    topics = (await house.view()).topics
    assert [topic.messages for topic in topics] == [5, 4, 1]
    assert [topic.mean for topic in topics] == [-0.6, None, None]
    assert [topic.estimate is None for topic in topics] == [False, True, True]
    await house.say((1, MIDNIGHT, -900), thread_id=9)  # two are not told apart by what the others leave
    assert [topic.mean for topic in (await house.view()).topics] == [-0.6, -0.6, None, None]


async def test_a_person_sees_all_of_their_own_and_nothing_else(house: House) -> None:
    await house.say((1, MIDNIGHT, 500), (1, MIDNIGHT + 3600, 300), (2, MIDNIGHT, -1000))
    view = await house.view(person=1)
    assert view.whole is not None
    assert view.whole.mean == pytest.approx(0.4)
    assert (view.people, view.messages, view.shares) == (1, 2, Shares(0, 1, 1))
    assert view.grid[6][1].mean == pytest.approx(0.3)
    assert sum(cell.messages for row in view.grid for cell in row) == 2


async def test_what_was_not_watched_is_a_gap_and_a_silence_is_none(house: House) -> None:
    groups = MoodGroups(house.database)
    start = WEEK.since
    await groups.begin(house.group_id, start + DAY_S)
    await groups.beat([house.group_id], start + 3 * DAY_S, 10 * DAY_S)
    await groups.begin(house.group_id, MIDNIGHT)
    await groups.beat([house.group_id], NOW - 20, 10 * DAY_S)
    view = await house.view()
    assert [point.gap for point in view.points] == [True, False, False, True, True, True, False]
    await house.say((1, start + 4 * DAY_S, 0))
    assert not (await house.view()).points[4].gap  # it was heard after all


async def test_who_has_just_begun_to_watch_does_not_say_that_they_are_away(house: House) -> None:
    groups = MoodGroups(house.database)
    await groups.begin(house.group_id, NOW - 60)
    for period in (WEEK, parse("day", NOW, "UTC")):
        view = await house.view(period)
        assert [point.gap for point in view.points] == [True] * (len(view.points) - 1) + [False]
        assert "only for a short while" in sentences(view, Texts().say("en"))


@pytest.mark.parametrize(
    "period",
    [
        WEEK,
        parse("day", NOW, "Australia/Lord_Howe"),
        parse("2025-12-01..2026-11-22", NOW, "Europe/Moscow"),
        parse("1999-01-01", NOW, "UTC"),
        Period("range", MIDNIGHT, MIDNIGHT - DAY_S, "UTC", "day"),
        Period("range", MIDNIGHT, MIDNIGHT, "UTC", "hour"),
        Period("range", MIDNIGHT + 90 * DAY_S, MIDNIGHT + 95 * DAY_S, "UTC", "day"),
    ],
)
async def test_of_nothing_there_is_a_view_too(house: House, period: Period) -> None:
    for said in ((), ((1, int(NOW) - 60, 700),)):
        await house.say(*said)
        for person in (None, 1):
            view = await house.view(period, person=person)
            assert [len(row) for row in view.grid] == [24] * 7
            assert view.shifts == view.topics == ()
            if person is None:
                assert view.whole is None
        assert await Study(house.database, house.group_id, 3, NOW).shifts() == []


async def test_a_planted_shift_is_found_and_marked_in_its_period(house: House) -> None:
    random = np.random.default_rng(4)
    for day in range(40):
        at = MIDNIGHT - (40 - day) * DAY_S + 12 * 3600
        level = 300 if day < 25 else -200
        await house.say(*((p, at + p, int(np.clip(random.normal(level, 300), -999, 999))) for p in range(12)))
    study = Study(house.database, house.group_id, 3, NOW)
    (shift,) = await study.shifts()
    assert abs(shift.at - (MIDNIGHT - 15 * DAY_S)) <= DAY_S
    assert shift.after < shift.before
    month = await house.view(parse("month", NOW, "UTC"))
    assert month.shifts == (shift,)
    assert (await house.view(parse("day", NOW, "UTC"))).shifts == ()


async def test_a_zone_that_this_machine_does_not_know_is_utc(house: House) -> None:
    await house.say(*((person, MIDNIGHT - 3600, 200) for person in range(4)))
    groups = MoodGroups(house.database)
    await groups.set(house.group_id, settings=GroupSettings(time_zone="Mars/Olympus"))
    assert await Study(house.database, house.group_id, 3, NOW).shifts() == []
    there, here = [await house.view(parse("month", NOW, zone)) for zone in ("Mars/Olympus", "UTC")]
    assert there.points == here.points
    assert there.grid == here.grid
    say = Texts().say("en")
    assert period_words(there.period, say) == period_words(here.period, say)


async def test_days_of_hardly_anybody_are_left_out_of_the_search(house: House) -> None:
    for day in range(40):
        at = MIDNIGHT - (40 - day) * DAY_S + 12 * 3600
        crowd = 20 if day < 34 else 3
        level = 300 if crowd == 20 else -900
        await house.say(*((p, at + p, level + 20 * ((p + day) % 7)) for p in range(crowd)))
    assert await Study(house.database, house.group_id, 3, NOW).shifts() == []


async def test_what_was_erased_is_not_remembered_by_the_next_question(house: House) -> None:
    for day in range(40):
        at = MIDNIGHT - (40 - day) * DAY_S + 12 * 3600
        await house.say(*((p, at + p, (300 if day < 25 else -200) + 40 * ((p + day) % 5)) for p in range(12)))
    ask = Study(house.database, house.group_id, 3, NOW)
    first = await ask.shifts()
    assert first
    assert await ask.shifts() == first
    await Moods(house.database).forget_group(house.group_id)
    assert await ask.shifts() == []


async def test_the_grid_of_a_large_group_agrees_with_that_of_a_small_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in range(0, 60, 2):
        at = WEEK.since + 3600 * hour
        await house.say(*((p, at, 100 * p - 10 * hour) for p in range(1 + hour % 5)))
    exact = await house.view()
    monkeypatch.setattr("bot.mood.study._ROWS_TO_COUNT", 0)
    for row, same in zip((await house.view()).grid, exact.grid, strict=True):
        for cell, one in zip(row, same, strict=True):
            assert cell.messages == one.messages
            assert (cell.mean is None) == (one.mean is None)
            assert cell.mean is None or cell.mean == pytest.approx(one.mean, abs=0.05)
