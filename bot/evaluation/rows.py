"""Rows of a file of data: CSV with a heading, or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bot.plain_text import decoded

JSON = (".jsonl", ".ndjson", ".json")
ONE_COLUMN = "\x1f"
"""Stands between the cells where there is but one: its commas need no quotes."""
Row = Mapping[str, Any]


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


def read_rows(path: Path, *, limit: int = 0) -> tuple[list[str], list[tuple[int, Row]], list[Fault]]:
    """The columns, and at most `limit` rows (0 is all) with their numbers from 1 on, and what cannot be read.

    CSV has commas, semicolons or tabs; JSON is an object in each line, or one list of objects. The encodings are
    those of `decoded`. Cells of CSV are text, and stripped. Raises DataError.
    """
    try:
        text = decoded(path.read_bytes())
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise DataError(f"{path} is not UTF-8. Save it as such (in Excel: CSV UTF-8).") from None
    columns: dict[str, None] = {}
    rows = _json(path, text) if path.suffix.lower() in JSON else _csv(text, columns)
    good: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    for number, row in islice(rows, limit or None):
        if isinstance(row, str):
            faults.append(Fault(number, "", row))
        else:
            columns.update(dict.fromkeys(row))
            good.append((number, row))
    if not (columns or faults):
        raise DataError(f"{path} is empty.")
    return list(columns), good, faults


def text_of(cell: Any) -> str:
    """The text of a cell; JSON knows halves of characters, which nobody can write, and other things than texts."""
    return "" if cell is None else str(cell).encode(errors="replace").decode().strip()


def _csv(text: str, columns: dict[str, None]) -> Iterator[tuple[int, Row | str]]:
    file = io.StringIO(text, newline="")
    heading = file.readline()
    file.seek(0)
    delimiter = max(",;\t", key=heading.count)
    if delimiter not in heading:
        delimiter = ONE_COLUMN
    reader = csv.DictReader(file, delimiter=delimiter, skipinitialspace=True)
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    columns.update(dict.fromkeys(reader.fieldnames))
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, f"The row cannot be read: {error}."
        else:
            if any(row.pop(None, ())):  # cells without a name
                yield number, "The row has more cells than the heading: a cell with commas needs quotes."
                continue
            yield number, {name: (cell or "").strip() for name, cell in row.items()}


def _json(path: Path, text: str) -> Iterator[tuple[int, Row | str]]:
    if text.lstrip().startswith("["):
        try:
            things = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path} is no JSON: {error}.") from None
        yield from ((number, _object(thing)) for number, thing in enumerate(things, 1))
        return
    lines = (line for line in io.StringIO(text, newline=None) if line.strip())
    for number, line in enumerate(lines, 1):
        try:
            yield number, _object(json.loads(line))
        except (ValueError, RecursionError) as error:
            yield number, f"The row is no JSON: {error}."


def _object(thing: Any) -> Row | str:
    return thing if isinstance(thing, dict) else "The row is no JSON object."
