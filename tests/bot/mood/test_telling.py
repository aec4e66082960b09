"""Digests and alerts from the database to the chat: the whole bot, a clock of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.mood.alerts import shift_of, untold
from storage.database import Database
from storage.mood_groups import GroupSettings, MoodGroup, MoodGroups
from storage.moods import Moods, Score
from tests.bot.house import House, house

GROUP, ADMIN, OTHER, RUSSIAN = -1001, 1, 2, 3
DAY_S = 86_400
MONDAY = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp())


@dataclass
class Clock:
    at: float

    def __call__(self) -> float:
        return self.at


@dataclass
class Scene:
    house: House
    clock: Clock
    groups: MoodGroups
    moods: Moods
    group: MoodGroup

    async def at(self, at: float) -> dict[int, list[dict[str, Any]]]:
        """What the bot says by itself at this time, by chat: of a person, or of the group."""
        before = {chat: await self._last(chat) for chat in (ADMIN, OTHER, RUSSIAN, GROUP)}
        self.clock.at = at
        await self.house.bot.clockwork.tick()
        return {chat: found for chat, last in before.items() if (found := await self._said(chat, last))}

    async def choose(self, **settings: Any) -> None:
        await self.groups.set(self.group.id, settings=GroupSettings(**settings))

    async def _last(self, chat: int) -> int:
        return max((m["message_id"] for m in await self._said(chat, 0)), default=0)

    async def _said(self, chat: int, after: int) -> list[dict[str, Any]]:
        if chat not in self.house.world.chats:
            return []
        return await self.house.messages(chat, after)

    async def member(self, person: int, status: str, chat: int = GROUP) -> None:
        body = {"person": person, "status": status, "by": ADMIN}
        answer = await self.house.people.post(f"/play/chats/{chat}/members", json=body)
        assert answer.status_code < 300, answer.text


@asynccontextmanager
async def scene(
    folder: Path, clock: Clock, days: dict[int, int] | None = None, **settings: Any
) -> AsyncIterator[Scene]:
    """`days` were written before the bot starts, and looks."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'chutko.sqlite3'}")
    try:
        groups = MoodGroups(database)
        group = await groups.ensure(GROUP, "Книжный <клуб>", GroupSettings(**settings), at=clock.at)
        await groups.set(group.id, watched=True, by_person_id=ADMIN)
        await write(Moods(database), group, days or {})
        async with house(folder, now=clock) as home:
            yield Scene(home, clock, groups, Moods(database), group)
    finally:
        await database.close()


