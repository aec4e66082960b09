"""People's messages: texts, files, albums, places, polls; forwards; and the list of messages."""

from __future__ import annotations

import time
from typing import Any

from bot.playground import messages
from bot.playground.botapi.objects import DICE, new_poll, throw
from bot.playground.botapi.texts import CAPTION_UNITS, TEXT_UNITS, parse
from bot.playground.entities import FormattedText, utf16_length
from bot.playground.errors import PlayError
from bot.playground.media import MEDIA_FIELDS, MediaError
from bot.playground.members import set_member, standing
from bot.playground.play.inputs import Ask, Created
from bot.playground.records import JSON, Chat, Message
from bot.playground.render import page_message
from bot.playground.rights import may_send

_WAIT_S = 60.0
_LIST = 1000
_ALBUM = 10
_FIRST_DATE = 1_376_438_400
"""Telegram is there since August 2013."""
_MIXED = {"photo", "video"}
_EXAMPLES: JSON = {
    "location": {"latitude": 55.7522, "longitude": 37.6156},
    "contact": {"phone_number": "+70000000000", "first_name": "Contact"},
    "poll": {"question": "Tea or coffee?", "options": ["Tea", "Coffee"]},
    "dice": "🎲",
}


async def list_messages(ask: Ask) -> list[JSON]:
    chat = ask.chat()
    after = int(ask.number("after", 0))
    before = int(ask.number("before", 0)) or None
    limit = max(1, int(ask.number("limit", _LIST)))
    deadline = time.monotonic() + min(max(ask.number("wait", 0), 0), _WAIT_S)
    events = ask.world.events
    while True:
        last = events.last_id
        ids = ask.world.messages_of(chat.id, after, before)
        left = deadline - time.monotonic()
        if ids or left <= 0 or events.closed:
            return [page_message(ask.world, ask.world.messages[id_]) for id_ in ids[-limit:]]
        await events.wait(last, left)


async def post_message(ask: Ask) -> Created:
    chat = ask.chat()
    if chat.migrated_to:
        raise PlayError(409, f"This group has become chat {chat.migrated_to}.")
    sender = ask.sender(chat)
    sender_chat = _sender_chat(ask, chat, sender)
    date = _date(ask)
    thread = _thread(ask, chat)
    reply_to = ask.integer("reply_to", 0) or None
    if reply_to is not None:
        ask.message(chat, reply_to)
    contents = await _contents(ask)
    for content in contents:
        kind = next(iter(content))
        if not may_send(chat, sender, kind):
            raise PlayError(403, f"Person {sender} may not send this here.")
    if chat.type == "private" and not chat.inside(ask.world.bot.id):
        # Whoever writes to a bot that they had stopped starts it again.
        set_member(ask.world, chat, ask.world.bot.id, standing(chat, "member"), sender)
    extra = {"media_group_id": str(ask.world.next_id("media_group", 10**16))} if len(contents) > 1 else {}
    posted = [
        messages.post(
            ask.world,
            chat,
            None if chat.type == "channel" else sender,
            content,
            extra=dict(extra),
            reply_to=reply_to,
            thread=thread,
            sender_chat=sender_chat,
            date=date,
        )
        for content in contents
    ]
    answer = page_message(ask.world, posted[0])
    if len(posted) > 1:
        answer["album"] = [page_message(ask.world, message) for message in posted]
    return Created(answer)


def _sender_chat(ask: Ask, chat: Chat, sender: int) -> int:
    """The chat in whose name a person writes: the group, for its administrators, or a channel of theirs; else 0."""
    chat_id = ask.integer("sender_chat", 0)
    if not chat_id:
        return 0
    voice = ask.world.chats.get(chat_id)
    if voice is None:
        raise PlayError(404, f"There is no chat {chat_id}.")
    if chat.type != "supergroup":
        raise PlayError(
            409, "Only in a supergroup people write in the name of a chat; upgrade the group first."
        )
    member = voice.members.get(sender)
    leads = member is not None and member.status in ("creator", "administrator")
    if not leads or not (voice is chat or voice.type == "channel"):
        raise PlayError(403, f"Person {sender} may not write here in the name of chat {chat_id}.")
    return chat_id


def _date(ask: Ask) -> int | None:
    """When the message is said to have been sent, Unix time; None is now."""
    date = ask.integer("date", 0)
    if date and not _FIRST_DATE <= date <= ask.world.now():
        raise PlayError(400, "`date` must be a Unix time in seconds, since 2013 and not in the future.")
    return date or None


def _thread(ask: Ask, chat: Chat) -> int | None:
    thread = ask.integer("thread", 0) or None
    if thread is not None and thread not in chat.topics:
        raise PlayError(404, f"There is no topic {thread} in this chat.")
    return thread


