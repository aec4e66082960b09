"""Telegram's first Markdown, kept for old bots: no nesting, four marks."""

from __future__ import annotations

import re

from bot.playground.entities.formatted import Entity, FormattedText, ParseError, link_entity, utf16_length

_MARKS = "_*`["
_LANGUAGE = re.compile(r"([^\s`]+)(?=\s)")
_NEWLINE = re.compile(r"\r\n|\n\r|\n|\r")


def fence_header(source: str, at: int) -> tuple[str, int]:
    """Language after a fence and where its text begins (one line break is skipped)."""
    language = ""
    if match := _LANGUAGE.match(source, at):
        language, at = match[1], match.end()
    if newline := _NEWLINE.match(source, at):
        at = newline.end()
    return language, at


def parse_markdown(source: str) -> FormattedText:
    """The text and entities that Telegram sees in legacy Markdown. Raises ParseError."""
    text = ""
    utf16 = 0
    entities: list[Entity] = []
    at = 0
    while at < len(source):
        mark = source[at]
        if mark == "\\" and source[at + 1 : at + 2] in tuple(_MARKS):
            text, utf16, at = text + source[at + 1], utf16 + 1, at + 2
            continue
        if mark not in _MARKS:
            text, utf16, at = text + mark, utf16 + utf16_length(mark), at + 1
            continue
        begin, language = at, ""
        closing = {"[": "]"}.get(mark, mark)
        if source.startswith("```", at):
            mark = closing = "```"
            language, at = fence_header(source, at + 3)
        else:
            at += 1
        end = source.find(closing, at)
        if end < 0:
            raise ParseError(
                "Can't find end of the entity starting at byte offset "
                f"{len(source[:begin].encode('utf-8', 'surrogatepass'))}"
            )
        content, at = source[at:end], end + len(closing)
        url = content
        if mark == "[" and source[at : at + 1] == "(":
            close = source.find(")", at)
            close = len(source) if close < 0 else close
            url, at = source[at + 1 : close], close + 1
        length = utf16_length(content)
        entity = _entity(mark, utf16, length, url, language) if length else None
        if entity:
            entities.append(entity)
        text, utf16 = text + content, utf16 + length
    return FormattedText(text, tuple(entities))


def _entity(mark: str, offset: int, length: int, url: str, language: str) -> Entity | None:
    if mark == "[":
        return link_entity(offset, length, url)
    if mark == "```":
        return Entity("pre", offset, length, {"language": language} if language else {})
    return Entity({"_": "italic", "*": "bold", "`": "code"}[mark], offset, length)
