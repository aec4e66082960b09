"""What kind of message an update is, and who takes it. Pure: works on the raw JSON of the Bot API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]


class Work(StrEnum):
    """What is done in order within a chat: two works of one kind wait for each other, different kinds do not."""

    TALK = "talk"
    """Texts, voices, photos: answered one after the other, since a question may be about the picture before it."""
    VIDEO = "video"
    """Minutes of work, which hold up nobody's talk."""
    CONTROL = "control"
    """Commands and buttons: overtake everything, save those of SLOW."""


class What(StrEnum):
    """What a message carries."""

    TEXT = "text"
    COMMAND = "command"
    VOICE = "voice"
    AUDIO = "audio"
    PHOTO = "photo"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"
    STICKER = "sticker"
    DOCUMENT = "document"
    BUTTON = "button"
    STOP = "stop"
    MEMBERSHIP = "membership"
    MIGRATION = "migration"
    JOINED = "joined"
    """Somebody has come into a group."""
    OTHER = "other"
    """A location, a poll, a contact, a dice...: gets a sentence on what the bot can take."""


FILES = (
    # An animation also carries `document`, so it is looked for first.
    What.ANIMATION,
    What.VOICE,
    What.AUDIO,
    What.PHOTO,
    What.VIDEO_NOTE,
    What.VIDEO,
    What.STICKER,
    What.DOCUMENT,
)
MOVING = {What.VIDEO, What.VIDEO_NOTE, What.ANIMATION}
OTHERS = (
    "location",
    "venue",
    "poll",
    "contact",
    "dice",
    "game",
    "story",
    "paid_media",
    "invoice",
    "checklist",
    "passport_data",
    "live_photo",
)


NOTICES_APART_S = 60.0
"""Who comes into a group right after others were welcomed there waits so long, and is welcomed with all who come."""
SLOW = ("spectrogram",)
"""Commands and buttons that look at a file: they take their turn among the talk, and /cancel ends them."""
_CALLED = re.compile(r"@([A-Za-z0-9_]+)\s*")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as getMe names it."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where an update goes."""

    what: What
    work: Work
    chat_id: int
    thread_id: int | None
    person_id: int | None
    message_id: int | None
    edited: bool = False
    album: str | None = None
    """`media_group_id`: the parts of an album are one turn."""
    apart_s: float = 0.0
    """What comes under the same name in so many seconds after an album is the next one, taken when they are over."""
    addressed: bool = True
    """False for what is merely overheard in a group; it owes no answer and is never stored."""
    command: str = ""
    """Without slash and bot name, lower case; only for COMMAND."""
    arguments: str = ""

    @property
    def owed(self) -> bool:
        return self.addressed


def route(update: Json, me: Me, *, channel_posts: bool = False) -> Route | None:
    """Where `update` goes; None for what concerns nobody (reactions, service messages, other bots' commands)."""
    if callback := update.get("callback_query"):
        message = callback.get("message")
        if not message:
            return None
        work = Work.TALK if callback.get("data") in SLOW else Work.CONTROL
        return _route(message, What.BUTTON, work, person=callback["from"])
    if stopped := update.get("stopped_message_generation"):
        chat = stopped.get("chat") or stopped.get("user") or stopped.get("from")
        if not chat:
            return None
        return Route(What.STOP, Work.CONTROL, chat["id"], stopped.get("message_thread_id"), chat["id"], None)
    if member := update.get("my_chat_member"):
        person = member.get("from", {})
        return Route(What.MEMBERSHIP, Work.CONTROL, member["chat"]["id"], None, person.get("id"), None)
    if member := update.get("chat_member"):
        return _welcome(member) if joined(update) else None
    edited = "edited_message" in update or "edited_channel_post" in update
    message = update.get("message") or update.get("edited_message")
    if message is None and channel_posts:
        message = update.get("channel_post") or update.get("edited_channel_post")
    if message is None or me.id in (_id(message, "from"), _id(message, "via_bot")):
        return None
    return _route_message(message, me, edited)


def _route_message(message: Json, me: Me, edited: bool) -> Route | None:
    if "migrate_to_chat_id" in message:
        return _route(message, What.MIGRATION, Work.CONTROL)
    if joined({"message": message}):
        return _welcome(message)
    for what in FILES:
        if what in message:
            work = Work.VIDEO if _moves(message, what) else Work.TALK
            return _route(message, what, work, me=me, edited=edited, album=message.get("media_group_id"))
    if "text" in message:
        command, arguments = _command(message, me)
        if command is None:
            return _route(message, What.TEXT, _work_of_text(message, me), me=me, edited=edited)
        if not command or edited:
            return None  # meant for another bot, or a command that was only corrected
        work = Work.TALK if command in SLOW else Work.CONTROL
        return _route(message, What.COMMAND, work, command=command, arguments=arguments)
    # A live location is edited all the time, a poll with every vote: once is enough to say so.
    if not edited and any(kind in message for kind in OTHERS):
        return _route(message, What.OTHER, Work.TALK, me=me, edited=edited)
    return None


