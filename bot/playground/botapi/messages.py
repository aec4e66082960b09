"""Texts, drafts, copies, forwards, deletions, reactions, actions, pins."""

from __future__ import annotations

import time
from collections.abc import Mapping

from bot.playground import messages
from bot.playground.botapi.call import (
    Call,
    Handler,
    checked,
    find_chat,
    find_message,
    message_ids,
    need_right,
)
from bot.playground.botapi.sending import Target, send, sent, target
from bot.playground.botapi.texts import caption, message_text, parse
from bot.playground.entities import FormattedText, utf16_length
from bot.playground.errors import bad_request
from bot.playground.members import chat_changed
from bot.playground.reactions import REACTIONS
from bot.playground.records import CONTENT_FIELDS, JSON, Chat, Message
from bot.playground.render import message_json
from bot.playground.rights import may
from bot.playground.world import Draft

DRAFT_S = 30
ACTION_S = 5
_DELETABLE_S = 48 * 3600
_ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "record_audio", "upload_audio", "upload_document", "choose_sticker", "find_location",
    "record_video_note", "upload_video_note",
)  # fmt: skip


async def send_message(call: Call) -> JSON:
    text = message_text(call.world, call.params)
    place = target(call, "text")
    return sent(call, place, {**text.json(), **_preview(call)})


def _preview(call: Call) -> JSON:
    options = call.params.json("link_preview_options", "link preview options")
    if options is None and call.params.boolean("disable_web_page_preview"):
        options = {"is_disabled": True}
    if options is None:
        return {}
    checked(isinstance(options, dict), "object expected as link preview options")
    return {"link_preview_options": options}


async def send_message_draft(call: Call) -> bool:
    chat = find_chat(call)
    checked(chat.type == "private", "method is available only in private chats")
    draft_id = call.params.integer("draft_id")
    checked(draft_id, "DRAFT_ID_INVALID")
    text = parse(
        call.world, call.params.text("text"), call.params.text("parse_mode"), call.params.json("entities")
    )
    checked(utf16_length(text.text) <= 4096, "message is too long")
    thread = call.params.integer("message_thread_id") or None
    checked(thread is None or thread in chat.topics, "message thread not found")
    known = call.world.drafts.get((chat.id, draft_id))
    now = time.monotonic()
    if known is not None and known.stopped and now < known.until:
        return True
    can_stop = call.params.boolean("can_stop")
    fields: JSON = {"text": text.text, "entities": [entity.json() for entity in text.entities]}
    draft = Draft(
        chat.id, draft_id, thread, can_stop, call.params.boolean("keep_on_stop"), fields, now + DRAFT_S
    )
    call.world.drafts[chat.id, draft_id] = draft
    call.world.events.add("draft", draft.json(now))
    return True


async def send_chat_action(call: Call) -> bool:
    chat = find_chat(call)
    action = call.params.text("action").strip().lower()
    checked(action in _ACTIONS, "wrong parameter action in request")
    call.world.events.add(
        "action",
        {
            "chat_id": chat.id,
            "from": call.world.bot.id,
            "action": action,
            "thread": call.params.integer("message_thread_id") or None,
            "expires_in_s": ACTION_S,
        },
    )
    return True


def _copyable(call: Call, source: Chat, what: str, name: str = "message_id") -> Message:
    message = find_message(call, source, f"message to {what}", name)
    if message.is_service or message.extra.get("has_protected_content"):
        raise bad_request(
            "the message can't be copied" if what == "copy" else "the message can't be forwarded"
        )
    return message


def _copy(call: Call, place: Target, message: Message, text: FormattedText | None) -> Message:
    content = dict(message.content)
    if text is not None and "text" not in content:
        content = {
            name: value for name, value in content.items() if name not in ("caption", "caption_entities")
        }
        content |= text.json("caption")
    kept = {name: message.extra[name] for name in ("has_media_spoiler",) if name in message.extra}
    return send(call, place, content, kept)


async def copy_message(call: Call) -> JSON:
    source = find_chat(call, "from_chat_id")
    message = _copyable(call, source, "copy")
    text = caption(call.world, call.params) if "caption" in call.params else None
    place = target(call, _field(message))
    return {"message_id": _copy(call, place, message, text).id}


def _field(message: Message) -> str:
    return next(name for name in CONTENT_FIELDS if name in message.content)


