"""Groups that are watched, through the playground: what people see of it, and what moves along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import dispatch, routing
from bot.mood.pseudonyms import Pseudonyms
from storage.database import Database
from storage.mood_groups import GroupSettings, MoodGroups
from storage.moods import Moods
from storage.preferences import Preferences
from tests.bot.house import House, house


@asynccontextmanager
async def stored(folder: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'chutko.sqlite3'}")
    try:
        yield database
    finally:
        await database.close()


async def group_of(home: House, kind: str = "supergroup", bot: str = "member") -> int:
    body = {"type": kind, "title": "Friends", "members": [1, 2], "privacy_mode": False, "bot": bot}
    return int((await home.people.post("/play/chats", json=body)).json()["id"])


@asynccontextmanager
async def watched_group(
    folder: Path, kind: str = "supergroup", *, mood: bool = False, bot: str = "member", **settings: Any
) -> AsyncIterator[tuple[House, int]]:
    """A bot that finds at its start that a group is watched."""
    async with house(folder) as home:
        chat = await group_of(home, kind, bot)
    async with stored(folder) as database:
        groups = MoodGroups(database)
        group = await groups.ensure(chat, "Friends", GroupSettings(**settings))
        await groups.set(group.id, watched=True)
    async with house(folder, mood=mood) as home:
        while not home.world.updates.allowed:  # until then it is not told what is told on request alone
            await asyncio.sleep(0.005)
        yield home, chat


async def join(home: House, chat: int, *people: int, announced: bool = True) -> None:
    for person in people:
        body = {"person": person, "status": "member", "announced": announced}
        answer = await home.people.post(f"/play/chats/{chat}/members", json=body)
        assert answer.status_code == 200, answer.text


async def newcomers(home: House, count: int) -> list[int]:
    """They speak another language than the group."""
    bodies = [{"name": f"New {number}", "language_code": "ru"} for number in range(count)]
    added = [await home.people.post("/play/people", json=body) for body in bodies]
    return [int(answer.json()["id"]) for answer in added]


async def notices(home: House, chat: int) -> dict[int, str]:
    """What the bot has told newcomers, by message."""
    await home.quiet()
    return {m["message_id"]: m["text"] for m in await home.messages(chat) if "/optout" in m.get("text", "")}


async def test_who_joins_is_told_once_together_and_the_old_notice_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "NOTICES_APART_S", 0.0)
    async with watched_group(tmp_path, retention_days=90) as (home, chat):
        people = await newcomers(home, 3)
        await join(home, chat, *people[:2])
        [(first, text)] = (await notices(home, chat)).items()
        assert "90 days" in text
        assert "oice" not in text
        await join(home, chat, people[2])
        [last] = await notices(home, chat)
        assert last != first
        leaving = {"person": people[0], "status": "left"}
        await home.people.post(f"/play/chats/{chat}/members", json=leaving)
        await join(home, chat, people[0])
        assert list(await notices(home, chat)) == [last]


async def test_a_bot_that_is_an_admin_also_tells_those_whose_joining_no_message_tells_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "NOTICES_APART_S", 0.0)
    async with watched_group(tmp_path, bot="administrator") as (home, chat):
        hidden, seen, late = await newcomers(home, 3)
        await join(home, chat, hidden, announced=False)
        await join(home, chat, seen)
        [first] = await notices(home, chat)
        notice, *_ = await home.messages(chat, first - 1)
        answer = await home.press(notice, "mood:out:1", hidden)
        assert "больше не учитываетесь" in answer["text"]
        await join(home, chat, late, announced=False)
        [last] = await notices(home, chat)
        assert last != first
        leaving = {"person": hidden, "status": "left"}
        await home.people.post(f"/play/chats/{chat}/members", json=leaving)
        await join(home, chat, hidden, announced=False)
        assert list(await notices(home, chat)) == [last]


async def test_a_group_that_many_join_has_one_notice_a_minute(tmp_path: Path) -> None:
    async with watched_group(tmp_path) as (home, chat):
        people = await newcomers(home, 12)
        await join(home, chat, people[0])
        [first] = await notices(home, chat)
        await join(home, chat, *people[1:])
        assert list(await notices(home, chat)) == [first]


async def test_a_notice_that_could_not_be_sent_is_sent_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "AWAY_PAUSE_S", 0.05)
    async with watched_group(tmp_path, transcripts=True) as (home, chat):
        [person] = await newcomers(home, 1)
        await home.fault("sendMessage", kind="500", times=1)
        await join(home, chat, person)
        [text] = (await notices(home, chat)).values()
        assert "Voice messages count, too" in text


async def test_in_a_group_that_is_not_watched_nobody_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        chat = await group_of(home)
        await join(home, chat, *await newcomers(home, 2))
        assert await notices(home, chat) == {}


async def test_a_supergroup_takes_along_what_its_group_had(tmp_path: Path) -> None:
    async with watched_group(tmp_path, "group") as (home, chat):
        async with stored(tmp_path) as database:
            before = await MoodGroups(database).get(chat)
            await Preferences(database).set("chat", chat, "tone", "kind")
        answer = await home.people.post(f"/play/chats/{chat}/upgrade", json={"from": 1})
        moved = int(answer.json()["id"])
        await home.quiet()
        async with stored(tmp_path) as database:
            groups = MoodGroups(database)
            after = await groups.get(moved)
            assert before is not None
            assert after is not None
            assert (after.id, after.watched, await groups.get(chat)) == (before.id, True, None)
            assert await Preferences(database).get("chat", moved, "tone") == "kind"


async def test_names_of_topics_are_learned_from_what_happens(tmp_path: Path) -> None:
    async with watched_group(tmp_path) as (home, chat):
        topic = (
            await home.people.post(f"/play/chats/{chat}/topics", json={"name": "Work", "from": 1})
        ).json()
        number = topic["message_thread_id"]
        await home.people.patch(f"/play/chats/{chat}/topics/{number}", json={"name": "Play", "from": 1})
        async with stored(tmp_path) as database:
            groups = MoodGroups(database)
            group = await groups.get(chat)
            assert group is not None
            async with asyncio.timeout(10):
                while await groups.topic_names(group.id) != {number: "Play"}:
                    await asyncio.sleep(0.02)


async def test_stats_say_how_the_watching_goes(tmp_path: Path) -> None:
    async with watched_group(tmp_path) as (home, _):
        assert "Watching the mood of one group: 0 messages scored, 0 waiting, 0 left out" in await home.ask(
            "/stats", entities=[{"type": "bot_command", "offset": 0, "length": 6}]
        )


@pytest.mark.models
async def test_what_people_say_to_each_other_and_to_the_bot_becomes_scores(tmp_path: Path) -> None:
    async with watched_group(tmp_path, mood=True) as (home, chat):
        said = await home.post(chat, text="Какой чудесный день, всё получилось!", **{"from": 2})
        await home.post(chat, text="Ненавижу это место, просто ужасно.", **{"from": 1})
        question = f"@{home.bot.me.username} это прекрасно?"
        mention = {"type": "mention", "offset": 0, "length": len(home.bot.me.username) + 1}
        await home.answers(await home.post(chat, text=question, entities=[mention], **{"from": 1}))
        async with stored(tmp_path) as database:
            moods = Moods(database)
            person = Pseudonyms.load(tmp_path).person(1, 2)
            async with asyncio.timeout(30):
                while sum(hour.messages for hour in await moods.hours(1, 0, 2**40)) < 3:
                    await asyncio.sleep(0.05)
            [score] = await moods.of_person(1, person, 0, 2**40)
        assert (score.at, score.label) == (said["date"], 1)
        assert score.score > 300