async def _contents(ask: Ask) -> list[JSON]:
    """The content of each message that the request makes."""
    if ask.files:
        return await _files(ask)
    if ask.fields.get("as"):
        raise PlayError(400, "`as` needs a `file`.")
    for kind in ("location", "contact", "poll", "dice"):
        given = ask.json(kind)
        if given is None and ask.fields.get("kind") == kind:
            given = _EXAMPLES[kind]
        if given is not None:
            return [_object(ask, kind, given)]
    if ask.fields.get("kind"):
        raise PlayError(400, "`kind` must be location, contact, poll or dice.")
    text = formatted(ask, "text", TEXT_UNITS)
    if not text.text:
        raise PlayError(400, "A message needs a text or a file.")
    return [text.json()]


def formatted(ask: Ask, name: str, most: int) -> FormattedText:
    """A person's text with its entities."""
    text = parse(ask.world, ask.text(name), "", ask.json("entities"))
    length = utf16_length(text.text)
    if length > most:
        raise PlayError(400, f"A {name} may have at most {most} characters; this one has {length}.")
    return text


async def _files(ask: Ask) -> list[JSON]:
    if len(ask.files) > _ALBUM:
        raise PlayError(400, f"An album has at most {_ALBUM} files.")
    kind = ask.text("as")
    if kind and kind not in MEDIA_FIELDS:
        raise PlayError(400, f"`as` must be one of {', '.join(MEDIA_FIELDS)}.")
    text = formatted(ask, "caption" if ask.fields.get("caption") else "text", CAPTION_UNITS)
    contents: list[JSON] = []
    try:
        kinds = [kind or await ask.play.media.guess(upload) for upload in ask.files]
        if len(kinds) > 1 and len(set(kinds)) > 1 and not set(kinds) <= _MIXED:
            # Only pictures and videos share an album; mixed files go as documents.
            kinds = ["document"] * len(kinds)
        if len(kinds) > 1 and not {"photo", "video", "audio", "document"} >= set(kinds):
            raise PlayError(400, "An album holds photos and videos, or audio files, or documents.")
        for one, upload in zip(kinds, ask.files, strict=True):
            content = await ask.play.media.take(one, upload, {})
            contents.append(content)
    except MediaError as error:
        raise PlayError(400, f"The file cannot be sent like this: {error}.") from error
    if kinds[0] not in ("sticker", "video_note"):
        contents[0] |= text.json("caption")
    return contents


def _object(ask: Ask, kind: str, given: Any) -> JSON:
    if kind == "dice":
        dice = given if isinstance(given, dict) else {"emoji": given}
        emoji = str(dice.get("emoji") or "🎲").rstrip("\ufe0f")
        if emoji not in DICE:
            raise PlayError(400, f"A dice is one of {' '.join(DICE)}.")
        value = dice.get("value")
        if isinstance(value, int) and 1 <= value <= DICE[emoji]:
            return {"dice": {"emoji": emoji, "value": value}}
        return {"dice": throw(emoji)}
    if not isinstance(given, dict):
        raise PlayError(400, f"`{kind}` must be an object.")
    if kind == "poll":
        return {"poll": _poll(given)}
    if kind == "contact":
        names = ("phone_number", "first_name", "last_name")
        contact = {name: str(given[name]) for name in names if given.get(name)}
        if not {"phone_number", "first_name"} <= contact.keys():
            raise PlayError(400, "A contact needs `phone_number` and `first_name`.")
        return {"contact": contact}
    try:
        latitude, longitude = float(given["latitude"]), float(given["longitude"])
    except (KeyError, TypeError, ValueError):
        raise PlayError(400, "A location needs `latitude` and `longitude`.") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise PlayError(400, "Such a place is not on Earth.")
    return {"location": {"latitude": latitude, "longitude": longitude}}


def _poll(given: JSON) -> JSON:
    options = given.get("options")
    if not isinstance(options, list) or not 1 <= len(options) <= 12 or not given.get("question"):
        raise PlayError(400, "A poll needs a `question` and 1 to 12 `options`.")
    return new_poll(
        {"text": str(given["question"])},
        [{"text": str(option)} for option in options],
        is_anonymous=given.get("is_anonymous") is not False,
    )


async def forward(ask: Ask) -> list[JSON]:
    chat = ask.chat()
    source = ask.world.chats.get(ask.integer("source"))
    ids = ask.json("message_ids")
    if source is None or not isinstance(ids, list) or not all(isinstance(id_, int) for id_ in ids):
        raise PlayError(400, "A forward needs a `source` chat and `message_ids`.")
    found = [ask.message(source, id_) for id_ in ids]
    return [_forward(ask, chat, message) for message in found]


async def forward_one(ask: Ask) -> Created:
    source = ask.chat()
    message = ask.message(source, ask.request.path_params["message"])
    target = ask.world.chats.get(ask.integer("to"))
    if target is None:
        raise PlayError(404, f"There is no chat {ask.integer('to')}.")
    return Created(_forward(ask, target, message))


def _forward(ask: Ask, chat: Chat, message: Message) -> JSON:
    if message.is_service or message.extra.get("has_protected_content"):
        raise PlayError(403, "This message cannot be forwarded.")
    sender = ask.sender(chat)
    origin = messages.origin(ask.world, message)
    extra = {"forward_origin": origin}
    author = None if chat.type == "channel" else sender
    new = messages.post(ask.world, chat, author, dict(message.content), extra=extra)
    return page_message(ask.world, new)
