"""Rows of a file of data: CSV with a heading, or JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bot.plain_text import BROKEN, recognized
from bot.texts import Speaker

from .telling import Told, told

LINES = (".jsonl", ".ndjson")
JSON = (".json", *LINES)
ONE_COLUMN = "\x1f"
"""Stands between the cells where there is but one: its commas need no quotes."""
NO_QUOTE = "\x1e"
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_SAMPLE_CHARS = 20_000
Row = Mapping[str, Any]


class DataError(ValueError):
    """The data as a whole cannot be used."""

    def __init__(self, why: Told) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be used."""

    row: int
    """Number of the row, counted from 1 without the heading; 0 where there is none."""
    name: str
    """The text or the file, as far as known."""
    error: Told | str
    """A text where the sentence is somebody else's."""

    def said(self, say: Speaker) -> str:
        return self.error if isinstance(self.error, str) else self.error.said(say)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file of data holds."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, Row], ...]
    """With their numbers from 1 on."""
    faults: tuple[Fault, ...]
    """Rows that cannot be read."""
    notes: tuple[Told, ...] = ()
    """On the encoding, where it is not plainly UTF-8."""


def read_rows(path: Path, *, limit: int = 0, heading: bool = True) -> Table:
    """At most `limit` rows, 0 is all. Raises DataError.

    CSV has commas, semicolons, tabs or bars; without a `heading` its columns are named 1, 2 and so on. JSON is an
    object in each line, or one list of objects. Cells of CSV are text, and stripped.
    """
    try:
        text, notes = _text(path.read_bytes())
    except OSError as error:
        raise DataError(told("unreadable", path=str(path), reason=str(error.strerror))) from None
    except ValueError:
        raise DataError(told("no-encoding", path=str(path))) from None
    columns: dict[str, None] = {}
    is_json = path.suffix.lower() in JSON or text.lstrip().startswith(("{", "[{"))
    rows = _json(path, text) if is_json else _csv(text, columns, heading)
    good: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    for number, row in islice(rows, limit or None):
        if isinstance(row, Told):
            faults.append(Fault(number, "", row))
        else:
            columns.update(dict.fromkeys(row))
            good.append((number, row))
    if not (columns or faults):
        raise DataError(told("empty", path=str(path)))
    return Table(tuple(columns), tuple(good), tuple(faults), notes)


def text_of(cell: Any) -> str:
    """The text of a cell; JSON knows halves of characters, which nobody can write, and other things than texts."""
    return "" if cell is None else str(cell).encode(errors="replace").decode().strip()


def _text(data: bytes) -> tuple[str, tuple[Told, ...]]:
    """The text, and notes where its encoding is not plainly UTF-8. Raises ValueError for what is no text."""
    text, encoding = recognized(data)
    broken = text.count(BROKEN)
    return text, (
        *([told("encoding", name=encoding)] if encoding else ()),
        *([told("broken", count=broken)] if broken else ()),
    )


def _csv(text: str, columns: dict[str, None], heading: bool) -> Iterator[tuple[int, Row | Told]]:
    file = io.StringIO(text, newline="")
    first = file.readline()
    if named := _SEPARATOR.fullmatch(first):  # Excel's own way to say what stands between the cells
        delimiter, start = named[1], file.tell()
    else:
        delimiter, start = _delimiter(text), 0
    file.seek(start)
    quote = NO_QUOTE if delimiter == "\t" and _quotes_are_letters(text[start:]) else '"'
    reader = csv.DictReader(file, delimiter=delimiter, skipinitialspace=True, quotechar=quote)
    names = [name.strip() for name in reader.fieldnames or ()]
    if not heading:
        file.seek(start)
        names = [str(number) for number in range(1, len(names) + 1)]
        reader = csv.DictReader(file, names, delimiter=delimiter, skipinitialspace=True, quotechar=quote)
    reader.fieldnames = names
    columns.update(dict.fromkeys(names))
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, told("row-unreadable", reason=str(error))
        else:
            if any(row.pop(None, ())):  # cells without a name
                yield number, told("row-cells")
                continue
            cells = {name: (cell or "").strip() for name, cell in row.items()}
            if any(cells.values()):  # spreadsheets write empty rows as separators alone
                yield number, cells


def _delimiter(text: str) -> str:
    """What stands in the first row, and as often in the most others: texts have commas, too."""
    first, *others = [line for line in text[:_SAMPLE_CHARS].splitlines() if line.strip()] or [""]
    counts = {mark: first.count(mark) for mark in ",;\t|" if mark in first}
    return max(
        counts,
        key=lambda mark: (sum(line.count(mark) == counts[mark] for line in others), counts[mark]),
        default=ONE_COLUMN,
    )


def _quotes_are_letters(text: str) -> bool:
    """True where tabs alone were thought of: every line is a row, and some have a quote without its other half.

    Such a one would take all that follows into one cell.
    """
    heading, *lines = [line for line in text.splitlines() if line.strip()] or [""]
    tabs = heading.count("\t")
    return any(line.count('"') % 2 for line in lines) and all(line.count("\t") == tabs for line in lines)


def _json(path: Path, text: str) -> Iterator[tuple[int, Row | Told]]:
    try:
        things = json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.lstrip().startswith("["):
            raise DataError(told("no-json", path=str(path), reason=str(error))) from None
    else:
        found = things if isinstance(things, list) else _list_within(path, things)
        yield from ((number, _object(thing)) for number, thing in enumerate(found, 1))
        return
    lines = (line for line in io.StringIO(text, newline=None) if line.strip())
    for number, line in enumerate(lines, 1):
        try:
            yield number, _object(json.loads(line))
        except (ValueError, RecursionError) as error:
            yield number, told("row-no-json", reason=str(error))


def _list_within(path: Path, thing: Any) -> list[Any]:
    """The only list of objects in an object, as in {"data": [...]}, or its columns; else the object is the only row."""
    if not isinstance(thing, dict) or not thing or path.suffix.lower() in LINES:
        return [thing]
    values = list(thing.values())
    lists = [each for each in values if isinstance(each, list) and each and isinstance(each[0], dict)]
    if len(lists) == 1:
        return lists[0]
    # pandas writes a column as an object, from the row's number to its cell.
    columns = [list(each.values()) if isinstance(each, dict) else each for each in values]
    if all(isinstance(each, list) and len(each) == len(columns[0]) for each in columns):
        return [dict(zip(thing, row, strict=True)) for row in zip(*columns, strict=True)]
    return [thing]


def _object(thing: Any) -> Row | Told:
    return thing if isinstance(thing, dict) else told("row-no-object")