async def copy_messages(call: Call) -> list[JSON]:
    source = find_chat(call, "from_chat_id")
    found = _present(call, source, "copy")
    place = target(call, "text", len(found))
    text = FormattedText("") if call.params.boolean("remove_caption") else None
    return [{"message_id": _copy(call, place, message, text).id} for message in found]


def _present(call: Call, source: Chat, what: str) -> list[Message]:
    """Those messages of a list that can be taken; the others are skipped, as with Telegram."""
    found = [call.world.message(source.id, id_) for id_ in message_ids(call.params)]
    taken = [
        message
        for message in found
        if message and not message.is_service and not message.extra.get("has_protected_content")
    ]
    checked(taken, f"messages to {what} not found" if what == "forward" else "message to copy not found")
    return taken


def _forward(call: Call, place: Target, message: Message) -> Message:
    origin = messages.origin(call.world, message)
    return send(call, place, dict(message.content), {"forward_origin": origin})


async def forward_message(call: Call) -> JSON:
    source = find_chat(call, "from_chat_id")
    message = _copyable(call, source, "forward")
    place = target(call, _field(message))
    return message_json(call.world, _forward(call, place, message))


async def forward_messages(call: Call) -> list[JSON]:
    source = find_chat(call, "from_chat_id")
    found = _present(call, source, "forward")
    place = target(call, "text", len(found))
    return [{"message_id": _forward(call, place, message).id} for message in found]


def _deletable(call: Call, chat: Chat, message: Message) -> bool:
    mine = message.sender == call.world.bot.id or chat.type == "channel"
    fresh = call.world.now() - message.date < _DELETABLE_S
    if chat.type == "private":
        return fresh
    if may(chat, call.world.bot.id, "can_delete_messages"):
        return True
    return mine and fresh and not message.is_service


async def delete_message(call: Call) -> bool:
    chat = find_chat(call)
    checked(call.params.text("message_id"), "message identifier is not specified")
    message = find_message(call, chat, "message to delete")
    checked(_deletable(call, chat, message), "message can't be deleted")
    messages.remove(call.world, [message])
    return True


async def delete_messages(call: Call) -> bool:
    ids = message_ids(call.params)
    chat = find_chat(call)
    found = [message for id_ in dict.fromkeys(ids) if (message := call.world.message(chat.id, id_))]
    checked(all(_deletable(call, chat, message) for message in found), "message can't be deleted")
    messages.remove(call.world, found)
    return True


async def set_message_reaction(call: Call) -> bool:
    chat = find_chat(call)
    message = find_message(call, chat, "message to react")
    given = call.params.json("reaction", "reaction types") or []
    checked(isinstance(given, list), "expected an Array of reaction types")
    emoji: list[str] = []
    for reaction in given:
        checked(isinstance(reaction, dict) and reaction.get("type") == "emoji", "REACTION_INVALID")
        checked(reaction.get("emoji") in REACTIONS, "REACTION_INVALID")
        emoji.append(reaction["emoji"])
    checked(len(emoji) <= 1, "REACTIONS_TOO_MANY")
    checked(not message.is_service, "MESSAGE_ID_INVALID")
    messages.react(call.world, message, call.world.bot.id, emoji)
    return True


async def pin_chat_message(call: Call) -> bool:
    chat = find_chat(call)
    _may_pin(call, chat)
    message = find_message(call, chat, "message to pin")
    checked(not message.is_service, "message can't be pinned")
    if message.id in chat.pinned:
        return True
    chat.pinned.append(message.id)
    chat_changed(call.world, chat)
    if chat.type != "channel":
        messages.post(call.world, chat, call.world.bot.id, {"pinned": message.id}, reply_to=message.id)
    return True


def _may_pin(call: Call, chat: Chat) -> None:
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    need_right(call, chat, right, "not enough rights to manage pinned messages in the chat")


async def unpin_chat_message(call: Call) -> bool:
    chat = find_chat(call)
    _may_pin(call, chat)
    wanted = call.params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    checked(wanted in chat.pinned, "message to unpin not found")
    chat.pinned.remove(wanted)
    chat_changed(call.world, chat)
    return True


async def unpin_all_chat_messages(call: Call) -> bool:
    chat = find_chat(call)
    _may_pin(call, chat)
    if chat.pinned:
        chat.pinned.clear()
        chat_changed(call.world, chat)
    return True


METHODS: Mapping[str, Handler] = {
    "sendMessage": send_message,
    "sendMessageDraft": send_message_draft,
    "sendChatAction": send_chat_action,
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
