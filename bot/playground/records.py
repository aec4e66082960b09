"""What the playground remembers: people, chats, messages, files. Each is one document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

JSON = dict[str, Any]

MEMBER_STATUSES = ("creator", "administrator", "member", "restricted")
"""Statuses of those who are in a chat; a restricted one may also be out."""


@dataclass(slots=True)
class Person:
    """A person, or the bot itself."""

    id: int
    first_name: str
    is_bot: bool = False
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_premium: bool = False

    def json(self) -> JSON:
        fields: JSON = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code", "is_premium"):
            if value := getattr(self, name):
                fields[name] = value
        return fields


@dataclass(slots=True)
class Member:
    """Somebody's standing in a chat."""

    status: str
    """`creator`, `administrator`, `member`, `restricted`, `left` or `kicked`."""
    rights: JSON = field(default_factory=dict)
    """Rights of an administrator, or permissions of a restricted member."""
    until_date: int = 0
    is_member: bool = True
    """For a restricted one: whether they are in the chat."""

    @property
    def inside(self) -> bool:
        return self.status in MEMBER_STATUSES and self.is_member


@dataclass(slots=True)
class Topic:
    message_thread_id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str = ""
    closed: bool = False
    hidden: bool = False


@dataclass(slots=True)
class Chat:
    """A conversation. A private chat has the id of its person."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    description: str = ""
    is_forum: bool = False
    privacy_mode: bool | None = None
    """None means the world's setting."""
    members: dict[int, Member] = field(default_factory=dict)
    """By id of the person, in the order of their coming; the bot among them."""
    permissions: JSON = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    """Ids of pinned messages, the latest last."""
    topics: dict[int, Topic] = field(default_factory=dict)
    menu_button: JSON = field(default_factory=dict)
    photo: JSON = field(default_factory=dict)
    invite_links: list[JSON] = field(default_factory=list)
    migrated_to: int = 0

    @property
    def kind(self) -> str:
        """As Telegram's refusals name it."""
        return f"{self.type} chat"

    def inside(self, person: int) -> bool:
        member = self.members.get(person)
        return member is not None and member.inside

    def json(self) -> JSON:
        return asdict(self)

    @classmethod
    def load(cls, body: Mapping[str, Any]) -> Chat:
        # JSON knows no integer keys.
        members = {int(key): Member(**value) for key, value in body["members"].items()}
        topics = {int(key): Topic(**value) for key, value in body["topics"].items()}
        return cls(**{**body, "members": members, "topics": topics})


@dataclass(slots=True)
class Message:
    """One message; what others change (names, the replied message) is looked up when it is shown."""

    id: int
    chat_id: int
    date: int
    sender: int | None = None
    """Person or bot; None for posts of a channel."""
    sender_chat: int = 0
    """The chat in whose name a person wrote: the group itself or a channel; 0 for their own name."""
    content: JSON = field(default_factory=dict)
    """The fields of the kind of message, as the Bot API has them: `text`, `photo`, `new_chat_members`..."""
    extra: JSON = field(default_factory=dict)
    """Further fields given on sending: `reply_markup`, `media_group_id`, `forward_origin`, `quote`..."""
    reply_to: int | None = None
    external_reply: JSON = field(default_factory=dict)
    thread: int | None = None
    edit_date: int = 0
    reactions: list[JSON] = field(default_factory=list)
    """`{"from": person, "emoji": ...}`, in order."""
    votes: dict[str, list[int]] = field(default_factory=dict)
    """Of a poll: option numbers by person."""

    def json(self) -> JSON:
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def is_service(self) -> bool:
        return not any(name in self.content for name in CONTENT_FIELDS)


CONTENT_FIELDS = (
    "text", "photo", "voice", "audio", "video", "video_note", "animation", "document", "sticker",
    "location", "venue", "contact", "poll", "dice",
)  # fmt: skip


@dataclass(slots=True)
class StoredFile:
    """A file on the disk under an id that the bot and the page know it by."""

    file_id: str
    file_unique_id: str
    kind: str
    """Field of the message it was sent in: `photo`, `voice`, `thumbnail`..."""
    path: str
    """Relative to the folder of files; also what getFile answers."""
    size_bytes: int
    mime: str
    name: str = ""
    content: JSON = field(default_factory=dict)
    """The message content that sends this file again."""

    def json(self) -> JSON:
        return {name: getattr(self, name) for name in self.__slots__}
