"""Two groups become one, when a group became a supergroup that was known already; and so do the people in them.

Each group hashes people in its own way. What was kept by the hashes of the group that is no more stays under them until
the person comes: only then is it known whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage._mood_queries import of_person, slots_of, within
from storage.database import Database
from storage.mood_days import drop_days
from storage.mood_rows import SLOT_S
from storage.schema import (
    mood_days,
    mood_events,
    mood_hours,
    mood_opt_outs,
    mood_told,
    mood_topics,
    mood_watches,
    moods,
)

_EVER = 2**62


async def merge(database: Database, connection: AsyncConnection, source: int, target: int) -> None:
    """What belongs to one group belongs to another, which wins where both have a row."""
    for table in (mood_watches, mood_events):
        await connection.execute(update(table).where(table.c.group_id == source).values(group_id=target))
    for table in (moods, mood_hours, mood_opt_outs, mood_told, mood_topics):
        await _move(database, connection, table, "group_id", target, [table.c.group_id == source])
    await connection.execute(delete(mood_days).where(mood_days.c.group_id.in_((source, target))))


async def unite(database: Database, group_id: int, person: int, others: Sequence[int]) -> None:
    """What is kept of these people of a group is this one's: they are the same."""
    for other in others:
        async with database.transaction() as connection:
            for table in (mood_opt_outs, mood_told):
                theirs = [table.c.group_id == group_id, table.c.person == other]
                await _move(database, connection, table, "person", person, theirs)
        async with database.reading() as connection:
            slots = await slots_of(connection, group_id, other, -_EVER, _EVER)
        for slot in slots:
            # An hour at a time, so that nobody who writes meanwhile waits for long.
            async with database.transaction() as connection:
                theirs = of_person(group_id, other, slot, slot + SLOT_S)
                await connection.execute(update(moods).where(*theirs).values(person=person))
                sums = within(group_id, slot, slot + 1, person=other)
                await _move(database, connection, mood_hours, "person", person, sums)
                await drop_days(connection, [(group_id, slot)])


async def _move(
    database: Database,
    connection: AsyncConnection,
    table: Table,
    name: str,
    value: int,
    these: Sequence[ColumnElement[bool]],
) -> None:
    """Give rows another key. Where there is such a row already, sums are added, and anything else stays as it is."""
    names = table.c.keys()
    columns = [literal(value, table.c[name].type) if each == name else table.c[each] for each in names]
    copy = database.insert(table).from_select(names, select(*columns).where(*these))
    summed = {each: table.c[each] + copy.excluded[each] for each in names[4:]} if table is mood_hours else {}
    keys = [column.name for column in table.primary_key]
    await connection.execute(
        copy.on_conflict_do_update(index_elements=keys, set_=summed)
        if summed
        else copy.on_conflict_do_nothing()
    )
    await connection.execute(delete(table).where(*these))
