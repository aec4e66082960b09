"""A text with entities: their order, nesting and trimming.

Offsets and lengths count UTF-16 code units, as everywhere in the Bot API
(https://core.telegram.org/bots/api#formatting-options).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit


class ParseError(ValueError):
    """The markup cannot be read; the message is Telegram's wording, without a prefix."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked part of a text."""

    type: str
    offset: int
    """UTF-16 code units from the start."""
    length: int
    """UTF-16 code units."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the type needs more: `url`, `user`, `language`, `custom_emoji_id`, `unix_time`."""

    @property
    def end(self) -> int:
        return self.offset + self.length

    def json(self) -> dict[str, Any]:
        return {"type": self.type, "offset": self.offset, "length": self.length, **self.details}


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str
    entities: tuple[Entity, ...] = ()

    def json(self, text_field: str = "text") -> dict[str, Any]:
        """As fields of a message: `text` and `entities`, or `caption` and `caption_entities`."""
        if not self.text:
            return {}
        fields: dict[str, Any] = {text_field: self.text}
        if self.entities:
            name = "entities" if text_field == "text" else f"{text_field}_entities"
            fields[name] = [entity.json() for entity in self.entities]
        return fields


# Which entity stands outside when two cover the same part; the smaller is the outer one.
_ORDER = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "date_time": 30, "text_link": 49,
    "text_mention": 49, "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94,
    "custom_emoji": 99,
}  # fmt: skip
_SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_VERBATIM = {"pre", "code"}
_SCHEMES = {"http", "https", "ftp", "tg", "ton", "tonsite"}
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_REMOVED = re.compile("[\r\u200e\u200f\u202a-\u202e\ufeff]|[\ud800-\udfff]")


def utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_offsets(text: str) -> list[int]:
    """Offset of every character, and of the end."""
    offsets, position = [0], 0
    for character in text:
        position += 2 if character > "\uffff" else 1
        offsets.append(position)
    return offsets


def sort_key(entity: Entity) -> tuple[int, int, int]:
    return entity.offset, -entity.length, _ORDER.get(entity.type, 50)


def checked_link(url: str) -> str:
    """The address as Telegram keeps it, or an empty string if it would drop it."""
    url = url.strip()
    if not url or any(character.isspace() for character in url):
        return ""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", url) or re.match(r"[^/:]+\.[^/:]+:\d", url):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme in ("tg", "ton"):
        return url if parts.netloc else ""
    if parts.scheme not in _SCHEMES or "." not in (parts.hostname or "").strip("."):
        return ""
    return parts._replace(path=parts.path or "/", netloc=parts.netloc.lower()).geturl()


def link_entity(offset: int, length: int, url: str) -> Entity | None:
    """An entity for a link: an address, or a person (`tg://user?id=`, resolved by whoever knows people)."""
    person = re.fullmatch(r"tg://(?:user\?|openmessage\?user_)id=(\d+)", url.strip())
    if person:
        return Entity("text_mention", offset, length, {"user": int(person[1])})
    checked = checked_link(url)
    return Entity("text_link", offset, length, {"url": checked}) if checked else None


def clean(text: str, entities: Iterable[Entity] = ()) -> FormattedText:
    """Take out what Telegram takes out, trim both ends, and put the entities in order."""
    offsets = utf16_offsets(text)
    kept: list[str] = []
    moved = [0] * (offsets[-1] + 1)
    position = 0
    for index, character in enumerate(text):
        moved[offsets[index]] = position
        if offsets[index + 1] - offsets[index] == 2:
            moved[offsets[index] + 1] = position
        if _REMOVED.match(character):
            continue
        kept.append(_CONTROL.sub(" ", character))
        position += offsets[index + 1] - offsets[index]
    moved[-1] = position
    shifted = [
        replace(entity, offset=moved[entity.offset], length=moved[entity.end] - moved[entity.offset])
        for entity in entities
        if entity.offset >= 0 and entity.end < len(moved)
    ]
    return _trim("".join(kept), _fix(shifted))


def _trim(text: str, entities: Sequence[Entity]) -> FormattedText:
    bare = text.rstrip()
    end = utf16_length(bare)
    fitting = [replace(entity, length=min(entity.end, end) - entity.offset) for entity in entities]
    fitting = sorted((entity for entity in fitting if entity.length > 0), key=sort_key)
    # Leading space stays if an entity begins there, as with Telegram.
    first = min((entity.offset for entity in fitting), default=end)
    skip = 0
    while skip < first and bare[skip] in " \n":
        skip += 1
    return FormattedText(
        bare[skip:], tuple(replace(entity, offset=entity.offset - skip) for entity in fitting)
    )


def _fix(entities: Iterable[Entity]) -> list[Entity]:
    """Make the entities nest: join equal ones, cut overlapping styles, leave nothing inside code."""
    solid: list[Entity] = []
    for entity in sorted(entities, key=sort_key):
        if entity.length > 0 and entity.type not in _SPLITTABLE and _fits(solid, entity):
            solid.append(entity)
    result = list(solid)
    for style in sorted(_SPLITTABLE, key=_ORDER.__getitem__):
        for start, end in _union([e for e in entities if e.type == style and e.length > 0]):
            result.extend(list(_cut(style, start, end, result)))
    return sorted(result, key=sort_key)


def _fits(solid: Sequence[Entity], entity: Entity) -> bool:
    for other in solid:
        if other.end <= entity.offset or entity.end <= other.offset:
            continue
        nested = (other.offset <= entity.offset and entity.end <= other.end) or (
            entity.offset <= other.offset and other.end <= entity.end
        )
        # Only quotes hold other solid entities, and not each other; a custom emoji may stand in a link.
        holds = (other.type in _QUOTES) != (entity.type in _QUOTES) or (
            "custom_emoji" in (other.type, entity.type) and not {other.type, entity.type} & _VERBATIM
        )
        if not nested or not holds or other.type == entity.type:
            return False
    return True


def _union(entities: Sequence[Entity]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for entity in sorted(entities, key=sort_key):
        if spans and entity.offset <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], entity.end))
        else:
            spans.append((entity.offset, entity.end))
    return spans


def _cut(style: str, start: int, end: int, placed: Sequence[Entity]) -> Iterable[Entity]:
    """A style over a span, left out inside code, and cut where another entity sticks out of it."""
    for first, last in _outside_code(start, end, placed):
        sticking = {
            edge
            for entity in placed
            if entity.offset < first < entity.end or entity.offset < last < entity.end
            for edge in (entity.offset, entity.end)
        }
        cuts = [first, *sorted(edge for edge in sticking if first < edge < last), last]
        for left, right in pairwise(cuts):
            yield Entity(style, left, right - left)


def _outside_code(start: int, end: int, placed: Sequence[Entity]) -> Iterable[tuple[int, int]]:
    for entity in sorted(placed, key=sort_key):
        if entity.type in _VERBATIM and start < entity.end and entity.offset < end:
            if start < entity.offset:
                yield start, entity.offset
            start = entity.end
    if start < end:
        yield start, end


def merge_detected(entities: Sequence[Entity], found: Iterable[Entity]) -> tuple[Entity, ...]:
    """Add found entities where no link, mention or code stands already."""
    busy = [entity for entity in entities if entity.type not in _SPLITTABLE | _QUOTES]
    free = [new for new in found if all(new.end <= old.offset or old.end <= new.offset for old in busy)]
    return tuple(sorted([*entities, *free], key=sort_key))
