"""What days add up to is kept until anything of the day changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from storage.database import Database
from storage.mood_days import MoodDays, PackedDay, Span, drop_days
from storage.mood_groups import MoodGroups
from storage.moods import Moods, Score
from storage.schema import mood_hours

DAY_S = 86_400
FIRST = 20_000 * DAY_S
DAYS: list[Span] = [(FIRST + number * DAY_S, FIRST + (number + 1) * DAY_S) for number in range(3)]
BEFORE, CHANGED, AFTER = DAYS
HEARD = Score(1, CHANGED[0] + 7205, CHANGED[0] + 7200, 1, 5, 0, 1, 600)


def packed(day: Span, sums: bytes = b"sums") -> PackedDay:
    return PackedDay(*day, people=4, mean=0.25, sums=sums)


async def pack(database: Database, group_id: int = 1, sums: bytes = b"sums") -> None:
    days = MoodDays(database)
    await days.keep(group_id, await days.claim(group_id, DAYS), [packed(day, sums) for day in DAYS])


async def kept(database: Database, group_id: int = 1) -> list[Span]:
    days = MoodDays(database)
    found = await days.sums(group_id, FIRST, DAYS[-1][1])
    assert found.keys() == (await days.averages(group_id, FIRST, DAYS[-1][1])).keys()
    return sorted(found)


async def change_put(database: Database) -> None:
    await Moods(database).put([replace(HEARD, at=CHANGED[0], slot=CHANGED[0], message=2)])


async def change_edited(database: Database) -> None:
    await Moods(database).put([replace(HEARD, score=-600, label=-1)])


async def change_removed(database: Database) -> None:
    assert await Moods(database).remove([(1, HEARD.at, HEARD.message)]) == 1


async def change_forgotten(database: Database) -> None:
    assert await Moods(database).forget_person(1, HEARD.person) == 1


async def change_united(database: Database) -> None:
    await MoodGroups(database).unite(1, 50, [HEARD.person])


CHANGES = [change_put, change_edited, change_removed, change_forgotten, change_united]


async def test_what_was_kept_is_found_and_nothing_else(database: Database) -> None:
    days = MoodDays(database)
    await pack(database)
    assert await days.sums(1, FIRST, CHANGED[1]) == {BEFORE: b"sums", CHANGED: b"sums"}
    assert await days.averages(1, *CHANGED) == {CHANGED: (0.25, 4)}
    assert await kept(database, 2) == []
    await days.claim(1, [AFTER])
    assert await kept(database) == [BEFORE, CHANGED]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_takes_away_its_own_day_alone(
    database: Database, change: Callable[[Database], Awaitable[None]]
) -> None:
    await Moods(database).put([HEARD])
    await pack(database)
    await pack(database, 2)
    await change(database)
    assert await kept(database) == [BEFORE, AFTER]
    assert await kept(database, 2) == DAYS


@pytest.mark.parametrize("change", CHANGES)
async def test_what_changes_while_it_is_packed_is_not_kept(
    database: Database, change: Callable[[Database], Awaitable[None]]
) -> None:
    await Moods(database).put([HEARD])
    days = MoodDays(database)
    claim = await days.claim(1, DAYS)
    await change(database)
    await days.keep(1, claim, [packed(day) for day in DAYS])
    assert await kept(database) == [BEFORE, AFTER]


async def test_nothing_is_claimed_while_a_change_is_being_stored(database: Database, url: str) -> None:
    """It could be read without the change, which has already looked for claims."""
    other = await Database.open(url)
    try:
        async with database.transaction() as connection:
            await connection.execute(mood_hours.delete())
            await drop_days(connection, [(1, CHANGED[0])])
            claiming = asyncio.create_task(MoodDays(other).claim(1, DAYS))
            await asyncio.wait([claiming], timeout=0.1)
            assert not claiming.done()
        await claiming
    finally:
        await other.close()


async def test_of_two_who_pack_a_day_the_later_keeps_it(database: Database) -> None:
    """The earlier may have read what has changed before the later began."""
    days = MoodDays(database)
    early, late = await days.claim(1, DAYS), await days.claim(1, [CHANGED])
    await days.keep(1, early, [packed(day, b"early") for day in DAYS])
    assert await kept(database) == [BEFORE, AFTER]
    await days.keep(1, late, [packed(CHANGED, b"late")])
    assert await days.sums(1, *CHANGED) == {CHANGED: b"late"}


async def test_days_are_pruned_with_the_first_of_their_hours(database: Database) -> None:
    moods = Moods(database)
    await pack(database)
    await moods.prune(1, CHANGED[0] + 1)
    assert await kept(database) == [CHANGED, AFTER]
    await moods.prune(1, CHANGED[0] + 7200)
    assert await kept(database) == [AFTER]
    await pack(database, 2)
    await moods.forget_group(1)
    assert (await kept(database), await kept(database, 2)) == ([], DAYS)


async def test_many_days_are_pruned_in_parts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.moods._DAYS_AT_ONCE", 1)
    await pack(database)
    await Moods(database).prune(1, AFTER[0])
    assert await kept(database) == [AFTER]


async def test_of_groups_that_become_one_nothing_is_kept(database: Database) -> None:
    groups = MoodGroups(database)
    old, new = await groups.ensure(-5, "Old"), await groups.ensure(-1005, "New")
    await pack(database, old.id)
    await pack(database, new.id)
    await groups.migrate_chat(-5, -1005)
    assert await kept(database, old.id) == await kept(database, new.id) == []


async def test_a_day_by_another_clock_takes_the_place_of_one_that_begins_with_it(database: Database) -> None:
    days = MoodDays(database)
    await pack(database)
    other = (CHANGED[0], CHANGED[1] + 3600)
    await days.keep(1, await days.claim(1, [other]), [packed(other)])
    assert await kept(database) == [BEFORE, other, AFTER]


async def test_the_first_hour_is_known(database: Database) -> None:
    days = MoodDays(database)
    assert await days.first_slot(1) is None
    await Moods(database).put([HEARD, replace(HEARD, group_id=2, at=5, slot=0)])
    assert await days.first_slot(1) == HEARD.slot
