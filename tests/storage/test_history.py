from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from storage.history import History, Turn


@pytest.fixture
def history(database: Database) -> History:
    return History(database)


async def say(history: History, content: str, chat_id: int = 1, **more: Any) -> int:
    return await history.add(chat_id=chat_id, role=more.pop("role", "user"), content=content, **more)


def contents(turns: list[Turn]) -> list[str]:
    return [turn.content for turn in turns]


async def test_a_turn_comes_back_as_it_was_said(history: History) -> None:
    number = await history.add(
        chat_id=-1_001_234_567_890,
        thread_id=7,
        person_id=5_000_000_000,
        person_name="Ёлка 🎄",
        role="user",
        content="Что на фото?\n<b>{}</b>\x00",
        message_id=42,
        at=1_700_000_000.5,
    )
    [turn] = await history.recent(-1_001_234_567_890, 7)
    assert turn == Turn(
        id=number,
        chat_id=-1_001_234_567_890,
        thread_id=7,
        person_id=5_000_000_000,
        person_name="Ёлка 🎄",
        role="user",
        content="Что на фото?\n<b>{}</b>\x00",
        message_id=42,
        at=1_700_000_000.5,
    )


async def test_half_a_surrogate_pair_does_not_stop_a_conversation(history: History) -> None:
    await say(history, "ab\ud83d", person_name="\udc00x")
    [turn] = await history.recent(1)
    assert (turn.content, turn.person_name) == ("ab?", "?x")


async def test_recent_is_the_latest_oldest_first(history: History) -> None:
    for number in range(5):
        await say(history, str(number))
    assert contents(await history.recent(1, limit=3)) == ["2", "3", "4"]
    assert (await history.recent(1))[0].thread_id is None


async def test_chats_and_topics_are_told_apart(history: History) -> None:
    await say(history, "chat 1")
    await say(history, "chat 2", chat_id=2)
    await say(history, "topic 7", thread_id=7)
    assert contents(await history.recent(1, None)) == ["chat 1"]
    assert contents(await history.recent(1, 7)) == ["topic 7"]
    assert contents(await history.export(1)) == ["chat 1", "topic 7"]


async def test_a_reset_begins_anew_and_erases_nothing(history: History) -> None:
    await say(history, "before")
    await say(history, "in a topic", thread_id=7)
    await history.reset(1)
    assert await history.recent(1) == []
    await say(history, "after")
    assert contents(await history.recent(1)) == ["after"]
    assert contents(await history.recent(1, 7)) == ["in a topic"]
    assert contents(await history.page(1)) == ["before", "after"]
    await history.reset(1)
    assert await history.recent(1) == []


async def test_pages_go_back_in_time(history: History) -> None:
    for number in range(7):
        await say(history, str(number))
    page = await history.page(1, limit=3)
    assert contents(page) == ["4", "5", "6"]
    page = await history.page(1, before_id=page[0].id, limit=3)
    assert contents(page) == ["1", "2", "3"]
    page = await history.page(1, before_id=page[0].id, limit=3)
    assert contents(page) == ["0"]
    assert await history.page(1, before_id=page[0].id) == []


async def test_an_edit_changes_the_message_and_not_what_was_seen(history: History) -> None:
    await say(history, "a cat", message_id=10, role="memory")
    await say(history, "who is thsi?", message_id=10)
    await say(history, "Tom", message_id=11, role="assistant")
    await say(history, "another chat", chat_id=2, message_id=10)
    assert await history.replace(1, 10, "who is this?") == 1
    assert await history.replace(1, 11, "Tom, the cat") == 1
    assert await history.replace(1, 10, "a tom cat", role="memory") == 1
    assert await history.replace(1, 99, "nothing") == 0
    assert contents(await history.recent(1)) == ["a tom cat", "who is this?", "Tom, the cat"]
    assert contents(await history.recent(2)) == ["another chat"]


SECRET = "пароль от сейфа 8-15-42"


def copies(folder: Path) -> list[str]:
    """Files that still hold the secret."""
    return [file.name for file in folder.iterdir() if SECRET.encode() in file.read_bytes()]


@pytest.mark.parametrize("length", [1, 500])
async def test_forgetting_a_person_leaves_no_copy_on_the_disk(
    history: History, tmp_path: Path, length: int
) -> None:
    for number in range(30):
        await say(history, f"innocent {number}", person_id=1)
        await say(history, SECRET * length, person_id=2, message_id=number)
    await history.replace(1, 3, "edited away")
    assert copies(tmp_path / "data") != []
    assert await history.forget_person(2) == 30
    assert copies(tmp_path / "data") == []
    assert await history.count() == 30
    assert await history.count(person_id=2) == 0


async def test_forgetting_a_chat_leaves_no_copy_and_no_trace(history: History, tmp_path: Path) -> None:
    await say(history, SECRET, person_id=1)
    await history.reset(1)
    await say(history, SECRET, person_id=1)
    await say(history, "elsewhere", chat_id=2, person_id=1)
    assert await history.forget_chat(1) == 2
    assert copies(tmp_path / "data") == []
    assert await history.export(1) == []
    await say(history, "a new beginning")
    assert contents(await history.recent(1)) == ["a new beginning"]
    assert await history.count(chat_id=2) == 1


async def test_an_edit_leaves_no_copy_of_what_was_said_before(
    database: Database, history: History, tmp_path: Path
) -> None:
    await say(history, SECRET * 200, message_id=1)
    await history.replace(1, 1, "never mind")
    await database.scrub()
    assert copies(tmp_path / "data") == []


async def test_erasing_waits_for_those_who_read_meanwhile(
    database: Database, history: History, tmp_path: Path
) -> None:
    await say(history, SECRET, person_id=2)
    async with database.reading() as connection:
        await connection.exec_driver_sql("SELECT * FROM turns")
        forgetting = asyncio.create_task(history.forget_person(2))
        while await history.count():
            await asyncio.sleep(0.01)
    assert await forgetting == 1
    assert copies(tmp_path / "data") == []


async def test_a_group_that_became_a_supergroup_keeps_its_history(history: History) -> None:
    await say(history, "old", chat_id=-5)
    await history.reset(-5)
    await say(history, "current", chat_id=-5)
    await history.migrate_chat(-5, -1_005)
    await say(history, "new", chat_id=-1_005)
    assert contents(await history.recent(-1_005)) == ["current", "new"]
    assert contents(await history.page(-1_005)) == ["old", "current", "new"]
    assert await history.count(-5) == 0


async def test_only_what_is_old_is_pruned(history: History) -> None:
    await say(history, "old", at=1.0)
    await say(history, "new")
    assert await history.prune(older_than_s=86_400) == 1
    assert contents(await history.export(1)) == ["new"]


async def test_a_conversation_that_was_reset_stays_reset_after_pruning(history: History) -> None:
    await say(history, "old", at=1.0)
    await history.reset(1)
    await history.prune(older_than_s=86_400)
    await say(history, "new")
    assert contents(await history.recent(1)) == ["new"]
