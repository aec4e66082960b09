"""How the USE sentiment model reads text: cleaning, hashed character n-grams, windows of long texts."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable

LABELS = ("negative", "neutral", "positive")
"""Order of the classes in every array of this model."""

HASH_BUCKETS = 1 << 18
"""Size of the space that character n-grams are hashed into (CRC-32, lowest 18 bits)."""
_NGRAM_MAX = 5

_URL = re.compile(r"(?:https?://|www\.)\S+")
_MENTION = re.compile(r"@\w+")
_LONG_RUN = re.compile(r"(\S)\1{2,}")
_SPACE = re.compile(r"\s+")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"'}
_WORD = re.compile(r"\w+|[^\w\s]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def clean(text: str) -> str:
    """The text without links and @names, with runs of one sign cut to two and white space made single."""
    text = _MENTION.sub(" ", _URL.sub(" ", text))
    for entity, sign in _ENTITIES.items():
        text = text.replace(entity, sign)
    return _SPACE.sub(" ", _LONG_RUN.sub(r"\1\1", text)).strip()


def is_cyrillic(text: str) -> bool:
    """Whether at least as many Cyrillic as Latin letters stand in the text (true of a text with neither)."""
    cyrillic = sum("\u0400" <= sign <= "\u04ff" for sign in text)
    latin = sum(sign.isascii() and sign.isalpha() for sign in text)
    return cyrillic >= latin


def char_buckets(text: str) -> Counter[int]:
    """Hash bucket -> number of character n-grams (1 to 5 long, in words padded by spaces) of a text."""
    grams: Counter[str] = Counter()
    for word in _WORD.findall(text.lower()):
        padded = f" {word} "
        for size in range(1, min(_NGRAM_MAX, len(padded)) + 1):
            grams.update(padded[start : start + size] for start in range(len(padded) - size + 1))
    buckets: Counter[int] = Counter()
    for gram, count in grams.items():
        buckets[zlib.crc32(gram.encode()) % HASH_BUCKETS] += count
    return buckets


def windows(text: str, length: Callable[[str], int], limit: int) -> list[str]:
    """Cuts a long text into pieces of whole sentences, none longer than `limit` by the measure `length`.

    A sentence over the limit is cut at spaces, and a word over the limit in its middle. Nothing is left out.
    """
    if length(text) <= limit:
        return [text]
    pieces: list[str] = []
    for sentence in filter(None, _SENTENCE_END.split(text)):
        if pieces and length(f"{pieces[-1]} {sentence}") <= limit:
            pieces[-1] = f"{pieces[-1]} {sentence}"
        else:
            pieces.extend(_halves(sentence, length, limit))
    return pieces


def _halves(text: str, length: Callable[[str], int], limit: int) -> list[str]:
    if length(text) <= limit or len(text) < 2:
        return [text]
    middle = text.rfind(" ", 1, len(text) // 2 + 1)
    middle = middle if middle > 0 else len(text) // 2
    return _halves(text[:middle].strip(), length, limit) + _halves(text[middle:].strip(), length, limit)
