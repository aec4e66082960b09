"""Entities that nobody marked: addresses, mentions, hashtags, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.playground.entities.formatted import Entity, utf16_offsets

# Domains without a scheme are links only under a well-known ending, so that "etc.And" is none.
_ENDINGS = (
    "com|org|net|edu|gov|mil|int|info|biz|name|pro|mobi|app|dev|io|ai|me|tv|cc|co|xyz|site|online|store|tech|shop|"
    "club|blog|news|cloud|live|world|space|link|page|art|fun|wiki|ton|museum|travel|jobs|"
    "ru|su|by|ua|kz|uz|am|az|ge|md|kg|tj|tm|lv|lt|ee|uk|us|ca|de|fr|it|es|pt|nl|be|at|ch|se|no|fi|dk|is|ie|pl|cz|sk|"
    "hu|ro|bg|gr|tr|il|ir|ae|sa|eg|in|pk|cn|jp|kr|tw|hk|sg|th|vn|id|my|ph|au|nz|br|ar|mx|cl|pe|ve|za|ng|ke|eu|asia|"
    "рф|рус|москва|онлайн|сайт|дети|укр|бел|қаз"
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(
    rf"(?<![\w.+%-])[A-Za-z0-9._%+-]{{1,64}}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.)+(?:{_ENDINGS})(?![\w-])",
    re.IGNORECASE,
)
_URL = re.compile(
    rf"(?<![\w@.$#/-])(?:(?:https?|ftp|tonsite)://(?:[^\s/@:]{{1,64}}(?::[^\s/@]{{0,64}})?@)?(?:{_LABEL}\.)*{_LABEL}"
    rf"|(?:{_LABEL}\.)+(?:{_ENDINGS}))(?![\w@-]|\.\w)"
    r"(?::\d{1,5})?(?:[/?#][^\s<>«»“”]*)?",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![\w@])@([A-Za-z0-9_]{3,32})(?!\w)")
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])")
_HASHTAG = re.compile(r"(?<![\w\u200c#&])#(?=\w*[^\W\d_])\w{1,256}(?:@[A-Za-z0-9_]{3,32})?(?![\w#])")
_CASHTAG = re.compile(r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?:@[A-Za-z0-9_]{3,32})?(?![\w$])")

_RULES = (
    ("email", _EMAIL),
    ("url", _URL),
    ("mention", _MENTION),
    ("bot_command", _COMMAND),
    ("hashtag", _HASHTAG),
    ("cashtag", _CASHTAG),
)
_CLOSING = {")": "(", "]": "[", "}": "{"}


def detect(text: str) -> list[Entity]:
    """The automatic entities of a text, in order and without overlaps."""
    offsets = utf16_offsets(text)
    taken: list[tuple[int, int]] = []
    found: list[Entity] = []
    for kind, start, end in _matches(text):
        if all(end <= left or right <= start for left, right in taken):
            taken.append((start, end))
            found.append(Entity(kind, offsets[start], offsets[end] - offsets[start]))
    return sorted(found, key=lambda entity: entity.offset)


def _matches(text: str) -> Iterator[tuple[str, int, int]]:
    for kind, rule in _RULES:
        for match in rule.finditer(text):
            end = match.end()
            if kind == "url":
                end = match.start() + len(_without_tail(match[0]))
            yield kind, match.start(), end


def _without_tail(url: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while url:
        last = url[-1]
        if last in ".,;:!?'\"…`*~" or (last in _CLOSING and url.count(last) > url.count(_CLOSING[last])):
            url = url[:-1]
        else:
            break
    return url
