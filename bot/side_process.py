"""A process of its own for what needs heavy libraries now and then: there only while it is wanted.

It reads one JSON object a line from standard input, and answers each with four bytes of length, big-endian, and that
many bytes. An answer of no bytes says that there is none; why, it has logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from typing import Any

_LOG = logging.getLogger(__name__)


class SideProcessFailed(Exception):
    """It could not be started, ended without an answer, or took too long."""


class SideProcess:
    """`answer = await process.ask(request)`. One request at a time; close it when the bot ends."""

    def __init__(self, module: str, *, timeout_s: float, idle_s: float) -> None:
        self._module = module
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def ask(self, request: Mapping[str, Any]) -> bytes:
        """Its answer; empty if it could not give one. Raises SideProcessFailed."""
        line = json.dumps(request).encode() + b"\n"
        async with self._lock:
            if self._idle:
                self._idle.cancel()
            try:
                async with asyncio.timeout(self._timeout_s):
                    answer = await self._answer(line)
            except (TimeoutError, OSError, EOFError) as error:
                await self._stop()
                raise SideProcessFailed(f"{self._module}: {error!r}") from error
            except asyncio.CancelledError:
                await self._stop()  # its answer would be taken for the next one's
                raise
            self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._leave)
        return answer

    async def close(self) -> None:
        async with self._lock:
            await self._stop()

    async def _answer(self, line: bytes) -> bytes:
        reused = self._process is not None
        try:
            return await self._ask(line)
        except (OSError, EOFError):
            if not reused:
                raise
        await self._stop()  # it has died since the last answer
        return await self._ask(line)

    async def _ask(self, line: bytes) -> bytes:
        process = self._process
        if process is None or process.returncode is not None:
            command = (sys.executable, "-m", self._module)
            process = self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line)
        await process.stdin.drain()
        return await process.stdout.readexactly(int.from_bytes(await process.stdout.readexactly(4), "big"))

    async def _stop(self) -> None:
        if self._idle:
            self._idle.cancel()
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _leave(self) -> None:
        # The process ends by itself when it has nothing more to read.
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()


def serve(answer: Callable[[Any], bytes]) -> None:
    """In the process: answer what standard input asks, until it ends (as it does when the bot ends, however)."""
    for line in sys.stdin.buffer:
        data = b""
        try:
            data = answer(json.loads(line))
        except Exception:
            _LOG.exception("a request could not be answered")
        try:
            sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Nobody waits for it any more; nothing is left to be flushed at the end either.
            os._exit(0)
