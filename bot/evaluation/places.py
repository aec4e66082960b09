"""Where the files lie that data name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path, PurePosixPath


class Places:
    """Finds files by what another program, perhaps on another machine, wrote of their place."""

    def __init__(self, data: Path, folder: Path | None) -> None:
        """`data` names the files; they lie in `folder`, else beside it."""
        self._folder = folder or data.parent
        self._deep = folder is not None

    def find(self, names: Iterable[str]) -> dict[str, Path]:
        """The files of those names that have one: in the folder; where the command was given; by the last part.

        The last part alone is enough where it is that of one file, and no other name leads to this file.
        """
        places = {name: PurePosixPath(name.replace("\\", "/")) for name in names if name and "\0" not in name}
        exact = {name: path for name, place in places.items() if (path := self._as_written(name, place))}
        likely = {
            name: path
            for name, place in places.items()
            if name not in exact and (path := self._by_name.get(place.name))
        }
        claims = {(path.absolute(), places[name]) for name, path in (exact | likely).items()}
        claimed = Counter(path for path, _ in claims)
        return exact | {name: path for name, path in likely.items() if claimed[path.absolute()] == 1}

    def _as_written(self, name: str, place: PurePosixPath) -> Path | None:
        for path in (self._folder / name, self._folder / place, Path(place)):
            try:
                if path.is_file():
                    return path
            except OSError:  # a name that no file can have
                continue
        return None

    @cached_property
    def _by_name(self) -> dict[str, Path]:
        """Files by their names, as far as these are unique; with folders in the folder where somebody has named it."""
        found: dict[str, Path] = {}
        twice = set()
        try:
            for path in self._folder.glob("**/*" if self._deep else "*"):
                if path.name in found:
                    twice.add(path.name)
                elif path.is_file():
                    found[path.name] = path
        except OSError:
            pass  # what cannot be looked into holds nothing
        return {name: path for name, path in found.items() if name not in twice}
