"""Telegram's HTML: a handful of tags, four named characters, errors with byte offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.playground.entities.formatted import Entity, FormattedText, ParseError, link_entity, utf16_length

_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_TAGS = {*_STYLES, "a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*))(;?)")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACE = " \t\n\r\v\f"


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    """UTF-16 offset of the content in the result."""
    start: int
    """Index of the content among the pieces of the result."""


def parse_html(source: str) -> FormattedText:
    """The text and entities that Telegram sees in HTML. Raises ParseError."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._utf16 = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []
        self._languages: dict[int, str] = {}
        """Language of a code entity (its index), until a `pre` around it takes it."""

    def parse(self) -> FormattedText:
        source = self._source
        while self._at < len(source):
            character = source[self._at]
            if character == "<":
                self._tag()
                continue
            if character == "&":
                decoded, self._at = _reference(source, self._at)
            else:
                decoded, self._at = character, self._at + 1
            self._text.append(decoded)
            self._utf16 += utf16_length(decoded)
        if self._open:
            raise ParseError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        text = "".join(self._text)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ParseError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return FormattedText(text, tuple(self._entities))

    def _byte(self, index: int) -> int:
        return len(self._source[:index].encode("utf-8", "surrogatepass"))

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self._at += 1

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _until(self, stops: str) -> str:
        start = self._at
        while self._peek() and self._peek() not in stops:
            self._at += 1
        return self._source[start : self._at]

    def _tag(self) -> None:
        begin = self._at
        self._at += 1
        if self._peek() == "/":
            self._end_tag(begin)
            return
        tag = self._until(_SPACE + ">").lower()
        if not self._peek():
            raise ParseError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in _TAGS:
            raise ParseError(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes = self._attributes(tag, begin)
        self._at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self._open.append(_Open(tag, attributes, self._utf16, len(self._text)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        """Read up to the `>`, which stays."""
        attributes: dict[str, str] = {}
        while self._peek() != ">":
            self._skip_space()
            if self._peek() == ">":
                break
            name = self._until(_SPACE + "=>/\"'")
            if not name:
                raise ParseError(
                    f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}'
                )
            self._skip_space()
            value = ""
            if self._peek() == "=":
                self._at += 1
                self._skip_space()
                value = self._value()
            if not self._peek():
                named = f'Unclosed start tag "{tag}"' if not value else "Unclosed start tag"
                raise ParseError(f"{named} at byte offset {self._byte(begin)}")
            attributes[name] = value
        return attributes

    def _value(self) -> str:
        quote = self._peek()
        if not quote:
            return ""
        if quote not in "'\"":
            match = _NAME_TOKEN.match(self._source, self._at)
            assert match is not None
            start, self._at = self._at, match.end()
            if self._peek() and self._peek() not in _SPACE + ">":
                raise ParseError(f"Unexpected end of name token at byte offset {self._byte(start)}")
            return match[0].lower()
        self._at += 1
        value = ""
        while self._peek() and self._peek() != quote:
            piece, self._at = _reference(self._source, self._at)
            value += piece
        self._at += 1
        return value

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise ParseError(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self._at += 1
        name = self._until(_SPACE + ">").lower()
        self._skip_space()
        if self._peek() != ">":
            raise ParseError(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self._at += 1
        opened = self._open.pop()
        if name and name != opened.tag:
            raise ParseError(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        if self._utf16 > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        offset, length = opened.offset, self._utf16 - opened.offset
        tag, attributes = opened.tag, opened.attributes
        if tag in _STYLES:
            self._entities.append(Entity(_STYLES[tag], offset, length))
        elif tag == "a":
            url = attributes.get("href") or "".join(self._text[opened.start :])
            link = link_entity(offset, length, url)
            if link:
                self._entities.append(link)
        elif tag == "blockquote":
            kind = "expandable_blockquote" if "expandable" in attributes else "blockquote"
            self._entities.append(Entity(kind, offset, length))
        elif tag == "tg-emoji":
            emoji_id = attributes.get("emoji-id", "")
            if not re.fullmatch(r"-?\d{1,19}", emoji_id) or int(emoji_id) == 0:
                raise ParseError("Invalid custom emoji identifier specified")
            self._entities.append(Entity("custom_emoji", offset, length, {"custom_emoji_id": emoji_id}))
        elif tag == "tg-time":
            self._time(offset, length, attributes)
        else:
            self._code(tag, offset, length, attributes.get("class", ""))

    def _time(self, offset: int, length: int, attributes: dict[str, str]) -> None:
        unix = attributes.get("unix", "")
        if re.fullmatch(r"[0-9]{1,10}", unix) and 0 < int(unix) < 2**31:
            details: dict[str, object] = {"unix_time": int(unix)}
            if attributes.get("format"):
                details["date_time_format"] = attributes["format"]
            self._entities.append(Entity("date_time", offset, length, details))

    def _code(self, tag: str, offset: int, length: int, css_class: str) -> None:
        """`<pre><code class="language-x">` in either order is one block with a language."""
        language = css_class.removeprefix("language-") if css_class.startswith("language-") else ""
        last = self._entities[-1] if self._entities else None
        same = last is not None and (last.offset, last.length) == (offset, length)
        index = len(self._entities) - 1
        if tag == "pre" and same and last is not None and last.type == "code" and index in self._languages:
            self._entities[-1] = Entity("pre", offset, length, {"language": self._languages.pop(index)})
        elif tag == "code" and same and last is not None and last.type == "pre" and language:
            self._entities[-1] = Entity("pre", offset, length, {"language": language})
        else:
            self._entities.append(Entity(tag, offset, length))
            if tag == "code" and language:
                self._languages[index + 1] = language


def _reference(source: str, at: int) -> tuple[str, int]:
    """The character at `at`, decoded if it is a character reference, and where the next one begins."""
    match = _REFERENCE.match(source, at)
    if match is None:
        return source[at], at + 1
    hexadecimal, decimal, name, _ = match.groups()
    if name is not None:
        return (_NAMED[name], match.end()) if name in _NAMED else ("&", at + 1)
    digits, base = (hexadecimal, 16) if hexadecimal is not None else (decimal, 10)
    code = int(digits, base) if digits and len(digits) < 9 else 0
    # Longer references are taken literally, as by Telegram.
    if code == 0 or code >= 0x10FFFF or match.end() - len(match[4]) - at >= 10:
        return "&", at + 1
    return chr(code), match.end()
