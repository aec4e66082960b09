"""Results for spreadsheets and for people."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from rich.console import Console

from bot.analysis.running import Outcome
from bot.analysis.tables import table, total, write_csv
from bot.texts import Texts

SPAN = {"label": "Dog", "start_s": 0.0, "end_s": 1.25, "score": 0.9}
ROWS: dict[str, dict[str, Any]] = {
    "sentiment": {
        "text": "так себе",
        "label": "neutral",
        "confidence": 0.5,
        "probabilities": {"positive": 0.3, "neutral": 0.5, "negative": 0.2},
    },
    "sounds": {
        "file": "a.wav", "top": [{"label": "Dog", "score": 0.9}, {"label": "Bark", "score": 0.4}],
        "events": [SPAN, SPAN], "duration_s": 1.25, "level_dbfs": -20.0, "speech_s": 0.0, "silent": False,
    },
    "speech": {
        "file": "a.wav", "text": "раз", "language": "ru", "duration_s": 1.0,
        "segments": [{"start_s": 0.0, "end_s": 1.0, "text": "раз"}],
    },
    "photo": {"file": "a.png", "top": [{"label": "owl", "score": 0.9}], "width_px": 4, "height_px": 3},
    "video": {
        "file": "a.mp4", "output": "b.mp4", "clip": "b.mp4", "counts": {"cat": 2, "dog": 1},
        "most_at_once": {"cat": 1, "dog": 1}, "objects": [{}, {}, {}], "spans": [SPAN], "duration_s": 1.25,
        "fps": 25.0, "frames": 31, "detected_frames": 8, "width_px": 4, "height_px": 3,
    },
}  # fmt: skip


def as_csv(skill: str, *rows: dict[str, Any]) -> list[dict[str, str]]:
    file = io.StringIO()
    write_csv(file, skill, rows)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


@pytest.mark.parametrize("skill", ROWS)
def test_every_result_is_one_row_and_so_is_every_failure(skill: str) -> None:
    good, bad = as_csv(skill, ROWS[skill], {"file": "x", "error": "There is no file x."})
    assert list(good) == list(bad)
    assert None not in good
    assert good["error"] == ""
    assert (next(iter(bad.values())), bad["error"]) == ("x", "There is no file x.")
    assert not any("{" in cell or "[" in cell for cell in good.values())


def test_columns_are_flat() -> None:
    [mood] = as_csv("sentiment", ROWS["sentiment"])
    assert list(mood) == ["text", "label", "confidence", "negative", "neutral", "positive", "error"]
    assert (mood["negative"], mood["neutral"], mood["positive"]) == ("0.2", "0.5", "0.3")
    [sounds] = as_csv("sounds", ROWS["sounds"])
    assert (sounds["label_2"], sounds["score_2"]) == ("Bark", "0.4")
    assert (sounds["events"], sounds["silent"]) == ("Dog 0.00-1.25; Dog 0.00-1.25", "false")
    [video] = as_csv("video", ROWS["video"])
    assert (video["counts"], video["objects"]) == ("cat: 2; dog: 1", "3")


@pytest.mark.parametrize("text", ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    [row] = as_csv("sentiment", {**ROWS["sentiment"], "text": text})
    assert row["text"] == f"'{text}"


def test_figures_stay_figures_and_texts_stay_whole() -> None:
    [sounds] = as_csv("sounds", ROWS["sounds"])
    assert float(sounds["level_dbfs"]) == -20.0
    [row] = as_csv("sentiment", {**ROWS["sentiment"], "text": 'a "b", c\nd; e'})
    assert row["text"] == 'a "b", c\nd; e'


def test_a_spreadsheet_with_decimal_commas_finds_its_cells_and_figures() -> None:
    file = io.StringIO()
    write_csv(file, "sounds", [ROWS["sounds"], {"file": "=x", "error": "No."}], semicolons=True)
    good, bad = csv.DictReader(io.StringIO(file.getvalue(), newline=""), delimiter=";")
    assert (good["score_1"], good["level_dbfs"], good["duration_s"]) == ("0,9", "-20,0", "1,25")
    assert good["events"] == "Dog 0.00-1.25; Dog 0.00-1.25"
    assert (bad["file"], bad["error"]) == ("'=x", "No.")


def test_a_table_shows_names_and_words_and_obeys_neither() -> None:
    outcomes = [Outcome({"file": "[bold]\x1b[31m.png"}, ("a cat", "chart.png"))]
    console = Console(width=60, record=True, file=io.StringIO())
    console.print(table("photo", outcomes, Texts().say("en")))
    shown = console.export_text()
    assert "[bold]\ufffd[31m.png" in shown
    assert "a cat" in shown
    assert "chart.png" in shown


def test_a_text_of_pages_does_not_fill_the_table() -> None:
    console = Console(width=60, record=True, file=io.StringIO())
    console.print(table("sentiment", [Outcome({"text": "да " * 10_000}, ("neutral",))], Texts().say("en")))
    assert len(console.export_text().splitlines()) < 30


def test_the_last_line_counts() -> None:
    outcomes = [Outcome(ROWS["sentiment"], ("neutral",)), Outcome({"file": "x", "error": "No."}, ("No.",))]
    assert total(outcomes[1:], Texts().say("en")) == "Total: 1, failed: 1"
    assert total(outcomes, Texts().say("ru")).splitlines() == [
        "Всего: 2, с ошибкой: 1",
        "🙁 отрицательных: 0, 😐 нейтральных: 1, 🙂 положительных: 0",
    ]
