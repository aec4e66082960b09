"""Telegram's MarkdownV2: nested marks, strict escaping, quotes, errors with byte offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from bot.playground.entities.formatted import Entity, FormattedText, ParseError, link_entity, utf16_length
from bot.playground.entities.markdown import fence_header

_RESERVED = "_*[]()~`>#+-=|{}.!\n"
_CLOSING = {
    "bold": "*", "italic": "_", "underline": "__", "strikethrough": "~", "spoiler": "||",
    "code": "`", "pre": "```", "text_link": "]", "custom_emoji": "]",
}  # fmt: skip
_OPENING = (
    ("```", "pre"), ("`", "code"), ("__", "underline"), ("_", "italic"), ("*", "bold"),
    ("~", "strikethrough"), ("||", "spoiler"), ("![", "custom_emoji"), ("[", "text_link"),
)  # fmt: skip
"""Longer marks before their beginnings."""
_MARKS = {kind: mark for mark, kind in _OPENING}
_NAMES = {
    "bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
    "spoiler": "Spoiler", "code": "Code", "pre": "Pre", "text_link": "TextUrl", "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}  # fmt: skip


@dataclass(slots=True)
class _Open:
    type: str
    offset: int
    """UTF-16 offset of the content in the result."""
    begin: int
    """Where the mark stands in the source."""
    start: int
    """Length of the result where the content begins."""
    details: dict[str, object] = field(default_factory=dict)


def parse_markdown_v2(source: str) -> FormattedText:
    """The text and entities that Telegram sees in MarkdownV2. Raises ParseError."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._utf16 = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []
        self._quoting = False
        self._line_start = True

    def parse(self) -> FormattedText:
        while self._at < len(self._source):
            self._step()
        self._finish_quote()
        if self._open:
            raise self._unclosed()
        return FormattedText("".join(self._text), tuple(self._entities))

    def _step(self) -> None:
        character = self._source[self._at]
        following = self._source[self._at + 1 : self._at + 2]
        if character == "\\" and following and "\x00" < following <= "\x7e":
            self._put(following)
            self._at += 2
            return
        verbatim = bool(self._open) and self._open[-1].type in ("code", "pre")
        if character not in ("`" if verbatim else _RESERVED):
            self._put(character)
            self._at += 1
        elif self._quote_ends(character):
            self._end_quote()
        elif self._open and self._closes(self._open[-1].type):
            self._end(self._open.pop())
        else:
            self._begin(character)

    def _put(self, character: str) -> None:
        self._text.append(character)
        self._utf16 += utf16_length(character)
        if character != "\r":
            self._line_start = character == "\n"

    def _starts(self, mark: str) -> bool:
        return self._source.startswith(mark, self._at)

    def _closes(self, kind: str) -> bool:
        if kind == "blockquote":
            return False
        if kind == "italic":
            return self._starts("_") and not self._starts("__")
        return self._starts(_CLOSING[kind])

    def _quote_ends(self, character: str) -> bool:
        """A quote ends with the line, unless the next line goes on with it."""
        return self._quoting and character == "\n" and self._source[self._at + 1 : self._at + 2] != ">"

    def _begin(self, character: str) -> None:
        begin = self._at
        details: dict[str, object] = {}
        kind = next((kind for mark, kind in _OPENING if self._starts(mark)), "")
        if kind:
            self._at += len(_MARKS[kind])
        elif character == "\n":
            self._put("\n")
            self._at += 1
            return
        elif character == ">" and self._line_start:
            self._at += 1
            if self._quoting:
                return
            self._quoting, kind = True, "blockquote"
        else:
            raise ParseError(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )
        if kind == "pre":
            language, self._at = fence_header(self._source, self._at)
            details = {"language": language} if language else {}
        self._open.append(_Open(kind, self._utf16, begin, len(self._text), details))

    def _end(self, opened: _Open) -> None:
        self._at += len(_CLOSING[opened.type])
        length = self._utf16 - opened.offset
        if opened.type == "text_link":
            url = "".join(self._text[opened.start :])
            if self._starts("("):
                url = self._url()
            link = link_entity(opened.offset, length, url)
            if link and length:
                self._entities.append(link)
            return
        kind, details = opened.type, opened.details
        if kind == "custom_emoji":
            if not self._starts("("):
                raise ParseError("The entity must contain a tg://emoji or tg://time URL")
            kind, details = _special(self._url())
        if length:
            self._entities.append(Entity(kind, opened.offset, length, details))

    def _url(self) -> str:
        self._at += 1
        start = self._at
        url = ""
        while self._at < len(self._source) and not self._starts(")"):
            following = self._source[self._at + 1 : self._at + 2]
            if self._starts("\\") and following and "\x00" < following <= "\x7e":
                self._at += 1
            url += self._source[self._at]
            self._at += 1
        if not self._starts(")"):
            raise ParseError(f"Can't find end of a URL at byte offset {self._byte(start)}")
        self._at += 1
        return url

    def _expandable(self) -> bool:
        """Take off the mark of an expandable quote: an empty spoiler right before its end."""
        last = self._open[-1]
        tail = self._source[last.begin + 2 : self._at]
        if last.type == "spoiler" and tail in ("", "\r") and len(self._open) > 1:
            self._open.pop()
            return True
        return False

    def _end_quote(self) -> None:
        expandable = self._expandable()
        if self._open[-1].type != "blockquote":
            raise self._unclosed()
        self._put("\n")
        self._at += 1
        self._close_quote(expandable)

    def _finish_quote(self) -> None:
        if self._quoting:
            expandable = self._expandable()
            if self._open[-1].type == "blockquote":
                self._close_quote(expandable)

    def _close_quote(self, expandable: bool) -> None:
        opened = self._open.pop()
        self._quoting = False
        kind = "expandable_blockquote" if expandable else "blockquote"
        if self._utf16 > opened.offset:
            self._entities.append(Entity(kind, opened.offset, self._utf16 - opened.offset))

    def _byte(self, index: int) -> int:
        return len(self._source[:index].encode("utf-8", "surrogatepass"))

    def _unclosed(self) -> ParseError:
        last = self._open[-1]
        name = "PreCode" if last.type == "pre" and last.details else _NAMES[last.type]
        return ParseError(f"Can't find end of {name} entity at byte offset {self._byte(last.begin)}")


def _special(url: str) -> tuple[str, dict[str, object]]:
    """A custom emoji or a time, by its address."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.scheme == "tg" and parts.netloc == "emoji":
        number = query.get("id", [""])[0]
        if re.fullmatch(r"\d{1,19}", number) and int(number):
            return "custom_emoji", {"custom_emoji_id": number}
    if parts.scheme == "tg" and parts.netloc == "time":
        unix = query.get("unix", [""])[0]
        if re.fullmatch(r"\d{1,10}", unix) and 0 < int(unix) < 2**31:
            form = query.get("format", [""])[0]
            return "date_time", {"unix_time": int(unix), **({"date_time_format": form} if form else {})}
    raise ParseError("Invalid tg://emoji or tg://time URL specified")
