"""What a model wrote, as Telegram messages: HTML where it can be, plain text where it must be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import markdown, rich_text
from .rich_text import MESSAGE_UNITS, Run, Tag, utf16_length

_THINKING = re.compile(r"\A\s*(?:<think(?:ing)?>)?(?P<thought>.*?)</think(?:ing)?>", re.DOTALL)
_STILL_THINKING = re.compile(r"\A\s*<think(?:ing)?>(?P<thought>.*)\Z", re.DOTALL)
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
THOUGHT_CHARS = 300
"""How much of a thought is shown while the model is still thinking."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message."""

    html: str
    """For `parse_mode="HTML"`."""
    text: str
    """The same without styles, for when Telegram takes no HTML."""


def render(source: str, limit: int = MESSAGE_UNITS, *, mark: str = "") -> list[Part]:
    """Messages of a finished answer in Markdown, each at most `limit` UTF-16 units long after rendering.

    What the model thought (`<think>...</think>`) is a collapsed quote in front; `mark` is a line of plain
    text at the end. No message for an empty answer without a mark.
    """
    thought, answer = split_thinking(clean(source))
    runs = markdown.parse(answer)
    if thought:
        quote = Run(thought, (Tag("blockquote", (("expandable", None),)),))
        runs = [quote, Run("\n\n"), *runs] if runs else [quote]
    if mark:
        runs = [*runs, Run("\n\n"), Run(mark, (Tag("i"),))]
    return [Part(rich_text.to_html(part), rich_text.plain(part)) for part in rich_text.split(runs, limit)]


def split_html(source: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """Telegram HTML of our own as messages, each valid by itself and at most `limit` UTF-16 units long."""
    return [rich_text.to_html(part) for part in rich_text.split(rich_text.from_html(clean(source)), limit)]


def split_text(source: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """A plain text as messages."""
    return [rich_text.plain(part) for part in rich_text.split([Run(clean(source))], limit)]


def preview(source: str, limit: int = MESSAGE_UNITS) -> str:
    """Plain text of an unfinished answer for one message: its newest end, if it is too long."""
    thought, answer = split_thinking(clean(source))
    if not answer.strip():
        answer = f"💭 {thought[-THOUGHT_CHARS:]}" if thought else ""
    answer = answer.strip()
    if utf16_length(answer) <= limit:
        return answer
    tail = answer[-limit + 2 :]
    while utf16_length(tail) > limit - 2:
        tail = tail[max(1, (utf16_length(tail) - limit + 2) // 2) :]
    return "… " + tail


def split_thinking(source: str) -> tuple[str, str]:
    """What the model thought, and what it answered. The tags belong to neither."""
    match = _THINKING.match(source)
    if match:
        return match["thought"].strip(), source[match.end() :].lstrip()
    match = _STILL_THINKING.match(source)
    if match:
        return match["thought"].strip(), ""
    return "", source


def clean(source: str) -> str:
    """Without characters that Telegram does not take."""
    return _UNSENDABLE.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))


__all__ = [
    "MESSAGE_UNITS",
    "Part",
    "clean",
    "preview",
    "render",
    "split_html",
    "split_text",
    "split_thinking",
    "utf16_length",
]
