"""The inbox: every update that owes an answer, from before Telegram may forget it until it is answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from storage.database import Database
from storage.schema import inbox

_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Owed:
    """An update without an answer yet."""

    update_id: int
    chat_id: int
    kind: str
    payload: bytes
    attempts: int
    """How often work on it has begun."""
    received_at: float
    """Unix time."""


class Inbox:
    """What a row holds of a message is erased when it is answered; that it was answered is remembered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, items: Sequence[tuple[int, int, str, bytes, int | None]]) -> list[int]:
        """Store (update_id, chat_id, kind, payload, message_id) in one commit.

        Returns the ids that were new, in order; ids that were ever seen, also answered ones, are ignored.
        """
        if not items:
            return []
        now = time.time()
        rows = {
            update_id: {
                "update_id": update_id,
                "chat_id": chat_id,
                "kind": kind,
                "payload": payload,
                "message_id": message_id,
                "received_at": now,
            }
            for update_id, chat_id, kind, payload, message_id in items
        }
        ids = list(rows)
        async with self._database.transaction() as connection:
            seen: set[int] = set()
            for start in range(0, len(ids), _ROWS_AT_ONCE):
                some = inbox.c.update_id.in_(ids[start : start + _ROWS_AT_ONCE])
                seen.update(await connection.scalars(select(inbox.c.update_id).where(some)))
            fresh = [update_id for update_id in ids if update_id not in seen]
            if fresh:
                await connection.execute(inbox.insert(), [rows[update_id] for update_id in fresh])
        return fresh

    async def start(self, update_id: int) -> None:
        """Work on it begins: count the attempt before anything can go wrong."""
        query = update(inbox).where(inbox.c.update_id == update_id, inbox.c.state == "owed")
        async with self._database.transaction() as connection:
            await connection.execute(query.values(attempts=inbox.c.attempts + 1))

    async def add_sent(self, update_id: int, message_ids: Sequence[int]) -> None:
        """These messages belong to its answer, which is not whole yet."""
        this = (inbox.c.update_id == update_id, inbox.c.state == "owed")
        async with self._database.transaction() as connection:
            before = await connection.scalar(select(inbox.c.answers).where(*this)) or []
            await connection.execute(update(inbox).where(*this).values(answers=[*before, *message_ids]))

    async def sent(self, update_id: int) -> tuple[int, ...]:
        """Messages of its answer that were sent before it was whole."""
        query = select(inbox.c.answers).where(inbox.c.update_id == update_id, inbox.c.state == "owed")
        async with self._database.reading() as connection:
            return tuple(await connection.scalar(query) or ())

    async def put_back(self, update_id: int) -> None:
        """Work on it was stopped in good order: the attempt does not count."""
        query = update(inbox).where(inbox.c.update_id == update_id, inbox.c.state == "owed")
        async with self._database.transaction() as connection:
            await connection.execute(query.where(inbox.c.attempts > 0).values(attempts=inbox.c.attempts - 1))

    async def done(self, update_id: int, answer_message_ids: Sequence[int] = ()) -> None:
        """It is answered, by these messages. Erases the payload."""
        await self._end(update_id, state="done", answers=list(answer_message_ids))

    async def set_aside(self, update_id: int, cause: str) -> None:
        """It cannot be answered, and is not tried again. Erases the payload."""
        await self._end(update_id, state="aside", cause=cause)

    async def unfinished(self) -> list[Owed]:
        """What is owed, in the order in which it came."""
        query = (
            select(
                inbox.c.update_id,
                inbox.c.chat_id,
                inbox.c.kind,
                inbox.c.payload,
                inbox.c.attempts,
                inbox.c.received_at,
            )
            .where(inbox.c.state == "owed")
            .order_by(inbox.c.update_id)
        )
        async with self._database.reading() as connection:
            return [Owed(*row) for row in await connection.execute(query)]

    async def answer_to(self, chat_id: int, message_id: int) -> tuple[int, ...]:
        """Ids of the messages that last answered a person's message; empty if there are none."""
        query = (
            select(inbox.c.answers)
            .where(inbox.c.chat_id == chat_id, inbox.c.message_id == message_id, inbox.c.state == "done")
            .order_by(inbox.c.update_id.desc())
        )
        async with self._database.reading() as connection:
            for answers in await connection.scalars(query):
                if answers:
                    return tuple(answers)
        return ()

    async def count(self) -> dict[str, int]:
        """Rows by state: owed, done, aside."""
        query = select(inbox.c.state, func.count()).group_by(inbox.c.state)
        async with self._database.reading() as connection:
            found = {row[0]: row[1] for row in await connection.execute(query)}
        return {state: found.get(state, 0) for state in ("owed", "done", "aside")}

    async def prune(self, older_than_s: float) -> int:
        """Remove what ended and came longer ago than this; how many rows. What is owed stays."""
        old = inbox.c.received_at < time.time() - older_than_s
        async with self._database.transaction() as connection:
            gone = await connection.execute(delete(inbox).where(old, inbox.c.state != "owed"))
        await self._database.scrub()
        return gone.rowcount

    async def forget(self, chat_id: int) -> int:
        """Remove what ended of a chat; how many rows. What is owed is still answered, and then erased."""
        ended = (inbox.c.chat_id == chat_id, inbox.c.state != "owed")
        async with self._database.transaction() as connection:
            gone = await connection.execute(delete(inbox).where(*ended))
        await self._database.scrub()
        return gone.rowcount

    async def _end(self, update_id: int, **values: object) -> None:
        query = update(inbox).where(inbox.c.update_id == update_id)
        async with self._database.transaction() as connection:
            await connection.execute(query.values(payload=None, **values))
