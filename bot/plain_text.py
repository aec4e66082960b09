"""Text files as editors and spreadsheets write them."""

from __future__ import annotations

import codecs

OLD_ENCODINGS = {"Windows-1251": "cp1251", "KOI8-R": "koi8-r", "CP866": "cp866"}
"""What Russian texts were written in before UTF-8, and sometimes are to this day: by the names people know."""
_NOT_TEXT = 0.05
"""Share of letters that no text in UTF-8 has from which a file is no text in it; a few broken ones are forgiven."""
_SAMPLE_BYTES = 20_000
_FREQUENT = frozenset("оеаинтсрвл")
"""Two thirds of the letters of a Russian text are one of these ten; read in a wrong encoding it has far fewer."""
_RUSSIAN = 0.35
"""Share of them from which a text, which may be a single word, is taken for Russian."""
_FOREIGN = 0.25
"""Share of letters that are not Latin, below which it is of another language: French has a tenth."""
_SIGNS = frozenset("«»„“”‘’–—…№\u00a0")


def decoded(data: bytes) -> str:
    """The text of UTF-8, or of UTF-16 with its mark. Raises ValueError for what is neither."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16")
    else:
        text = data.decode("utf-8-sig", errors="replace")
        if text.count("\ufffd") + text.count("\0") > _NOT_TEXT * len(text):
            raise ValueError("not UTF-8")
    return text


def recognized(data: bytes) -> tuple[str, str]:
    """The text of `decoded`, or of an old encoding of Russian and its name. Raises ValueError for what is neither.

    Libraries that know all encodings take a few words of KOI8-R for another.
    """
    try:
        return decoded(data), ""
    except ValueError:
        sample = data[:_SAMPLE_BYTES]
        likely = {name: _russian(sample.decode(codec, "replace")) for name, codec in OLD_ENCODINGS.items()}
        best = max(likely, key=likely.__getitem__)
        if b"\0" in data or likely[best] < _RUSSIAN:
            raise
        return data.decode(OLD_ENCODINGS[best], "replace"), best


def _russian(text: str) -> float:
    """Share of what is frequent in Russian among all that is not ASCII; 0 where most is ASCII."""
    latin = sum(letter.isascii() and letter.isalpha() for letter in text)
    other = [letter for letter in text.lower() if not letter.isascii() and letter not in _SIGNS]
    if len(other) <= _FOREIGN * (latin + len(other)):
        return 0.0
    return sum(letter in _FREQUENT for letter in other) / len(other)
