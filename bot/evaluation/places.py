"""Where the files lie that data name."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path, PureWindowsPath


class Places:
    """Finds files by what another program, perhaps on another machine, wrote of their place."""

    def __init__(self, data: Path, folder: Path | None) -> None:
        """`data` names the files; they lie in `folder`, else beside it."""
        self._folder = folder or data.parent
        self._deep = folder is not None

    def find(self, name: str) -> Path | None:
        """In the folder; where the command was given; by the last part of its name. None: nowhere, or in several."""
        if not name or "\0" in name:
            return None
        plain = Path(name.replace("\\", "/"))
        for path in (self._folder / name, self._folder / plain, plain):
            try:
                if path.is_file():
                    return path
            except OSError:  # a name that no file can have
                continue
        return self._by_name.get(PureWindowsPath(name).name)

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
