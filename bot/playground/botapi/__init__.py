"""The Bot API: every method of the playground, by its name in lower case."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.botapi import (
    administration,
    chats,
    edits,
    media,
    messages,
    objects,
    profile,
    receiving,
    topics,
)
from bot.playground.botapi.call import Handler


def methods() -> Mapping[str, Handler]:
    """Handlers by lower-case method name; Telegram takes names in any case."""
    parts = (administration, chats, edits, media, messages, objects, profile, receiving, topics)
    return {name.lower(): handler for part in parts for name, handler in part.METHODS.items()}
