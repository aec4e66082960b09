"""Text with styles as Telegram knows them: runs, their HTML, and splitting into messages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser

MESSAGE_UNITS = 4096
"""Longest message, UTF-16 units of its visible text."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One element of Telegram's HTML."""

    name: str
    """b, i, u, s, code, pre, a, blockquote, tg-spoiler and their like."""
    attributes: tuple[tuple[str, str | None], ...] = ()
    serial: int = 0
    """Tells neighbours of the same kind apart, as two code blocks in a row."""

    @property
    def opening(self) -> str:
        pairs = (f" {k}" if v is None else f' {k}="{html.escape(v)}"' for k, v in self.attributes)
        return f"<{self.name}{''.join(pairs)}>"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style."""

    text: str
    tags: tuple[Tag, ...] = ()
    """Outermost first."""

    @property
    def preformatted(self) -> bool:
        return any(tag.name == "pre" for tag in self.tags)


def utf16_length(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(runs: Iterable[Run]) -> str:
    """The visible text."""
    return "".join(run.text for run in runs)


def to_html(runs: Iterable[Run]) -> str:
    """Telegram's HTML: every tag closed, every character of the text escaped."""
    out: list[str] = []
    open_tags: tuple[Tag, ...] = ()
    for run in runs:
        if not run.text:
            continue
        same = 0
        while same < min(len(open_tags), len(run.tags)) and open_tags[same] == run.tags[same]:
            same += 1
        out += [f"</{tag.name}>" for tag in reversed(open_tags[same:])]
        out += [tag.opening for tag in run.tags[same:]]
        out.append(html.escape(run.text, quote=False))
        open_tags = run.tags
    out += [f"</{tag.name}>" for tag in reversed(open_tags)]
    return "".join(out)


def from_html(source: str) -> list[Run]:
    """Runs of Telegram HTML that we made ourselves; unclosed tags are closed at the end."""
    parser = _Parser()
    parser.feed(source)
    parser.close()
    return parser.runs


def split(runs: Sequence[Run], limit: int = MESSAGE_UNITS) -> list[list[Run]]:
    """Messages of at most `limit` UTF-16 units, cut between paragraphs, else lines, else words.

    A code block moves whole to the next message if it fits there. A style that must be cut goes on in the
    next message. Only white space is lost, at the cuts. Nothing but white space gives no message at all.
    """
    rest = _trimmed(list(runs))
    parts: list[list[Run]] = []
    while rest:
        if utf16_length(plain(rest)) <= limit:
            parts.append(rest)
            break
        at = _cut(rest, limit)
        head, tail = _divide(rest, at)
        head, rest = _trimmed(head), _trimmed(tail)
        if head:
            parts.append(head)
    return parts


def _cut(runs: Sequence[Run], limit: int) -> int:
    """Where to cut, in characters of the text; what is before is at most `limit` units. At least 1."""
    text = plain(runs)
    end = _characters(text, limit)
    styles = [run for run in runs for _ in run.text]
    low = max(1, end // 3)

    def free(at: int) -> bool:
        """No style goes over this place."""
        return not styles[at].tags or styles[at - 1].tags != styles[at].tags

    def outside(at: int) -> bool:
        return not (styles[at].preformatted and styles[at - 1].preformatted)

    if styles[end].preformatted and not outside(end):
        begins = next((at for at in range(end, 0, -1) if not styles[at - 1].preformatted), 0)
        ends = next((at for at in range(end, len(text)) if not styles[at].preformatted), len(text))
        if begins and utf16_length(text[begins:ends]) <= limit:
            return begins
    places = range(end, low - 1, -1)
    wishes: tuple[Callable[[int], bool], ...] = (
        lambda at: text[at] == "\n" and text[at - 1] == "\n" and outside(at),
        lambda at: text[at] == "\n" and outside(at),
        lambda at: text[at] == "\n",
        lambda at: text[at].isspace() and free(at),
        lambda at: text[at].isspace(),
    )
    for wish in wishes:
        found = next((at for at in places if wish(at)), 0)
        if found:
            return found
    while end > 1 and _joined(text[end - 1], text[end]):
        end -= 1
    return end


def _joined(before: str, after: str) -> bool:
    """True inside what is seen as one character: combining marks, emoji sequences."""
    glue = ("\u200d", "\ufe0f", "\ufe0e", "\u20e3")
    modifier = "\U0001f3fb" <= after <= "\U0001f3ff"
    return after in glue or before == "\u200d" or modifier or unicodedata.combining(after) > 0


def _characters(text: str, limit: int) -> int:
    """How many characters make at most `limit` units; at least 1, less than all."""
    units = 0
    for at, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return max(1, at)
    return max(1, len(text) - 1)


def _divide(runs: Sequence[Run], at: int) -> tuple[list[Run], list[Run]]:
    head: list[Run] = []
    tail: list[Run] = []
    for run in runs:
        if at >= len(run.text):
            head.append(run)
        elif at <= 0:
            tail.append(run)
        else:
            head.append(replace(run, text=run.text[:at]))
            tail.append(replace(run, text=run.text[at:]))
        at -= len(run.text)
    return head, tail


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without the white space at both ends; in front of code only empty lines go, its indentation stays."""
    while runs and not runs[-1].text.rstrip():
        runs.pop()
    while runs and not runs[0].text.strip():
        runs.pop(0)
    if runs:
        first = runs[0]
        text = re.sub(r"\A(\s*\n)+", "", first.text) if first.preformatted else first.text.lstrip()
        runs[0] = replace(first, text=text)
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return runs


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self._tags: list[Tag] = []
        self._serial = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._serial += 1
        self._tags.append(Tag(tag, tuple(attrs), self._serial))

    def handle_endtag(self, tag: str) -> None:
        if any(each.name == tag for each in self._tags):
            while self._tags.pop().name != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.runs.append(Run(data, tuple(self._tags)))
