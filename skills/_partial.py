"""A file in the making: it only grows, knows its own hash, and is taken up again by the next process."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHUNK_BYTES = 1 << 20


class SourceError(Exception):
    """One source could not give the file; the next one is tried. The message completes "SOURCE ..."."""


class TooMuchError(SourceError):
    """More bytes than the file can have, so these are not its bytes."""


class Partial:
    """Bytes that have arrived so far, in a folder of their own.

    `state` is a small JSON object beside them, for whoever fills the file to remember where it was.
    Writes are unbuffered, so that a killed process loses nothing that it has counted.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.path = folder / "data"
        self.limit_bytes = limit_bytes
        self.path.touch()
        self._file = self.path.open("r+b", buffering=0)
        self._hash = hashlib.sha256()
        self._hashed_bytes = 0
        self.size_bytes = 0
        self.state: dict[str, Any] = {}
        if self.path.stat().st_size <= limit_bytes:
            self.size_bytes = self.path.stat().st_size
            self.state = _read_json(folder / "state.json")
        self.truncate(self.size_bytes)

    def write(self, chunk: bytes) -> None:
        """Append. Raises TooMuchError when there is more than the file may hold, OSError (disk full)."""
        if self.size_bytes + len(chunk) > self.limit_bytes:
            raise TooMuchError(f"gave more than the {self.limit_bytes} bytes that were expected")
        self._catch_up()
        view = memoryview(chunk)
        while view:
            view = view[self._file.write(view) :]
        self._hash.update(chunk)
        self.size_bytes += len(chunk)
        self._hashed_bytes = self.size_bytes

    def truncate(self, size_bytes: int) -> None:
        """Forget everything after the first `size_bytes`."""
        self._file.truncate(size_bytes)
        self._file.seek(size_bytes)
        if size_bytes < self._hashed_bytes:
            self._hash, self._hashed_bytes = hashlib.sha256(), 0
        self.size_bytes = size_bytes

    def restart(self) -> None:
        """Forget everything."""
        self.truncate(0)
        self.remember()

    def remember(self, **state: Any) -> None:
        """Keep `state` for the next process, in place of what was kept."""
        self.state = state
        draft = self.folder / "state.tmp"
        draft.write_text(json.dumps(state), encoding="utf-8")
        draft.replace(self.folder / "state.json")

    def sha256(self) -> str:
        self._catch_up()
        return self._hash.hexdigest()

    def publish(self, target: Path) -> None:
        """Make the file appear at `target`, whole and read-only, and remove the folder."""
        os.fsync(self._file.fileno())
        self._file.close()
        self.path.chmod(0o444)
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        self._file.close()

    def discard(self) -> None:
        """Remove the file and everything about it."""
        self._file.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _catch_up(self) -> None:
        """Hash what an earlier process has written."""
        if self._hashed_bytes == self.size_bytes:
            return
        self._hash = hashlib.sha256()
        self._file.seek(0)
        while chunk := self._file.read(CHUNK_BYTES):
            self._hash.update(chunk)
        self._hashed_bytes = self.size_bytes


def sha256_of(path: Path, check: Callable[[], None] = lambda: None) -> str:
    """Hash of a file, lower-case hexadecimal. `check` is called between pieces and may raise."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            check()
    return digest.hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}
