"""Edits of the bot's own messages, and answers to pressed buttons."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.botapi.call import Call, Handler, checked, find_chat, find_message, flood
from bot.playground.botapi.inputs import Params
from bot.playground.botapi.keyboards import inline_keyboard
from bot.playground.botapi.media import content_of, medium_extra
from bot.playground.botapi.objects import location
from bot.playground.botapi.texts import caption, message_text
from bot.playground.errors import bad_request
from bot.playground.messages import changed
from bot.playground.records import JSON, Message
from bot.playground.render import message_json

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_CAPTIONED = ("photo", "video", "audio", "voice", "animation", "document")
_CALLBACK_TEXT_UNITS = 200
_MEDIA = ("photo", "video", "audio", "animation", "document")


def _own_message(call: Call) -> Message:
    if call.params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    checked(call.params.text("message_id"), "message identifier is not specified")
    chat = find_chat(call)
    message = find_message(call, chat, "message to edit")
    mine = message.sender == call.world.bot.id or (chat.type == "channel" and message.sender is None)
    checked(mine and not message.is_service, "message can't be edited")
    checked("forward_origin" not in message.extra, "message can't be edited")
    return message


def _apply(
    call: Call, message: Message, content: JSON, extra: JSON | None = None, *, visible: bool = True
) -> JSON:
    """Set new content, further fields (None keeps them) and the given keyboard (none takes the old one away)."""
    markup = inline_keyboard(call.params)
    fields = dict(message.extra if extra is None else extra)
    fields.pop("reply_markup", None)
    if markup:
        fields["reply_markup"] = markup
    if content == message.content and fields == message.extra:
        raise bad_request(NOT_MODIFIED)
    flood(call, call.world.chats[message.chat_id])
    visible = visible and content != message.content
    message.content, message.extra = content, fields
    changed(call.world, message, by_bot=True, visible=visible)
    return message_json(call.world, message)


def _without(fields: JSON, *names: str) -> JSON:
    return {key: value for key, value in fields.items() if key not in names}


async def edit_message_text(call: Call) -> JSON:
    text = message_text(call.world, call.params)
    message = _own_message(call)
    checked("text" in message.content, "there is no text in the message to edit")
    content = text.json()
    options = call.params.json("link_preview_options", "link preview options")
    if options or call.params.boolean("disable_web_page_preview"):
        content["link_preview_options"] = options or {"is_disabled": True}
    return _apply(call, message, content)


async def edit_message_caption(call: Call) -> JSON:
    text = caption(call.world, call.params)
    message = _own_message(call)
    checked(any(name in message.content for name in _CAPTIONED), "there is no caption in the message to edit")
    bare = _without(message.content, "caption", "caption_entities")
    extra = {**_without(message.extra, "show_caption_above_media"), **medium_extra(call.params)}
    return _apply(call, message, {**bare, **text.json("caption")}, extra)


async def edit_message_media(call: Call) -> JSON:
    given = call.params.json("media", "input media")
    if not isinstance(given, dict) or given.get("type") not in _MEDIA:
        raise bad_request("can't parse InputMedia: Unsupported type specified")
    message = _own_message(call)
    checked(
        any(name in message.content for name in (*_MEDIA, "text")),
        "message can't be edited to the specified message type",
    )
    if "media_group_id" in message.extra and given["type"] not in message.content:
        raise bad_request("message can't be edited to the specified message type")
    fields = Params(given)
    text = caption(call.world, fields)
    content = await content_of(call, given["type"], fields, "media")
    old = _without(message.extra, "has_media_spoiler", "show_caption_above_media")
    extra = {**old, **medium_extra(fields)}
    return _apply(call, message, {**content, **text.json("caption")}, extra)


async def edit_message_reply_markup(call: Call) -> JSON:
    message = _own_message(call)
    return _apply(call, message, message.content, visible=False)


async def edit_message_live_location(call: Call) -> JSON:
    place = location(call)
    message = _own_message(call)
    old = message.content.get("location", {})
    checked(old.get("live_period"), "message can't be edited")
    return _apply(call, message, {"location": {"live_period": old["live_period"], **place}})


async def stop_message_live_location(call: Call) -> JSON:
    message = _own_message(call)
    old = message.content.get("location", {})
    checked(old.get("live_period"), "message can't be edited")
    place = {name: old[name] for name in ("latitude", "longitude")}
    return _apply(call, message, {"location": place})


async def answer_callback_query(call: Call) -> bool:
    text = call.params.text("text")
    checked(len(text.encode("utf-16-le")) // 2 <= _CALLBACK_TEXT_UNITS, "MESSAGE_TOO_LONG")
    waiting = call.world.callbacks.get(call.params.text("callback_query_id"))
    if waiting is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if not waiting.done():
        answer: JSON = {"text": text, "show_alert": call.params.boolean("show_alert")} if text else {}
        if call.params.text("url"):
            answer["url"] = call.params.text("url")
        waiting.set_result(answer)
    return True


async def answer_inline_query(call: Call) -> bool:
    raise bad_request("query is too old and response timeout expired or query ID is invalid")


METHODS: Mapping[str, Handler] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageLiveLocation": edit_message_live_location,
    "stopMessageLiveLocation": stop_message_live_location,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
