"""Russian and English are equal."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, Term

from bot.texts import LOCALES, Texts

ROOT = Path(__file__).parents[2]


def messages(language: str) -> dict[str, str]:
    """Message id -> its source."""
    found: dict[str, str] = {}
    for file in sorted((LOCALES / language).glob("*.ftl")):
        source = file.read_text(encoding="utf-8")
        for entry in FluentParser().parse(source).body:
            assert type(entry).__name__ != "Junk", f"{file}: {entry}"
            if isinstance(entry, Message | Term):
                assert entry.id.name not in found, f"{entry.id.name} is there twice"
                found[entry.id.name] = source[entry.span.start : entry.span.end] if entry.span else ""
    return found


def variables(source: str) -> set[str]:
    return set(re.findall(r"\$([a-z-]+)", source))


def test_every_sentence_exists_in_both_languages_with_the_same_blanks() -> None:
    english, russian = messages("en"), messages("ru")
    assert english.keys() == russian.keys()
    different = {key for key in english if variables(english[key]) != variables(russian[key])}
    assert not different


def test_every_sentence_that_the_code_says_exists() -> None:
    known = messages("en").keys()
    missing = []
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "skills").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if (
                name == "say"
                and isinstance(first, ast.Constant)
                and isinstance(first.value, str)
                and first.value
            ):
                missing += (
                    [f"{path.name}: {first.value}"] if "-" in first.value and first.value not in known else []
                )
    assert not missing


@pytest.mark.parametrize("reason", ["error-too-large", "error-busy", "error-text-too-long"])
def test_errors_say_their_numbers(reason: str) -> None:
    for language in Texts().languages:
        text = Texts().say(language)(reason, **{"limit-mb": 20, "retry-after-s": 21, "limit-chars": 9})
        assert any(number in text for number in ("20", "21", "9"))
        assert "{" not in text


def test_a_language_is_found_by_its_code_and_unknown_ones_get_the_default() -> None:
    texts = Texts("ru")
    assert texts.say("en-GB").language == "en"
    assert texts.say("ru").language == "ru"
    assert texts.say("pt-br").language == "ru"
    assert texts.say(None).language == "ru"


def test_labels_are_translated_and_unknown_ones_stay() -> None:
    say = Texts().say("ru")
    assert say.label("photo", "Egyptian cat") == "египетская кошка"
    assert say.label("video", "person") == "человек"
    assert say.label("photo", "no such thing") == "no such thing"
