"""The moods of groups: one score a message, and their sums by hour. No text, no name, no id of Telegram's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Select, Table, case, delete, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.schema import (
    mood_events,
    mood_hours,
    mood_opt_outs,
    mood_told,
    mood_topics,
    mood_watches,
    moods,
)

SLOT_S = 3600

_ROWS_AT_ONCE = 5000
"""Erased in one transaction: few enough that nobody who writes meanwhile waits for long."""
_SLOTS_AT_ONCE = 24
"""The same, where one person's are erased from among the others'."""
_KEYS_AT_ONCE = 1000
"""Looked up by one statement."""
_END = 2**62
"""Later than everything."""


@dataclass(frozen=True, slots=True)
class Score:
    """What is kept of one message."""

    group_id: int
    """Row of `mood_groups`."""
    at: int
    """Unix time at which it was written."""
    slot: int
    """Unix time at which its hour of the group's local time began."""
    message: int
    """Keyed hash, signed 64 bits."""
    person: int
    """Keyed hash, signed 64 bits."""
    thread_id: int
    """Topic; 0 outside of topics."""
    label: int
    """-1 negative, 0 neutral, 1 positive."""
    score: int
    """P(positive) - P(negative) in thousandths."""


@dataclass(frozen=True, slots=True)
class HourRow:
    """Sums of one hour."""

    slot: int
    messages: int
    people: int
    negative: int
    positive: int
    total: int
    """Sum of scores, in thousandths."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Sums of one person in one bucket of time."""

    bucket: int
    """Index of the edge at which the bucket begins."""
    person: int
    messages: int
    negative: int
    positive: int
    total: int


@dataclass(frozen=True, slots=True)
class TopicRow:
    """Sums of one topic."""

    thread_id: int
    messages: int
    people: int
    negative: int
    positive: int
    total: int


_SUMS = tuple(func.sum(mood_hours.c[name]) for name in ("messages", "negative", "positive", "total"))
_PEOPLE = func.count(mood_hours.c.person.distinct())

