"""Scores and their sums: what goes in comes out, changes with edits, and is gone when it was erased."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from storage.database import Database
from storage.mood_days import MoodDays, PackedDay
from storage.mood_groups import MoodGroups
from storage.moods import SLOT_S, HourRow, Moods, Score
from storage.schema import mood_hours
from storage.schema import moods as moods_table

T = 1_790_000_000 // SLOT_S * SLOT_S


@pytest.fixture
def moods(database: Database) -> Moods:
    return Moods(database)


@pytest.fixture
def groups(database: Database) -> MoodGroups:
    return MoodGroups(database)


def score(at: int, person: int = 1, value: int = 0, *, message: int | None = None, **others: Any) -> Score:
    """Written `at` seconds after T."""
    others = {"group_id": 1, "slot": T + at - at % SLOT_S, "thread_id": 0} | others
    return Score(
        at=T + at,
        message=at if message is None else message,
        person=person,
        label=(value > 300) - (value < -300),
        score=value,
        **others,
    )


def crowd(number: int, seed: int = 1) -> list[Score]:
    """Messages of forty people in four topics, at odd moments of three days."""
    rng = random.Random(seed)
    return [
        score(
            rng.randrange(3 * 24 * SLOT_S),
            rng.randrange(40) - 20,
            rng.randint(-1000, 1000),
            message=rng.getrandbits(64) - 2**63,
            thread_id=rng.choice([0, 0, 7, 2**31]),
        )
        for _ in range(number)
    ]


def sums(scores: list[Score]) -> tuple[int, int, int, int, int]:
    """messages, people, negative, positive, total"""
    return (
        len(scores),
        len({score.person for score in scores}),
        sum(score.label < 0 for score in scores),
        sum(score.label > 0 for score in scores),
        sum(score.score for score in scores),
    )


async def assert_sums_are_those_of_the_scores(database: Database) -> None:
    """Sums that are kept and sums that are made anew do not differ."""
    async with database.reading() as connection:
        kept = {tuple(row)[:4]: tuple(row)[4:] for row in await connection.execute(select(mood_hours))}
        made: defaultdict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for row in await connection.execute(select(moods_table)):
            slot = row.at - row.at % SLOT_S
            change = (1, row.label < 0, row.label > 0, row.score)
            here = made[row.group_id, slot, row.thread_id, row.person]
            here[:] = [old + new for old, new in zip(here, change, strict=True)]
    assert kept == {key: tuple(values) for key, values in made.items()}


async def test_every_hour_has_the_sums_of_its_messages(moods: Moods, database: Database) -> None:
    scores = crowd(500)
    assert await moods.put(scores) == 500
    await moods.put([replace(some, group_id=2) for some in scores[:9]])
    rows = await moods.hours(1, T, T + 2 * 24 * SLOT_S)
    hours = defaultdict(list)
    for some in scores:
        if some.slot < T + 2 * 24 * SLOT_S:
            hours[some.slot].append(some)
    assert rows == [HourRow(slot, *sums(those)) for slot, those in sorted(hours.items())]
    await assert_sums_are_those_of_the_scores(database)


async def test_the_sums_of_a_stretch_are_told_by_hour_topic_and_person(moods: Moods) -> None:
    scores = crowd(400)
    await moods.put(scores)
    since, until = T + SLOT_S, T + 48 * SLOT_S
    wanted: defaultdict[tuple[int, int, int], list[Score]] = defaultdict(list)
    for some in scores:
        if since <= some.slot < until:
            wanted[some.slot, some.thread_id, some.person].append(some)
    found = {tuple(row[:3]): tuple(row[3:]) for row in await moods.sums(1, since, until)}
    assert found == {place: (of[0], *of[2:]) for place, some in wanted.items() if (of := sums(some))}
    assert await moods.sums(2, since, until) == []


async def test_whether_anything_of_a_person_is_kept_is_known(moods: Moods) -> None:
    await moods.put([score(5, person=3), score(6, person=4, group_id=2)])
    assert [await moods.knows(1, person) for person in (3, 4)] == [True, False]
    await moods.forget_person(1, 3)
    assert not await moods.knows(1, 3)


async def test_a_person_finds_all_of_their_own_and_nothing_else(moods: Moods) -> None:
    scores = crowd(500)
    await moods.put(scores)
    since, until = T + 5000, T + 200_000
    mine = [some for some in scores if some.person == 3 and since <= some.at < until]
    assert await moods.of_person(1, 3, since, until) == sorted(mine, key=lambda some: (some.at, some.message))
    assert await moods.of_person(2, 3, since, until) == []


async def test_the_first_message_is_known(moods: Moods) -> None:
    assert await moods.first_at(1) is None
    await moods.put([score(50), score(40), score(1, group_id=2)])
    assert await moods.first_at(1) == T + 40


async def test_an_edit_changes_the_sums_by_the_difference(moods: Moods, database: Database) -> None:
    scores = crowd(200)
    await moods.put(scores)
    edited = [replace(some, score=-some.score, label=-some.label) for some in scores[::3]]
    assert await moods.put([*edited, score(9)]) == 1
    assert await moods.put(edited) == 0
    await assert_sums_are_those_of_the_scores(database)
    rows = await moods.hours(1, T, T + 3 * 24 * SLOT_S)
    assert sum(row.messages for row in rows) == 201


async def test_what_no_longer_counts_is_taken_out_of_the_sums(moods: Moods, database: Database) -> None:
    scores = crowd(200)
    await moods.put([*scores, score(7, 99), replace(scores[0], group_id=2)])
    going = [*scores[::3], score(7, 99)]
    keys = [(some.group_id, some.at, some.message) for some in going]
    assert await moods.remove([*keys, keys[0], (1, T + 7, 8), (3, T + 7, 7)]) == len(going)
    await assert_sums_are_those_of_the_scores(database)
    rows = await moods.hours(1, T, T + 3 * 24 * SLOT_S)
    assert sum(row.messages for row in rows) == 201 - len(going)
    assert not await moods.knows(1, 99)
    assert await moods.remove(keys) == await moods.remove([]) == 0
    assert len(await moods.hours(2, T, T + 3 * 24 * SLOT_S)) == 1


async def test_what_no_longer_counts_is_taken_from_where_it_was_counted(moods: Moods) -> None:
    await moods.put([score(2000, value=500, slot=T + 1800)])
    assert await moods.remove([(1, T + 2000, 2000)]) == 1
    assert await moods.hours(1, T - 9999, T + 9999) == []


async def test_of_two_versions_in_one_batch_the_later_counts(moods: Moods, database: Database) -> None:
    assert await moods.put([score(5, value=900), score(5, value=-900)]) == 1
    assert await moods.hours(1, T, T + 1) == [HourRow(T, 1, 1, 1, 0, -900)]
    await assert_sums_are_those_of_the_scores(database)


async def test_an_edit_counts_where_the_message_was_counted(moods: Moods) -> None:
    """Between the two the group moved from India, whose hours begin at :30, to Europe."""
    await moods.put([score(2000, value=500, slot=T + 1800)])
    await moods.put([score(2000, value=-500, slot=T)])
    assert await moods.hours(1, T - 9999, T + 9999) == [HourRow(T + 1800, 1, 1, 1, 0, -500)]
    assert [some.slot for some in await moods.of_person(1, 1, T, T + 3000)] == [T + 1800]
    assert await moods.forget_person(1, 1) == 1
    assert await moods.hours(1, T - 9999, T + 9999) == []


async def test_more_scores_than_one_statement_can_look_up(moods: Moods, database: Database) -> None:
    scores = crowd(1100)
    assert await moods.put(scores) == 1100
    assert await moods.put(scores) == 0
    assert await moods.put([]) == 0
    await assert_sums_are_those_of_the_scores(database)


async def test_whoever_opted_out_is_left_out_of_that_group_alone(moods: Moods, groups: MoodGroups) -> None:
    await groups.opt_out(1, 2)
    assert await moods.put([score(1, 2), score(2, 2, group_id=2), score(3, 1)]) == 2
    assert await moods.of_person(1, 2, T, T + 99) == []
    assert len(await moods.of_person(2, 2, T, T + 99)) == 1
    assert await moods.put([score(4, 2)]) == 0
    await groups.opt_in(1, 2)
    assert await moods.put([score(5, 2)]) == 1


async def test_forgetting_a_person_takes_their_part_out_of_every_sum(
    moods: Moods, database: Database
) -> None:
    scores = crowd(600)
    await moods.put([*scores, replace(scores[0], group_id=2, person=3)])
    assert await moods.forget_person(1, 3) == sum(some.person == 3 for some in scores)
    await assert_sums_are_those_of_the_scores(database)
    rest = [some for some in scores if some.person != 3]
    assert sum(row.messages for row in await moods.hours(1, T, T + 10**6)) == len(rest)
    assert await moods.forget_person(1, 3) == 0
    assert len(await moods.of_person(2, 3, T, T + 10**6)) == 1


async def test_writers_get_their_turn_while_a_person_is_forgotten(
    moods: Moods, groups: MoodGroups, database: Database
) -> None:
    """Erasing is done in many short transactions, between which others write."""
    await moods.put([score(hour * SLOT_S, 3) for hour in range(100)])
    transactions = 0

    @event.listens_for(database._engine.sync_engine, "commit")
    def count(_: object) -> None:
        nonlocal transactions
        transactions += 1

    await moods.forget_person(1, 3)
    assert transactions >= 4


async def test_what_is_older_is_pruned_and_an_hour_goes_as_a_whole(moods: Moods, database: Database) -> None:
    await moods.put([score(at, at % 7) for at in range(0, 3 * SLOT_S, 60)])
    before = T + SLOT_S + 1800
    assert await moods.prune(1, before) == 90
    assert await moods.first_at(1) == before
    assert [row.slot for row in await moods.hours(1, T, T + 10**6)] == [T + SLOT_S, T + 2 * SLOT_S]
    assert await moods.prune(1, T + 2 * SLOT_S) == 30
    await assert_sums_are_those_of_the_scores(database)
    assert await moods.prune(1, T + 2 * SLOT_S) == 0


async def test_many_are_pruned_in_parts(
    moods: Moods, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.moods._ROWS_AT_ONCE", 10)
    scores = [*crowd(300), *(score(8, message=n) for n in range(25))]
    await moods.put(scores)
    before = T + 24 * SLOT_S
    assert await moods.prune(1, before) == sum(some.at < before for some in scores)
    await assert_sums_are_those_of_the_scores(database)


async def test_what_is_heard_while_a_group_is_forgotten_is_counted_as_it_is_stored(
    moods: Moods, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.moods._ROWS_AT_ONCE", 10)
    scores = crowd(300)
    await moods.put(scores)

    async def hear() -> None:
        for number in range(60):
            await moods.put([score(scores[-1].at - T + number, 50, message=1000 + number)])

    await asyncio.gather(moods.forget_group(1), hear())
    await assert_sums_are_those_of_the_scores(database)


async def test_a_forgotten_group_keeps_its_settings_and_who_has_opted_out(
    moods: Moods, groups: MoodGroups
) -> None:
    group = await groups.ensure(-5, "Group")
    await moods.put([replace(some, group_id=group.id) for some in crowd(50)])
    await moods.put([score(1, group_id=group.id + 1)])
    await groups.opt_out(group.id, 1)
    await groups.name_topic(group.id, 7, "Talk")
    await groups.begin(group.id, T)
    await groups.remember_event(group.id, "shift", T, {})
    assert await moods.forget_group(group.id) == 50
    assert await moods.hours(group.id, 0, T * 2) == []
    assert await groups.topic_names(group.id) == {}
    assert await groups.watches(group.id, 0, T * 2) == []
    assert await groups.untold() == []
    assert await groups.get(-5) == group
    assert await groups.opted_out(group.id, 1)
    assert await moods.first_at(group.id + 1) == T + 1


async def test_nothing_of_a_forgotten_person_stays_on_the_disk(moods: Moods, tmp_path: Path) -> None:
    person = 0x5EC2E7_5EC2E7_77
    await moods.put([score(at, person) for at in range(0, 50 * SLOT_S, 600)])
    await moods.put([score(at, 5, message=-at) for at in range(0, 50 * SLOT_S, 1700)])
    assert any(person.to_bytes(8, "big") in file.read_bytes() for file in (tmp_path / "data").iterdir())
    await moods.forget_person(1, person)
    assert not any(person.to_bytes(8, "big") in file.read_bytes() for file in (tmp_path / "data").iterdir())


@pytest.fixture
async def statements(database: Database) -> AsyncIterator[list[tuple[str, Any]]]:
    """What is sent to the database, with values."""
    sent: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, values: Any, ___: Any, many: bool) -> None:
        sent.append((statement, values[0] if many else values))

    event.listen(database._engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(database._engine.sync_engine, "before_cursor_execute", note)


async def test_no_statement_looks_through_all_scores_or_sums(
    moods: Moods, groups: MoodGroups, database: Database, statements: list[tuple[str, Any]]
) -> None:
    """Ten million rows are to be reached by key, by every statement that there is."""
    await groups.ensure(-1, "Group")
    await groups.ensure(-2, "Supergroup")
    scores = crowd(40)
    await moods.put(scores)
    await moods.put(scores)
    await moods.hours(1, T, T + 9)
    await moods.sums(1, T, T + SLOT_S)
    await moods.knows(1, 3)
    days = MoodDays(database)
    await days.keep(1, await days.claim(1, [(T, T + SLOT_S)]), [PackedDay(T, T + SLOT_S, 1, 0.5, b"")])
    await days.sums(1, T, T + SLOT_S)
    await days.averages(1, T, T + SLOT_S)
    await days.first_slot(1)
    await moods.of_person(1, scores[0].person, T, T + 10**6)
    await moods.first_at(1)
    await moods.remove([(1, scores[-1].at, scores[-1].message)])
    await moods.forget_person(1, scores[0].person)
    await moods.prune(1, T + 10**5)
    await moods.forget_group(1)
    await groups.migrate_chat(-1, -2)
    asked = {
        statement: values
        for statement, values in statements
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
    }
    assert len(asked) > 20
    async with database.reading() as connection:
        for statement, values in asked.items():
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values))
            for step in plan:
                assert not step.detail.startswith(
                    ("SCAN mood_hours", "SCAN moods", "SCAN mood_opt", "SCAN mood_days")
                ), statement
