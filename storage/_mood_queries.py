"""What `storage.moods` asks the tables, with care for what SQLite's planner makes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.mood_rows import SLOT_S, Score
from storage.schema import mood_hours, mood_opt_outs, moods

_KEYS_AT_ONCE = 1000
"""Looked up by one statement."""

_T = TypeVar("_T")
Key = tuple[int, int, int]
"""Of a score: group_id, at, message."""


async def opted_out(connection: AsyncConnection, scores: Sequence[Score]) -> set[tuple[int, int]]:
    """Which (group_id, person) of these must not be kept."""
    people: defaultdict[int, set[int]] = defaultdict(set)
    for score in scores:
        people[score.group_id].add(score.person)
    out: set[tuple[int, int]] = set()
    for group_id, persons in people.items():
        mine = mood_opt_outs.c.group_id == group_id
        for some in batched(sorted(persons), _KEYS_AT_ONCE):
            query = select(mood_opt_outs.c.person).where(mine, mood_opt_outs.c.person.in_(some))
            out.update((group_id, person) for person in await connection.scalars(query))
    return out


async def known(connection: AsyncConnection, keys: Sequence[Key]) -> dict[Key, Score]:
    """Which scores are there already."""
    times: defaultdict[int, set[int]] = defaultdict(set)
    for group_id, at, _ in keys:
        times[group_id].add(at)
    wanted = set(keys)
    found: dict[Key, Score] = {}
    for group_id, ats in times.items():
        # By time alone: asked for (group_id, at, message) IN (...), SQLite looks through the whole table.
        for some in batched(sorted(ats), _KEYS_AT_ONCE):
            query = select(moods).where(moods.c.group_id == group_id, moods.c.at.in_(some))
            for row in (await connection.execute(query)).all():
                if (key := (group_id, row.at, row.message)) in wanted:
                    found[key] = as_score(row, await _slot(connection, row))
    return found


async def _slot(connection: AsyncConnection, row: Row[Any]) -> int:
    """The hour in which a stored score was counted."""
    query = select(func.max(mood_hours.c.slot)).where(
        *within(row.group_id, row.at - SLOT_S + 1, row.at + 1, row.thread_id, row.person)
    )
    slot: int = await connection.scalar(query)
    return slot


async def slots_of(
    connection: AsyncConnection, group_id: int, person: int, since: int, until: int
) -> list[int]:
    """Hours that began in this stretch and in which the person wrote, in order."""
    query = select(mood_hours.c.slot).where(*within(group_id, since, until, person=person)).distinct()
    return list(await connection.scalars(query.order_by(mood_hours.c.slot)))


def stretches(slots: Sequence[int]) -> list[tuple[int, int]]:
    """Hours in order, those joined that touch."""
    joined: list[tuple[int, int]] = []
    for slot in slots:
        start = joined.pop()[0] if joined and slot <= joined[-1][1] else slot
        joined.append((start, slot + SLOT_S))
    return joined


def as_score(row: Row[Any], slot: int) -> Score:
    """A row of `moods`, counted in this hour."""
    return Score(slot=slot, **row._mapping)


def of_person(group_id: int, person: int, since: int, until: int) -> list[ColumnElement[bool]]:
    """Scores of a person in a stretch of time."""
    return [
        moods.c.group_id == group_id,
        moods.c.at >= since,
        moods.c.at < until,
        moods.c.person == person,
    ]


def within(
    group_id: int, since: int, until: int, thread_id: int | None = None, person: int | None = None
) -> list[ColumnElement[bool]]:
    """Sums of hours that began in a stretch of time."""
    these = [mood_hours.c.group_id == group_id, mood_hours.c.slot >= since, mood_hours.c.slot < until]
    if thread_id is not None:
        these.append(mood_hours.c.thread_id == thread_id)
    if person is not None:
        these.append(mood_hours.c.person == person)
    return these


def batched(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
