"""What processes take while something goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from types import TracebackType

import psutil

EVERY_S = 0.05


class Gauge:
    """Looks at the processes `pids()` and all their children while its `async with` block runs."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._task: asyncio.Task[None] | None = None
        self._cpu_s: dict[int, tuple[float, float]] = {}  # first and last seen
        self._started_s = 0.0
        self.memory_bytes = 0
        """The most resident memory of all together that was seen."""
        self.wall_s = 0.0

    @property
    def cpu_s(self) -> float:
        """Processor time that was spent."""
        return sum(last - first for first, last in self._cpu_s.values())

    @property
    def cores(self) -> float | None:
        """Mean number of cores in use; None if there was no process to look at."""
        return self.cpu_s / self.wall_s if self._cpu_s and self.wall_s else None

    async def __aenter__(self) -> Gauge:
        self._started_s = time.monotonic()
        self._look()
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wall_s = time.monotonic() - self._started_s
        self._look()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            self._look()

    def _look(self) -> None:
        together = 0
        for process in self._processes():
            try:
                with process.oneshot():
                    times, memory = process.cpu_times(), process.memory_info().rss
            except psutil.Error:
                continue  # it has ended
            spent_s = times.user + times.system
            first_s, _ = self._cpu_s.get(process.pid, (spent_s, spent_s))
            self._cpu_s[process.pid] = (first_s, spent_s)
            together += memory
        self.memory_bytes = max(self.memory_bytes, together)

    def _processes(self) -> list[psutil.Process]:
        found = []
        for pid in self._pids():
            try:
                process = psutil.Process(pid)
                found += [process, *process.children(recursive=True)]
            except psutil.Error:
                continue
        return found
