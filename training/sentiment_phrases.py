"""Synthetic plain phrases in Russian and English: reviews, chat remarks, statements of fact, questions.

The tweets that the model learns from hold few plain reviews and few plain statements, so a small grammar,
in `sentiment_phrases.toml`, writes some. The label belongs to the pattern; many patterns are about
negation, which turns the label of the words that it covers.
"""

import random
import re
import string
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Words = Mapping[str, list[str]]
"""Slot -> what may stand in it."""

_GRAMMAR = Path(__file__).with_suffix(".toml")
_SLOT = re.compile(r"\{(\w+)\}")
_ENDINGS = {
    "m": {"sya": "ся", "past": "", "went": "ёл", "like": "нравится"},
    "f": {"sya": "ась", "past": "а", "went": "ла", "like": "нравится"},
    "n": {"sya": "ось", "past": "о", "went": "ло", "like": "нравится"},
    "p": {"sya": "ись", "past": "и", "went": "ли", "like": "нравятся"},
}


def phrases(language: str, per_pattern: int, seed: int) -> list[tuple[str, str]]:
    """Distinct (text, label) pairs of a language, `ru` or `en`; a pattern is filled `per_pattern` times."""
    grammar = tomllib.loads(_GRAMMAR.read_text(encoding="utf-8"))[language]
    jobs = [(grammar["patterns"], _lists(grammar["words"]), per_pattern)]
    if "agreeing" in grammar:
        jobs += [(grammar["agreeing"], _agreeing(grammar, gender), per_pattern // 4) for gender in _ENDINGS]
    rng = random.Random(f"{language}{seed}")
    found: dict[str, str] = {}
    for patterns, words, count in jobs:
        for label, texts in patterns.items():
            for pattern in texts:
                for _ in range(count):
                    found.setdefault(_filled(pattern, words, rng), label)
    return list(found.items())


def _filled(pattern: str, words: Words, rng: random.Random) -> str:
    text = _SLOT.sub(lambda slot: rng.choice(words[slot[1]]), pattern)
    return text[0].upper() + text[1:] if rng.random() < 0.8 else text.lower().rstrip(string.punctuation)


def _lists(table: Mapping[str, str]) -> dict[str, list[str]]:
    return {
        name: [word.strip() for word in words.split("|") if word.strip()] for name, words in table.items()
    }


def _agreeing(grammar: Mapping[str, Any], gender: str) -> dict[str, list[str]]:
    """Words that agree with the Russian nouns of one gender."""
    stems = _lists(grammar["adjectives"])
    words = {name: [_adjective(stem, gender) for stem in listed] for name, listed in stems.items()}
    words |= {name: [ending] for name, ending in _ENDINGS[gender].items()}
    words |= _lists(grammar["adverbs"])
    past = _ENDINGS[gender]["past"]
    words |= {name: [verb + past for verb in listed] for name, listed in _lists(grammar["verbs"]).items()}
    words["bad_adverb"] = [stem + "о" for stem in stems["bad"]]
    words["noun"] = _lists(grammar["nouns"])[gender]
    return words


def _adjective(stem: str, gender: str) -> str:
    """The nominative of a Russian adjective from its stem as the grammar writes it."""
    place = "mfnp".index(gender)
    if stem.endswith("'"):
        return stem[:-1] + ("ий", "яя", "ее", "ие")[place]
    if stem.endswith("*"):
        return stem[:-1] + ("ой", "ая", "ое", "ые")[place]
    if stem[-1] in "кгх":
        return stem + ("ий", "ая", "ое", "ие")[place]
    if stem[-1] in "шщжч":
        return stem + ("ий", "ая", "ее", "ие")[place]
    return stem + ("ый", "ая", "ое", "ые")[place]