def joined(update: Json) -> list[Json]:
    """The people who have come into a group: bots are none.

    Where a group is large or hides its members, no message tells of them; `chat_member` tells a bot that is an admin.
    """
    if change := update.get("chat_member"):
        came = _inside(change["new_chat_member"]) and not _inside(change["old_chat_member"])
        people = [change["new_chat_member"]["user"]] if came and change["chat"]["type"] != "channel" else []
    else:
        people = update["message"].get("new_chat_members") or []
    return [person for person in people if not person.get("is_bot")]


def _welcome(told: Json) -> Route:
    """Those who come one after the other are welcomed together, as the parts of an album are."""
    return _route(told, What.JOINED, Work.CONTROL, album="joined", apart_s=NOTICES_APART_S)


def _inside(member: Json) -> bool:
    return member["status"] in ("creator", "administrator", "member") or bool(member.get("is_member"))


def _route(
    message: Json,
    what: What,
    work: Work,
    *,
    me: Me | None = None,
    person: Json | None = None,
    edited: bool = False,
    album: str | None = None,
    apart_s: float = 0.0,
    command: str = "",
    arguments: str = "",
) -> Route:
    sender = person or message.get("from") or {}
    return Route(
        what=what,
        work=work,
        chat_id=message["chat"]["id"],
        thread_id=message.get("message_thread_id") if message.get("is_topic_message") else None,
        person_id=sender.get("id"),
        message_id=message.get("message_id"),
        edited=edited,
        album=album,
        apart_s=apart_s,
        addressed=me is None or _addressed(message, me),
        command=command,
        arguments=arguments,
    )


def _work_of_text(message: Json, me: Me) -> Work:
    """A question about somebody's video needs that video watched, and waits for it."""
    quoted = message.get("reply_to_message") or {}
    moving = any(_moves(quoted, what) for what in FILES if what in quoted)
    return Work.VIDEO if moving and _id(quoted, "from") != me.id else Work.TALK


def _moves(message: Json, what: What) -> bool:
    thing = message[what]
    if what is What.STICKER:
        return bool(thing.get("is_video"))
    if what is What.DOCUMENT:
        return str(thing.get("mime_type", "")).startswith("video/") or thing.get("mime_type") == "image/gif"
    return what in MOVING


def _id(message: Json, field: str) -> int | None:
    """The id of the person or bot that a field names."""
    return (message.get(field) or {}).get("id")


def _addressed(message: Json, me: Me) -> bool:
    """Private chats and channels always; groups when the bot is mentioned or answered."""
    if message["chat"]["type"] in ("private", "channel"):
        return True
    answered = message.get("reply_to_message") or {}
    # In a topic, what answers nobody comes as an answer to whoever opened the topic, which may be the bot.
    if _id(answered, "from") == me.id and "forum_topic_created" not in answered:
        return True
    return any(
        (kind == "mention" and text.lower() == f"@{me.username}".lower())
        or (kind == "text_mention" and user.get("id") == me.id)
        for kind, text, user in entities(message)
    )


def _command(message: Json, me: Me) -> tuple[str | None, str]:
    """(None, ...) for a text that is no command, ("", ...) for a command of another bot."""
    called, text = leading_command(message) or ("", "")
    if not text or called.lower() not in ("", me.username.lower()):
        return None, ""
    head, _, rest = text.partition("\n" if "\n" in text.split(" ", 1)[0] else " ")
    name, _, target = head.removeprefix("/").partition("@")
    if target and target.lower() != me.username.lower():
        return "", ""
    return name.lower(), rest.strip()


def leading_command(message: Json) -> tuple[str, str] | None:
    """(name, words) of a text or caption that begins with a command for any bot; the words begin with its slash.

    The name, without its @, is that of whoever is called just before it, as in `@chutko_bot /mood week`; else "".
    """
    text = message.get("text") or message.get("caption") or ""
    found = (*message.get("entities", ()), *message.get("caption_entities", ()))
    marks = {(entity["type"], entity["offset"]) for entity in found}
    called = _CALLED.match(text) if ("mention", 0) in marks else None
    # Nothing of a name or of spaces takes two UTF-16 units: its length is the offset of what comes next.
    start = called.end() if called else 0
    if ("bot_command", start) not in marks:
        return None
    return called[1] if called else "", text[start:]


def entities(message: Json) -> list[tuple[str, str, Json]]:
    """(type, text, user) of every entity of the text or caption; offsets are UTF-16 units."""
    text = message.get("text") or message.get("caption") or ""
    raw = text.encode("utf-16-le", errors="surrogatepass")  # some clients send half a pair
    found = []
    for entity in (*message.get("entities", ()), *message.get("caption_entities", ())):
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        piece = raw[start:end].decode("utf-16-le", errors="ignore")
        found.append((entity["type"], piece, entity.get("user") or {}))
    return found


def without_mention(text: str, me: Me) -> str:
    """The text as it was meant for the bot: its own name taken out."""
    parts = re.split(rf"@{re.escape(me.username)}\b", text, maxsplit=1, flags=re.IGNORECASE)
    return text if len(parts) == 1 else "".join(parts).strip(" ,:\n")
