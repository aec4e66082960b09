"""The Markdown that language models write, as styled text for Telegram.

What Telegram cannot show is put into what it can: headings become bold lines, list items get a mark, tables
become aligned fixed-width text. HTML is text here, and formulas stay as they were written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .rich_text import Run, Tag

_FORMULA = re.compile(
    r"\\\(.{1,500}?\\\)|\\\[.{1,500}?\\\]|\$\$.{1,500}?\$\$"
    r"|\$(?=\S)[^$\n]{0,200}?[\\^_{}][^$\n]{0,200}?(?<=\S)\$(?!\d)",
    re.DOTALL,
)
"""Bounded, so that a text full of openings costs no more than its length."""
_STYLES = {"strong": "b", "em": "i", "s": "s", "link": "a"}
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.-]{1,32}")
_SCHEMES = {"http", "https", "mailto"}
BULLETS = ("•", "◦", "▪")
RULE = "———"


def parse(source: str) -> list[Run]:
    """Styled text of a Markdown source. Any text is valid Markdown; nothing is raised."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 40}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "formula", _formula)
    return _Writer(parser.parse(source)).runs


def _formula(state: StateInline, silent: bool) -> bool:
    """LaTeX is left as it is: Markdown would take its backslashes and underscores."""
    if state.src[state.pos] not in "\\$":
        return False
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("text", "", 0).content = match[0]
    state.pos = match.end()
    return True


class _Writer:
    """Walks over the tokens once; `_gap` is the white space owed before the next text."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.runs: list[Run] = []
        self._tags: list[Tag] = []
        self._lists: list[int | None] = []
        self._gap = ""
        self._serial = 0
        self._quotes = 0
        for token in _with_tables(tokens):
            self._block(token)

    def _block(self, token: Token) -> None:
        kind = token.type
        if kind == "inline":
            self._inline(token.children or [])
        elif kind in ("fence", "code_block"):
            language = _LANGUAGE.match(token.info.strip()) if kind == "fence" else None
            self._pre(token.content, language[0] if language else "")
        elif kind == "table":
            self._pre(token.content, "")
        elif kind == "hr":
            self._write(RULE)
            self._end_block()
        elif kind == "heading_open":
            self._tags.append(Tag("b"))
        elif kind == "heading_close":
            self._tags.pop()
            self._end_block()
        elif kind == "paragraph_close":
            self._gap = "\n" if token.hidden else "\n\n"
        elif kind == "blockquote_open":
            self._quotes += 1
            if self._quotes == 1:  # Telegram's quotes do not nest
                self._tags.append(self._tag("blockquote"))
        elif kind == "blockquote_close":
            self._quotes -= 1
            if self._quotes == 0:
                self._tags.pop()
            self._end_block()
        else:
            self._list(token)

    def _list(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._gap = "\n" if self._lists else "\n\n"
            case "list_item_open":
                number = self._lists[-1]
                mark = BULLETS[min(len(self._lists), len(BULLETS)) - 1]
                if number is not None:
                    mark = f"{number}."
                    self._lists[-1] = number + 1
                self._write("\u2003" * (len(self._lists) - 1) + mark + " ")
            case "list_item_close":
                self._gap = "\n"

    def _inline(self, children: Sequence[Token]) -> None:
        links: list[str] = []
        for child in children:
            kind = child.type
            if kind == "text":
                self._write(child.content)
            elif kind in ("softbreak", "hardbreak"):
                self._write("\n")
            elif kind == "code_inline":
                self._write(child.content, only=Tag("code"))
            elif kind == "image":
                self._image(child)
            elif kind == "link_open":
                links.append(self._open_link(str(child.attrGet("href") or "")))
            elif kind == "link_close":
                unsafe = links.pop()
                if unsafe:
                    self._write(f" ({unsafe})")
                else:
                    self._tags.pop()
            elif kind.endswith("_open"):
                self._tags.append(Tag(_STYLES[kind.removesuffix("_open")]))
            elif kind.endswith("_close"):
                self._tags.pop()
            else:
                self._write(child.content)

    def _open_link(self, address: str) -> str:
        """Open the link's tag; an address that Telegram would not follow is returned, to be shown as text."""
        if not _followable(address) or any(tag.name == "a" for tag in self._tags):
            return address or "#"
        self._tags.append(self._tag("a", ("href", address)))
        return ""

    def _image(self, token: Token) -> None:
        address = str(token.attrGet("src") or "")
        label = token.content or address
        if _followable(address):
            self._write(label, extra=self._tag("a", ("href", address)))
        else:
            self._write(f"{label} ({address})" if address and label != address else label)

    def _pre(self, text: str, language: str) -> None:
        tags = [self._tag("pre")]
        if language:
            tags.append(Tag("code", (("class", f"language-{language}"),)))
        self._flush_gap()
        if text.strip():
            self.runs.append(Run(text.rstrip("\n"), tuple(tags)))
        self._end_block()

    def _write(self, text: str, *, only: Tag | None = None, extra: Tag | None = None) -> None:
        """`only`: code takes no style but that of being a quotation."""
        self._flush_gap()
        tags = tuple(self._tags)
        if only is not None:
            tags = (*(tag for tag in tags if tag.name == "blockquote"), only)
        elif extra is not None and not any(tag.name == "a" for tag in tags):
            tags = (*tags, extra)
        self.runs.append(Run(text, tags))

    def _flush_gap(self) -> None:
        gap, self._gap = self._gap, ""
        if gap and self.runs:
            last = self.runs[-1].tags
            shared = tuple(tag for tag, other in zip(last, self._tags, strict=False) if tag == other)
            self.runs.append(Run(gap, tuple(tag for tag in shared if tag.name == "blockquote")))

    def _end_block(self) -> None:
        self._gap = "\n\n"

    def _tag(self, name: str, *attributes: tuple[str, str | None]) -> Tag:
        self._serial += 1
        return Tag(name, attributes, self._serial)


def _followable(address: str) -> bool:
    try:
        return urlsplit(address).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _with_tables(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, every table as one token whose content is fixed-width text."""
    rows: list[list[str]] | None = None
    for token in tokens:
        if token.type == "table_open":
            rows = []
        elif rows is None:
            yield token
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append("".join(_words(token.children or [])))
        elif token.type == "table_close":
            yield Token("table", "", 0, content=_fixed_width(rows))
            rows = None


def _words(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            yield " "
        elif child.type == "link_close" or child.nesting == 0:
            yield child.content


def _fixed_width(rows: Sequence[Sequence[str]]) -> str:
    columns = max((len(row) for row in rows), default=0)
    widths = [max((_width(row[at]) for row in rows if at < len(row)), default=0) for at in range(columns)]
    lines = [
        " | ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)
        ).rstrip()
        for row in rows
    ]
    if len(lines) > 1:
        lines.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(lines)


def _width(text: str) -> int:
    """Columns that a text takes in a fixed-width font."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
