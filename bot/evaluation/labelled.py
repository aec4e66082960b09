"""Labelled data: what is to be looked at, and what a person says it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from mimetypes import guess_type
from pathlib import Path

from skills import Media, MediaKind

from .columns import find_column
from .places import Places
from .rows import DataError, Fault, Table, read_rows, text_of
from .telling import Told, told

MOST_NAMED = 10
FILES = {MediaKind.PHOTO: "image/", MediaKind.AUDIO: "audio/"}
"""How the type of such files begins."""
OF_WINDOWS = ("thumbs.db", "desktop.ini")
"""Its own files in folders of pictures."""


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
    """What the data hold."""

    examples: tuple[Example, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Told, ...] = ()
    """On what had to be recognized."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What to read. Names that differ from the usual ones are meant as they stand."""

    item: str
    label: str
    folder: Path | None = None
    """Where the files lie; None is beside the table."""
    is_label: Callable[[str], bool] = lambda _: False
    """Tells a label from a heading, where the first row may be either."""


def read_labelled(path: Path, kind: MediaKind, columns: Columns, *, limit: int = 0) -> Labelled:
    """The rows of a file as `read_rows` knows them, or the files of a folder with a folder for each class.

    At most `limit` of them unless that is 0. For a `kind` other than TEXT the items are files. Raises DataError.
    """
    if path.is_dir():
        return _of_folders(path, kind, limit)
    places = Places(path, columns.folder)
    table = read_rows(path, limit=limit)
    notes = list(table.notes)
    try:
        item_column, label_column = _found(path, table, kind, columns)
    except DataError:
        named = _without_heading(table, kind, columns, places)
        if named is None:
            raise
        item_column, label_column = named
        table = read_rows(path, limit=limit, heading=False)
        notes.append(told("no-heading", item=item_column, label=label_column))
    else:
        if {item_column.casefold(), label_column.casefold()} != {
            columns.item.casefold(),
            columns.label.casefold(),
        }:
            notes.append(told("columns", item=item_column, label=label_column))
    rows = [
        (number, text_of(row.get(item_column)), text_of(row.get(label_column))) for number, row in table.rows
    ]
    files = {} if kind is MediaKind.TEXT else places.find(item for _, item, _ in rows)
    examples: list[Example] = []
    faults = list(table.faults)
    for number, item, label in rows:
        media = None if _empty(item, label) else _media(files, kind, item)
        if media is None:
            faults.append(Fault(number, item, _empty(item, label) or told("row-no-file", name=item)))
        else:
            examples.append(Example(number, item, label, media))
    faults.sort(key=lambda fault: fault.row)
    if kind is not MediaKind.TEXT and table.rows and not examples:
        notes.append(told("none-found", option="--files"))
    return Labelled(tuple(examples), tuple(faults), tuple(notes))


def only_labels(examples: Sequence[Example], known: Collection[str]) -> tuple[list[Example], list[Told]]:
    """The examples whose label is one of `known`, and a note on the others if there are any."""
    kept = [example for example in examples if example.label in known]
    others = Counter(example.label for example in examples if example.label not in known)
    return kept, unknown("unknown-rows", others)


def unknown(name: str, others: Counter[str]) -> list[Told]:
    """The note `name` on labels that are no class of the model, if there are any."""
    named = ", ".join(f"{label} ({count})" for label, count in others.most_common(MOST_NAMED))
    more = max(0, len(others) - MOST_NAMED)
    return [told(name, count=others.total(), named=named, more=more)] if others else []


def _found(path: Path, table: Table, kind: MediaKind, columns: Columns) -> tuple[str, str]:
    option = "--text-column" if kind is MediaKind.TEXT else "--file-column"
    item = find_column(path, table.columns, columns.item, option)
    return item, find_column(path, [c for c in table.columns if c != item], columns.label, "--label-column")


def _without_heading(
    table: Table, kind: MediaKind, columns: Columns, places: Places
) -> tuple[str, str] | None:
    """The columns of items and labels, if the heading is a row like the others; None if it is none, or unclear."""
    cells = table.columns
    numbers = range(1, len(cells) + 1)
    if kind is MediaKind.TEXT:
        labels = [number for number in numbers if columns.is_label(cells[number - 1])]
        others = [number for number in numbers if number not in labels]
        items = others and [max(others, key=lambda number: len(cells[number - 1]))]
    else:
        files = places.find(cells)
        items = [number for number in numbers if cells[number - 1] in files]
        labels = [number for number in numbers if number not in items]
    return (str(items[0]), str(labels[0])) if len(items) == len(labels) == 1 else None


def _of_folders(folder: Path, kind: MediaKind, limit: int) -> Labelled:
    """folder/CLASS/file: the way of torchvision's ImageFolder."""
    if kind not in FILES:
        raise DataError(told("folder-of-texts", path=str(folder)))
    files = islice(_files(folder, FILES[kind]), limit or None)
    examples = [
        Example(number, str(file), file.parts[0], Media(kind, folder / file, (folder / file).stat().st_size))
        for number, file in enumerate(files, 1)
    ]
    if not examples:
        raise DataError(told("no-folders", path=str(folder)))
    return Labelled(tuple(examples), ())


def _files(folder: Path, begins: str) -> Iterator[Path]:
    """Those whose type begins so, or is not known by their name; relative to the folder."""
    for path in sorted(folder.glob("*/**/*")):
        file = path.relative_to(folder)
        of_system = file.name.casefold() in OF_WINDOWS or any(part.startswith(".") for part in file.parts)
        kind = guess_type(file.name, strict=False)[0] or begins
        if kind.startswith(begins) and not of_system and path.is_file():
            yield file


def _empty(item: str, label: str) -> Told | None:
    if not item:
        return told("row-empty")
    if not label:
        return told("row-no-label")
    return told("row-zero") if "\0" in item else None


def _media(files: Mapping[str, Path], kind: MediaKind, item: str) -> Media | None:
    """None if there is no such file."""
    if kind is MediaKind.TEXT:
        return Media(kind, text=item, size_bytes=len(item.encode(errors="replace")))
    path = files.get(item)
    return None if path is None else Media(kind, path, path.stat().st_size)
