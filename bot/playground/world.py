"""The playground's world: everything that exists in it, held in memory and kept on the disk."""

from __future__ import annotations

import asyncio
import bisect
import secrets
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.playground.errors import PlayError
from bot.playground.events import EventLog
from bot.playground.faults import Faults
from bot.playground.files import FileStore
from bot.playground.flood import FloodLimits
from bot.playground.journal import Journal
from bot.playground.records import JSON, Chat, Member, Message, Person
from bot.playground.rights import all_permissions
from bot.playground.updates import UpdateQueue
from storage.documents import Documents

FIRST_PERSON = 1
FIRST_GROUP = -1001
BOT_ID = 7_000_000_001
BOT_NAME = "Chutko"
BOT_USERNAME = "chutko_bot"

# Supergroups and channels have ids of this form, so that clients can tell them from groups.
_SUPERGROUP_BASE = -1_000_000_000_000


@dataclass(slots=True)
class BotProfile:
    """What the bot has said about itself, and how its updates leave."""

    token: str
    names: dict[str, str] = field(default_factory=dict)
    """By language code; an empty one is the default."""
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[str, list[JSON]] = field(default_factory=dict)
    """By scope and language, as `all_private_chats|ru`."""
    menu_button: JSON = field(default_factory=dict)
    group_rights: JSON = field(default_factory=dict)
    channel_rights: JSON = field(default_factory=dict)
    webhook: JSON = field(default_factory=dict)
    """Empty without a webhook; else `url`, `secret_token`, `max_connections`, `certificate`, errors."""


@dataclass(slots=True)
class WorldSettings:
    privacy_mode: bool = False
    """Whether the bot sees only what is meant for it in groups."""
    real_limits: bool = False
    """Whether Telegram's flood limits count."""


@dataclass(slots=True)
class Draft:
    """A message that is being written; it fades by itself."""

    chat_id: int
    draft_id: int
    thread: int | None
    can_stop: bool
    keep_on_stop: bool
    text: JSON
    until: float
    """Monotonic time."""
    stopped: bool = False

    def json(self, now: float) -> JSON:
        """As people see it; `now` is monotonic time."""
        return {
            "chat_id": self.chat_id,
            "draft_id": self.draft_id,
            **self.text,
            "thread": self.thread,
            "can_stop": self.can_stop,
            "expires_in_s": round(self.until - now, 1),
        }


