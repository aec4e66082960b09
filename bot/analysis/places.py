"""Where results are written: what cannot be is said before the work and not after it."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from mimetypes import guess_type
from pathlib import Path

from bot.config import ConfigError
from bot.texts import Speaker

from .items import PIPE, Item, reason, surely

ONE_CLIP = Path("output_detected.mp4")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def clip_paths(items: Sequence[Item], out: Path | None, say: Speaker) -> list[Path]:
    """Where the clip of every video goes, no two to the same place. Raises ConfigError where that cannot be.

    `out` is the clip of a single video if its name has an ending, else a folder. Without `out` a single video
    becomes ONE_CLIP, unless there is one already: that may be of another video.
    """
    if str(out) == PIPE:
        raise ConfigError(say("analyze-clip-on-screen"))
    if out is None:
        out = ONE_CLIP if len(items) == 1 and not ONE_CLIP.exists() else Path()
    if len(items) == 1 and (out.suffix or surely(out, Path.exists)) and not surely(out, Path.is_dir):
        if guess_type(out.name)[0] not in (None, "video/mp4"):
            raise ConfigError(say("analyze-clip-name", name=str(out)))
        return _usable([out], items, say)
    return _usable(_names(items, out, "_detected", ".mp4", say), items, say)


def chart_paths(items: Sequence[Item], out: Path, say: Speaker, kind: str = "chart") -> list[Path]:
    """Where the picture of every item goes: `out`, if it is the name of a PNG, else into the folder `out`.

    `kind` is what it is called in names and sentences, and the option that asks for it.
    """
    if str(out) == PIPE:
        raise ConfigError(say("analyze-picture-on-screen", kind=kind))
    if len(items) == 1 and not surely(out, Path.is_dir) and guess_type(out.name)[0]:
        if out.suffix.lower() != ".png":
            raise ConfigError(say("analyze-picture-name", kind=kind, name=str(out)))
        return _usable([out], items, say)
    return _usable(_names(items, out, f"_{kind}", ".png", say), items, say)


def _names(items: Sequence[Item], folder: Path, ending: str, suffix: str, say: Speaker) -> list[Path]:
    if guess_type(folder.name)[0] and not surely(folder, Path.is_dir):
        raise ConfigError(say("analyze-folder-wanted", name=str(folder)))
    paths: dict[Path, None] = {}
    for item in items:
        stem = "stdin" if item.name == PIPE else Path(item.name).stem
        numbers = ("" if number == 1 else f"-{number}" for number in count(1))
        names = (f"{stem}{ending}{number}{suffix}" for number in numbers)
        paths[next(path for name in names if (path := folder / name) not in paths)] = None
    return list(paths)


def _usable(paths: list[Path], items: Sequence[Item], say: Speaker) -> list[Path]:
    for folder in {path.parent for path in paths}:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error, say) from None
    for path in paths:
        refuse(path, items, say)
    return paths


def refuse(path: Path, items: Sequence[Item], say: Speaker) -> None:
    """Raises ConfigError if a result cannot be written, or would take the place of what is looked at."""
    try_to_write(path, say)
    sources = {item.source for item in items if item.source}
    if path.exists() and any(source.exists() and path.samefile(source) for source in sources):
        raise ConfigError(say("analyze-is-source", name=str(path)))


def try_to_write(path: Path, say: Speaker) -> None:
    """Leaves everything as it was. Raises ConfigError."""
    if error := _trouble(path):
        raise _unwritable(path, error, say)


@contextmanager
def whole(path: Path | None, say: Speaker) -> Iterator[None]:
    """What is written to `path` inside, or to the screen, is not left half done. Raises ConfigError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if path and path.is_file() and error.errno in _FULL:
            path.unlink()
        raise _unwritable(path, error, say) from None


def _trouble(path: Path) -> OSError | None:
    try:
        existed = path.exists()
        if existed and not (path.is_file() or path.is_dir()):
            return None  # a pipe: whoever reads it would take the trial for all that comes
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        return error
    return None


def _unwritable(path: Path | None, error: OSError, say: Speaker) -> ConfigError:
    if path is None:
        return ConfigError(say("analyze-output-unwritable", reason=reason(error, say)))
    return ConfigError(say("analyze-unwritable", name=str(path), reason=reason(error, say)))
