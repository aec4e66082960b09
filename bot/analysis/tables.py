"""Results for people and for spreadsheets."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from rich.table import Table
from rich.text import Text

from bot.cells import guarded
from bot.texts import Speaker

from .items import visible
from .running import Outcome, Row

MOODS = ("negative", "neutral", "positive")
_LONGEST = 500
"""Letters of a text that a table shows."""
_COLUMNS = {
    "sentiment": ("text", "label", "confidence", "probabilities"),
    "sounds": ("file", "top", "duration_s", "level_dbfs", "speech_s", "silent", "events"),
    "speech": ("file", "text", "language", "duration_s", "segments"),
    "photo": ("file", "top", "width_px", "height_px"),
    "video": (
        "file", "output", "counts", "most_at_once", "objects", "spans",
        "duration_s", "fps", "frames", "detected_frames", "width_px", "height_px",
    ),
}  # fmt: skip


def table(skill: str, outcomes: Sequence[Outcome], say: Speaker) -> Table:
    """A table for people, in their language."""
    shown = Table(show_lines=skill != "sentiment")
    shown.add_column(say("table-item"), overflow="fold")
    shown.add_column(say("table-result"), overflow="fold")
    for outcome in outcomes:
        name = str(outcome.row.get("file", outcome.row.get("text")))
        name = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
        shown.add_row(Text(visible(name)), Text(visible("\n".join(outcome.words))))
    return shown


def total(outcomes: Sequence[Outcome], say: Speaker) -> str:
    """How many there are of each kind, in a line or two."""
    said = say("analyze-total", count=len(outcomes), failed=sum(outcome.failed for outcome in outcomes))
    labels = Counter(outcome.row["label"] for outcome in outcomes if "label" in outcome.row)
    if not labels:
        return said
    return f"{said}\n{say('analyze-moods', **{mood: labels[mood] for mood in MOODS})}"


def write_csv(file: TextIO, skill: str, rows: Sequence[Row], *, semicolons: bool = False) -> None:
    """A heading and a line for every row. What might be read as a formula begins with an apostrophe.

    `semicolons`: as spreadsheets want it where numbers are written with a comma.
    """
    classes = max((len(row["top"]) for row in rows if "top" in row), default=1)
    columns = list(_COLUMNS[skill])
    columns += [name for name in ("chart", "spectrogram") if any(name in row for row in rows)]
    flat = [_flat(skill, columns, row, classes) for row in rows]
    heading = list(_flat(skill, columns, {}, classes))
    writer = csv.writer(file, delimiter=";" if semicolons else ",")
    writer.writerow(heading)
    writer.writerows([_cell(line[name], semicolons) for name in heading] for line in flat)


def _cell(value: Any, decimal_comma: bool) -> Any:
    if decimal_comma and isinstance(value, float):
        return str(value).replace(".", ",")
    return guarded(value)


def _flat(skill: str, columns: Iterable[str], row: Row, classes: int) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name in columns:
        value = row.get(name)
        if name == "probabilities":
            cells |= {mood: (value or {}).get(mood) for mood in MOODS}
        elif name == "top":
            best = [*(value or ()), *({} for _ in range(classes))][:classes]
            for rank, scored in enumerate(best, 1):
                cells |= {f"label_{rank}": scored.get("label"), f"score_{rank}": scored.get("score")}
        elif name == "objects":
            cells[name] = None if value is None else len(value)
        else:
            cells[name] = _plain(value)
    if skill == "sentiment" and "file" in row:
        cells["text"] = row["file"]  # a list that could not be read stands where its texts would
    return {**cells, "error": row.get("error")}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return "; ".join(f"{label}: {count}" for label, count in value.items())
    if isinstance(value, list):
        return "; ".join(
            f"{each.get('label') or each.get('text')} {each['start_s']:.2f}-{each['end_s']:.2f}"
            for each in value
        )
    return str(value).lower() if isinstance(value, bool) else value