class World:
    """State and its keeping. What may be done with it is in the modules around."""

    def __init__(self, documents: Documents, files_dir: Path) -> None:
        self._documents = documents
        self.journal = Journal(documents)
        self.files = FileStore(files_dir, self.journal)
        self.updates = UpdateQueue(self.journal)
        self.events = EventLog(self.journal)
        self.faults = Faults()
        self.flood = FloodLimits()
        self.settings = WorldSettings()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, Message] = {}
        self._by_chat: dict[int, list[int]] = {}
        self.drafts: dict[tuple[int, int], Draft] = {}
        self.callbacks: dict[str, asyncio.Future[JSON]] = {}
        """Pressed buttons whose answer is still possible, by query id."""
        self.profile = BotProfile("")
        self._counters: dict[str, int] = {}
        self.webhook_changed: Callable[[], None] = lambda: None

    @classmethod
    async def open(cls, documents: Documents, files_dir: Path, token: str = "") -> World:
        """Read what is kept, or begin a new world. `token` is used if the world has none yet."""
        world = cls(documents, files_dir)
        await world._load()
        if not world.profile.token:
            alphabet = string.ascii_letters + string.digits + "_-"
            tail = "".join(secrets.choice(alphabet) for _ in range(35))
            world.profile.token = token or f"{BOT_ID}:{tail}"
            world._begin()
        await world.commit()
        return world

    async def _load(self) -> None:
        meta = {document.key: document.body for document in await self._documents.all("meta")}
        self._counters = meta.get("counters", {})
        self.profile = BotProfile(**meta.get("bot", {"token": ""}))
        self.settings = WorldSettings(**meta.get("settings", {}))
        self.people = {row["id"]: Person(**row) for _, row in await self._rows("person")}
        self.chats = {row.body["id"]: Chat.load(row.body) for row in await self._documents.all("chat")}
        for id_, row in await self._rows("message"):
            self.messages[id_] = Message(**row)
            self._by_chat.setdefault(row["chat_id"], []).append(id_)
        self.files.load(row.body for row in await self._documents.all("file"))
        self.updates.load(await self._rows("update"), meta.get("updates", {}))
        self.events.load(await self._rows("event"), self._counters.get("event", 0))

    async def _rows(self, kind: str) -> Iterator[tuple[int, Any]]:
        rows = await self._documents.all(kind)
        return iter(sorted(((int(row.key), row.body) for row in rows), key=lambda row: row[0]))

    def _begin(self) -> None:
        """The first day: a bot, you, two guests and a group."""
        bot_id = int(head) if (head := self.profile.token.partition(":")[0]).isdigit() else BOT_ID
        self.add_person(Person(bot_id, BOT_NAME, is_bot=True, username=BOT_USERNAME))
        self._counters["bot"] = bot_id
        self.add_person(Person(FIRST_PERSON, "You", username="you", language_code="en"))
        for id_ in (2, 3):
            self.add_person(Person(id_, f"Guest {id_}", username=f"guest_{id_}", language_code="en"))
        self.open_private_chat(FIRST_PERSON)
        group = Chat(FIRST_GROUP, "group", title="Group", permissions=all_permissions())
        group.members = {
            1: Member("creator"),
            2: Member("member"),
            3: Member("member"),
            bot_id: Member("member"),
        }
        self.add_chat(group)
        self.save_profile()

    # Ids

    def next_id(self, name: str, first: int = 1) -> int:
        """The next number of a series; never given twice, not even after a crash."""
        value = self._counters.get(name, first - 1) + 1
        self._counters[name] = value
        self._save_counters()
        return value

    def _save_counters(self) -> None:
        self.journal.put("meta", "counters", lambda: {**self._counters, "event": self.events.last_id})

    def new_chat_id(self, type_: str) -> int:
        number = self.next_id("group", 1002)
        return -number if type_ == "group" else _SUPERGROUP_BASE - number

    # People and chats

    @property
    def bot(self) -> Person:
        return self.people[self._counters["bot"]]

    @property
    def bot_token(self) -> str:
        return self.profile.token

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        self.save_person(person)
        if not person.is_bot:
            self._counters["person"] = max(self._counters.get("person", 0), person.id)
            self._save_counters()
        return person

    def save_person(self, person: Person) -> None:
        self.journal.put("person", person.id, lambda: asdict(person))

    def add_chat(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        self.save_chat(chat)
        return chat

    def save_chat(self, chat: Chat) -> None:
        self.journal.put("chat", chat.id, chat.json)

    def save_profile(self) -> None:
        profile = self.profile
        self.journal.put("meta", "bot", lambda: asdict(profile))

    def save_settings(self) -> None:
        self.journal.put("meta", "settings", lambda: asdict(self.settings))

    def open_private_chat(self, person_id: int) -> Chat:
        """The private chat of a person; it is made if there is none."""
        if person_id in self.chats:
            return self.chats[person_id]
        person = self.people.get(person_id)
        if person is None or person.is_bot:
            raise PlayError(404, f"There is no person {person_id}.")
        chat = Chat(person_id, "private")
        chat.members = {person_id: Member("member"), self.bot.id: Member("member")}
        return self.add_chat(chat)

    # Messages

    def add_message(self, message: Message) -> None:
        self.messages[message.id] = message
        self._by_chat.setdefault(message.chat_id, []).append(message.id)
        self.save_message(message)

    def save_message(self, message: Message) -> None:
        self.journal.put("message", message.id, message.json)

    def drop_message(self, message: Message) -> None:
        del self.messages[message.id]
        ids = self._by_chat[message.chat_id]
        ids.pop(bisect.bisect_left(ids, message.id))
        self.journal.delete("message", message.id)

    def message(self, chat_id: int, message_id: int) -> Message | None:
        message = self.messages.get(message_id)
        return message if message is not None and message.chat_id == chat_id else None

    def messages_of(self, chat_id: int, after: int = 0, before: int | None = None) -> list[int]:
        """Ids between `after` and `before`, both exclusive, oldest first."""
        ids = self._by_chat.get(chat_id, [])
        end = len(ids) if before is None else bisect.bisect_left(ids, before)
        return ids[bisect.bisect_right(ids, after) : end]

    # Keeping

    async def commit(self) -> None:
        """Return when all that happened so far is on the disk."""
        self._note_events()
        await self.journal.commit()

    def _note_events(self) -> None:
        if self._counters.get("event") != self.events.last_id:
            self._counters["event"] = self.events.last_id
            self._save_counters()

    def release(self) -> None:
        """Let everybody go who waits for news, so that a server can end its connections."""
        self.events.close()
        self.updates.end_poll("")
        for waiting in self.callbacks.values():
            waiting.cancel()

    async def close(self) -> None:
        """Release and write the rest. The documents stay open; they are the caller's."""
        self.release()
        await self.commit()

    def now(self) -> int:
        """Unix time, seconds."""
        return int(time.time())
