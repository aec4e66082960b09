"""Nothing is confirmed before it is stored, and one odd update stops no other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.dispatch import Dispatcher, Incoming
from bot.intake import Intake, Polling, webhook_app
from bot.routing import Me
from storage.database import Database
from storage.inbox import Inbox
from tests.serving import serving

ME = Me(7, "chutko_bot")


def update(number: int, **content: Any) -> dict[str, Any]:
    chat = {"id": 1, "type": "private"}
    content = content or {"text": f"text {number}"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 0, "chat": chat, "from": {"id": 1}, **content},
    }


class Bench:
    """An intake over a real inbox, whose handler notes what it gets."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self.answered: list[int] = []
        self.hold: asyncio.Event | None = None
        self.dispatcher = Dispatcher(inbox, self._handle, self._give_up)
        self.intake = Intake(inbox, self.dispatcher, ME)

    async def _handle(self, items: Sequence[Incoming]) -> list[int]:
        if self.hold:
            await self.hold.wait()
        self.answered += [item.update_id for item in items]
        return []

    async def _give_up(self, item: Incoming) -> None: ...

    async def until_answered(self, *numbers: int) -> None:
        async with asyncio.timeout(10):
            while set(self.answered) != set(numbers) or await self.inbox.unfinished():
                await asyncio.sleep(0.01)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'db.sqlite3'}")
    yield database
    await database.close()


@pytest.fixture
async def bench(database: Database) -> AsyncIterator[Bench]:
    bench = Bench(Inbox(database))
    yield bench
    await bench.dispatcher.close()


async def test_what_owes_an_answer_is_stored_before_take_returns(bench: Bench) -> None:
    bench.hold = asyncio.Event()
    await bench.intake.take([update(1), update(2, new_chat_title="x")])
    assert [row.update_id for row in await bench.inbox.unfinished()] == [1]
    bench.hold.set()
    await bench.until_answered(1)


async def test_an_update_that_comes_twice_is_answered_once(bench: Bench) -> None:
    await bench.intake.take([update(1)])
    await bench.intake.take([update(1), update(2)])
    await bench.until_answered(1, 2)
    assert sorted(bench.answered) == [1, 2]


async def test_an_overheard_group_message_is_never_written(bench: Bench, tmp_path: Path) -> None:
    group = update(1, text="a secret of the group")
    group["message"]["chat"] = {"id": -5, "type": "supergroup"}
    await bench.intake.take([group, update(2)])
    await bench.until_answered(2)
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"a secret of the group" not in files


async def test_an_update_of_an_unknown_shape_does_not_stop_the_others(bench: Bench) -> None:
    await bench.intake.take([{"update_id": 1, "message": {"text": 5}}, update(2)])
    await bench.until_answered(2)


async def test_half_a_pair_of_surrogates_is_stored_and_answered(bench: Bench) -> None:
    odd = update(1, text="oh \ud83d no")
    bench.hold = asyncio.Event()
    await bench.intake.take([odd, update(2)])
    [row, _] = await bench.inbox.unfinished()
    assert json.loads(row.payload) == odd
    bench.hold.set()
    await bench.until_answered(1, 2)


async def test_what_an_earlier_life_left_is_answered_after_a_restart(bench: Bench) -> None:
    row = (1, 1, "talk", json.dumps(update(1)).encode(), 1)
    await bench.inbox.put([row])
    assert await bench.intake.resume() == 1
    await bench.until_answered(1)


class FakeTelegram:
    """getUpdates that confirms by offset, with answers to give first."""

    def __init__(self, *first: dict[str, Any] | int) -> None:
        self.queue = [update(n) for n in (1, 2, 3)]
        self.first = list(first)
        self.offsets: list[int | None] = []

    async def get_updates(self, request: Request) -> JSONResponse:
        body = await request.json()
        self.offsets.append(body.get("offset"))
        if self.first:
            refusal = self.first.pop(0)
            if isinstance(refusal, int):
                return JSONResponse({"odd": "page"}, refusal)
            return JSONResponse({"ok": False, **refusal}, refusal["error_code"])
        self.queue = [u for u in self.queue if u["update_id"] >= body.get("offset", 0)]
        if not self.queue:
            await asyncio.sleep(0.05)
        return JSONResponse({"ok": True, "result": self.queue[:2]})

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/bot1/getUpdates", self.get_updates, methods=["POST"])])


async def poll(telegram: FakeTelegram, bench: Bench) -> Polling:
    async with serving(telegram.app()) as address:
        polling = Polling(f"{address}/bot1", bench.intake.take, poll_s=1, first_pause_s=0.02)
        task = asyncio.create_task(polling.run())
        try:
            async with asyncio.timeout(20):
                while sorted(bench.answered) != [1, 2, 3] or telegram.offsets[-1] != 4:
                    await asyncio.sleep(0.01)
        finally:
            task.cancel()
    return polling


class Counting(Database):
    """Notes how often somebody has written."""

    transactions = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        self.transactions += 1
        async with super().transaction() as connection:
            yield connection


async def test_polling_confirms_what_is_merely_overheard_without_writing(tmp_path: Path) -> None:
    database = await Counting.open(f"sqlite+aiosqlite:///{tmp_path / 'db.sqlite3'}")
    assert isinstance(database, Counting)
    bench = Bench(Inbox(database))
    heard: list[int] = []
    bench.intake = Intake(
        bench.inbox, bench.dispatcher, ME, hear=lambda update: heard.append(update["update_id"])
    )
    telegram = FakeTelegram()
    for each in telegram.queue:
        each["message"]["chat"] = {"id": -5, "type": "supergroup"}
    before = database.transactions
    async with serving(telegram.app()) as address:
        polling = asyncio.create_task(Polling(f"{address}/bot1", bench.intake.take, poll_s=1).run())
        async with asyncio.timeout(20):
            while not telegram.offsets or telegram.offsets[-1] != 4:
                await asyncio.sleep(0.01)
        polling.cancel()
    assert heard == [1, 2, 3]
    assert database.transactions == before
    await database.close()


async def test_the_offset_moves_only_past_what_is_stored(bench: Bench) -> None:
    telegram = FakeTelegram()
    polling = await poll(telegram, bench)
    assert telegram.offsets[:3] == [None, 3, 4]
    assert polling.last_contact is not None


async def test_a_second_poller_and_a_broken_answer_are_reported_and_tried_again(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    conflict = {"error_code": 409, "description": "Conflict: terminated by other getUpdates request"}
    polling = await poll(FakeTelegram(conflict, 502), bench)
    assert "another copy of this bot is running" in caplog.text
    assert polling.trouble == ""


async def test_a_webhook_stores_first_and_compares_its_secret(bench: Bench) -> None:
    transport = httpx.ASGITransport(webhook_app("/hook", "right", bench.intake.take))
    bench.hold = asyncio.Event()
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        name = "X-Telegram-Bot-Api-Secret-Token"
        assert (await client.post("/hook", json=update(1), headers={name: "wrong"})).status_code == 403
        assert (await client.post("/hook", json=update(1))).status_code == 403
        assert (await client.post("/hook", content=b"{", headers={name: "right"})).status_code == 400
        assert await bench.inbox.unfinished() == []
        assert (await client.post("/hook", json=update(1), headers={name: "right"})).status_code == 200
    assert [row.update_id for row in await bench.inbox.unfinished()] == [1]
    bench.hold.set()
    await bench.until_answered(1)
