"""What has changed and is not on the disk yet.

Everybody who answers somebody calls `commit` first. Commits that come together share one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from storage.documents import Document, Documents


class Journal:
    """Collects changes in memory and writes them as one."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._puts: dict[tuple[str, str], Callable[[], Any]] = {}
        self._deletes: set[tuple[str, str]] = set()
        self._version = 0
        self._written = 0
        self._flush: asyncio.Task[None] | None = None

    def put(self, kind: str, key: str | int, body: Callable[[], Any]) -> None:
        """Note a change. `body` is asked when it is written, so many changes of one record cost one write."""
        name = (kind, str(key))
        self._deletes.discard(name)
        self._puts[name] = body
        self._version += 1

    def delete(self, kind: str, key: str | int) -> None:
        name = (kind, str(key))
        self._puts.pop(name, None)
        self._deletes.add(name)
        self._version += 1

    async def commit(self) -> None:
        """Return when everything noted so far is on the disk. Raises what the database raises."""
        wanted = self._version
        while self._written < wanted:
            if self._flush is None or self._flush.done():
                self._flush = asyncio.create_task(self._write())
            # Shielded: one caller's end must not undo the write that others wait for.
            await asyncio.shield(self._flush)

    async def _write(self) -> None:
        version, puts, deletes = self._version, self._puts, self._deletes
        self._puts, self._deletes = {}, set()
        try:
            documents = [Document(kind, key, body()) for (kind, key), body in puts.items()]
            await self._documents.write(documents, sorted(deletes))
        except BaseException:
            # Nothing is lost: what was not written is put back behind what came meanwhile.
            self._puts = {name: body for name, body in puts.items() if name not in self._deletes} | self._puts
            self._deletes |= {name for name in deletes if name not in self._puts}
            raise
        self._written = version

    async def close(self) -> None:
        await self.commit()
