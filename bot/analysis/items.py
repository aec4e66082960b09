"""What is to be analyzed: files, folders, patterns, lines and what comes through the pipe."""

from __future__ import annotations

import asyncio
import errno
import glob
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from bot.media_kind import media_kind
from bot.plain_text import recognized
from bot.routing import What
from bot.texts import Speaker
from skills import BadInput, Media, MediaKind, read_header, sniff_header

PIPE = "-"
"""The name by which a person asks for the standard input."""
_MANY_PROBES = 4
_OWN_RESULT = re.compile(r"_detected(-\d+)?\.mp4$|_(chart|spectrogram)(-\d+)?\.png$")
_BY_NAME = {"audio": MediaKind.AUDIO, "image": MediaKind.PHOTO, "video": MediaKind.VIDEO}
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal obeys and does not show: colours, its title, the direction of writing."""


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


def visible(text: str) -> str:
    """What a terminal may be given of a stranger's text or name."""
    return _UNSEEN.sub("\ufffd", text)


def reason(error: OSError, say: Speaker) -> str:
    """The system's words for what went wrong, in the person's language."""
    return say(
        "analyze-reason", code=errno.errorcode.get(error.errno or 0, ""), words=error.strerror or str(error)
    )


def text_item(line: str, source: Path | None = None) -> Item:
    """A text itself."""
    clean = _printable(line)
    return Item(Media(MediaKind.TEXT, text=clean, size_bytes=len(clean.encode())), clean, source)


def text_lines(data: bytes) -> list[str]:
    """The lines of a list that say something, in an encoding of `recognized`. Raises ValueError for no text."""
    text, _ = recognized(data)
    if "\0" in text:
        raise ValueError("a zero byte")
    # Not splitlines(): a text may hold the separators of paragraphs and pages that it splits at.
    return [line.strip() for line in re.split(r"\r\n?|\n", text) if line.strip()]


def take_pipe(folder: Path) -> None:
    """Put what comes through the pipe into `folder`. Raises OSError."""
    with (folder / PIPE).open("wb") as file:
        if sys.stdin:  # None where it is closed
            shutil.copyfileobj(sys.stdin.buffer, file)


async def find_items(
    kind: MediaKind, names: Sequence[Path], folder: Path, say: Speaker, *, recursive: bool = False
) -> list[Item]:
    """Everything that `names` mean, in order; what is wrong with one of them is an item, too.

    `folder` holds what came through the pipe, if one of the names is PIPE.
    """
    items: list[Item] = []
    for name in names:
        if str(name) == PIPE:
            pipe = folder / PIPE
            empty = _fault(PIPE, say("analyze-pipe-empty"))
            items += _of_file(kind, pipe, PIPE, say) if pipe.stat().st_size else [empty]
        elif surely(name, Path.is_dir):
            items += await _of_folder(kind, name, recursive, say)
        elif surely(name, Path.exists):
            items += _of_file(kind, name, str(name), say)
        elif glob.has_magic(str(name)):
            found = [item for file in _matches(str(name)) for item in _of_file(kind, file, str(file), say)]
            items += found or [_fault(name, say("analyze-no-match", name=str(name), kind=kind))]
        else:
            items.append(_fault(name, say("analyze-no-file", name=str(name), kind=kind)))
    return items


def _matches(pattern: str) -> list[Path]:
    """Files, each once: a link to a folder above leads to the same ones again and again."""
    paths = [path for path in map(Path, glob.glob(pattern, recursive=True)) if surely(path, Path.is_file)]  # noqa: PTH207
    unique: dict[Path, Path] = {}
    for path in sorted(paths, key=lambda path: len(path.parts)):
        unique.setdefault(path.resolve(), path)
    return sorted(unique.values())


async def _of_folder(kind: MediaKind, folder: Path, recursive: bool, say: Speaker) -> list[Item]:
    """The files of the kind. Hidden ones, and clips and charts that Chutko has made, are left out."""
    places = asyncio.Semaphore(_MANY_PROBES)

    async def fits(file: Path) -> bool:
        async with places:
            return await _kind(file) is kind

    try:
        files = _inside(folder, recursive)
    except OSError as error:
        sentence = say("analyze-folder-unreadable", name=str(folder), reason=reason(error, say))
        return [_fault(folder, sentence)]
    chosen = await asyncio.gather(*map(fits, files))
    items = [
        item
        for file, wanted in zip(files, chosen, strict=True)
        if wanted
        for item in _of_file(kind, file, str(file), say)
    ]
    return items or [_fault(folder, say("analyze-folder-without", name=str(folder), kind=kind))]


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
            and surely(Path(here, name), Path.is_file)
        ]
    return files


async def _kind(file: Path) -> MediaKind | None:
    """By its bytes; where these do not tell, as those of a damaged file, by its name: so it is not passed over."""
    try:
        header = await asyncio.to_thread(read_header, file)
        if sniff_header(header) is not None:
            return await media_kind(file, What.DOCUMENT)
        # The header may end within a letter.
        if text_lines(header[: header.rfind(b"\n")] if b"\n" in header else header):
            return MediaKind.TEXT
    except (BadInput, OSError, ValueError):
        pass
    return _BY_NAME.get((guess_type(file.name)[0] or "").partition("/")[0])


def _of_file(kind: MediaKind, file: Path, name: str, say: Speaker) -> list[Item]:
    """The file itself, or each line of a list."""
    try:
        if kind is MediaKind.TEXT:  # may be a pipe of the shell's, <(command)
            lines = text_lines(file.read_bytes())
            return [text_item(line, file) for line in lines] or [
                _fault(name, say("analyze-no-text", name=name))
            ]
        if not file.is_file():
            return [_fault(name, say("analyze-not-ordinary", name=name))]
        file.open("rb").close()
        return [Item(Media(kind, file, file.stat().st_size), _printable(name), file)]
    except ValueError:
        return [_fault(name, say("analyze-not-text", name=name))]
    except OSError as error:
        return [_fault(name, say("analyze-unreadable", name=name, reason=reason(error, say)))]


def surely(path: Path, question: Callable[[Path], bool]) -> bool:
    """The answer of `Path.is_file` and its like; no where there can be none."""
    try:
        return question(path)
    except OSError:  # a name that is too long, a folder that may not be entered
        return False


def _fault(name: Path | str, sentence: str) -> Item:
    return Item(None, _printable(str(name)), fault=_printable(sentence))


def _printable(name: str) -> str:
    # Bytes of a name or an argument that are no UTF-8 come as halves of surrogate pairs, which nothing writes.
    return name.encode("utf-8", "replace").decode()
