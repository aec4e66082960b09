"""What is to be analyzed: files, folders, patterns, lines and what comes through the pipe."""

from __future__ import annotations

import asyncio
import glob
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.media_kind import media_kind
from bot.plain_text import decoded
from bot.routing import What
from skills import BadInput, Media, MediaKind, read_header, sniff_header

PIPE = "-"
"""The name by which a person asks for the standard input."""
_MANY_PROBES = 4
_OWN_RESULT = re.compile(r"_detected(-\d+)?\.mp4$|_(chart|spectrogram)(-\d+)?\.png$")
_WORDS = {
    MediaKind.TEXT: "text",
    MediaKind.AUDIO: "recording",
    MediaKind.PHOTO: "picture",
    MediaKind.VIDEO: "video",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to analyze, or to say why it cannot be."""

    media: Media | None
    """None where there is a fault."""
    name: str
    """How a person calls it: the file, or the text itself."""
    source: Path | None = None
    """The file that it comes from, where there is one."""
    fault: str = ""
    """A sentence."""


def text_item(line: str, source: Path | None = None) -> Item:
    """A text itself."""
    clean = _printable(line)
    return Item(Media(MediaKind.TEXT, text=clean, size_bytes=len(clean.encode())), clean, source)


def text_lines(data: bytes) -> list[str]:
    """The lines of a list that say something: UTF-8, or UTF-16 with its mark. Raises ValueError for no text."""
    text = decoded(data)
    if "\0" in text:
        raise ValueError("a zero byte")
    # Not splitlines(): a text may hold the separators of paragraphs and pages that it splits at.
    return [line.strip() for line in re.split(r"\r\n?|\n", text) if line.strip()]


async def find_items(
    kind: MediaKind, names: Sequence[Path], folder: Path, *, recursive: bool = False
) -> list[Item]:
    """Everything that `names` mean, in order; what is wrong with one of them is an item, too.

    `folder` takes what comes through the pipe, where a file is needed.
    """
    items: list[Item] = []
    for name in names:
        if str(name) == PIPE:
            items += _of_pipe(kind, folder)
        elif _is(name, Path.is_dir):
            items += await _of_folder(kind, name, recursive)
        elif _is(name, Path.exists):
            items += _of_file(kind, name, str(name))
        elif glob.has_magic(str(name)):
            found = [item for file in _matches(str(name)) for item in _of_file(kind, file, str(file))]
            items += found or [_fault(name, f"No file matches {name}.")]
        else:
            items.append(_fault(name, f"There is no file {name}."))
    return items


def _matches(pattern: str) -> list[Path]:
    """Files, each once: a link to a folder above leads to the same ones again and again."""
    paths = [path for path in map(Path, glob.glob(pattern, recursive=True)) if _is(path, Path.is_file)]  # noqa: PTH207
    unique: dict[Path, Path] = {}
    for path in sorted(paths, key=lambda path: len(path.parts)):
        unique.setdefault(path.resolve(), path)
    return sorted(unique.values())


async def _of_folder(kind: MediaKind, folder: Path, recursive: bool) -> list[Item]:
    """The files of the kind, by their bytes. Hidden ones, and clips and charts that Chutko has made, are left out."""
    places = asyncio.Semaphore(_MANY_PROBES)

    async def fits(file: Path) -> bool:
        async with places:
            return await _kind(file) is kind

    try:
        files = _inside(folder, recursive)
    except OSError as error:
        return [_fault(folder, f"The folder {folder} cannot be read: {error.strerror}.")]
    chosen = await asyncio.gather(*map(fits, files))
    items = [
        item
        for file, wanted in zip(files, chosen, strict=True)
        if wanted
        for item in _of_file(kind, file, str(file))
    ]
    return items or [_fault(folder, f"There is no {_WORDS[kind]} in the folder {folder}.")]


def _inside(folder: Path, recursive: bool) -> list[Path]:
    def refuse(error: OSError) -> None:
        if error.filename == str(folder):
            raise error

    files: list[Path] = []
    for here, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if recursive and not name.startswith("."))
        files += [
            Path(here, name)
            for name in sorted(names)
            if not name.startswith(".")
            and not _OWN_RESULT.search(name)
            and _is(Path(here, name), Path.is_file)
        ]
    return files


async def _kind(file: Path) -> MediaKind | None:
    try:
        header = await asyncio.to_thread(read_header, file)
        if not header:
            return None
        if sniff_header(header) is not None:
            return await media_kind(file, What.DOCUMENT)
        # The header may end within a letter.
        text_lines(header[: header.rfind(b"\n")] if b"\n" in header else header)
        return MediaKind.TEXT
    except (BadInput, OSError, ValueError):
        return None


def _of_file(kind: MediaKind, file: Path, name: str) -> list[Item]:
    """The file itself, or each line of a list."""
    try:
        if kind is MediaKind.TEXT:  # may be a pipe of the shell's, <(command)
            lines = text_lines(file.read_bytes())
            return [text_item(line, file) for line in lines] or [_fault(name, f"There is no text in {name}.")]
        if not file.is_file():
            return [_fault(name, f"{name} is no ordinary file.")]
        file.open("rb").close()
        return [Item(Media(kind, file, file.stat().st_size), _printable(name), file)]
    except ValueError:
        return [_fault(name, f"{name} is no text in UTF-8.")]
    except OSError as error:
        return [_fault(name, f"{name} cannot be read: {error.strerror}.")]


def _of_pipe(kind: MediaKind, folder: Path) -> list[Item]:
    file = folder / "stdin"
    with file.open("wb") as target:
        shutil.copyfileobj(sys.stdin.buffer, target)
    if not file.stat().st_size:
        return [_fault(PIPE, "Nothing came through the pipe.")]
    return _of_file(kind, file, PIPE)


def _is(path: Path, question: Callable[[Path], bool]) -> bool:
    try:
        return question(path)
    except OSError:  # a name that is too long, a folder that may not be entered
        return False


def _fault(name: Path | str, sentence: str) -> Item:
    return Item(None, _printable(str(name)), fault=_printable(sentence))


def _printable(name: str) -> str:
    # Bytes of a name or an argument that are no UTF-8 come as halves of surrogate pairs, which nothing writes.
    return name.encode("utf-8", "replace").decode()
