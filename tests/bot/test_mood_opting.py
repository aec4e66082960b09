"""Switching the watching of a group on and off, and deciding for oneself, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.mood.pseudonyms import Pseudonyms
from storage.database import Database
from storage.mood_groups import MoodGroup, MoodGroups
from storage.moods import Moods, Score
from tests.bot.house import House, Message, house

GROUP = -1001
ADMIN, GUEST, OTHER = 1, 2, 3


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as it:
        yield it


@asynccontextmanager
async def books(home: House) -> AsyncIterator[tuple[MoodGroups, Moods]]:
    """The bot's own database, looked at from outside."""
    database = await Database.open(f"sqlite+aiosqlite:///{home.folder / 'chutko.sqlite3'}")
    try:
        yield MoodGroups(database), Moods(database)
    finally:
        await database.close()


async def known(home: House, chat: int = GROUP) -> MoodGroup | None:
    async with books(home) as (groups, _):
        return await groups.get(chat)


async def written(home: House, group_id: int, person_id: int, count: int = 1) -> None:
    """So many messages of somebody's, each with its score."""
    names, now = Pseudonyms.load(home.folder), int(time.time())
    person = names.person(group_id, person_id)
    times = [now - n for n in range(count)]
    scores = [
        Score(
            group_id, at, at // 3600 * 3600, names.message(group_id, at * 10 + person_id), person, 0, 1, 500
        )
        for at in times
    ]
    async with books(home) as (_, moods):
        await moods.put(scores)


async def kept(home: House, group_id: int, person_id: int) -> int:
    person = Pseudonyms.load(home.folder).person(group_id, person_id)
    async with books(home) as (_, moods):
        return len(await moods.of_person(group_id, person, 0, 2**62))


def buttons(message: Message) -> dict[str, str]:
    """Text -> callback data, or address."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {one["text"]: one.get("callback_data") or one["url"] for row in rows for one in row}


async def say(home: House, text: str, chat: int = GROUP, person: int = ADMIN) -> list[Message]:
    return await home.answers(await home.post(chat, text=text, **{"from": person}))


async def press(home: House, message: Message, data: str, person: int = ADMIN) -> dict[str, Any]:
    answer = await home.press(message, data, person)
    await home.quiet()
    return answer


async def test_an_admin_is_offered_to_switch_it_on_and_everybody_is_told(home: House) -> None:
    (intro,) = await say(home, "/mood")
    on = buttons(intro)["Switch on"]
    refused = await press(home, intro, on, GUEST)
    assert "admins" in refused["text"]
    assert refused["show_alert"]
    group = await known(home)
    assert group is not None
    assert not group.watched
    await press(home, intro, on)
    group = await known(home)
    assert group is not None
    assert group.watched
    assert group.by_person_id == ADMIN
    news = [m for m in await home.messages(GROUP, intro["message_id"]) if m["from"]["is_bot"]]
    for promised in ("180 days", "3 people", "/optout", "/privacy", "Never the text"):
        assert promised in news[0]["text"]


async def test_who_is_no_admin_switches_nothing(home: House) -> None:
    for command in ("/mood on", "/mood off", "/mood", "/mood delete"):
        assert "Only the admins" in (await say(home, command, person=GUEST))[0]["text"]
    assert await known(home) is None


async def test_a_bot_that_cannot_hear_the_group_says_what_to_do(home: House) -> None:
    await home.people.patch("/play/settings", json={"privacy_mode": True})
    _, warning = await home.answers(await home.post(GROUP, text="/mood on"), 2)
    assert "/setprivacy" in warning["text"]
    assert "administrator" in warning["text"]
    await home.people.post(
        f"/play/chats/{GROUP}/members", json={"person": home.world.bot.id, "status": "administrator"}
    )
    assert len(await say(home, "/mood on")) == 1


async def test_off_says_what_stays_and_how_it_goes(home: House) -> None:
    await say(home, "/mood on")
    (told,) = await say(home, "/mood off")
    assert "/mood delete" in told["text"]
    assert "180 days" in told["text"]
    group = await known(home)
    assert group is not None
    assert not group.watched
    assert "Erase" in " ".join(buttons(told))


async def test_whoever_opts_out_is_erased_and_stays_so(home: House) -> None:
    await say(home, "/mood on")
    group = await known(home)
    assert group is not None
    await written(home, group.id, GUEST, 7)
    await written(home, group.id, OTHER, 2)
    (told,) = await say(home, "/optout", person=GUEST)
    assert "7 messages" in told["text"]
    assert await kept(home, group.id, GUEST) == 0
    assert await kept(home, group.id, OTHER) == 2
    await written(home, group.id, GUEST)
    assert await kept(home, group.id, GUEST) == 0
    await say(home, "/optin", person=GUEST)
    await written(home, group.id, GUEST)
    assert await kept(home, group.id, GUEST) == 1


async def test_the_button_under_the_announcement_is_everybodys_and_nobody_sees_who_pressed(
    home: House,
) -> None:
    (told, *_) = await say(home, "/mood on")
    group = await known(home)
    assert group is not None
    await written(home, group.id, GUEST, 1)
    before = len(await home.messages(GROUP))
    answer = await press(home, told, buttons(told)["🙈 Do not count me"], GUEST)
    assert "one message" in answer["text"]
    assert answer["show_alert"]
    assert len(await home.messages(GROUP)) == before
    assert await kept(home, group.id, GUEST) == 0


async def test_nobody_is_refused_what_is_theirs(tmp_path: Path) -> None:
    async with house(tmp_path, access={"allow_people": [ADMIN]}) as home:
        await say(home, "/mood on")
        assert "not counted" in (await say(home, "/optout", person=GUEST))[0]["text"]
        assert "The mood of Group" in (await say(home, "/privacy", person=GUEST))[0]["text"]
        silence = await home.post(GROUP, text="/mood", **{"from": GUEST})
        await home.quiet()
        assert await home.answers(silence, 0) == []


async def test_in_private_there_is_a_switch_for_every_group_that_is_shared(home: House) -> None:
    assert "no group" in (await say(home, "/optout", 1))[0]["text"]
    await say(home, "/mood on")
    (page,) = await say(home, "/optout", 1)
    (row,) = buttons(page).items()
    assert row[0] == "👂 Group: counted"
    await press(home, page, row[1])
    page = (await home.messages(1))[-1]
    (row,) = buttons(page).items()
    assert row[0] == "🙈 Group: not counted"
    await press(home, page, row[1])
    assert "👂 Group: counted" in buttons((await home.messages(1))[-1])
