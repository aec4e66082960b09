"""Files on the disk: written for good before anybody is told of them."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO

from bot.playground.journal import Journal
from bot.playground.records import JSON, StoredFile

# Telegram's ids begin with letters that tell the kind; people and logs know files by them.
_PREFIXES = {
    "photo": "AgACAg", "voice": "AwACAg", "video": "BAACAg", "document": "BQACAg", "audio": "CQACAg",
    "sticker": "CAACAg", "animation": "CgACAg", "video_note": "DQACAg", "thumbnail": "AAMCAg",
}  # fmt: skip
FOLDERS = {
    "photo": "photos", "voice": "voice", "video": "videos", "document": "documents", "audio": "music",
    "sticker": "stickers", "animation": "animations", "video_note": "video_notes", "thumbnail": "thumbnails",
}  # fmt: skip


class FileStore:
    """A folder of files and what is known of each."""

    def __init__(self, root: Path, journal: Journal) -> None:
        self.root = root.absolute()
        self._journal = journal
        self._files: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def load(self, bodies: Iterable[JSON]) -> None:
        for body in bodies:
            self._index(StoredFile(**body))

    def _index(self, file: StoredFile) -> None:
        self._files[file.file_id] = file
        self._by_path[file.path] = file

    def get(self, file_id: str) -> StoredFile | None:
        return self._files.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def location(self, file: StoredFile) -> Path:
        return self.root / file.path

    async def save(self, source: IO[bytes] | bytes, kind: str, suffix: str) -> tuple[str, int]:
        """Write to the disk and past its cache; gives the relative path and the size in bytes."""
        suffix = suffix.lower() if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 9 else ""
        path = str(PurePosixPath(FOLDERS[kind]) / f"file_{secrets.token_hex(8)}{suffix}")
        size = await asyncio.to_thread(_write, self.root / path, source)
        return path, size

    async def remove(self, path: str) -> None:
        """Remove a file that was saved and not registered."""
        await asyncio.to_thread((self.root / path).unlink, missing_ok=True)

    def register(self, kind: str, path: str, size_bytes: int, mime: str, name: str = "") -> StoredFile:
        """Give a saved file its ids."""
        file = StoredFile(
            file_id=_PREFIXES[kind] + secrets.token_urlsafe(40),
            file_unique_id="AQAD" + secrets.token_urlsafe(9),
            kind=kind,
            path=path,
            size_bytes=size_bytes,
            mime=mime,
            name=name,
        )
        self._index(file)
        self.keep(file)
        return file

    def keep(self, file: StoredFile) -> None:
        self._journal.put("file", file.file_id, file.json)


def _write(path: Path, source: IO[bytes] | bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        if isinstance(source, bytes):
            target.write(source)
        else:
            source.seek(0)
            shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())
        size = target.tell()
    # The folder too: a file whose name is lost is lost.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size
