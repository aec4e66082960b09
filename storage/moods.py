"""The moods of groups: one score a message, and their sums by hour."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Row, Select, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage._mood_queries import (
    Key,
    as_score,
    batched,
    known,
    of_person,
    opted_out,
    slots_of,
    stretches,
    within,
)
from storage.database import Database
from storage.mood_days import drop_days
from storage.mood_rows import SLOT_S, HourRow, Score
from storage.schema import mood_days, mood_events, mood_hours, mood_told, mood_topics, mood_watches, moods

__all__ = ["SLOT_S", "HourRow", "Moods", "Score"]

_ROWS_AT_ONCE = 5000
"""Erased in one transaction: few enough that nobody who writes meanwhile waits for long."""
_DAYS_AT_ONCE = 20
"""The same, of packed days, which are large."""
_SLOTS_AT_ONCE = 24
"""The same, where one person's are erased from among the others'."""
_END = 2**62
"""Later than everything."""

_SUMS = tuple(func.sum(mood_hours.c[name]) for name in ("messages", "negative", "positive", "total"))
_PEOPLE = func.count(mood_hours.c.person.distinct())

_Place = tuple[int, int, int, int]
"""Of sums: group_id, slot, thread_id, person."""


class Moods:
    """Scores and their sums. Every stretch of time is [since, until), in Unix seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, scores: Sequence[Score]) -> int:
        """Store scores in one commit; how many were of new messages.

        The score of a message that was edited replaces its old one. People who have opted out are left out.
        """
        if not scores:
            return 0
        async with self._database.transaction() as connection:
            out = await opted_out(connection, scores)
            latest: dict[Key, Score] = {
                (score.group_id, score.at, score.message): score
                for score in scores
                if (score.group_id, score.person) not in out
            }
            there = await known(connection, list(latest))
            changes: defaultdict[_Place, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
            for key, score in latest.items():
                if (old := there.get(key)) is not None:
                    _count(changes, old, -1)
                    # It stays where it was counted, also if the group lives by another zone since.
                    score = replace(old, label=score.label, score=score.score)
                _count(changes, score, 1)
            if latest:
                await self._store(connection, list(latest.values()))
                await self._add(connection, changes)
        return len(latest) - len(there)

    async def remove(self, keys: Sequence[Key]) -> int:
        """Erase the scores of single messages, each by (group_id, at, message), in one commit; how many there were."""
        gone = 0
        async with self._database.transaction() as connection:
            changes: defaultdict[_Place, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
            for key, score in (await known(connection, keys)).items():
                this = (column == value for column, value in zip(moods.primary_key, key, strict=True))
                if (await connection.execute(delete(moods).where(*this))).rowcount:
                    _count(changes, score, -1)
                    gone += 1
            if changes:
                await self._add(connection, changes)
            for place in changes:
                these = (column == value for column, value in zip(mood_hours.primary_key, place, strict=True))
                await connection.execute(delete(mood_hours).where(*these, mood_hours.c.messages <= 0))
        return gone

    async def hours(self, group_id: int, since: int, until: int) -> list[HourRow]:
        """Hours that began in this stretch and have messages, in order."""
        query = (
            select(mood_hours.c.slot, _SUMS[0], _PEOPLE, *_SUMS[1:])
            .where(*within(group_id, since, until))
            .group_by(mood_hours.c.slot)
            .order_by(mood_hours.c.slot)
        )
        return [HourRow(*row) for row in await self._fetch(query)]

    async def sums(self, group_id: int, since: int, until: int) -> Sequence[Row[Any]]:
        """(slot, thread_id, person, messages, negative, positive, total) of all hours that began in this stretch."""
        columns = [column for column in mood_hours.c if column is not mood_hours.c.group_id]
        return await self._fetch(select(*columns).where(*within(group_id, since, until)))

    async def knows(self, group_id: int, person: int) -> bool:
        """Whether anything of this person is kept."""
        query = select(mood_hours.c.slot).where(*within(group_id, -_END, _END, person=person)).limit(1)
        return bool(await self._fetch(query))

    async def of_person(self, group_id: int, person: int, since: int, until: int) -> list[Score]:
        """Every score of one person, in order of time."""
        found: list[Score] = []
        async with self._database.reading() as connection:
            # The sums say in which hours to look.
            slots = await slots_of(connection, group_id, person, since - SLOT_S + 1, until)
            for start, end in stretches(slots):
                these = of_person(group_id, person, max(start, since), min(end, until))
                rows = await connection.execute(
                    select(moods).where(*these).order_by(moods.c.at, moods.c.message)
                )
                found += [as_score(row, slots[bisect(slots, row.at) - 1]) for row in rows]
        return found

    async def first_at(self, group_id: int) -> int | None:
        """When the first message was written of which a score is kept."""
        async with self._database.reading() as connection:
            first: int | None = await connection.scalar(
                select(func.min(moods.c.at)).where(moods.c.group_id == group_id)
            )
        return first

    async def forget_person(self, group_id: int, person: int) -> int:
        """Erase every score of a person; how many. No copy stays. Opt out first whoever is not to come back."""
        async with self._database.reading() as connection:
            slots = await slots_of(connection, group_id, person, -_END, _END)
        gone = 0
        for some in batched(slots, _SLOTS_AT_ONCE):
            async with self._database.transaction() as connection:
                for slot in some:
                    these = of_person(group_id, person, slot, slot + SLOT_S)
                    gone += (await connection.execute(delete(moods).where(*these))).rowcount
                    hour = within(group_id, slot, slot + 1, person=person)
                    await connection.execute(delete(mood_hours).where(*hour))
                await drop_days(connection, ((group_id, slot) for slot in some))
        await self._database.scrub()
        return gone

    async def forget_group(self, group_id: int) -> int:
        """Erase what a group's moods were; how many scores. No copy stays.

        The group stays with its settings, and so does who has opted out.
        """
        async with self._database.transaction() as connection:
            for table in (mood_told, mood_topics, mood_watches, mood_events):
                await connection.execute(delete(table).where(table.c.group_id == group_id))
        return await self.prune(group_id, _END)

    async def prune(self, group_id: int, before: int) -> int:
        """Erase what is older; how many scores. No copy stays. An hour's sums go when all of it is older."""
        whole = before - SLOT_S + 1
        gone = await self._erase(moods, moods.c.at, group_id, before, _ROWS_AT_ONCE)
        await self._erase(mood_hours, mood_hours.c.slot, group_id, whole, _ROWS_AT_ONCE)
        await self._erase(mood_days, mood_days.c.since, group_id, whole, _DAYS_AT_ONCE)
        async with self._database.transaction() as connection:
            # The last of them go together with their sums, whatever is stored meanwhile.
            for table, at, end in (
                (mood_hours, mood_hours.c.slot, whole),
                (mood_days, mood_days.c.since, whole),
                (mood_watches, mood_watches.c.until, before),
                (mood_events, mood_events.c.at, before),
            ):
                await connection.execute(delete(table).where(table.c.group_id == group_id, at < end))
            these = delete(moods).where(moods.c.group_id == group_id, moods.c.at < before)
            gone += (await connection.execute(these)).rowcount
        await self._database.scrub()
        return gone

    async def _erase(self, table: Table, at: Column[int], group_id: int, before: int, rows: int) -> int:
        """Erase a group's rows that are older, the oldest first, so many at a time; the last of them stay."""
        gone = 0
        while True:
            async with self._database.transaction() as connection:
                old = (table.c.group_id == group_id, at < before)
                query = select(at).where(*old).order_by(at).offset(rows).limit(1)
                last = await connection.scalar(query)
                if last is None:
                    return gone
                some = delete(table).where(table.c.group_id == group_id, at <= last)
                gone += (await connection.execute(some)).rowcount

    async def _store(self, connection: AsyncConnection, scores: Sequence[Score]) -> None:
        columns = moods.c.keys()
        put = self._database.insert(moods)
        edited = {"label": put.excluded.label, "score": put.excluded.score}
        await connection.execute(
            put.on_conflict_do_update(index_elements=["group_id", "at", "message"], set_=edited),
            [{name: getattr(score, name) for name in columns} for score in scores],
        )

    async def _add(self, connection: AsyncConnection, changes: dict[_Place, list[int]]) -> None:
        """Change the sums by so much. What was packed of these days is no longer true."""
        names = mood_hours.c.keys()
        add = self._database.insert(mood_hours)
        summed = {name: mood_hours.c[name] + add.excluded[name] for name in names[4:]}
        await connection.execute(
            add.on_conflict_do_update(index_elements=names[:4], set_=summed),
            # In order, so that of two writers on PostgreSQL neither holds what the other waits for.
            [dict(zip(names, (*place, *change), strict=True)) for place, change in sorted(changes.items())],
        )
        await drop_days(connection, {(group_id, slot) for group_id, slot, *_ in changes})

    async def _fetch(self, query: Select[Any]) -> Sequence[Any]:
        async with self._database.reading() as connection:
            found: Sequence[Any] = (await connection.execute(query)).all()
        return found


def _count(changes: defaultdict[_Place, list[int]], score: Score, sign: int) -> None:
    change = changes[score.group_id, score.slot, score.thread_id, score.person]
    for index, value in enumerate((1, score.label < 0, score.label > 0, score.score)):
        change[index] += sign * value
