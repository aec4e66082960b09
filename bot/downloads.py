"""Files of messages, fetched with a cap into a job's own folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from telegram import Bot
from telegram.error import BadRequest, NetworkError

from skills import BadInput

MB = 1024 * 1024
CHUNK_BYTES = 1 << 16


class Downloads:
    """Fetches files. Their names are ours: what a sender calls a file never reaches the disk."""

    def __init__(self, bot: Bot, folder: Path, limit_mb: int, client: httpx.AsyncClient) -> None:
        self._bot = bot
        self._folder = folder
        self._limit_mb = limit_mb
        self._client = client

    def sweep(self) -> None:
        """Remove what a crash has left behind."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)

    @contextmanager
    def job_folder(self) -> Iterator[Path]:
        """A folder that is gone, with everything in it, when the job is over."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def fetch(self, file_id: str, size_bytes: int | None, folder: Path) -> Path:
        """The file on disk. Raises BadInput if it is empty or too large, telegram.error.TelegramError otherwise."""
        if (size_bytes or 0) > self._limit_mb * MB:
            raise self._too_large()
        try:
            file = await self._bot.get_file(file_id)
        except BadRequest as error:
            if "too big" in str(error):
                raise self._too_large() from None
            raise
        target = folder / "input"
        if file.file_path is None:
            raise BadInput("Telegram names no path for the file", reason="broken-file")
        local = Path(file.file_path)
        if local.is_absolute():  # a local Bot API server names a file on this machine
            shutil.copyfile(local, target)
            written = target.stat().st_size
        else:
            written = await self._stream(file.file_path, target)
        if written == 0:
            raise BadInput("the file has no bytes", reason="empty-file")
        return target

    async def _stream(self, url: str, target: Path) -> int:
        written = 0
        try:
            async with self._client.stream("GET", url) as answer:
                answer.raise_for_status()
                with target.open("wb") as out:
                    async for chunk in answer.aiter_bytes(CHUNK_BYTES):
                        written += len(chunk)
                        if written > self._limit_mb * MB:
                            raise self._too_large()
                        out.write(chunk)
        except httpx.HTTPError as error:
            # The words of a status error hold the address, and with it the token.
            cause = None if isinstance(error, httpx.HTTPStatusError) else error
            raise NetworkError(f"the file did not come: {type(error).__name__}") from cause
        return written

    def _too_large(self) -> BadInput:
        return BadInput("the file is over the limit", reason="too-large", limit_mb=self._limit_mb)
