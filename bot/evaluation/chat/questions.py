"""What a language model is evaluated on: prompts with references, plain texts, or answers that people have rated."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from bot.cells import guarded, unguarded
from bot.evaluation.columns import column_like, columns_like, no_column
from bot.evaluation.rows import DataError, Fault, Row, read_rows, text_of
from bot.evaluation.telling import Told, told

RATINGS = ("coherence", "relevance", "fluency")
"""What people rate, each from 0 to 1."""


class Unusable(ValueError):
    """A row cannot be used."""

    def __init__(self, why: Told) -> None:
        super().__init__(why)
        self.why = why


class Kind(Enum):
    """What a file is for, told by its columns."""

    PROMPTS = "prompts"
    """prompt and answer, which is the reference: the model is asked."""
    ANSWERED = "answered"
    """prompt, reference and answer, which is the model's: as `write_answers` writes it. Nobody is asked."""
    TEXTS = "texts"
    """text: the model is asked for nothing but its probability."""


@dataclass(frozen=True, slots=True)
class Question:
    """One row."""

    row: int
    prompt: str
    """Empty for a plain text."""
    references: tuple[str, ...]
    """Right answers, the best first; the text itself, where there is no prompt."""
    system: str = ""
    answer: str | None = None
    """What the model has answered, if this is known already."""
    ratings: Mapping[str, float] = field(default_factory=dict)
    """By RATINGS; those that somebody has given."""
    rater: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """What a file holds."""

    kind: Kind
    items: tuple[Question, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Told, ...] = ()
    """On what had to be recognized."""


def read_questions(
    path: Path, prompt_column: str = "prompt", answer_column: str = "answer",
    *, limit: int = 0, scale: tuple[float, float] = (0.0, 1.0),
) -> Questions:  # fmt: skip
    """At most `limit` rows, 0 is all; `scale` is the worst rating and the best. Raises DataError for other columns."""
    table = read_rows(path, limit=limit)
    columns = _columns(path, table.columns, prompt_column, answer_column)
    items: list[Question] = []
    faults = list(table.faults)
    for number, row in table.rows:
        try:
            items.append(_question(columns, number, row, scale))
        except Unusable as error:
            faults.append(Fault(number, _text(row.get(columns.prompt)), error.why))
    return Questions(columns.kind, tuple(items), tuple(faults), (*table.notes, *columns.notes))


def read_scale(text: str) -> tuple[float, float]:
    """The worst rating and the best, as `1-5`. Raises DataError."""
    worst, _, best = text.replace(",", ".").partition("-")
    try:
        ends = float(worst), float(best)
    except ValueError:
        ends = 0.0, 0.0
    if ends[0] >= ends[1]:
        raise DataError(told("bad-scale", text=text))
    return ends


def write_answers(path: Path, answered: Sequence[tuple[Question, str]]) -> None:
    """A table for people to rate the answers in: their columns are empty. Raises OSError."""
    most = max((len(question.references) for question, _ in answered), default=1)
    more = [f"reference_{number}" for number in range(2, most + 1)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # a spreadsheet knows UTF-8 by its mark
        writer = csv.writer(file)
        writer.writerow(["system", "prompt", "reference", *more, "answer", *RATINGS])
        for question, answer in answered:
            references = [*question.references, *("" for _ in range(most))][: max(1, most)]
            cells = (question.system, question.prompt, *references, answer)
            writer.writerow([*map(guarded, cells), *("" for _ in RATINGS)])


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand; "" for those that there are not."""

    kind: Kind
    prompt: str
    references: Sequence[str]
    answer: str = ""
    ratings: Mapping[str, str] = field(default_factory=dict)
    """By RATINGS."""
    rater: str = ""
    notes: tuple[Told, ...] = ()


def _columns(path: Path, columns: Sequence[str], wanted_prompt: str, wanted_answer: str) -> _Columns:
    prompt = column_like(columns, wanted_prompt)
    if prompt is None:
        text = column_like(columns, "text")
        if text is None:
            raise DataError(
                told("no-prompts", path=str(path), wanted=wanted_prompt, columns=", ".join(columns))
            )
        usual = text.casefold() == "text"
        return _Columns(Kind.TEXTS, "", [text], notes=() if usual else (told("column-of-texts", text=text),))
    others = [column for column in columns if column != prompt]
    answers = columns_like(others, wanted_answer)
    references = columns_like(others, "reference")
    ratings = {name: column for name in RATINGS if (column := column_like(others, name))}
    if answers and (references or ratings):
        rater = column_like(others, "rater") or ""
        return _Columns(Kind.ANSWERED, prompt, references, answers[0], ratings, rater)
    if not (answers or references):
        raise DataError(no_column(path, columns, wanted_answer, "--answer-column"))
    found = answers or references
    usual = [prompt.casefold(), found[0].casefold()] == [wanted_prompt.casefold(), wanted_answer.casefold()]
    note = told("columns-of-chat", prompt=prompt, answer=found[0])
    return _Columns(Kind.PROMPTS, prompt, found, notes=() if usual else (note,))


def _question(columns: _Columns, number: int, row: Row, scale: tuple[float, float]) -> Question:
    """Raises Unusable."""
    references = tuple(
        dict.fromkeys(each for column in columns.references for each in _several(row.get(column)))
    )
    if columns.kind is Kind.TEXTS:
        if not references:
            raise Unusable(told("row-no-text"))
        return Question(number, "", references[:1])
    prompt = _text(row.get(columns.prompt))
    if not prompt:
        raise Unusable(told("row-no-prompt"))
    system = _text(row.get("system"))
    if columns.kind is Kind.PROMPTS:
        return Question(number, prompt, references, system)
    answer = _text(row.get(columns.answer))
    if not answer:
        raise Unusable(told("row-no-answer"))
    given = {name: _rating(name, row.get(column), scale) for name, column in columns.ratings.items()}
    ratings = {name: rating for name, rating in given.items() if rating is not None}
    return Question(number, prompt, references, system, answer, ratings, _text(row.get(columns.rater)))


def _several(cell: Any) -> list[str]:
    """A cell holds one reference, or a JSON list of them."""
    if isinstance(cell, str) and cell.startswith("["):
        try:
            found = json.loads(cell)
        except (ValueError, RecursionError):
            found = cell
        cell = found if isinstance(found, list) and all(isinstance(each, str) for each in found) else cell
    texts = map(_text, cell) if isinstance(cell, list) else [_text(cell)]
    return [text for text in texts if text]


def _text(cell: Any) -> str:
    return unguarded(text_of(cell))


def _rating(name: str, cell: Any, scale: tuple[float, float]) -> float | None:
    """From 0 to 1, wherever the scale begins and ends."""
    text = _text(cell)
    if not text:
        return None
    try:
        rating = float(text.replace(",", "."))
    except ValueError:
        raise Unusable(told("row-no-number", what=name, text=text)) from None
    worst, best = scale
    if not worst <= rating <= best:
        raise Unusable(told("row-off-scale", what=name, worst=f"{worst:g}", best=f"{best:g}", text=text))
    return (rating - worst) / (best - worst)
