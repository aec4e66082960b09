"""Reply markup: checked and put in order."""

from __future__ import annotations

from typing import Any

from bot.playground.botapi.inputs import Params
from bot.playground.entities.formatted import checked_link
from bot.playground.errors import bad_request
from bot.playground.records import JSON

_KINDS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
CALLBACK_BYTES = 64
_MAX_BUTTONS = 100


def reply_markup(params: Params) -> JSON:
    """The keyboard of a call; empty if there is none. Raises ApiError 400."""
    value = params.json("reply_markup", "reply keyboard markup")
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if value.get("inline_keyboard"):
        rows = [
            [_inline_button(button) for button in row] for row in _rows(value, "inline_keyboard", "inline ")
        ]
        rows = [row for row in rows if row]
        if sum(map(len, rows)) > _MAX_BUTTONS:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": rows} if rows else {}
    if value.get("keyboard"):
        rows = [[_button(button) for button in row] for row in _rows(value, "keyboard", "")]
        return {**value, "keyboard": [row for row in rows if row]}
    if value.get("remove_keyboard"):
        return {"remove_keyboard": True, **({"selective": True} if value.get("selective") else {})}
    if value.get("force_reply"):
        return {**value, "force_reply": True}
    return {}


def inline_keyboard(params: Params) -> JSON:
    """The markup of an edit, where only buttons under the message make sense."""
    markup = reply_markup(params)
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def _rows(value: JSON, name: str, word: str) -> list[list[Any]]:
    rows = value[name]
    if not isinstance(rows, list):
        raise bad_request(f'can\'t parse {word}keyboard: field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        of = " of the InlineKeyboardMarkup" if word else ""
        raise bad_request(f'field "{name}"{of} must be an Array of Arrays')
    return rows


def _inline_button(button: Any) -> JSON:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    kinds = [name for name in _KINDS if button.get(name) is not None]
    if len(kinds) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    kind = kinds[0]
    value = button[kind]
    if kind == "callback_data":
        size = len(str(value).encode())
        if not isinstance(value, str) or not 1 <= size <= CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif kind == "url":
        link = str(value)
        checked = link if link.startswith("tg://") else checked_link(link)
        if not checked:
            raise bad_request(f"inline keyboard button URL '{link}' is invalid: Wrong HTTP URL")
        value = checked
    elif kind in ("pay", "callback_game"):
        raise bad_request("BUTTON_TYPE_INVALID")
    fields = {"text": text, kind: value}
    for name in ("style", "icon_custom_emoji_id"):
        if button.get(name):
            fields[name] = button[name]
    return fields


def _button(button: Any) -> JSON:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    return button
