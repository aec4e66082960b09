"""Keeps the local LLM server running: a child process that is started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from ._errors import ModelUnavailable

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the package `skills`: `python -m` finds it there, installed or not."""
START_LIMIT_S = 60.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0
"""A server that ran this long is started again without a pause."""


class LocalLlm:
    """One server process on a free port of this machine. `start` it, `close` it.

    The server loads the model with the first question and unloads it by `keep_alive`; this class needs the
    file only when the process starts.
    """

    def __init__(
        self,
        model: str,
        path: Callable[[], Path],
        *,
        threads: int = 1,
        num_ctx: int = 4096,
        keep_alive: str = "30m",
        queue: int = 32,
    ) -> None:
        """`model` is the name for clients; `path` is asked at every start; may raise ModelUnavailable."""
        self.model = model
        self._path = path
        self._arguments = (
            *("--threads", str(usable_threads(threads))),
            *("--num-ctx", str(num_ctx), f"--keep-alive={keep_alive}", "--queue", str(queue)),
        )
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self.restarts = 0
        """How often the server had to be started again."""

    @property
    def host(self) -> str:
        """Address of the server. Raises ModelUnavailable while it does not run."""
        if not self._up.is_set():
            raise ModelUnavailable("the local LLM server is starting", reason="llm-starting")
        return f"http://127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        return self._up.is_set()

    @property
    def pid(self) -> int | None:
        """Process id of the server; None while it does not run."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start, and wait until it answers. Raises ModelUnavailable if it does not within a minute."""
        if self._task is None:
            self._path()
            self._task = asyncio.create_task(self._supervise(), name="local-llm")
        try:
            await asyncio.wait_for(self._up.wait(), START_LIMIT_S)
        except TimeoutError:
            await self.close()
            raise ModelUnavailable("the local LLM server does not start", reason="llm-unreachable") from None

    async def close(self) -> None:
        """End the server and stop looking after it."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _supervise(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            started = time.monotonic()
            try:
                await self._run()
            except (OSError, ModelUnavailable) as error:
                log.warning("the local LLM server cannot be started: %s", error)
            if time.monotonic() - started >= STEADY_S:
                pause_s = FIRST_PAUSE_S
            log.warning("the local LLM server has ended; starting it again in %.1f s", pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)
            self.restarts += 1

    async def _run(self) -> None:
        """One life of the process; returns when it has ended."""
        self._port = _free_port()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "skills.models.llamacpp", "--port", str(self._port)),
            *("--model", f"{self.model}={self._path()}", "--parent-pid", str(os.getpid())),
            *self._arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is for us: we end it when our own work is done
        )
        self._process = process
        helpers: Sequence[asyncio.Task[None]] = (
            asyncio.create_task(self._announce()),
            asyncio.create_task(_to_log(process.stderr)),
        )
        try:
            await process.wait()
        finally:
            self._up.clear()
            for task in helpers:
                task.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await _end(process)

    async def _announce(self) -> None:
        """Say that the server is up as soon as it answers."""
        async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    response = await client.get(f"http://127.0.0.1:{self._port}/api/version")
                    if response.status_code == httpx.codes.OK:
                        self._up.set()
                        return
                await asyncio.sleep(0.05)


def usable_threads(asked: int) -> int:
    """No more threads than cores without the one that everything else needs.

    Threads of llama.cpp wait for each other after every operation: one that shares its core holds up all. Two
    on two busy cores made 1 token a second where one made 8.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(asked, cores - 1))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _to_log(stream: asyncio.StreamReader | None) -> None:
    while stream is not None and (line := await stream.readline()):
        log.info("llm: %s", line.decode("utf-8", "replace").rstrip())


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # its own child, which holds the model, ends with it
        await process.wait()
