"""Who waits for whom, and what becomes of a message whose handler fails."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

import httpx
import pytest
from telegram.error import NetworkError

from bot.dispatch import MOST_PARTS, REFUSALS, TRIES, Dispatcher, Incoming
from bot.routing import Route, What, Work


class Rows:
    """What the dispatcher told the inbox."""

    def __init__(self) -> None:
        self.started: list[int] = []
        self.finished: dict[int, tuple[int, ...]] = {}
        self.aside: dict[int, str] = {}

    async def start(self, update_id: int) -> None:
        self.started.append(update_id)

    async def put_back(self, update_id: int) -> None:
        self.started.remove(update_id)

    async def done(self, update_id: int, answer_message_ids: Sequence[int] = ()) -> None:
        self.finished[update_id] = tuple(answer_message_ids)

    async def set_aside(self, update_id: int, cause: str) -> None:
        self.aside[update_id] = cause


class Handler:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.parts: list[list[int]] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.given_up: list[int] = []

    def hold(self, update_id: int) -> asyncio.Event:
        return self.gates.setdefault(update_id, asyncio.Event())

    async def __call__(self, job: Sequence[Incoming]) -> list[int]:
        self.seen.append(job[0].update_id)
        self.parts.append([item.update_id for item in job])
        if gate := self.gates.get(job[0].update_id):
            await gate.wait()
        if job[0].route.arguments == "fail":
            raise RuntimeError("no")
        return [job[0].update_id + 100]

    async def give_up(self, item: Incoming) -> None:
        self.given_up.append(item.update_id)


def item(update_id: int, chat: int = 1, work: Work = Work.TALK, person: int = 1, **more: object) -> Incoming:
    attempts = int(str(more.pop("attempts", 0)))
    what = {Work.TALK: What.TEXT, Work.VIDEO: What.VIDEO, Work.CONTROL: What.COMMAND}[work]
    route = Route(what, work, chat, None, person, update_id, **more)  # type: ignore[arg-type]
    return Incoming(update_id, route, {"update_id": update_id}, attempts)


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def dispatcher(rows: Rows, handler: Handler) -> Dispatcher:
    return Dispatcher(rows, handler, handler.give_up, at_once=4)


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


async def test_two_texts_of_a_chat_are_answered_in_order(
    dispatcher: Dispatcher, rows: Rows, handler: Handler
) -> None:
    gate = handler.hold(1)
    for number in (1, 2, 3):
        dispatcher.submit(item(number))
    await until(lambda: handler.seen == [1])
    gate.set()
    await until(lambda: len(rows.finished) == 3)
    assert handler.seen == [1, 2, 3]
    assert rows.finished == {1: (101,), 2: (102,), 3: (103,)}


async def test_a_long_video_holds_up_neither_talk_nor_commands_nor_other_chats(
    dispatcher: Dispatcher, rows: Rows, handler: Handler
) -> None:
    gate = handler.hold(1)
    dispatcher.submit(item(1, work=Work.VIDEO))
    dispatcher.submit(item(2))
    dispatcher.submit(item(3, work=Work.CONTROL))
    dispatcher.submit(item(4, chat=2, work=Work.VIDEO))
    await until(lambda: set(rows.finished) == {2, 3, 4})
    assert 1 not in rows.finished
    gate.set()
    await until(lambda: 1 in rows.finished)


async def test_the_parts_of_an_album_are_one_turn_in_the_order_of_its_messages(
    dispatcher: Dispatcher, rows: Rows, handler: Handler
) -> None:
    for number in (3, 1, 2):
        dispatcher.submit(item(number, album="a"))
    await until(lambda: len(rows.finished) == 3)
    assert handler.parts == [[1, 2, 3]]
    assert rows.finished == {1: (101,), 2: (101,), 3: (101,)}


async def test_what_comes_right_after_an_album_of_its_name_waits_and_is_one_turn(
    dispatcher: Dispatcher, rows: Rows, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.ALBUM_PAUSE_S", 0.01)
    dispatcher.submit(item(1, album="joined", apart_s=3600))
    await until(lambda: 1 in rows.finished)
    for number in (2, 3):
        dispatcher.submit(item(number, album="joined", apart_s=3600))
    dispatcher.submit(item(4, chat=2, album="joined"))
    await until(lambda: 4 in rows.finished)
    assert handler.parts == [[1], [4]]
    assert dispatcher.busy() == 0
    await dispatcher.close()


async def test_after_the_pause_all_who_came_meanwhile_are_one_turn(
    dispatcher: Dispatcher, rows: Rows, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.ALBUM_PAUSE_S", 0.01)
    dispatcher.submit(item(1, album="joined", apart_s=0.5))
    await until(lambda: 1 in rows.finished)
    for number in range(2, 2 + 2 * MOST_PARTS):
        dispatcher.submit(item(number, album="joined", apart_s=0.5))
    await until(lambda: len(rows.finished) == 1 + 2 * MOST_PARTS)
    assert handler.parts == [[1], [*range(2, 2 + 2 * MOST_PARTS)]]


async def test_an_album_without_end_is_closed_all_the_same(
    dispatcher: Dispatcher, rows: Rows, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.ALBUM_PAUSE_S", 0.01)
    numbers = itertools.count(1)
    while not rows.finished:
        dispatcher.submit(item(next(numbers), album="joined"))
        await asyncio.sleep(0)
    assert len(handler.parts[0]) > MOST_PARTS
    await dispatcher.close()


async def test_cancel_overtakes_and_stops_what_runs_and_waits(
    dispatcher: Dispatcher, rows: Rows, handler: Handler
) -> None:
    handler.hold(1)
    for number in (1, 2):
        dispatcher.submit(item(number))
    dispatcher.submit(item(3, person=2))
    await until(lambda: handler.seen == [1])
    assert dispatcher.cancel(chat_id=1, person_id=1) == 2
    await until(lambda: set(rows.finished) == {1, 2, 3})
    assert rows.finished == {1: (), 2: (), 3: (103,)}
    assert dispatcher.cancel(chat_id=1) == 0


async def test_a_handler_that_fails_harms_only_its_message(
    dispatcher: Dispatcher, rows: Rows, handler: Handler
) -> None:
    dispatcher.submit(item(1, arguments="fail"))
    dispatcher.submit(item(2))
    await until(lambda: 2 in rows.finished)
    assert "no" in rows.aside[1]
    assert handler.given_up == [1]


async def test_what_was_begun_too_often_is_set_aside_without_being_touched(
    dispatcher: Dispatcher, rows: Rows, handler: Handler
) -> None:
    dispatcher.submit(item(1, attempts=TRIES))
    await until(lambda: handler.given_up == [1])
    assert handler.seen == []
    assert 1 in rows.aside


async def test_closing_leaves_unfinished_rows_for_the_next_start(
    dispatcher: Dispatcher, rows: Rows, handler: Handler
) -> None:
    handler.hold(1)
    dispatcher.submit(item(1))
    dispatcher.submit(item(2))
    await until(lambda: handler.seen == [1])
    await dispatcher.close()
    assert rows.finished == {}
    assert rows.aside == {}
    assert rows.started == []  # a stop in good order is no attempt


async def test_an_answer_that_telegram_stumbles_over_does_not_hold_up_the_chat_for_ever(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.AWAY_PAUSE_S", 0.0)
    tries = 0

    async def handle(job: Sequence[Incoming]) -> list[int]:
        nonlocal tries
        tries += 1
        if job[0].update_id == 2:
            return []
        raise NetworkError("away") from (httpx.ConnectError("no route") if tries <= 20 else None)

    async def give_up(_: Incoming) -> None: ...

    dispatcher = Dispatcher(rows, handle, give_up)
    dispatcher.submit(item(1))
    dispatcher.submit(item(2))
    await until(lambda: 2 in rows.finished)
    assert tries == 20 + REFUSALS + 1  # the last one is the next message's
    assert list(rows.aside) == [1]
    assert list(rows.finished) == [2]
    await dispatcher.close()
