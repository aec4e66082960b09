from __future__ import annotations

from datetime import UTC, datetime

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


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_card_of_a_pinned_model_tells_edition_day_source_and_hashes(language: str) -> None:
    shown = Shown("sentiment", "🙂", "rubert", RUBERT.title, "ready", PIN.applied(RUBERT), None, PIN)
    page = card_page(Texts("en").say(language), shown)
    for word in ("<code>abcdef0</code>", "2026-01-31", "mirror.example", "<code>111111111111</code>"):
        assert word in page


@pytest.mark.parametrize(("language", "words"), [("en", "the first time"), ("ru", "в первый раз")])
def test_the_card_of_a_model_that_will_be_pinned_says_so(language: str, words: str) -> None:
    page = card_page(
        Texts("en").say(language), Shown("sentiment", "🙂", "rubert", RUBERT.title, "", RUBERT, None)
    )
    assert words in page
