"""Seeing, keeping and setting the mood of a group from the chat, over real HTTP."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.mood.pseudonyms import Pseudonyms
from storage.moods import Score
from tests.bot.house import House, Message, house
from tests.bot.test_mood_opting import (
    ADMIN,
    GROUP,
    GUEST,
    OTHER,
    books,
    buttons,
    kept,
    known,
    press,
    say,
)

DAY_S = 86_400


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as it:
        yield it


async def watched(home: House, chat: int = GROUP) -> int:
    """Switch it on, and let three people have written for some days; the group's id."""
    await say(home, "/mood on", chat)
    group = await known(home, chat)
    assert group is not None
    names, now = Pseudonyms.load(home.folder), int(time.time())
    scores = []
    for day in range(10):
        for person_id in (ADMIN, GUEST, OTHER):
            at = now - day * DAY_S - person_id
            message, person = names.message(group.id, day * 10 + person_id), names.person(group.id, person_id)
            scores.append(Score(group.id, at, at // 3600 * 3600, message, person, 0, 1, 300 + person_id))
    async with books(home) as (_, moods):
        await moods.put(scores)
    return group.id


async def latest(home: House, chat: int) -> Message:
    return (await home.messages(chat))[-1]


async def rows_of(home: House, message: Message) -> list[list[str]]:
    path = (
        await home.people.post(
            f"/bot{home.world.bot_token}/getFile", json={"file_id": message["document"]["file_id"]}
        )
    ).json()["result"]["file_path"]
    content = (await home.people.get(f"/file/bot{home.world.bot_token}/{path}")).content
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


async def test_an_admin_gets_the_picture_in_private_and_turns_it_there(home: House) -> None:
    group_id = await watched(home)
    (line,) = await say(home, "/mood")
    assert "private" in line["text"]
    picture = await latest(home, ADMIN)
    assert picture["photo"]
    assert "30" not in picture["caption"].split(".")[0] or picture["caption"]
    assert "✓ Week" in buttons(picture)
    await press(home, picture, buttons(picture)["Month"])
    turned = await latest(home, ADMIN)
    assert turned["message_id"] == picture["message_id"]
    assert turned["photo"] != picture["photo"]
    assert "✓ Month" in buttons(turned)
    # Who is an admin no longer sees nothing more.
    await home.people.post(f"/play/chats/{GROUP}/members", json={"person": GUEST, "status": "administrator"})
    await home.people.post("/play/chats", json={"type": "private", "members": [GUEST]})
    await say(home, "/mood month", person=GUEST)
    theirs = await latest(home, GUEST)
    assert theirs["photo"]
    await home.people.post(f"/play/chats/{GROUP}/members", json={"person": GUEST, "status": "member"})
    answer = await press(home, theirs, buttons(theirs)["Day"], GUEST)
    assert answer["show_alert"]
    assert (await latest(home, GUEST))["photo"] == theirs["photo"]
    assert f"mood:see:{group_id}:m:" in buttons(theirs).values()


async def test_words_that_name_nothing_get_an_example(home: House) -> None:
    await watched(home)
    for words, answer in (
        ("/mood nonsense", "/mood week"),
        ("/mood 2026-02-30", "no such date"),
        ("/mood week nowhere", "no topic “nowhere”"),
        ("/mood 2090-01-01..2090-02-01", "not happened yet"),
    ):
        assert answer in (await say(home, words))[0]["text"]
