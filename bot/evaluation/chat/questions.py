"""What a language model is evaluated on: prompts with references, plain texts, or answers that people have rated."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from bot.cells import guarded, unguarded
from bot.evaluation.rows import DataError, Fault, Row, read_rows, text_of

RATINGS = ("coherence", "relevance", "fluency")
"""What people rate, each from 0 to 1."""
MANY = re.compile(r"(.+)_(\d+)")


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


def read_questions(
    path: Path, prompt_column: str = "prompt", answer_column: str = "answer", *, limit: int = 0
) -> Questions:
    """At most `limit` rows, 0 is all. Raises DataError if the columns are none of `Kind`."""
    columns, rows, faults = read_rows(path, limit=limit)
    kind, references = _kind(path, columns, prompt_column, answer_column)
    items: list[Question] = []
    for number, row in rows:
        try:
            items.append(_question(kind, number, row, prompt_column, answer_column, references))
        except ValueError as error:
            faults.append(Fault(number, _text(row.get(prompt_column)), str(error)))
    return Questions(kind, tuple(items), tuple(faults))


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


def _kind(path: Path, columns: Sequence[str], prompt: str, answer: str) -> tuple[Kind, list[str]]:
    """The kind, and the columns of references."""
    if prompt in columns:
        if "reference" in columns and answer in columns:
            return Kind.ANSWERED, _numbered("reference", columns)
        if answer in columns:
            return Kind.PROMPTS, _numbered(answer, columns)
        raise DataError(f"{path} has no column {answer!r}; it has {', '.join(columns)}.")
    if "text" in columns:
        return Kind.TEXTS, ["text"]
    raise DataError(f"{path} has neither a column {prompt!r} nor 'text'; it has {', '.join(columns)}.")


def _numbered(name: str, columns: Iterable[str]) -> list[str]:
    """`name`, `name_2`, `name_3` and so on, as far as they are there."""
    numbers = {
        int(found[2]): column for column in columns if (found := MANY.fullmatch(column)) and found[1] == name
    }
    return [name, *(numbers[number] for number in sorted(numbers))]


def _question(
    kind: Kind, number: int, row: Row, prompt_column: str, answer_column: str, columns: Sequence[str]
) -> Question:
    """Raises ValueError with a sentence."""
    references = tuple(dict.fromkeys(each for column in columns for each in _several(row.get(column))))
    if kind is Kind.TEXTS:
        if not references:
            raise ValueError("There is no text in this row.")
        return Question(number, "", references[:1])
    prompt = _text(row.get(prompt_column))
    if not prompt:
        raise ValueError("There is no prompt in this row.")
    system = _text(row.get("system"))
    if kind is Kind.PROMPTS:
        return Question(number, prompt, references, system)
    answer = _text(row.get(answer_column))
    if not answer:
        raise ValueError("There is no answer in this row.")
    ratings = {name: rating for name in RATINGS if (rating := _rating(name, row.get(name))) is not None}
    return Question(number, prompt, references, system, answer, ratings, _text(row.get("rater")))


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


def _rating(name: str, cell: Any) -> float | None:
    text = _text(cell)
    if not text:
        return None
    try:
        rating = float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"The {name} is no number: {text}.") from None
    if not 0 <= rating <= 1:
        raise ValueError(f"The {name} is not between 0 and 1: {text}.")
    return rating
