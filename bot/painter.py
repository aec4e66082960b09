"""Draws charts in a process of its own (`python -m bot.charts`), there only while charts are wanted."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process

from skills import Chart


class ChartFailed(Exception):
    """The picture could not be drawn; the words of the reply do without it."""


class Painter:
    """`png = await painter.draw(chart)`. One picture at a time; close it when the bot ends."""

    def __init__(self, *, timeout_s: float = 30.0, idle_s: float = 300.0) -> None:
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def draw(self, chart: Chart, *, dark: bool = False) -> bytes:
        """A PNG, 1000 x 600 pixels. Raises ChartFailed."""
        request = json.dumps({"kind": chart.kind, "data": dict(chart.data), "dark": dark}).encode() + b"\n"
        async with self._lock:
            if self._idle:
                self._idle.cancel()
            try:
                async with asyncio.timeout(self._timeout_s):
                    png = await self._answer(request)
            except (TimeoutError, OSError, EOFError) as error:
                await self._stop()
                raise ChartFailed(f"the drawing process: {error!r}") from error
            except asyncio.CancelledError:
                await self._stop()  # its answer would be taken for the next one's
                raise
            self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._leave)
        if not png:
            raise ChartFailed(f"no picture came of the chart {chart.kind!r}")
        return png

    async def close(self) -> None:
        async with self._lock:
            await self._stop()

    async def _answer(self, request: bytes) -> bytes:
        reused = self._process is not None
        try:
            return await self._ask(request)
        except (OSError, EOFError):
            if not reused:
                raise
        await self._stop()  # it has died since the last picture
        return await self._ask(request)

    async def _ask(self, request: bytes) -> bytes:
        process = self._process
        if process is None or process.returncode is not None:
            command = (sys.executable, "-m", "bot.charts")
            process = self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(request)
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
