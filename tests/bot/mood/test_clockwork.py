from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.mood.clockwork import AT_ONCE, PAUSE_S, Clockwork
from bot.mood.rounds import End
from bot.mood.schedule import Due, digest_due
from storage.database import Database
from storage.mood_events import MoodEvent
from storage.mood_groups import GroupSettings, MoodGroup, MoodGroups
from storage.moods import Moods, Score

MIDNIGHT = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp())
DAY_S = 86_400


@dataclass
class Clock:
    at: float = MIDNIGHT

    def __call__(self) -> float:
        return self.at


@dataclass
class Telling:
    """In the place of digests and alerts: notes who was told when."""

    told: list[tuple[int, float]] = field(default_factory=list)
    trouble: Exception | None = None

    def due(self, group: MoodGroup, now: float) -> Due | None:
        done = any(number == group.id for number, _ in self.told)
        return None if done else digest_due(group.settings, now)

    def wants_look(self, group: MoodGroup, now: float) -> bool:
        return False

    def wants_telling(self, group: MoodGroup, event: MoodEvent, now: float) -> bool:
        return False

    async def tell(self, group: MoodGroup, due: Due, now: float) -> End:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble
        self.told.append((group.id, now))
        return End.TOLD


@dataclass
class Works:
    clockwork: Clockwork
    clock: Clock
    groups: MoodGroups
    moods: Moods
    telling: Telling

    async def at(self, at: float) -> None:
        self.clock.at = at
        await self.clockwork.tick()

    async def group(self, chat_id: int = -1, **settings: object) -> MoodGroup:
        group = await self.groups.ensure(chat_id, "Группа", GroupSettings(**settings))  # type: ignore[arg-type]
        return await self.groups.set(group.id, watched=True)

    async def stretches(self, group: MoodGroup) -> list[tuple[int, int]]:
        found = await self.groups.watches(group.id, 0, 2**40)
        return [(since - MIDNIGHT, until - MIDNIGHT) for since, until in found]


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Works]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}")
    groups, moods, telling, clock = MoodGroups(database), Moods(database), Telling(), Clock()
    clockwork = Clockwork(groups, moods, telling, telling, clock)  # type: ignore[arg-type]
    yield Works(clockwork, clock, groups, moods, telling)
    await database.close()


async def test_an_absence_is_a_gap_and_a_missed_beat_is_none(works: Works) -> None:
    group = await works.group()
    for at in (0, 30, 60, 300, 360, 4000, 4030):
        await works.at(MIDNIGHT + at)
    works.clock.at = MIDNIGHT + 4040
    await works.clockwork.close()
    assert await works.stretches(group) == [(0, 360), (4000, 4040)]


async def test_a_clock_that_is_set_back_and_forth_leaves_the_truth_it_told(works: Works) -> None:
    group = await works.group()
    for at in (7200, 7230, 3600, 3630, 3660, 9000, 9030):
        await works.at(MIDNIGHT + at)
    assert await works.stretches(group) == [(3600, 3660), (7200, 7230), (9000, 9030)]


async def test_a_simulation_that_goes_by_the_hour_sees_no_gaps(works: Works) -> None:
    group = await works.group()
    works.clockwork.every_s = 3600
    for hour in range(5):
        await works.at(MIDNIGHT + hour * 3600)
    assert await works.stretches(group) == [(0, 4 * 3600)]


async def test_what_is_too_old_goes_once_a_day_while_the_group_sleeps_also_where_nobody_watches(
    works: Works,
) -> None:
    group = await works.group(retention_days=2, time_zone="Europe/Moscow")
    await works.groups.set(group.id, watched=False)
    hours = range(-60, 0)
    await works.moods.put(
        [Score(group.id, at := MIDNIGHT + 3600 * n, at, n + 100, 1, 0, 0, 0) for n in hours]
    )
    await works.at(MIDNIGHT)  # just started: what was missed is made up for
    assert await works.moods.first_at(group.id) == MIDNIGHT - 48 * 3600
    await works.at(MIDNIGHT + 3600 - 30)  # nearly four in Moscow
    assert await works.moods.first_at(group.id) == MIDNIGHT - 48 * 3600
    await works.at(MIDNIGHT + 3600)
    assert await works.moods.first_at(group.id) == MIDNIGHT - 47 * 3600


async def test_many_digests_of_nine_o_clock_leave_a_few_at_a_time(works: Works) -> None:
    for number in range(1, 36):
        await works.group(-number, digest="daily", digest_hour=9)
    for tick in range(5):
        await works.at(MIDNIGHT + 9 * 3600 + 30 * tick)
        assert len(works.telling.told) == min(35, AT_ONCE * (tick + 1))
    assert len({number for number, _ in works.telling.told}) == 35


@pytest.mark.parametrize("trouble", [NetworkError("no route"), ValueError("foreseen by nobody")])
async def test_what_fails_is_tried_again_after_a_pause_and_holds_up_nobody(
    works: Works, trouble: Exception
) -> None:
    first, second = [await works.group(-n, digest="daily") for n in (1, 2)]
    works.telling.trouble = trouble
    nine = MIDNIGHT + 9 * 3600
    for at in (nine, nine + 30, nine + PAUSE_S - 1, nine + PAUSE_S):
        await works.at(at)
    assert works.telling.told == [(second.id, nine), (first.id, nine + PAUSE_S)]
