"""The history of conversations: who said what, what skills saw and heard, what was answered."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, delete, func, select, update

from storage.database import Database
from storage.schema import resets, turns

Role = Literal["user", "assistant", "memory"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry of a conversation."""

    id: int
    chat_id: int
    thread_id: int | None
    """Topic of a forum; None outside of topics."""
    person_id: int | None
    """Who said it; of an answer, whom it answers. Forgetting a person erases both."""
    person_name: str
    role: Role
    """`memory` is what a skill saw or heard."""
    content: str
    message_id: int | None
    at: float
    """Unix time."""


class History:
    """Turns by chat and topic. A reset begins a new conversation and erases nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        *,
        chat_id: int,
        role: Role,
        content: str,
        thread_id: int | None = None,
        person_id: int | None = None,
        person_name: str = "",
        message_id: int | None = None,
        at: float | None = None,
    ) -> int:
        """Store a turn; its id. `at` is now if not given."""
        row = {
            "chat_id": chat_id,
            "thread_id": thread_id or 0,
            "person_id": person_id,
            "person_name": person_name,
            "role": role,
            "content": content,
            "message_id": message_id,
            "at": time.time() if at is None else at,
        }
        async with self._database.transaction() as connection:
            added = await connection.scalar(turns.insert().returning(turns.c.id), _storable(row))
        return int(added)

    async def recent(
        self, chat_id: int, thread_id: int | None = None, limit: int = 200, of_message: int | None = None
    ) -> list[Turn]:
        """The latest turns of the current conversation, oldest first.

        Those `of_message` are among them even if the conversation was reset since: who is still answering it
        needs what was seen in it.
        """
        start = (
            select(resets.c.after_turn_id)
            .where(resets.c.chat_id == chat_id, resets.c.thread_id == (thread_id or 0))
            .scalar_subquery()
        )
        current = turns.c.id > func.coalesce(start, 0)
        if of_message is not None:
            current = current | (turns.c.message_id == of_message)
        return await self._latest(chat_id, thread_id, current, limit)

    async def page(
        self, chat_id: int, thread_id: int | None = None, before_id: int | None = None, limit: int = 20
    ) -> list[Turn]:
        """The latest turns, or the latest before one, oldest first; resets do not hide anything here."""
        return await self._latest(
            chat_id, thread_id, turns.c.id < (before_id if before_id is not None else 2**62), limit
        )

    async def export(self, chat_id: int) -> list[Turn]:
        """Everything of a chat, all topics, oldest first."""
        return await self._fetch(_select().where(turns.c.chat_id == chat_id).order_by(turns.c.id))

    async def replace(self, chat_id: int, message_id: int, content: str, role: Role | None = None) -> int:
        """A message was edited: its turn says this now. How many turns that were.

        Without a `role` it is the message itself, and not what a skill saw in it.
        """
        which = turns.c.role == role if role else turns.c.role != "memory"
        query = update(turns).where(turns.c.chat_id == chat_id, turns.c.message_id == message_id, which)
        async with self._database.transaction() as connection:
            changed = await connection.execute(query.values(_storable({"content": content})))
        return changed.rowcount

    async def reset(self, chat_id: int, thread_id: int | None = None) -> None:
        """A new conversation begins: `recent` starts here."""
        here = (turns.c.chat_id == chat_id, turns.c.thread_id == (thread_id or 0))
        async with self._database.transaction() as connection:
            last = await connection.scalar(select(func.max(turns.c.id)).where(*here)) or 0
            put = self._database.insert(resets).values(
                chat_id=chat_id, thread_id=thread_id or 0, after_turn_id=last
            )
            await connection.execute(
                put.on_conflict_do_update(
                    index_elements=["chat_id", "thread_id"], set_={"after_turn_id": last}
                )
            )

    async def forget_person(self, person_id: int) -> int:
        """Erase what a person said and was answered, everywhere; how many turns. No copy stays."""
        return await self._erase(turns.c.person_id == person_id)

    async def forget_chat(self, chat_id: int) -> int:
        """Erase a chat; how many turns. No copy stays."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(resets).where(resets.c.chat_id == chat_id))
        return await self._erase(turns.c.chat_id == chat_id)

    async def prune(self, older_than_s: float) -> int:
        """Erase what is older; how many turns."""
        return await self._erase(turns.c.at < time.time() - older_than_s)

    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        """A group became a supergroup: its history moves along."""
        async with self._database.transaction() as connection:
            await connection.execute(update(turns).where(turns.c.chat_id == old_id).values(chat_id=new_id))
            await connection.execute(delete(resets).where(resets.c.chat_id == new_id))
            await connection.execute(update(resets).where(resets.c.chat_id == old_id).values(chat_id=new_id))

    async def count(self, chat_id: int | None = None, person_id: int | None = None) -> int:
        """Turns in all, of a chat, or of a person."""
        query = select(func.count()).select_from(turns)
        if chat_id is not None:
            query = query.where(turns.c.chat_id == chat_id)
        if person_id is not None:
            query = query.where(turns.c.person_id == person_id)
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0

    async def _latest(
        self, chat_id: int, thread_id: int | None, more: ColumnElement[bool], limit: int
    ) -> list[Turn]:
        query = _select().where(turns.c.chat_id == chat_id, turns.c.thread_id == (thread_id or 0), more)
        return (await self._fetch(query.order_by(turns.c.id.desc()).limit(limit)))[::-1]

    async def _fetch(self, query: Select[Any]) -> list[Turn]:
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return [Turn(row[0], row[1], row[2] or None, *row[3:]) for row in rows]

    async def _erase(self, which: ColumnElement[bool]) -> int:
        async with self._database.transaction() as connection:
            gone = await connection.execute(delete(turns).where(which))
        await self._database.scrub()
        return gone.rowcount


def _select() -> Select[Any]:
    """All columns, in the order of `Turn`'s fields."""
    return select(*(turns.c[field.name] for field in fields(Turn)))


def _storable(row: dict[str, Any]) -> dict[str, Any]:
    """Text as UTF-8 can hold it: half a surrogate pair, which some clients send, becomes a `?`."""
    return {
        key: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for key, value in row.items()
    }
