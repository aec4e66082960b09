from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage.database import Database
from storage.inbox import Inbox


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


def item(
    update_id: int, chat_id: int = 1, message_id: int | None = None
) -> tuple[int, int, str, bytes, int | None]:
    return update_id, chat_id, "text", f"payload of {update_id}".encode(), message_id


async def test_what_is_put_is_owed_in_order_until_it_is_done(inbox: Inbox) -> None:
    assert await inbox.put([item(12), item(10), item(11)]) == [12, 10, 11]
    assert [owed.update_id for owed in await inbox.unfinished()] == [10, 11, 12]
    await inbox.done(11)
    rest = await inbox.unfinished()
    assert [owed.update_id for owed in rest] == [10, 12]
    assert rest[0].payload == b"payload of 10"
    assert (rest[0].chat_id, rest[0].kind, rest[0].attempts) == (1, "text", 0)
    assert rest[0].received_at > 0


async def test_an_update_is_taken_once_even_after_it_was_answered(inbox: Inbox) -> None:
    assert await inbox.put([item(1), item(2), item(2)]) == [1, 2]
    await inbox.done(1)
    await inbox.set_aside(2, "no luck")
    assert await inbox.put([item(1), item(2), item(3)]) == [3]
    assert [owed.update_id for owed in await inbox.unfinished()] == [3]
    assert await inbox.put([]) == []


async def test_two_deliveries_at_once_are_one(inbox: Inbox) -> None:
    fresh = await asyncio.gather(*(inbox.put([item(1)]) for _ in range(10)))
    assert sorted(fresh) == [[]] * 9 + [[1]]


async def test_large_ids_and_odd_bytes_are_kept(inbox: Inbox) -> None:
    payload = bytes(range(256))
    await inbox.put([(2**40, -1_002_000_000_000, "video", payload, 2**33)])
    [owed] = await inbox.unfinished()
    assert (owed.update_id, owed.chat_id, owed.payload) == (2**40, -1_002_000_000_000, payload)


async def test_thousands_at_once_are_one_commit(inbox: Inbox) -> None:
    items = [item(update_id) for update_id in range(5000)]
    assert len(await inbox.put(items)) == 5000
    assert await inbox.put(items) == []


async def test_attempts_are_counted_over_lives(inbox: Inbox) -> None:
    await inbox.put([item(1)])
    await inbox.start(1)
    await inbox.start(1)
    assert [owed.attempts for owed in await inbox.unfinished()] == [2]
    await inbox.start(99)  # nobody minds


async def test_an_attempt_that_was_stopped_in_good_order_does_not_count(inbox: Inbox) -> None:
    await inbox.put([(1, 5, "text", b"x", None)])
    await inbox.start(1)
    await inbox.put_back(1)
    await inbox.put_back(1)
    assert [owed.attempts for owed in await inbox.unfinished()] == [0]


async def test_what_is_set_aside_is_not_tried_again(inbox: Inbox) -> None:
    await inbox.put([item(1)])
    await inbox.set_aside(1, "its worker died twice")
    assert await inbox.unfinished() == []
    assert await inbox.count() == {"owed": 0, "done": 0, "aside": 1}


async def test_the_answers_of_a_message_are_found(inbox: Inbox) -> None:
    await inbox.put([item(1, message_id=70), item(2, message_id=71), item(3, chat_id=2, message_id=70)])
    await inbox.done(1, [80, 81])
    await inbox.done(3, (90,))
    assert await inbox.answer_to(1, 70) == (80, 81)
    assert await inbox.answer_to(2, 70) == (90,)
    assert await inbox.answer_to(1, 71) == ()
    assert await inbox.answer_to(5, 5) == ()


async def test_after_an_edit_the_latest_answers_count(inbox: Inbox) -> None:
    await inbox.put([item(1, message_id=70), item(2, message_id=70), item(3, message_id=70)])
    await inbox.done(1, [80])
    await inbox.done(2, [80, 85])
    await inbox.done(3)  # an edit that changed nothing
    assert await inbox.answer_to(1, 70) == (80, 85)


async def test_pruning_keeps_what_is_owed(inbox: Inbox) -> None:
    await inbox.put([item(1), item(2), item(3)])
    await inbox.done(1)
    await inbox.set_aside(2, "why")
    assert await inbox.prune(older_than_s=3600) == 0
    assert await inbox.prune(older_than_s=-1) == 2
    assert [owed.update_id for owed in await inbox.unfinished()] == [3]


async def test_forgetting_a_chat_leaves_others_and_what_is_owed(inbox: Inbox) -> None:
    await inbox.put([item(1, message_id=70), item(2), item(3, chat_id=2, message_id=70)])
    await inbox.done(1, [80])
    await inbox.done(3, [90])
    assert await inbox.forget(1) == 1
    assert await inbox.answer_to(1, 70) == ()
    assert await inbox.answer_to(2, 70) == (90,)
    assert [owed.update_id for owed in await inbox.unfinished()] == [2]
    await inbox.done(1, [80])  # its row is gone, and nobody minds


async def test_of_an_answered_message_no_text_stays(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    secret = "на даче под третьим кирпичом ".encode() * 300
    await inbox.put([(1, 1, "text", secret, 5), (2, 1, "text", secret, 6)])
    await inbox.done(1, [80])
    await inbox.set_aside(2, "why")
    await database.scrub()
    for file in (tmp_path / "data").iterdir():
        assert secret[:40] not in file.read_bytes()


async def test_what_was_sent_of_an_answer_is_known_until_it_is_whole(inbox: Inbox) -> None:
    await inbox.put([item(1, message_id=5)])
    await inbox.add_sent(1, [7])
    await inbox.add_sent(1, [8, 9])
    assert await inbox.sent(1) == (7, 8, 9)
    assert await inbox.answer_to(1, 5) == ()
    await inbox.done(1, [9])
    await inbox.add_sent(1, [10])
    assert await inbox.sent(1) == ()
    assert await inbox.answer_to(1, 5) == (9,)
