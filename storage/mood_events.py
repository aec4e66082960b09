"""What was found out about a group's mood, and whether its admins have been told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update

from storage.database import Database
from storage.schema import mood_events


@dataclass(frozen=True, slots=True)
class MoodEvent:
    """Something that admins are told once."""

    id: int
    group_id: int
    kind: str
    """`shift` or `digest`."""
    at: int
    """Unix time that it is about."""
    data: dict[str, Any]
    told_at: int | None
    """Unix time; None while it waits."""


class MoodEvents:
    """Events in the order in which they were remembered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember_event(self, group_id: int, kind: str, at: float, data: dict[str, Any]) -> int:
        """Something to be told; its id."""
        row = {"group_id": group_id, "kind": kind, "at": int(at), "data": data}
        async with self._database.transaction() as connection:
            added = await connection.scalar(mood_events.insert().returning(mood_events.c.id), row)
        return int(added)

    async def untold(self, group_id: int | None = None) -> list[MoodEvent]:
        """What waits to be told, of one group or of all."""
        query = select(mood_events).where(mood_events.c.told_at.is_(None)).order_by(mood_events.c.id)
        if group_id is not None:
            query = query.where(mood_events.c.group_id == group_id)
        return await self._events(query)

    async def change_event(self, event_id: int, data: dict[str, Any]) -> None:
        """Remember how far it has been told."""
        query = update(mood_events).where(mood_events.c.id == event_id)
        async with self._database.transaction() as connection:
            await connection.execute(query.values(data=data))

    async def told(self, event_id: int, at: float) -> None:
        """It was told."""
        query = update(mood_events).where(mood_events.c.id == event_id)
        async with self._database.transaction() as connection:
            await connection.execute(query.values(told_at=int(at)))

    async def last_event(self, group_id: int, kind: str) -> MoodEvent | None:
        """The latest of this kind, told or not."""
        query = (
            select(mood_events)
            .where(mood_events.c.group_id == group_id, mood_events.c.kind == kind)
            .order_by(mood_events.c.id.desc())
            .limit(1)
        )
        return next(iter(await self._events(query)), None)

    async def _events(self, query: Select[Any]) -> list[MoodEvent]:
        async with self._database.reading() as connection:
            return [MoodEvent(*row) for row in await connection.execute(query)]
