from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model_pages import Shown, card_page
from bot.texts import Texts
from skills import Pin, load_catalog
from skills._pins import PinnedFile

RUBERT = load_catalog()["rubert"]
PIN = Pin(
    model="rubert",
    hub="blanchefort/rubert-base-cased-sentiment",
    commit="abcdef0" + "1" * 33,
    endpoint="https://mirror.example/hf",
    pinned_at=datetime(2026, 1, 31, tzinfo=UTC),
    files={
        name: PinnedFile(size_bytes=1_000_000, sha256=digit * 64)
        for name, digit in zip(
            ("config.json", "pytorch_model.bin", "tokenizer_config.json", "vocab.txt"), "1234", strict=True
        )
    },
)


DAYS = {"en": "January 31, 2026", "ru": "31 января 2026 г."}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_card_of_a_pinned_model_tells_edition_day_source_and_hashes(language: str) -> None:
    shown = Shown("sentiment", "🙂", "rubert", RUBERT.title, "ready", PIN.applied(RUBERT), None, PIN)
    page = " ".join(card_page(Texts().say(language), shown).split())  # of any width
    for word in ("<code>abcdef0</code>", DAYS[language], "mirror.example", "<code>111111111111</code>"):
        assert word in page


@pytest.mark.parametrize(("language", "words"), [("en", "the first time"), ("ru", "в первый раз")])
def test_the_card_of_a_model_that_will_be_pinned_says_so(language: str, words: str) -> None:
    page = card_page(
        Texts().say(language), Shown("sentiment", "🙂", "rubert", RUBERT.title, "", RUBERT, None)
    )
    assert words in page


ENGLISH = re.compile(r"\b(the|of|on|with|by|its|and|not|from|for|in|is|are|to|or)\b")


@pytest.mark.parametrize("model", [card.id for card in load_catalog()])
def test_a_russian_card_says_nothing_in_english_but_names(model: str) -> None:
    card = load_catalog()[model]
    for here in (True, False):
        page = card_page(
            Texts().say("ru"),
            Shown(card.skill, "🙂", model, card.title, "", card, None, here=here, in_use=True),
        )
        assert not ENGLISH.findall(re.sub(r"<a .*?</a>|<code>.*?</code>", "", page))


def test_the_figures_of_our_own_classifier_are_those_of_its_training() -> None:
    written = (Path(__file__).parents[2] / "docs" / "sentiment.md").read_text(encoding="utf-8")
    figures = re.findall(r"0\.\d+", load_catalog()["use-sentiment"].figures)
    assert figures
    assert all(figure in written for figure in figures)


def test_only_a_model_that_is_here_claims_room_on_the_disk() -> None:
    card = load_catalog()["whisper-small"]
    say = Texts().say("en")

    def page(*, here: bool, in_use: bool) -> str:
        shown = Shown("speech", "🎙", card.id, card.title, "", card, None, here=here, in_use=in_use)
        return card_page(say, shown)

    assert "<b>On the disk:</b> 486 MB" in page(here=True, in_use=True)
    absent = page(here=False, in_use=True)
    assert "On the disk" not in absent
    assert "chutko models pull whisper-small" in absent
    assert "chutko models pull" not in page(here=False, in_use=False)


@pytest.mark.parametrize(("per_s", "words"), [(0.1, "an answer every 10 s"), (64.3, "64 answers a second")])
def test_a_slow_throughput_is_told_as_time(per_s: float, words: str) -> None:
    shown = Shown("sentiment", "🙂", "rubert", RUBERT.title, "", RUBERT, {"throughput_per_s": per_s})
    assert words in card_page(Texts().say("en"), shown)
