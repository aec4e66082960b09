"""One worker process, seen from the event loop that owns it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable

import psutil

from skills import _messages
from skills._messages import Done, Failed, Load, Loaded, Progress, Work

log = logging.getLogger(__name__)

_CHATTER = re.compile(
    r"INFO\b|I\d{4} |[\d:. -]+: I |WARNING: All log messages before absl|To enable the following"
)
"""How LiteRT and TensorFlow begin a line that they themselves call information, or that only goes with one."""
_LAST_WORDS_S = 1.0

# Not multiprocessing: its "spawn" runs the parent's main script again in the child (the whole Telegram side),
# keeps a tracker process, and needs threads to wait with. A plain interpreter imports only what it is told.
_BOOT = (
    "import sys; sys.path[:] = sys.argv[4:]; from skills._worker import main; main(*map(int, sys.argv[2:4]))"
)


class ProcessDied(Exception):
    """The process ended while an answer was owed. A negative `exit_code` is the signal that ended it."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"worker process ended with code {exit_code}")
        self.exit_code = exit_code


class WorkerProcess:
    """Make with `start`, end with `kill`. One request at a time."""

    def __init__(
        self, name: str, process: Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        assert process.stderr is not None
        self._aside = asyncio.create_task(_note_down(name, process.stderr))
        self._process = process
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls, name: str) -> WorkerProcess:
        """A fresh process that has loaded nothing yet; `name` is what process lists show."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-c", _BOOT, name, str(theirs.fileno()), str(os.getpid()), *sys.path),
                    pass_fds=[theirs.fileno()],
                    stdin=DEVNULL,
                    stderr=PIPE,
                    start_new_session=True,
                )
            except BaseException:
                ours.close()
                raise
        try:
            reader, writer = await asyncio.open_unix_connection(sock=ours)
        except BaseException:
            process.kill()
            ours.close()
            raise
        return cls(name, process, reader, writer)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._reader.at_eof()

    @property
    def memory_bytes(self) -> int:
        """Resident memory; 0 if the process has ended."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    async def load(self, request: Load) -> float:
        """Load the model; seconds it took. Raises ProcessDied, or LoadFailed with what the loader raised."""
        answer = await self._ask(request, lambda index, done: None)
        if isinstance(answer, Loaded):
            return answer.seconds
        assert isinstance(answer, Failed)
        raise LoadFailed(answer)

    async def work(self, request: Work, on_progress: Callable[[int, float], None]) -> Done:
        """Answer a batch. Raises ProcessDied. `on_progress(index, done)` is called in the event loop."""
        answer = await self._ask(request, on_progress)
        assert isinstance(answer, Done)
        return answer

    async def _ask(
        self, request: Load | Work, on_progress: Callable[[int, float], None]
    ) -> Loaded | Failed | Done:
        try:
            self._writer.write(_messages.encode(request))
            await self._writer.drain()
            while True:
                answer: Loaded | Failed | Done | Progress = await _messages.read(self._reader)
                if not isinstance(answer, Progress):
                    return answer
                on_progress(answer.index, answer.done)
        except (EOFError, ConnectionError) as error:
            raise ProcessDied(await self._exit_code()) from error

    async def _exit_code(self) -> int:
        """The socket is hung up, so the process is about to end by itself; wait for its own word on why."""
        try:
            async with asyncio.timeout(5):
                return await self._process.wait()
        except TimeoutError:
            await self.kill()
            return -signal.SIGKILL

    async def kill(self) -> None:
        """End the process at once, in whatever it is doing, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            if self._process.returncode is None:
                self._process.kill()
        self._writer.close()
        await self._process.wait()
        await asyncio.wait([self._aside], timeout=_LAST_WORDS_S)


async def _note_down(name: str, stderr: asyncio.StreamReader) -> None:
    """What libraries print goes to the log: a terminal may be showing a table or a progress bar."""
    while True:
        try:
            line = await stderr.readline()
        except ValueError:
            continue  # longer than any line that is meant to be read; it has been skipped
        if not line:
            return
        if text := line.decode(errors="replace").rstrip():
            level = logging.DEBUG if _CHATTER.match(text) else logging.WARNING
            log.log(level, "lane %s: %s", name, text)


class LoadFailed(Exception):
    """The loader raised; `failed` holds what and where."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(str(failed.error))
        self.failed = failed
