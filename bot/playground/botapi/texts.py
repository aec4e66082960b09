"""Texts and captions of calls: parsed, measured, with their automatic entities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.playground.botapi.inputs import Params
from bot.playground.entities import (
    Entity,
    FormattedText,
    ParseError,
    clean,
    detect,
    merge_detected,
    parse_html,
    parse_markdown,
    parse_markdown_v2,
    utf16_length,
)
from bot.playground.errors import bad_request
from bot.playground.records import JSON
from bot.playground.render import user_json
from bot.playground.world import World

TEXT_UNITS = 4096
CAPTION_UNITS = 1024

_PARSERS: Mapping[str, Callable[[str], FormattedText]] = {
    "html": parse_html,
    "markdown": parse_markdown,
    "markdownv2": parse_markdown_v2,
}
_DETAILS = {
    "text_link": "url", "text_mention": "user", "pre": "language", "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}  # fmt: skip
_OPTIONAL = {"pre"}
# Found by Telegram itself; what a bot says about them is not needed.
_AUTOMATIC = {
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bank_card_number",
}
_MARKED = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code",
    *_DETAILS,
}  # fmt: skip


def message_text(world: World, params: Params) -> FormattedText:
    """The `text` of a call. Raises ApiError 400 if it is empty, too long or badly marked."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    formatted = parse(world, params.text("text"), params.text("parse_mode"), params.json("entities"))
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if utf16_length(formatted.text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return formatted


def caption(world: World, fields: Params) -> FormattedText:
    """The `caption` of a call or of one medium; may be empty."""
    formatted = parse(
        world, fields.text("caption"), fields.text("parse_mode"), fields.json("caption_entities")
    )
    if utf16_length(formatted.text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return formatted


def parse(world: World, text: str, mode: str, entities: Any) -> FormattedText:
    """A text with the entities that were marked, given or found."""
    if mode and mode.lower() != "none":
        parser = _PARSERS.get(mode.lower())
        if parser is None:
            raise bad_request("unsupported parse_mode")
        try:
            formatted = parser(text)
        except ParseError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    else:
        formatted = FormattedText(text, tuple(_given(entities, utf16_length(text))))
    return finish(world, formatted)


def finish(world: World, formatted: FormattedText) -> FormattedText:
    """Clean a text, resolve the people in it and find what nobody marked."""
    cleaned = clean(formatted.text, _with_people(world, formatted.entities))
    return FormattedText(cleaned.text, merge_detected(cleaned.entities, detect(cleaned.text)))


def _with_people(world: World, entities: tuple[Entity, ...]) -> list[Entity]:
    known: list[Entity] = []
    for entity in entities:
        if entity.type != "text_mention":
            known.append(entity)
            continue
        user = entity.details["user"]
        id_ = user.get("id") if isinstance(user, dict) else user
        if id_ in world.people:
            known.append(
                Entity("text_mention", entity.offset, entity.length, {"user": user_json(world, id_)})
            )
    return known


def _given(entities: Any, length: int) -> list[Entity]:
    if entities is None:
        return []
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    given: list[Entity] = []
    for item in entities:
        if not isinstance(item, dict) or not isinstance(item.get("type"), str):
            raise bad_request("can't parse entities: Can't find field \"type\"")
        kind, offset, size = item["type"], item.get("offset"), item.get("length")
        if not isinstance(offset, int) or not isinstance(size, int):
            raise bad_request('can\'t parse entities: Field "offset" must be of type Number')
        if kind in _AUTOMATIC:
            continue
        if kind not in _MARKED:
            raise bad_request("can't parse entities: Unsupported type specified")
        if offset < 0 or offset > length:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if size < 0 or offset + size > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset "
                f"{offset + size}"
            )
        given.append(Entity(kind, offset, size, _details(kind, item)))
    return given


def _details(kind: str, item: JSON) -> JSON:
    name = _DETAILS.get(kind)
    if name is None:
        return {}
    if item.get(name) is None:
        if kind in _OPTIONAL:
            return {}
        raise bad_request(f"can't parse entities: Can't find field \"{name}\"")
    details = {name: item[name]}
    if item.get("date_time_format"):
        details["date_time_format"] = item["date_time_format"]
    return details
