"""A group with an admin and two guests, all of them new, in a house that several tests share."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.mood.pseudonyms import Pseudonyms
from storage.database import Database
from storage.mood_groups import MoodGroup, MoodGroups
from storage.moods import Moods, Score
from tests.bot.house import House, Message

DAY_S = 86_400


@dataclass(frozen=True)
class Scene:
    home: House
    chat: int
    admin: int
    """The only one who has a private chat with the bot."""
    guest: int
    other: int

    async def say(
        self, text: str, person: int = 0, chat: int = 0, count: int = 1, **more: Any
    ) -> list[Message]:
        """The answers in the chat where it was said."""
        sent = await self.home.post(chat or self.chat, text=text, **{"from": person or self.admin, **more})
        return await self.home.answers(sent, count)

    async def press(self, message: Message, data: str, person: int = 0) -> dict[str, Any]:
        answer = await self.home.press(message, data, person or self.admin)
        await self.home.quiet()
        return answer

    async def now(self, message: Message) -> Message:
        """What it looks like by now."""
        found = await self.home.messages(message["chat"]["id"], message["message_id"] - 1)
        return found[0]

    async def latest(self, chat: int = 0) -> Message:
        return (await self.home.messages(chat or self.chat))[-1]

    async def open_private_chat(self, person: int) -> None:
        await self.home.people.post("/play/chats", json={"type": "private", "members": [person]})

    async def promote(self, person: int, status: str = "administrator") -> None:
        await self.home.people.post(
            f"/play/chats/{self.chat}/members", json={"person": person, "status": status}
        )

    @asynccontextmanager
    async def books(self) -> AsyncIterator[tuple[MoodGroups, Moods]]:
        """The bot's own database, looked at from outside."""
        database = await Database.open(f"sqlite+aiosqlite:///{self.home.folder / 'chutko.sqlite3'}")
        try:
            yield MoodGroups(database), Moods(database)
        finally:
            await database.close()

    @property
    def names(self) -> Pseudonyms:
        return Pseudonyms.load(self.home.folder)

    async def group(self, chat: int = 0) -> MoodGroup:
        async with self.books() as (groups, _):
            found = await groups.get(chat or self.chat)
        assert found is not None
        return found

    async def written(self, days: int, *people: int) -> int:
        """One message a day of each, the first just now; the group's id."""
        group, names, now = await self.group(), self.names, int(time.time())
        now -= 10 * (now % 3600 < 10)  # all in one hour
        scores = []
        for day in range(days):
            for number, person_id in enumerate(people):
                at = now - day * DAY_S - number
                message, person = (
                    names.message(group.id, at * 1000 + person_id),
                    names.person(group.id, person_id),
                )
                scores.append(Score(group.id, at, at // 3600 * 3600, message, person, 0, 1, 300 + number))
        async with self.books() as (_, moods):
            await moods.put(scores)
        return group.id

    async def watched(self) -> int:
        """Switched on; everybody has written for ten days. The group's id."""
        await self.say("/mood on")
        return await self.written(10, self.admin, self.guest, self.other)

    async def kept(self, person_id: int) -> int:
        group = await self.group()
        async with self.books() as (_, moods):
            return len(await moods.of_person(group.id, self.names.person(group.id, person_id), 0, 2**62))


async def scene(home: House, kind: str = "supergroup", title: str = "Group") -> Scene:
    people = []
    for name in ("Admin", "Guest", "Other"):
        person = await home.people.post("/play/people", json={"name": name, "language_code": "en"})
        people.append(person.json()["id"])
    chat = await home.people.post("/play/chats", json={"type": kind, "title": title, "members": people})
    found = Scene(home, chat.json()["id"], *people)
    await found.open_private_chat(found.admin)
    await home.quiet()  # the bot has said hello
    return found


def buttons(message: Message) -> dict[str, str]:
    """Text -> callback data, or address."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {one["text"]: one.get("callback_data") or one["url"] for row in rows for one in row}
