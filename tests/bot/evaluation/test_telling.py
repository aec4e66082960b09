"""Every sentence on data exists, with the blanks that the code fills."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.evaluation.telling import Told
from bot.texts import Texts

NUMBERS = ("count", "more", "done", "total")


def sentences() -> Iterator[Told]:
    """All that the code tells, with something in each blank."""
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "told":
                blanks = [(word.arg or "").replace("_", "-") for word in node.keywords]
                filled: dict[str, str | int] = {blank: 5 if blank in NUMBERS else "x" for blank in blanks}
                if isinstance(node.args[0], ast.Constant):
                    yield Told(str(node.args[0].value), filled)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_sentence_can_be_said(language: str, caplog: pytest.LogCaptureFixture) -> None:
    say = Texts().say(language)
    told = list(sentences())
    assert len(told) > 30
    with caplog.at_level(logging.WARNING):
        assert all(each.said(say) for each in told)
    assert not caplog.records  # a blank that nobody fills is a warning


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "Пропущена 1 строка:"), (3, "Пропущены 3 строки:"), (11, "Пропущено 11 строк:")],
)
def test_rows_are_counted_in_good_russian(count: int, words: str) -> None:
    note = Told("unknown-rows", {"count": count, "named": "skip (1)", "more": 0})
    assert note.said(Texts().say("ru")).startswith(words)
