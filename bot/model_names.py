"""Which model somebody means, however they write its name."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CLOSE = 0.76
"""Likeness from which a name may be meant; difflib's, 1 is the same."""
LEAST_CHARS = 2
"""A single letter is inside of nearly every name."""
IN_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
        "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "",
        "э": "e", "ю": "yu", "я": "ya",
    }
)  # fmt: skip
"""Names of models are Latin, and many a person writes them by ear."""


@dataclass(frozen=True, slots=True)
class Found:
    keys: tuple[str, ...]
    """Who may be meant, the likeliest first."""
    sure: bool
    """False if no name is like that, and these only come close."""


def find(wanted: str, names: Mapping[str, Iterable[str]]) -> Found:
    """`names` are all spellings of each key. Case, hyphens, spaces and alphabet do not matter.

    The whole name counts before its beginning, its beginning before words in it, and these before what is alike.
    """
    asked = _squeezed(wanted)
    words = [_squeezed(word) for word in _words(wanted)]
    spelt = {key: [_squeezed(name) for name in each] for key, each in names.items()}

    def who(fits: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fits))

    if not asked:
        return Found((), sure=False)
    if whole := who(key for key, each in spelt.items() if asked in each):
        return Found(whole, sure=True)
    if begun := who(key for key, each in spelt.items() if any(name.startswith(asked) for name in each)):
        return Found(begun, sure=True)
    if len(asked) >= LEAST_CHARS and (
        inside := who(
            key for key, each in spelt.items() if any(all(word in name for word in words) for name in each)
        )
    ):
        return Found(inside, sure=True)
    parts = {key: {_squeezed(word) for name in each for word in _words(name)} for key, each in names.items()}
    known = [piece for key in names for piece in (*spelt[key], *parts[key])]
    close = difflib.get_close_matches(asked, sorted(set(known)), n=len(names), cutoff=CLOSE)
    return Found(
        who(key for piece in close for key in names if piece in parts[key] or piece in spelt[key]), sure=False
    )


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name))


def _squeezed(name: str) -> str:
    """Letters and digits alone, small, in Latin."""
    return "".join(_words(name.casefold())).translate(IN_LATIN)
