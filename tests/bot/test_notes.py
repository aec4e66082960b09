"""What holds a model up has words in every language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.notes import Note, note_in_all_languages, note_words
from bot.texts import Texts
from skills import ModelUnavailable

ROOT = Path(__file__).resolve().parents[2]
TEXTS = Texts()
FETCHING = (
    "skills/_pull.py",
    "skills/_store.py",
    "skills/_place.py",
    "skills/_llm_process.py",
    "skills/chat.py",
)
"""Where errors come from that keep a model from working."""
ELSEWHERE = {"not-in-folder", "cancelled", "shutting-down"}
"""Reasons that a running bot never shows: they belong to the command line, or to its end."""


def reasons() -> set[str]:
    found = set()
    for name in FETCHING:
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "reason":
                found |= {
                    part.value
                    for part in ast.walk(node.value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value
                }
    return found - ELSEWHERE


@pytest.mark.parametrize("language", TEXTS.languages)
def test_every_reason_that_keeps_a_model_from_working_has_words(language: str) -> None:
    say = TEXTS.say(language)
    lacking = [reason for reason in reasons() if note_words(say, Note(reason)) == say("note-other")]
    assert not lacking


def test_a_note_names_what_the_error_named() -> None:
    note = Note.of(ModelUnavailable("no", reason="llm-model-missing", model="llama3:8b"))
    said = note_in_all_languages(TEXTS, note)
    assert set(said) == set(TEXTS.languages)
    assert all("chutko models pull llama3:8b" in words for words in said.values())


@pytest.mark.parametrize("reason", ["", "never heard of", "llm-model-missing}", "<b>"])
def test_an_unknown_reason_is_left_to_the_log(reason: str) -> None:
    assert "log" in note_words(TEXTS.say("en"), Note(reason))