async def write(moods: Moods, group: MoodGroup, days: dict[int, int]) -> None:
    """On each of these days (Unix time of midnight) six people write a message of about this score."""
    await moods.put(
        [
            Score(group.id, at := day + 3600 * (8 + n), at, day + n, n, 0, 0, score + 60 * (n % 3 - 1) + wave)
            for day, score in days.items()
            for wave in ((day // DAY_S * 37 % 11 - 5) * 8,)
            for n in range(6)
        ]
    )


async def test_a_digest_comes_at_its_hour_once_and_only_when_there_is_something_to_tell(
    tmp_path: Path,
) -> None:
    clock = Clock(MONDAY)
    async with scene(tmp_path, clock, digest="daily", digest_hour=9) as s:
        await write(s.moods, s.group, {MONDAY - DAY_S: 300})
        assert await s.at(MONDAY + 9 * 3600 - 30) == {}
        said = await s.at(MONDAY + 9 * 3600)
        assert list(said) == [ADMIN]
        (digest,) = said[ADMIN]
        assert digest["photo"]
        assert digest["caption"].startswith("🗞 Книжный <клуб>, Nov 15, 2026")
        assert "+30" in digest["caption"]
        assert await s.at(MONDAY + 9 * 3600 + 30) == {}
        # a clock that is set back, or by hours ahead, repeats nothing
        for hours in (3, 9, 4, 14, 23, 9):
            assert await s.at(MONDAY + hours * 3600) == {}
        # nobody wrote on Monday
        assert await s.at(MONDAY + DAY_S + 9 * 3600) == {}
        # after an absence it is not more than six hours late
        await write(s.moods, s.group, {MONDAY + DAY_S: 0, MONDAY + 2 * DAY_S: 0})
        assert await s.at(MONDAY + 2 * DAY_S + 15 * 3600 + 60) == {}
        assert list(await s.at(MONDAY + 3 * DAY_S + 14 * 3600)) == [ADMIN]
        # choosing a time that has just passed means tomorrow
        await s.choose(digest="weekly", digest_weekday=3, digest_hour=8, digest_to="group")
        assert await s.at(MONDAY + 3 * DAY_S + 14 * 3600 + 30) == {}
        await write(s.moods, s.group, {MONDAY + 4 * DAY_S: 0})
        said = await s.at(MONDAY + 10 * DAY_S + 8 * 3600)
        assert list(said) == [GROUP]
        assert said[GROUP][0]["caption"].startswith("🗞 Книжный <клуб>, Nov 19")
        assert "reply_markup" not in said[GROUP][0]
        # the bot may not write there any more
        await s.member(s.house.world.bot.id, "restricted")
        await write(s.moods, s.group, {MONDAY + 11 * DAY_S: 0})
        said = await s.at(MONDAY + 17 * DAY_S + 8 * 3600)
        assert list(said) == [ADMIN]
        assert "may not write there" in said[ADMIN][0]["caption"]
    async with scene(tmp_path, clock) as s:
        assert await s.at(MONDAY + 17 * DAY_S + 9 * 3600) == {}


async def test_a_shift_is_told_once_in_private_to_admins_and_not_at_night(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    tomorrow = MONDAY - 3 * 3600  # midnight in Moscow
    days = {tomorrow - n * DAY_S: 350 if n > 4 else -250 for n in range(1, 41)}
    async with scene(tmp_path, clock, days, time_zone="Europe/Moscow") as s:
        await s.member(OTHER, "administrator")  # has never written to the bot: cannot be told
        await s.member(RUSSIAN, "administrator")
        await s.house.people.patch(f"/play/people/{RUSSIAN}", json={"language_code": "ru"})
        await s.house.people.post("/play/chats", json={"type": "private", "members": [RUSSIAN]})
        assert await s.at(tomorrow + 3600) == {}  # one o'clock at night
        assert await s.at(tomorrow + 7 * 3600 + 3590) == {}
        said = await s.at(tomorrow + 8 * 3600)
        assert list(said) == [ADMIN, RUSSIAN]
        assert "Перемена началась 12 ноября: было +3" in said[RUSSIAN][0]["caption"]
        (alert,) = said[ADMIN]
        assert alert["photo"]
        assert "📉 The mood in Книжный <клуб> has fallen." in alert["caption"]
        assert "It began on November 12: from +3" in alert["caption"]
        assert "I do not know why." in alert["caption"]
        for n in (1, 2, 5):
            await write(s.moods, s.group, {tomorrow + (n - 1) * DAY_S: -250})
            assert await s.at(tomorrow + n * DAY_S + 9 * 3600) == {}
        assert await s.at(tomorrow + 3600) == {}
        assert await s.groups.untold() == []

        keyboard = [row[0]["callback_data"] for row in alert["reply_markup"]["inline_keyboard"]]
        assert keyboard[1] == f"telling:stop:shift:{s.group.id}"
        await s.house.press(alert, keyboard[0])
        (month,) = await s.house.answers(said[RUSSIAN][0] | {"chat": {"id": ADMIN}})
        assert month["photo"]  # beside the alert, not in its place

        await s.member(RUSSIAN, "member")  # who is no admin any more is told nothing more
        for action in ("stop", "back", "stop", "me"):
            await s.house.press(alert, f"telling:{action}:shift:{s.group.id}")
        await s.groups.remember_event(s.group.id, "shift", MONDAY, await _data(s))
        assert await s.at(tomorrow + 5 * DAY_S + 9 * 3600 + 60) == {}
        await s.house.press(alert, f"telling:again:shift:{s.group.id}")
        await s.groups.remember_event(s.group.id, "shift", MONDAY, await _data(s))
        assert list(await s.at(tomorrow + 5 * DAY_S + 9 * 3600 + 120)) == [ADMIN]
        for action in ("stop", "all"):
            await s.house.press(alert, f"telling:{action}:shift:{s.group.id}")
        group = await s.groups.by_id(s.group.id)
        assert group is not None
        assert not group.settings.alerts


async def _data(s: Scene) -> dict[str, Any]:
    event = await s.groups.last_event(s.group.id, "shift")
    assert event is not None
    return {"shift": event.data["shift"] | {"found_at": s.clock.at}}


async def test_a_shift_that_nobody_can_be_told_of_waits_for_an_admin_who_asks(tmp_path: Path) -> None:
    clock = Clock(MONDAY + 12 * 3600)
    async with scene(tmp_path, clock) as s:
        await s.house.people.post("/play/chats", json={"type": "private", "members": [OTHER]})
        await s.member(OTHER, "administrator")
        await s.member(OTHER, "member")
        await s.member(s.house.world.bot.id, "kicked", chat=ADMIN)  # the other one has blocked the bot
        shift = {"at": MONDAY - 6 * DAY_S, "before": 0.3, "after": 0.1, "size_sd": -2.0, "found_at": MONDAY}
        await s.groups.remember_event(s.group.id, "shift", MONDAY - 6 * DAY_S, {"shift": shift})
        assert await s.at(MONDAY + 12 * 3600) == {}
        (event,) = await untold(s.groups, s.group.id, s.clock.at)
        assert shift_of(event).after == 0.1
        await s.member(s.house.world.bot.id, "member", chat=ADMIN)
        assert await s.at(MONDAY + 13 * 3600) == {}  # it has been tried
        answers = await s.house.answers(await s.house.post(text="/mood"), count=2)
        assert "📉 The mood in Книжный <клуб> has fallen." in answers[1]["text"]
        assert await untold(s.groups, s.group.id, s.clock.at) == []
