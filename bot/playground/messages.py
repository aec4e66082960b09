"""What happens to messages, whoever does it: they are posted, edited, deleted, reacted to."""

from __future__ import annotations

import re
from typing import Any

from bot.playground.records import JSON, Chat, Message
from bot.playground.render import chat_json, message_json, page_message, signature, user_json
from bot.playground.world import World


def post(
    world: World,
    chat: Chat,
    sender: int | None,
    content: JSON,
    *,
    extra: JSON | None = None,
    reply_to: int | None = None,
    external_reply: JSON | None = None,
    thread: int | None = None,
    by_bot: bool = False,
    sender_chat: int = 0,
    date: int | None = None,
    begins_topic: bool = False,
) -> Message:
    """Put a message into a chat and tell everybody: the page, and the bot if it sees it.

    A channel's posts have no sender: `by_bot` says that this one is the bot's own, of which it is not told.
    `sender_chat` is the chat in whose name it is written; `date` is for what is told as if it had been sent earlier.
    """
    message_id = world.next_id("message")
    message = Message(
        id=message_id,
        chat_id=chat.id,
        date=world.now() if date is None else date,
        sender=sender,
        sender_chat=sender_chat,
        content=content,
        extra=extra or {},
        reply_to=reply_to,
        external_reply=external_reply or {},
        thread=message_id if begins_topic else thread,
    )
    world.add_message(message)
    if sender in (world.bot.id, None):
        _end_drafts(world, chat.id, thread)
    world.events.add("message", {"chat_id": chat.id, "message": page_message(world, message)})
    own = by_bot or sender == world.bot.id
    if (not own or message.is_service) and sees(world, chat, message):
        kind = "channel_post" if chat.type == "channel" else "message"
        world.updates.add(kind, message_json(world, message))
    return message


def _end_drafts(world: World, chat_id: int, thread: int | None) -> None:
    for key, draft in list(world.drafts.items()):
        if draft.chat_id == chat_id and draft.thread == thread:
            del world.drafts[key]


def changed(world: World, message: Message, *, by_bot: bool, visible: bool = True) -> None:
    """Keep an edit and tell of it. `visible` edits are marked as edited; changed buttons are not."""
    if visible:
        message.edit_date = max(world.now(), message.date)
    world.save_message(message)
    world.events.add("edit", {"chat_id": message.chat_id, "message": page_message(world, message)})
    chat = world.chats[message.chat_id]
    if not by_bot and sees(world, chat, message):
        kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
        world.updates.add(kind, message_json(world, message))


def remove(world: World, messages: list[Message]) -> None:
    """Delete messages of one chat. Bots are not told, as with Telegram."""
    if not messages:
        return
    chat = world.chats[messages[0].chat_id]
    for message in messages:
        world.drop_message(message)
    gone = {message.id for message in messages}
    world.events.add("delete", {"chat_id": chat.id, "message_ids": sorted(gone)})
    if gone & set(chat.pinned):
        chat.pinned = [id_ for id_ in chat.pinned if id_ not in gone]
        world.save_chat(chat)


def sees(world: World, chat: Chat, message: Message) -> bool:
    """Whether the bot gets this message: it is in the chat, and privacy mode lets it through.

    Rules: https://core.telegram.org/bots/features#privacy-mode
    """
    bot = world.bot
    if not chat.inside(bot.id):
        return False
    private = world.settings.privacy_mode if chat.privacy_mode is None else chat.privacy_mode
    member = chat.members[bot.id]
    if chat.type in ("private", "channel") or not private or member.status == "administrator":
        return True
    if message.is_service:
        return True
    replied = world.message(chat.id, message.reply_to) if message.reply_to else None
    return (replied is not None and replied.sender == bot.id) or _addresses(message.content, bot.username)


def _addresses(content: JSON, username: str) -> bool:
    """Whether a text or caption has a command for the bot, or its name."""
    text = content.get("text") or content.get("caption") or ""
    units = text.encode("utf-16-le")
    for entity in content.get("entities") or content.get("caption_entities") or ():
        start = entity["offset"] * 2
        part = units[start : start + entity["length"] * 2].decode("utf-16-le", "replace").lower()
        if entity["type"] == "mention" and part == f"@{username.lower()}":
            return True
        if entity["type"] == "bot_command" and re.fullmatch(rf"/\w+(@{re.escape(username.lower())})?", part):
            return True
    return False


def react(world: World, message: Message, person: int, emoji: list[str]) -> None:
    """Set somebody's reactions to a message; an empty list takes them back."""
    old = [reaction["emoji"] for reaction in message.reactions if reaction["from"] == person]
    if old == emoji:
        return
    kept = [reaction for reaction in message.reactions if reaction["from"] != person]
    message.reactions = [*kept, *({"from": person, "emoji": one} for one in emoji)]
    world.save_message(message)
    world.events.add(
        "reaction",
        {"chat_id": message.chat_id, "message_id": message.id, "reactions": list(message.reactions)},
    )
    chat = world.chats[message.chat_id]
    if person == world.bot.id or not chat.inside(world.bot.id):
        return
    base: JSON = {
        "chat": chat_json(world, chat.id),
        "message_id": message.id,
        "date": world.now(),
    }
    if chat.type == "channel":
        world.updates.add("message_reaction_count", {**base, "reactions": _counts(message)})
        return
    world.updates.add(
        "message_reaction",
        {
            **base,
            "user": user_json(world, person),
            "old_reaction": [_reaction(one) for one in old],
            "new_reaction": [_reaction(one) for one in emoji],
        },
    )


def _reaction(emoji: str) -> JSON:
    return {"type": "emoji", "emoji": emoji}


def _counts(message: Message) -> list[dict[str, Any]]:
    emoji = [reaction["emoji"] for reaction in message.reactions]
    return [{"type": _reaction(one), "total_count": emoji.count(one)} for one in dict.fromkeys(emoji)]


def origin(world: World, message: Message) -> JSON:
    """Where a forwarded message comes from: a MessageOrigin."""
    if "forward_origin" in message.extra:
        known: JSON = message.extra["forward_origin"]
        return known
    if message.sender_chat:
        voice = chat_json(world, message.sender_chat)
        return {"type": "chat", "date": message.date, "sender_chat": voice, **signature(world, message)}
    if message.sender is not None:
        return {"type": "user", "date": message.date, "sender_user": user_json(world, message.sender)}
    chat = chat_json(world, message.chat_id)
    return {"type": "channel", "date": message.date, "chat": chat, "message_id": message.id}
