"""What all sends share: the place, the reply, the keyboard, the limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.playground import messages
from bot.playground.botapi.call import Call, find_chat, flags, flood
from bot.playground.botapi.inputs import Params
from bot.playground.botapi.keyboards import reply_markup
from bot.playground.botapi.texts import parse
from bot.playground.errors import bad_request
from bot.playground.records import JSON, Chat, Message
from bot.playground.render import chat_json, message_json
from bot.playground.rights import may, may_send

_NAMES = {
    "text": "text messages", "photo": "photos", "voice": "voice notes", "audio": "music", "video": "videos",
    "video_note": "video notes", "animation": "animations", "document": "documents", "sticker": "stickers",
    "location": "locations", "venue": "venues", "contact": "contacts", "poll": "polls", "dice": "dice",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes, and what comes with it."""

    chat: Chat
    thread: int | None
    reply_to: int | None
    external_reply: JSON = field(default_factory=dict)
    extra: JSON = field(default_factory=dict)


def target(call: Call, content: str, weight: int = 1) -> Target:
    """Read and check the common parameters of a send. `content` is the kind, as `photo`.

    Raises ApiError 400, 403 and 429.
    """
    chat = find_chat(call)
    if not may_send(chat, call.world.bot.id, content):
        if chat.type == "channel":
            raise bad_request("need administrator rights in the channel chat")
        raise bad_request(f"not enough rights to send {_NAMES[content]} to the chat")
    thread = _thread(call, chat)
    reply_to, external, quote = _reply(call, chat)
    if thread is None and reply_to is not None and chat.is_forum:
        thread = call.world.messages[reply_to].thread
    markup = reply_markup(call.params)
    extra: JSON = {**quote, **flags(call.params, protect_content="has_protected_content")}
    if "inline_keyboard" in markup:
        extra["reply_markup"] = markup
    if call.params.text("message_effect_id") and chat.type == "private":
        extra["effect_id"] = call.params.text("message_effect_id")
    flood(call, chat, weight)
    return Target(chat, thread, reply_to, external, extra)


def send(call: Call, place: Target, content: JSON, extra: JSON | None = None) -> Message:
    """Post the bot's message."""
    sender = None if place.chat.type == "channel" else call.world.bot.id
    return messages.post(
        call.world,
        place.chat,
        sender,
        content,
        extra={**place.extra, **(extra or {})},
        reply_to=place.reply_to,
        external_reply=place.external_reply,
        thread=place.thread,
        by_bot=True,
    )


def sent(call: Call, place: Target, content: JSON, extra: JSON | None = None) -> JSON:
    """Post the bot's message and give it as JSON."""
    return message_json(call.world, send(call, place, content, extra))


def _thread(call: Call, chat: Chat) -> int | None:
    thread = call.params.integer("message_thread_id")
    if thread == 0:
        return None
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    if chat.topics[thread].closed and not may(chat, call.world.bot.id, "can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return thread


def _reply(call: Call, chat: Chat) -> tuple[int | None, JSON, JSON]:
    """The replied message in this chat, or one of another chat, and the quoted part."""
    given = call.params.json("reply_parameters", "reply parameters")
    if given is None:
        given = {
            "message_id": call.params.integer("reply_to_message_id"),
            "allow_sending_without_reply": call.params.boolean("allow_sending_without_reply"),
        }
    if not isinstance(given, dict):
        raise bad_request("can't parse reply parameters: expected an Object")
    reply = Params(given)
    message_id = reply.integer("message_id")
    if message_id <= 0:
        return None, {}, {}
    source = chat
    if reply.text("chat_id") and reply.text("chat_id") != str(chat.id):
        source = find_chat(Call(call.world, reply, call.media))
    replied = call.world.message(source.id, message_id)
    if replied is None:
        if reply.boolean("allow_sending_without_reply"):
            return None, {}, {}
        raise bad_request("message to be replied not found")
    quote = _quote(call, reply, replied)
    if source is chat:
        return replied.id, {}, quote
    origin = messages.origin(call.world, replied)
    external: JSON = {"origin": origin, "chat": chat_json(call.world, source.id), "message_id": replied.id}
    media = {name: value for name, value in replied.content.items() if name not in _TEXTUAL}
    return None, {**external, **media}, quote


_TEXTUAL = ("text", "entities", "caption", "caption_entities")


def _quote(call: Call, reply: Params, replied: Message) -> JSON:
    text = reply.text("quote")
    if not text:
        return {}
    formatted = parse(call.world, text, reply.text("quote_parse_mode"), reply.json("quote_entities"))
    whole = replied.content.get("text") or replied.content.get("caption") or ""
    at = whole.find(formatted.text)
    if at < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = len(whole[:at].encode("utf-16-le")) // 2
    return {"quote": {**formatted.json(), "position": position, "is_manual": True}}
