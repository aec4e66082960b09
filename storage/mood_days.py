"""The sums of days that are over, packed: what a picture of many days of a large group is made from.

What is in them is for whoever packs them (`bot.mood.days`) to know. With any change of a day (`drop_days`) they are
gone, in the same transaction; whoever asks next packs them anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import BigInteger, BindParameter, Column, Row, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.schema import mood_days, mood_hours

Span = tuple[int, int]
"""[since, until) of a local day, in Unix seconds."""
_LONGEST_DAY_S = 3 * 86_400
"""Some zone may let a day come twice."""

_SLOT: BindParameter[int] = bindparam("slot", type_=BigInteger)
_CHANGED = delete(mood_days).where(
    mood_days.c.group_id == bindparam("of_group"),
    mood_days.c.since <= _SLOT,
    mood_days.c.since > _SLOT - _LONGEST_DAY_S,
    mood_days.c.until > _SLOT,
)


@dataclass(frozen=True, slots=True)
class PackedDay:
    since: int
    until: int
    people: int
    mean: float | None
    """The average of the day; None if nobody wrote."""
    sums: bytes


class MoodDays:
    """To pack a day: `claim` it, then read what is there, then `keep` it. What changes meanwhile undoes the claim."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sums(self, group_id: int, since: int, until: int) -> dict[Span, bytes]:
        """Of those days that are kept and begin in this stretch."""
        return {
            (row.since, row.until): row.sums
            for row in await self._rows(group_id, since, until, mood_days.c.sums)
        }

    async def averages(self, group_id: int, since: int, until: int) -> dict[Span, tuple[float | None, int]]:
        """The mean and of how many people it is, of the same days."""
        columns = mood_days.c.mean, mood_days.c.people
        return {
            (row.since, row.until): (row.mean, row.people)
            for row in await self._rows(group_id, since, until, *columns)
        }

    async def first_slot(self, group_id: int) -> int | None:
        """When the first hour began of which sums are kept."""
        async with self._database.reading() as connection:
            first: int | None = await connection.scalar(
                select(func.min(mood_hours.c.slot)).where(mood_hours.c.group_id == group_id)
            )
        return first

    async def claim(self, group_id: int, days: Collection[Span]) -> int:
        """Announce that these are about to be packed; by what they are to be kept."""
        claim = secrets.randbits(62)
        put = self._database.insert(mood_days)
        columns = ("until", "claim", "people", "mean", "sums")
        anew = {name: put.excluded[name] for name in columns}
        rows = [
            {"group_id": group_id, "since": since, "until": until, "claim": claim}
            | dict.fromkeys(("people", "mean", "sums"))
            for since, until in days
        ]
        async with self._database.transaction() as connection:
            # A change whose end has not come would be in none of the rows, and knows nothing of the claim.
            await self._database.wait_for_writers(connection, mood_hours)
            await connection.execute(
                put.on_conflict_do_update(index_elements=["group_id", "since"], set_=anew), rows
            )
        return claim

    async def keep(self, group_id: int, claim: int, days: Sequence[PackedDay]) -> None:
        """Those that have not changed since they were claimed."""
        mine = (mood_days.c.group_id == group_id, mood_days.c.claim == claim)
        kept = update(mood_days).where(*mine, mood_days.c.since == bindparam("begun"))
        rows = [{"begun": day.since, **asdict(day)} for day in days]
        async with self._database.transaction() as connection:
            await connection.execute(kept, rows)

    async def _rows(
        self, group_id: int, since: int, until: int, *columns: Column[object]
    ) -> Sequence[Row[tuple[object, ...]]]:
        query = select(mood_days.c.since, mood_days.c.until, *columns).where(
            mood_days.c.group_id == group_id,
            mood_days.c.since >= since,
            mood_days.c.since < until,
            mood_days.c.sums.is_not(None),
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()


async def drop_days(connection: AsyncConnection, slots: Iterable[tuple[int, int]]) -> None:
    """Something changed in these hours: (group_id, when it began)."""
    if places := [{"of_group": group_id, "slot": slot} for group_id, slot in sorted(slots)]:
        await connection.execute(_CHANGED, places)
