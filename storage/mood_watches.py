"""When the bot was there and watching: what lies between is a gap, and not a silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage._mood_queries import batched
from storage.database import Database
from storage.schema import mood_watches

_GROUPS_AT_ONCE = 1000
_END = 2**62
"""Later than everything."""


class MoodWatches:
    """Stretches of time by group, each extended by a heartbeat. All times are Unix seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, group_id: int, at: float) -> None:
        """Watching begins: so does a stretch."""
        async with self._database.transaction() as connection:
            await _begin(connection, [group_id], int(at))

    async def beat(self, group_ids: Iterable[int], at: float, most_pause_s: float) -> None:
        """The bot is watching these. After a longer pause, or when the clock went back, a stretch begins."""
        async with self._database.transaction() as connection:
            for some in batched(sorted(group_ids), _GROUPS_AT_ONCE):
                extended = await _extend(connection, some, int(at), most_pause_s)
                if begun := [group_id for group_id in some if group_id not in extended]:
                    await _begin(connection, begun, int(at))

    async def end(self, group_id: int, at: float, most_pause_s: float = 300.0) -> None:
        """Watching ends, and with it the last stretch; if the bot was there since the last beat, that is now."""
        async with self._database.transaction() as connection:
            await _extend(connection, [group_id], int(at), most_pause_s)

    async def watches(self, group_id: int, since: int, until: int) -> list[tuple[int, int]]:
        """Stretches (since, until) within this one, in order; what touches is joined."""
        return (await self._stretches(since, until, mood_watches.c.group_id == group_id)).get(group_id, [])

    async def all_watches(self) -> dict[int, list[tuple[int, int]]]:
        """Every stretch of every group that has one, as `watches` tells them."""
        return await self._stretches(-_END, _END)

    async def _stretches(
        self, since: int, until: int, *these: ColumnElement[bool]
    ) -> dict[int, list[tuple[int, int]]]:
        query = (
            select(mood_watches.c.group_id, mood_watches.c.since, mood_watches.c.until)
            .where(*these, mood_watches.c.since < until, mood_watches.c.until > since)
            .order_by(mood_watches.c.since)
        )
        found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        async with self._database.reading() as connection:
            for group_id, begun, ended in await connection.execute(query):
                joined, start, end = found[group_id], max(begun, since), min(ended, until)
                if joined and start <= joined[-1][1]:
                    start, end = joined[-1][0], max(end, joined.pop()[1])
                joined.append((start, end))
        return found


async def _begin(connection: AsyncConnection, group_ids: Sequence[int], at: int) -> None:
    rows = [{"group_id": group_id, "since": at, "until": at} for group_id in group_ids]
    await connection.execute(mood_watches.insert(), rows)


async def _extend(
    connection: AsyncConnection, group_ids: Sequence[int], at: int, most_pause_s: float
) -> set[int]:
    """Let the last stretch of each group reach to here; those of which it can."""
    mine = mood_watches.c.group_id.in_(group_ids)
    last = select(func.max(mood_watches.c.id)).where(mine).group_by(mood_watches.c.group_id)
    near = (mood_watches.c.until <= at, mood_watches.c.until >= at - most_pause_s)
    extend = update(mood_watches).where(mood_watches.c.id.in_(last), *near).values(until=at)
    return set(await connection.scalars(extend.returning(mood_watches.c.group_id)))
