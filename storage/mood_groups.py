"""The groups whose mood is watched: their settings, topics, and who has opted out."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import Column, Row, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.mood_events import MoodEvents
from storage.mood_merging import merge, unite
from storage.mood_watches import MoodWatches
from storage.schema import mood_groups, mood_opt_outs, mood_told, mood_topics


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """What a group's admins may choose."""

    time_zone: str = "UTC"
    """Name in the IANA database."""
    retention_days: int = 180
    transcripts: bool = False
    """Voice messages count, too."""
    digest: Literal["off", "daily", "weekly"] = "off"
    digest_hour: int = 9
    digest_weekday: int = 0
    """0 is Monday."""
    digest_to: Literal["admins", "group"] = "admins"
    alerts: bool = True
    quiet_from: int = 22
    """No alerts from this hour..."""
    quiet_until: int = 8
    """...until this one."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> GroupSettings:
        """What `to_json` made; keys of another version are ignored."""
        return cls(**{field.name: data[field.name] for field in fields(cls) if field.name in data})

    def to_json(self) -> dict[str, Any]:
        """What differs from the defaults."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value != getattr(_DEFAULTS, name)}


_DEFAULTS = GroupSettings()


@dataclass(frozen=True, slots=True)
class MoodGroup:
    id: int
    """What scores name; it stays the same when the group becomes a supergroup."""
    chat_id: int
    title: str
    watched: bool
    settings: GroupSettings
    created_at: int
    """Unix time."""
    by_person_id: int | None
    """The admin who switched it on."""
    merged: tuple[int, ...] = ()
    """Ids of groups that became one with this: what is kept of people may be kept by their hashes."""


