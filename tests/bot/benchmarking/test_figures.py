"""Figures in words, beside the report's, and kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.benchmarking.figures import Measured, in_words, keep, kept, reference
from bot.benchmarking.inputs import described
from bot.cli.bench import SKILLS
from bot.texts import Texts

SAY = Texts().say("en")

FIGURES = Measured(
    skill="video",
    model="a/model:8b",
    title="A model",
    what="a clip",
    runs=5,
    succeeded=4,
    load_s=1.25,
    latency_p50_s=3.0,
    latency_p95_s=3.5,
    throughput_per_s=1 / 3,
    cores=0.5,
    cpu_share=0.25,
    memory_bytes=435_900_000,
    size_bytes=69_800_000,
    frame_s=0.04,
)


def test_figures_are_said_with_their_units() -> None:
    assert in_words(FIGURES, SAY) == {
        "success": "4 / 5",
        "load": "1.25 s",
        "latency, median": "3 s",
        "latency, 95 of 100": "3.5 s",
        "throughput": "0.333 a second",
        "time for a frame": "40 ms",
        "frames a second": "25",
        "processor": "25% of all cores (0.5 cores)",
        "memory": "436 MB",
        "model size": "70 MB",
    }


def test_what_was_not_measured_is_not_said() -> None:
    words = in_words(replace(FIGURES, cores=None, cpu_share=None, memory_bytes=None, size_bytes=None), SAY)
    assert not words.keys() & {"processor", "memory", "model size", "first token", "100 tokens"}


def test_how_many_answers_were_a_hundred_tokens_long_is_said() -> None:
    chat = replace(FIGURES, hundred_tokens_computed_s=12.0, hundred_tokens_runs=0)
    assert in_words(chat, SAY)["100 tokens"] == "12 s (computed: no answer was so long)"
    some = replace(chat, hundred_tokens_s=11.0, hundred_tokens_runs=3)
    assert in_words(some, SAY)["100 tokens"] == "11 s (3 answers were so long)"
    assert in_words(replace(some, hundred_tokens_runs=4), SAY)["100 tokens"] == "11 s"


def test_memory_on_graphics_cards_is_said() -> None:
    assert in_words(replace(FIGURES, video_memory_bytes=10**8), SAY)["memory"] == (
        "436 MB (100 MB of it on graphics cards)"
    )


def test_the_reports_figures_have_the_names_of_ours() -> None:
    everything = replace(FIGURES, first_token_s=1.0, tokens_per_s=9.0, hundred_tokens_s=9.0, in_a_row=30)
    for skill, figures in reference().items():
        assert skill in SKILLS
        assert figures["model"]
        assert figures.keys() - {"model"} <= in_words(everything, SAY).keys()


def test_whatever_a_table_shows_is_russian_for_russian_readers() -> None:
    say = Texts().say("ru")
    chat = replace(FIGURES, first_token_s=1.0, first_token_p95_s=1.0, tokens_per_s=9.0, hundred_tokens_s=9.0)
    theirs = {
        value for of_skill in reference().values() for name, value in of_skill.items() if name != "model"
    }
    with_units = {value for value in theirs if any(unit in value for unit in ("s", "MB", "GB", "%"))}
    words = {*in_words(replace(chat, in_a_row=1), say), *described().values(), *with_units}
    assert words <= say.labels("bench").keys()
    assert in_words(FIGURES, say)["processor"] == "25 % всех ядер (ядер: 0,5)"


def test_the_latest_figures_of_a_model_are_kept(tmp_path: Path) -> None:
    assert kept(tmp_path, "a/model:8b") is None
    keep(tmp_path, replace(FIGURES, load_s=9.0), {"date": "2026-01-01"})
    path = keep(tmp_path, FIGURES, {"date": "2026-01-02"})
    assert path.parent.parent == tmp_path
    found = kept(tmp_path, "a/model:8b")
    assert found is not None
    assert (found["load_s"], found["date"]) == (1.25, "2026-01-02")


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_damaged_file_of_figures_is_as_none(tmp_path: Path, text: str) -> None:
    keep(tmp_path, FIGURES, {}).write_text(text)
    assert kept(tmp_path, "a/model:8b") is None
