"""What counts for the mood of a group. Pure: works on the raw JSON of the Bot API, as `bot.routing` does."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from bot.routing import FILES, Json, Me, entities, leading_command

EARLIEST = 1_420_070_400
"""Telegram has had bots since 2015: what claims to be older has a broken clock."""
_LONGEST_ID = 2**63
_NOT_READ = {"url", "email", "mention", "phone_number", "bot_command"}
"""Kinds of entities that say nothing of a mood."""
_SMILEY = re.compile(r"[:;=8xX][-'^]?[()DPpoO3|/\\]|\({2,}|\){2,}|^\s*[()]\s*$")


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message, before anybody listened to it."""

    file_id: str
    duration_s: float
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a group that says something about its mood, or was edited and does not any more."""

    chat_id: int
    thread_id: int
    """Topic; 0 outside of topics."""
    person_id: int
    """Who wrote it; for an anonymous admin or a channel the id of that chat."""
    message_id: int
    at: int
    """Unix time at which it was written, also where this is a later edit."""
    edited: bool
    text: str
    """Text or caption; empty if there is only a voice, or if an edit has left nothing that counts."""
    voice: Voice | None
    language: str
    """The writer's language, as `ru`; empty if unknown."""


@dataclass(frozen=True, slots=True)
class TopicName:
    """The name of a forum topic, learned in passing."""

    chat_id: int
    thread_id: int
    name: str
    original: bool
    """It had this name once, and may have been renamed since."""


def chat_of(update: Json) -> int | None:
    """The chat of a message or an edited one."""
    try:
        return _id(_message(update)["chat"]["id"])
    except _ODD:
        return None


def title_of(update: Json) -> str:
    """What the group of a message is called now; empty if that is not told."""
    try:
        return _words(_message(update)["chat"].get("title") or "")
    except _ODD:
        return ""


def heard(update: Json, me: Me) -> Heard | None:
    """What of this update counts, or no longer does after an edit.

    None for bots, commands, forwards, service messages, and what is not of a group.
    """
    try:
        return _heard(update, me)
    except _ODD:
        return None


def topic_name(update: Json) -> TopicName | None:
    """What a message tells of the name of its topic."""
    try:
        message = _message(update)
        if not message.get("is_topic_message"):
            return None
        now = message.get("forum_topic_edited") or message.get("forum_topic_created")
        # What answers nobody in a topic names the message that the topic began with.
        once = (message.get("reply_to_message") or {}).get("forum_topic_created")
        name = (now or once or {}).get("name")
        if not name or not isinstance(name, str):
            return None
        return TopicName(_id(message["chat"]["id"]), _id(message["message_thread_id"]), name, not now)
    except _ODD:
        return None


def moved_to(update: Json) -> int | None:
    """The supergroup that this group has become."""
    try:
        return _id(_message(update)["migrate_to_chat_id"])
    except _ODD:
        return None


_ODD = (KeyError, TypeError, AttributeError, ValueError, IndexError)
"""What reading JSON of a shape nobody foresaw raises."""


def _message(update: Json) -> Json:
    message: Json = update.get("message") or update["edited_message"]
    return message


def _heard(update: Json, me: Me) -> Heard | None:
    message = _message(update)
    chat = message["chat"]
    if chat["type"] not in ("group", "supergroup"):
        return None
    if "forward_origin" in message or "via_bot" in message or message.get("is_automatic_forward"):
        return None
    person_id = _writer(message, me)
    at = _id(message["date"])
    text = message.get("text") or message.get("caption") or ""
    voice = _voice(message.get("voice"))
    edited = "message" not in update
    if person_id is None or at < EARLIEST:
        return None
    if leading_command(message) is not None:
        text, voice = "", None
    elif not readable(message):
        text = ""
    # What never had words (a live location is edited all the time) can have lost none.
    if not text and voice is None and not (edited and any(kind in message for kind in ("text", *FILES))):
        return None
    language = (message.get("from") or {}).get("language_code")
    return Heard(
        chat_id=_id(chat["id"]),
        thread_id=_id(message["message_thread_id"]) if message.get("is_topic_message") else 0,
        person_id=person_id,
        message_id=_id(message["message_id"]),
        at=at,
        edited=edited,
        text=_words(text),
        voice=voice,
        language=_words(language or ""),
    )


def readable(message: Json) -> bool:
    """Whether there is something to feel in the words: letters, emoji or smileys, and not only links and numbers."""
    text = message.get("text") or message.get("caption") or ""
    for kind, piece, _ in entities(message):
        if kind in _NOT_READ and piece:
            text = text.replace(piece, " ")
    if any(char.isalpha() or unicodedata.category(char) == "So" for char in text):
        return True
    return bool(_SMILEY.search(text))


def _writer(message: Json, me: Me) -> int | None:
    """Who wrote it; None for a bot."""
    # Anonymous admins and channels come with a bot of Telegram's as sender, which is not who wrote.
    if chat := message.get("sender_chat"):
        return _id(chat["id"])
    sender = message["from"]
    if sender.get("is_bot") or sender["id"] == me.id:
        return None
    return _id(sender["id"])


def _voice(voice: Any) -> Voice | None:
    if not voice:
        return None
    size = voice.get("file_size")
    return Voice(_words(voice["file_id"]), float(voice["duration"]), None if size is None else _id(size))


def _id(value: Any) -> int:
    """A number that a database can hold. Raises ValueError for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not -_LONGEST_ID <= value < _LONGEST_ID:
        raise ValueError("no id")
    return value


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value