class MoodGroups(MoodWatches, MoodEvents):
    """People are keyed hashes here, as they are in `storage.moods`."""

    async def get(self, chat_id: int) -> MoodGroup | None:
        async with self._database.reading() as connection:
            return await _group(connection, mood_groups.c.chat_id, chat_id)

    async def by_id(self, group_id: int) -> MoodGroup | None:
        async with self._database.reading() as connection:
            return await _group(connection, mood_groups.c.id, group_id)

    async def all(self) -> list[MoodGroup]:
        async with self._database.reading() as connection:
            rows = await connection.execute(select(mood_groups).order_by(mood_groups.c.id))
            return [_from_row(row) for row in rows]

    async def ensure(
        self, chat_id: int, title: str, settings: GroupSettings = _DEFAULTS, at: float | None = None
    ) -> MoodGroup:
        """The group of this chat, made with these settings if there is none; its title is this from now on."""
        put = self._database.insert(mood_groups).values(
            chat_id=chat_id,
            title=_storable(title),
            watched=False,
            settings=settings.to_json(),
            created_at=int(time.time() if at is None else at),
        )
        renamed = put.on_conflict_do_update(index_elements=["chat_id"], set_={"title": put.excluded.title})
        async with self._database.transaction() as connection:
            await connection.execute(renamed)
            group = await _group(connection, mood_groups.c.chat_id, chat_id)
        assert group is not None
        return group

    async def set(
        self,
        group_id: int,
        *,
        title: str | None = None,
        watched: bool | None = None,
        settings: GroupSettings | None = None,
        by_person_id: int | None = None,
    ) -> MoodGroup:
        """Change what is given; the group as it is now. Raises KeyError if there is none."""
        given = {
            "title": None if title is None else _storable(title),
            "watched": watched,
            "settings": None if settings is None else settings.to_json(),
            "by_person_id": by_person_id,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        async with self._database.transaction() as connection:
            if changes:
                await connection.execute(
                    update(mood_groups).where(mood_groups.c.id == group_id).values(changes)
                )
            group = await _group(connection, mood_groups.c.id, group_id)
        if group is None:
            raise KeyError(group_id)
        return group

    async def migrate_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup: its series moves along.

        If both are known, they become one: the older, as the one of them is set that is watched.
        """
        async with self._database.transaction() as connection:
            old = await _group(connection, mood_groups.c.chat_id, old_chat_id)
            new = await _group(connection, mood_groups.c.chat_id, new_chat_id)
            if old is None or old_chat_id == new_chat_id:
                return
            changes: dict[str, Any] = {"chat_id": new_chat_id}
            if new is not None:
                await merge(self._database, connection, new.id, old.id)
                await connection.execute(delete(mood_groups).where(mood_groups.c.id == new.id))
                changes["merged"] = [*old.merged, new.id, *new.merged]
                if new.watched and not old.watched:
                    settings = new.settings.to_json()
                    changes |= {"watched": True, "settings": settings, "by_person_id": new.by_person_id}
            await connection.execute(update(mood_groups).where(mood_groups.c.id == old.id).values(changes))

    async def unite(self, group_id: int, person: int, others: Sequence[int]) -> None:
        """What is kept of these people of a group is this one's: they are the same."""
        await unite(self._database, group_id, person, others)

    async def opt_out(self, group_id: int, person: int) -> None:
        """From now on nothing of this person is stored. (What was, `Moods.forget_person` erases.)"""
        await self._remember(mood_opt_outs, group_id=group_id, person=person)

    async def opt_in(self, group_id: int, person: int) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                delete(mood_opt_outs).where(
                    mood_opt_outs.c.group_id == group_id, mood_opt_outs.c.person == person
                )
            )

    async def opted_out(self, group_id: int, person: int) -> bool:
        return await self._remembered(mood_opt_outs, group_id, person)

    async def opted_out_all(self, group_id: int) -> frozenset[int]:
        query = select(mood_opt_outs.c.person).where(mood_opt_outs.c.group_id == group_id)
        async with self._database.reading() as connection:
            return frozenset(await connection.scalars(query))

    async def all_opted_out(self) -> Mapping[int, Set[int]]:
        """Who has opted out, by group."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        async with self._database.reading() as connection:
            for group_id, person in await connection.execute(select(mood_opt_outs)):
                found[group_id].add(person)
        return found

    async def was_told(self, group_id: int, person: int) -> bool:
        """Whether `tell_once` was called for this person."""
        return await self._remembered(mood_told, group_id, person)

    async def tell_once(self, group_id: int, person: int) -> bool:
        """Whether this person is to be told that the group is watched: true the first time."""
        return await self._remember(mood_told, group_id=group_id, person=person)

    async def name_topic(self, group_id: int, thread_id: int, name: str) -> None:
        put = self._database.insert(mood_topics).values(
            group_id=group_id, thread_id=thread_id, name=_storable(name)
        )
        async with self._database.transaction() as connection:
            await connection.execute(
                put.on_conflict_do_update(
                    index_elements=["group_id", "thread_id"], set_={"name": put.excluded.name}
                )
            )

    async def topic_names(self, group_id: int) -> dict[int, str]:
        query = select(mood_topics).where(mood_topics.c.group_id == group_id)
        async with self._database.reading() as connection:
            return {row.thread_id: row.name for row in await connection.execute(query)}

    async def all_topic_names(self) -> dict[int, dict[int, str]]:
        """By group."""
        found: defaultdict[int, dict[int, str]] = defaultdict(dict)
        async with self._database.reading() as connection:
            for group_id, thread_id, name in await connection.execute(select(mood_topics)):
                found[group_id][thread_id] = name
        return found

    async def _remembered(self, table: Table, group_id: int, person: int) -> bool:
        """Whether a person is on a list."""
        query = select(table).where(table.c.group_id == group_id, table.c.person == person)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).first() is not None

    async def _remember(self, table: Table, group_id: int, person: int) -> bool:
        """Put a person on a list; whether they were not on it."""
        put = self._database.insert(table).values(group_id=group_id, person=person)
        async with self._database.transaction() as connection:
            return (await connection.execute(put.on_conflict_do_nothing())).rowcount > 0


async def _group(connection: AsyncConnection, key: Column[int], value: int) -> MoodGroup | None:
    row = (await connection.execute(select(mood_groups).where(key == value))).first()
    return None if row is None else _from_row(row)


def _from_row(row: Row[Any]) -> MoodGroup:
    values = row._asdict()
    settings = GroupSettings.from_json(values.pop("settings"))
    return MoodGroup(settings=settings, merged=tuple(values.pop("merged")), **values)


def _storable(text: str) -> str:
    """As UTF-8 can hold it: half a surrogate pair, which some clients send, becomes a `?`."""
    return text.encode("utf-8", "replace").decode()
