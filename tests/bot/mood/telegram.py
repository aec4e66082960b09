"""Messages of a group as the Bot API has them."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.routing import Me

ME = Me(7, "chutko_bot")
CHAT = -1001
AT = 1_790_000_000
_NUMBERS = count(1)


def message(edited: bool = False, **fields: Any) -> dict[str, Any]:
    """An update; fields replace those of an ordinary text, and None takes one away."""
    number = next(_NUMBERS)
    body = {
        "message_id": number,
        "date": AT,
        "chat": {"id": CHAT, "type": "supergroup", "title": "Friends"},
        "from": {"id": 1, "is_bot": False, "first_name": "Ada", "language_code": "ru"},
        "text": "What a day",
        **fields,
    }
    kept = {name: value for name, value in body.items() if value is not None}
    return {"update_id": number, "edited_message" if edited else "message": kept}


def entity(kind: str, text: str, piece: str) -> dict[str, Any]:
    units = len(text[: text.index(piece)].encode("utf-16-le")) // 2
    return {"type": kind, "offset": units, "length": len(piece.encode("utf-16-le")) // 2}
