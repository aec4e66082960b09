"""Text files as editors and spreadsheets write them."""

from __future__ import annotations

import codecs
import re

OLD_ENCODINGS = {"Windows-1251": "cp1251", "KOI8-R": "koi8-r", "CP866": "cp866"}
"""What Russian texts were written in before UTF-8, and sometimes are to this day: by the names people know."""
BROKEN = "\ufffd"
"""Stands for a letter that could not be read."""
_NOT_TEXT = 0.05
"""Share of broken letters from which a file is no text in UTF-8; fewer are forgiven."""
_NOT_UTF_8 = 0.2
"""Share of them in all that is not ASCII from which an old encoding is looked for; some of CP866 is UTF-8 by chance."""
_ASCII = bytes(range(128))
_WORDS = re.compile(rb"[\x80-\xff]{2,}")
"""In old encodings words of a foreign alphabet are such runs; the é of a French one stands alone."""
_LEAST_WORDS = 1 / 3
"""Share of such words in all that is not ASCII, below which the alphabet is Latin."""
_SAMPLE_BYTES = 20_000
_FREQUENT = frozenset("оеаинтсрвл")
"""Two thirds of the letters of a Russian text are one of these ten; read in a wrong encoding it has far fewer."""
_RUSSIAN = 0.35
"""Share of them from which a text, which may be a single word, is taken for Russian."""
_SIGNS = frozenset("«»„“”‘’–—…№\u00a0")


def recognized(data: bytes) -> tuple[str, str]:
    """The text of UTF-8, of UTF-16 with its mark, or of an old encoding of Russian and its name.

    Raises ValueError for what is none of these. Libraries that know all encodings take a few words of KOI8-R for
    another.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16"), ""
    text = data.decode("utf-8-sig", errors="replace")
    broken, zeros = text.count(BROKEN), text.count("\0")
    # A table of addresses and numbers has few letters that are not ASCII: what counts is how many of these are broken.
    foreign = len(text) - len(text.encode("ascii", errors="ignore"))
    if broken > _NOT_UTF_8 * foreign and not zeros and (name := _old_encoding(data)):
        return data.decode(OLD_ENCODINGS[name], errors="replace"), name
    if broken + zeros > _NOT_TEXT * len(text):
        raise ValueError("not UTF-8")
    return text, ""


def _old_encoding(data: bytes) -> str:
    """Its name; "" where it is none of OLD_ENCODINGS."""
    foreign = data.translate(None, _ASCII)
    if sum(map(len, _WORDS.findall(data))) < _LEAST_WORDS * len(foreign):
        return ""
    sample = foreign[:_SAMPLE_BYTES]
    likely = {name: _russian(sample.decode(codec, "replace")) for name, codec in OLD_ENCODINGS.items()}
    best = max(likely, key=likely.__getitem__)
    return best if likely[best] >= _RUSSIAN else ""


def _russian(text: str) -> float:
    """Share of the letters that are frequent in Russian."""
    letters = [letter for letter in text.lower() if letter not in _SIGNS]
    return sum(letter in _FREQUENT for letter in letters) / (len(letters) or 1)
