"""What went wrong, in words that fit where they are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message

from bot.errors import explain
from bot.texts import LOCALES, Texts
from skills import BadInput, InferenceFailed, ModelUnavailable

BROKEN = BadInput("cut off", reason="broken-file")


@pytest.mark.parametrize(
    ("language", "chat", "terminal"),
    [("en", "sending it again", "damaged"), ("ru", "отправить", "повреждён")],
)
def test_nobody_at_a_terminal_is_asked_to_send_something(language: str, chat: str, terminal: str) -> None:
    say = Texts().say(language)
    assert chat in explain(BROKEN, say)
    assert chat not in explain(BROKEN, say, terminal=True)
    assert terminal in explain(BROKEN, say, terminal=True)


def test_without_a_sentence_of_its_own_the_terminal_says_what_the_chat_does() -> None:
    silent = BadInput("no sound", reason="no-sound-track")
    say = Texts().say("en")
    assert explain(silent, say, terminal=True) == explain(silent, say) == "This video has no sound."


def test_an_unknown_reason_is_told_by_its_kind() -> None:
    say = Texts().say("en")
    assert explain(InferenceFailed("x", reason="new"), say).endswith(
        "The owner will find the cause in the log."
    )
    assert "chutko doctor" in explain(ModelUnavailable("x", reason="new"), say, terminal=True)


def test_limits_are_told_in_both_languages() -> None:
    long = BadInput("long", reason="too-long", limit_s=900.0)
    assert "900 s." in explain(long, Texts().say("en"), terminal=True)
    assert "900 с." in explain(long, Texts().say("ru"), terminal=True)
    large = BadInput("large", reason="too-many-pixels", limit_megapixels=50)
    assert "50 мегапикселей" in explain(large, Texts().say("ru"), terminal=True)


def test_every_sentence_of_the_terminal_stands_for_one_of_the_chat() -> None:
    entries = FluentParser().parse(Path(LOCALES, "en", "errors-terminal.ftl").read_text("utf-8")).body
    names = [entry.id.name for entry in entries if isinstance(entry, Message)]
    say = Texts().say("en")
    assert names
    assert all(say.has(name.removeprefix("terminal-")) for name in names)
