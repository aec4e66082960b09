"""Texts and their entities, as Telegram parses, mends and finds them."""

from bot.playground.entities.detect import detect
from bot.playground.entities.formatted import (
    Entity,
    FormattedText,
    ParseError,
    clean,
    merge_detected,
    utf16_length,
)
from bot.playground.entities.markdown import parse_markdown
from bot.playground.entities.markdown_v2 import parse_markdown_v2
from bot.playground.entities.markup_html import parse_html

__all__ = [
    "Entity",
    "FormattedText",
    "ParseError",
    "clean",
    "detect",
    "merge_detected",
    "parse_html",
    "parse_markdown",
    "parse_markdown_v2",
    "utf16_length",
]
