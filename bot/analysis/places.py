"""Where results are written: what cannot be is said before the work and not after it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from mimetypes import guess_type
from pathlib import Path

from bot.config import ConfigError

from .items import PIPE, Item

ONE_CLIP = Path("output_detected.mp4")


def clip_paths(items: Sequence[Item], out: Path | None) -> list[Path]:
    """Where the clip of every video goes, no two to the same place. Raises ConfigError where that cannot be.

    Without `out` a single video becomes ONE_CLIP, unless there is one already: that may be of another video.
    """
    if str(out) == PIPE:
        raise ConfigError("A video cannot be written to the screen: give -o a name.")
    if out is None:
        out = ONE_CLIP if len(items) == 1 and not ONE_CLIP.exists() else Path()
    if len(items) == 1 and not out.is_dir():
        if guess_type(out.name)[0] not in (None, "video/mp4"):
            raise ConfigError(f"A clip is an MP4 file; {out} is not named as one.")
        return _usable([out], items)
    return _usable(_names(items, out, "_detected", ".mp4"), items)


def chart_paths(items: Sequence[Item], out: Path, kind: str = "chart") -> list[Path]:
    """Where the picture of every item goes: `out`, if it is the name of a PNG, else into the folder `out`.

    `kind` is what it is called in names and sentences, and the option that asks for it.
    """
    if str(out) == PIPE:
        raise ConfigError(f"A {kind} cannot be written to the screen: give --{kind} a name.")
    if len(items) == 1 and not out.is_dir() and guess_type(out.name)[0]:
        if out.suffix.lower() != ".png":
            raise ConfigError(f"A {kind} is a PNG file; {out} is not named as one.")
        return _usable([out], items)
    return _usable(_names(items, out, f"_{kind}", ".png"), items)


def _names(items: Sequence[Item], folder: Path, ending: str, suffix: str) -> list[Path]:
    if guess_type(folder.name)[0] and not folder.is_dir():
        raise ConfigError(f"There are several files, and {folder} is the name of one: give a folder.")
    paths: dict[Path, None] = {}
    for item in items:
        stem = "stdin" if item.name == PIPE else Path(item.name).stem
        numbers = ("" if number == 1 else f"-{number}" for number in count(1))
        names = (f"{stem}{ending}{number}{suffix}" for number in numbers)
        paths[next(path for name in names if (path := folder / name) not in paths)] = None
    return list(paths)


def _usable(paths: list[Path], items: Sequence[Item]) -> list[Path]:
    for folder in {path.parent for path in paths}:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"The folder {folder} cannot be made: {error.strerror}.") from None
    for path in paths:
        refuse_source(path, items)
        try_to_write(path)
    return paths


def refuse_source(path: Path, items: Sequence[Item]) -> None:
    """Raises ConfigError if a result would take the place of what is looked at."""
    if not path.exists():
        return
    sources = {item.source for item in items if item.source}
    if any(source.exists() and path.samefile(source) for source in sources):
        raise ConfigError(f"{path} is one of the files to look at: choose another name.")


def try_to_write(path: Path) -> None:
    """Leaves everything as it was. Raises ConfigError."""
    existed = path.exists()
    try:
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from None