_T = TypeVar("_T")
_Key = tuple[int, int, int]
"""Of a score: group_id, at, message."""
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
            out = await _opted_out(connection, scores)
            latest: dict[_Key, Score] = {
                (score.group_id, score.at, score.message): score
                for score in scores
                if (score.group_id, score.person) not in out
            }
            known = await _known(connection, list(latest))
            changes: defaultdict[_Place, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
            for key, score in latest.items():
                if (old := known.get(key)) is not None:
                    _count(changes, old, -1)
                    # It stays where it was counted, also if the group lives by another zone since.
                    score = replace(old, label=score.label, score=score.score)
                _count(changes, score, 1)
            await self._store(connection, list(latest.values()), changes)
        return len(latest) - len(known)

    async def hours(
        self, group_id: int, since: int, until: int, thread_id: int | None = None
    ) -> list[HourRow]:
        """Hours that began in this stretch and have messages, in order; of all topics or of one."""
        query = (
            select(mood_hours.c.slot, _SUMS[0], _PEOPLE, *_SUMS[1:])
            .where(*_within(group_id, since, until, thread_id))
            .group_by(mood_hours.c.slot)
            .order_by(mood_hours.c.slot)
        )
        return [HourRow(*row) for row in await self._fetch(query)]

    async def people(
        self, group_id: int, edges: Sequence[int], thread_id: int | None = None, person: int | None = None
    ) -> list[PersonRow]:
        """What every person (or one) wrote in each bucket [edges[i], edges[i + 1]), by bucket.

        Edges ascend. An hour belongs to the bucket in which it began.
        """
        if len(edges) < 2:
            return []
        bucket = _bucket(mood_hours.c.slot, edges).label("bucket")
        query = (
            select(bucket, mood_hours.c.person, *_SUMS)
            .where(*_within(group_id, edges[0], edges[-1], thread_id, person))
            .group_by(bucket, mood_hours.c.person)
            .order_by(bucket, mood_hours.c.person)
        )
        return [PersonRow(*row) for row in await self._fetch(query)]

    async def topics(self, group_id: int, since: int, until: int) -> list[TopicRow]:
        """Every topic in which somebody wrote, the busiest first."""
        query = (
            select(mood_hours.c.thread_id, _SUMS[0], _PEOPLE, *_SUMS[1:])
            .where(*_within(group_id, since, until))
            .group_by(mood_hours.c.thread_id)
            .order_by(_SUMS[0].desc(), mood_hours.c.thread_id)
        )
        return [TopicRow(*row) for row in await self._fetch(query)]

    async def of_person(self, group_id: int, person: int, since: int, until: int) -> list[Score]:
        """Every score of one person, in order of time."""
        found: dict[_Key, Score] = {}
        async with self._database.reading() as connection:
            # The sums say in which hours to look.
            for slot in await _slots(connection, group_id, person, since - SLOT_S + 1, until):
                these = _of(group_id, person, max(slot, since), min(slot + SLOT_S, until))
                for row in await connection.execute(_scores(slot).where(*these)):
                    found[group_id, row.at, row.message] = Score(*row)
        return [found[key] for key in sorted(found)]

    async def first_at(self, group_id: int) -> int | None:
        """When the first message was written of which a score is kept."""
        async with self._database.reading() as connection:
            first: int | None = await connection.scalar(
                select(func.min(moods.c.at)).where(moods.c.group_id == group_id)
            )
        return first

    async def forget_person(self, group_id: int, person: int) -> int:
        """Erase every score of a person; how many. No copy stays. Whose are not to come back opts out first."""
        async with self._database.reading() as connection:
            slots = await _slots(connection, group_id, person, -_END, _END)
        gone = 0
        for some in _batched(slots, _SLOTS_AT_ONCE):
            async with self._database.transaction() as connection:
                for slot in some:
                    these = _of(group_id, person, slot, slot + SLOT_S)
                    gone += (await connection.execute(delete(moods).where(*these))).rowcount
                    hour = _within(group_id, slot, slot + 1, person=person)
                    await connection.execute(delete(mood_hours).where(*hour))
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
        async with self._database.transaction() as connection:
            for table, at in ((mood_watches, mood_watches.c.until), (mood_events, mood_events.c.at)):
                await connection.execute(delete(table).where(table.c.group_id == group_id, at < before))
        gone = await self._erase(moods, moods.c.at, group_id, before)
        await self._erase(mood_hours, mood_hours.c.slot, group_id, before - SLOT_S + 1)
        await self._database.scrub()
        return gone

    async def _erase(self, table: Table, at: Column[int], group_id: int, before: int) -> int:
        """Erase a group's rows that are older, the oldest first, some at a time."""
        gone = 0
        end: int | None = None
        while end != before:
            async with self._database.transaction() as connection:
                old = (table.c.group_id == group_id, at < before)
                query = select(at).where(*old).order_by(at).offset(_ROWS_AT_ONCE).limit(1)
                last = await connection.scalar(query)
                end = before if last is None else last + 1
                some = delete(table).where(table.c.group_id == group_id, at < end)
                gone += (await connection.execute(some)).rowcount
        return gone

    async def _store(
        self, connection: AsyncConnection, scores: Sequence[Score], changes: dict[_Place, list[int]]
    ) -> None:
        if not scores:
            return
        columns = moods.c.keys()
        put = self._database.insert(moods)
        edited = {"label": put.excluded.label, "score": put.excluded.score}
        await connection.execute(
            put.on_conflict_do_update(index_elements=["group_id", "at", "message"], set_=edited),
            [{name: getattr(score, name) for name in columns} for score in scores],
        )
        names = mood_hours.c.keys()
        add = self._database.insert(mood_hours)
        summed = {name: mood_hours.c[name] + add.excluded[name] for name in names[4:]}
        await connection.execute(
            add.on_conflict_do_update(index_elements=names[:4], set_=summed),
            [dict(zip(names, (*place, *change), strict=True)) for place, change in changes.items()],
        )

    async def _fetch(self, query: Select[Any]) -> Sequence[Any]:
        async with self._database.reading() as connection:
            found: Sequence[Any] = (await connection.execute(query)).all()
        return found


def _count(changes: defaultdict[_Place, list[int]], score: Score, sign: int) -> None:
    change = changes[score.group_id, score.slot, score.thread_id, score.person]
    for index, value in enumerate((1, score.label < 0, score.label > 0, score.score)):
        change[index] += sign * value


async def _opted_out(connection: AsyncConnection, scores: Sequence[Score]) -> set[tuple[int, int]]:
    """Which (group_id, person) of these must not be kept."""
    people: defaultdict[int, set[int]] = defaultdict(set)
    for score in scores:
        people[score.group_id].add(score.person)
    out: set[tuple[int, int]] = set()
    for group_id, persons in people.items():
        mine = mood_opt_outs.c.group_id == group_id
        for some in _batched(sorted(persons), _KEYS_AT_ONCE):
            query = select(mood_opt_outs.c.person).where(mine, mood_opt_outs.c.person.in_(some))
            out.update((group_id, person) for person in await connection.scalars(query))
    return out


async def _known(connection: AsyncConnection, keys: Sequence[_Key]) -> dict[_Key, Score]:
    """Which scores are there already."""
    times: defaultdict[int, set[int]] = defaultdict(set)
    for group_id, at, _ in keys:
        times[group_id].add(at)
    found: dict[_Key, Score] = {}
    for group_id, ats in times.items():
        # By time alone: asked for (group_id, at, message) IN (...) SQLite looks through the whole table.
        for some in _batched(sorted(ats), _KEYS_AT_ONCE):
            query = _scores(0).where(moods.c.group_id == group_id, moods.c.at.in_(some))
            for row in (await connection.execute(query)).all():
                old = Score(*row)
                found[group_id, old.at, old.message] = old
    return {
        key: replace(found[key], slot=await _slot(connection, found[key])) for key in keys if key in found
    }


async def _slot(connection: AsyncConnection, score: Score) -> int:
    """The hour in which a stored score was counted."""
    query = select(func.max(mood_hours.c.slot)).where(
        *_within(score.group_id, score.at - SLOT_S + 1, score.at + 1, score.thread_id, score.person)
    )
    slot: int = await connection.scalar(query)
    return slot


async def _slots(
    connection: AsyncConnection, group_id: int, person: int, since: int, until: int
) -> list[int]:
    """Hours that began in this stretch and in which the person wrote, in order."""
    query = select(mood_hours.c.slot).where(*_within(group_id, since, until, person=person)).distinct()
    return list(await connection.scalars(query.order_by(mood_hours.c.slot)))


def _scores(slot: int) -> Select[Any]:
    """Scores of an hour, their columns in the order of `Score`'s fields."""
    names = ("message", "person", "thread_id", "label", "score")
    return select(moods.c.group_id, moods.c.at, literal(slot), *(moods.c[name] for name in names))


def _of(group_id: int, person: int, since: int, until: int) -> tuple[ColumnElement[bool], ...]:
    return (
        moods.c.group_id == group_id,
        moods.c.at >= since,
        moods.c.at < until,
        moods.c.person == person,
    )


def _within(
    group_id: int, since: int, until: int, thread_id: int | None = None, person: int | None = None
) -> list[ColumnElement[bool]]:
    these = [mood_hours.c.group_id == group_id, mood_hours.c.slot >= since, mood_hours.c.slot < until]
    if thread_id is not None:
        these.append(mood_hours.c.thread_id == thread_id)
    if person is not None:
        these.append(mood_hours.c.person == person)
    return these


def _bucket(at: ColumnElement[int], edges: Sequence[int], first: int = 0) -> ColumnElement[int]:
    """Index of the bucket in which a time lies, as a tree of comparisons."""
    if len(edges) <= 2:
        return literal(first)
    middle = len(edges) // 2
    return case(
        (at < edges[middle], _bucket(at, edges[: middle + 1], first)),
        else_=_bucket(at, edges[middle:], first + middle),
    )


def _batched(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
