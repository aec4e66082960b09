"""Labelled data: what is to be looked at, and what a person says it is."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from skills import Media, MediaKind


class DataError(ValueError):
    """The data as a whole cannot be used. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be used."""

    row: int
    """Number of the row, counted from 1 without the heading; 0 where there is none."""
    name: str
    """The text or the file, as far as known."""
    error: str
    """A sentence."""

    def to_json(self) -> dict[str, Any]:
        return {"row": self.row, "name": self.name, "error": self.error}


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled thing."""

    row: int
    name: str
    """The text, or the file as the table has it."""
    label: str
    media: Media


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a table holds."""

    examples: tuple[Example, ...]
    faults: tuple[Fault, ...]


def read_table(
    path: Path, kind: MediaKind, item_column: str, label_column: str, *, limit: int = 0
) -> Labelled:
    """The rows of a CSV file (comma, semicolon or tab; UTF-8), at most `limit` of them unless that is 0.

    For a `kind` other than TEXT the items are files, named relative to the table. Raises DataError.
    """
    examples: list[Example] = []
    faults: list[Fault] = []
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            heading = file.readline()
            if not heading.strip():
                raise DataError(f"{path} is empty.")
            file.seek(0)
            reader = csv.DictReader(file, delimiter=max(",;\t", key=heading.count), skipinitialspace=True)
            columns = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            for column in (item_column, label_column):
                if column not in columns:
                    raise DataError(f"{path} has no column {column!r}; it has {', '.join(columns)}.")
            for number, row in islice(_rows(reader), limit or None):
                if isinstance(row, csv.Error):
                    faults.append(Fault(number, "", f"The row cannot be read: {row}."))
                    continue
                item, label = (row.get(item_column) or "").strip(), (row.get(label_column) or "").strip()
                fault = _fault(path, kind, item, label)
                if fault:
                    faults.append(Fault(number, item, fault))
                else:
                    examples.append(Example(number, item, label, _media(path, kind, item)))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    return Labelled(tuple(examples), tuple(faults))


def only_labels(examples: Sequence[Example], known: Collection[str]) -> tuple[list[Example], str]:
    """The examples whose label is one of `known` (casefolded), and a note on the others ("" if there are none)."""
    kept = [example for example in examples if example.label.casefold() in known]
    others = Counter(example.label for example in examples if example.label.casefold() not in known)
    if not others:
        return kept, ""
    named = ", ".join(f"{label} ({count})" for label, count in others.most_common(10))
    more = ", and others" if len(others) > 10 else ""
    rows = others.total()
    return kept, f"{rows} row{'s' * (rows != 1)} left out, as the model has no such class: {named}{more}."


def _rows(reader: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str | None] | csv.Error]]:
    """Each row with its number, counted from 1 without the heading; a broken one is its error."""
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, error


def _fault(table: Path, kind: MediaKind, item: str, label: str) -> str:
    if not item:
        return "There is nothing to look at in this row."
    if not label:
        return "The row has no label."
    if "\0" in item:
        return "The row holds a zero byte."
    if kind is not MediaKind.TEXT and not (table.parent / item).is_file():
        return f"There is no file {item}."
    return ""


def _media(table: Path, kind: MediaKind, item: str) -> Media:
    if kind is MediaKind.TEXT:
        return Media(kind, text=item, size_bytes=len(item.encode(errors="replace")))
    path = table.parent / item
    return Media(kind, path, path.stat().st_size)
