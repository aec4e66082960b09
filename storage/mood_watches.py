"""When the bot was there and watching: what lies between is a gap, and not a silence."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.schema import mood_watches


class MoodWatches:
    """Stretches of time by group, each extended by a heartbeat. All times are Unix seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, group_id: int, at: float) -> None:
        """Watching begins: so does a stretch."""
        async with self._database.transaction() as connection:
            await _begin(connection, group_id, int(at))

    async def beat(self, group_ids: Iterable[int], at: float, most_pause_s: float) -> None:
        """The bot is watching these. After a longer pause, or when the clock went back, a stretch begins."""
        async with self._database.transaction() as connection:
            for group_id in group_ids:
                if not await _extend(connection, group_id, int(at), most_pause_s):
                    await _begin(connection, group_id, int(at))

    async def end(self, group_id: int, at: float, most_pause_s: float = 300.0) -> None:
        """Watching ends, and with it the last stretch; if the bot was there since the last beat, that is now."""
        async with self._database.transaction() as connection:
            await _extend(connection, group_id, int(at), most_pause_s)

    async def watches(self, group_id: int, since: int, until: int) -> list[tuple[int, int]]:
        """Stretches (since, until) within this one, in order; what touches is joined."""
        query = (
            select(mood_watches.c.since, mood_watches.c.until)
            .where(
                mood_watches.c.group_id == group_id,
                mood_watches.c.since < until,
                mood_watches.c.until > since,
            )
            .order_by(mood_watches.c.since)
        )
        joined: list[tuple[int, int]] = []
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
                start, end = max(row.since, since), min(row.until, until)
                if joined and start <= joined[-1][1]:
                    start, end = joined[-1][0], max(end, joined.pop()[1])
                joined.append((start, end))
        return joined


async def _begin(connection: AsyncConnection, group_id: int, at: int) -> None:
    await connection.execute(mood_watches.insert(), {"group_id": group_id, "since": at, "until": at})


async def _extend(connection: AsyncConnection, group_id: int, at: int, most_pause_s: float) -> bool:
    """Let the last stretch reach to here; whether it can."""
    last = select(func.max(mood_watches.c.id)).where(mood_watches.c.group_id == group_id).scalar_subquery()
    near = (mood_watches.c.until <= at, mood_watches.c.until >= at - most_pause_s)
    extended = await connection.execute(
        update(mood_watches).where(mood_watches.c.id == last, *near).values(until=at)
    )
    return extended.rowcount > 0
