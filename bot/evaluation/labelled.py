"""Labelled data: what is to be looked at, and what a person says it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from skills import Media, MediaKind

from .rows import DataError, Fault, read_rows, text_of


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
    """The rows of a file as `read_rows` knows them, at most `limit` of them unless that is 0.

    For a `kind` other than TEXT the items are files, named relative to the table. Raises DataError.
    """
    columns, rows, faults = read_rows(path, limit=limit)
    for column in (item_column, label_column):
        if column not in columns:
            raise DataError(f"{path} has no column {column!r}; it has {', '.join(columns)}.")
    examples: list[Example] = []
    for number, row in rows:
        item, label = text_of(row.get(item_column)), text_of(row.get(label_column))
        fault = _fault(path, kind, item, label)
        if fault:
            faults.append(Fault(number, item, fault))
        else:
            examples.append(Example(number, item, label, _media(path, kind, item)))
    faults.sort(key=lambda fault: fault.row)
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
