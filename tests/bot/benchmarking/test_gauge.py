"""The gauge sees what processes spend."""

from __future__ import annotations

import asyncio
import os
import sys

import psutil

from bot.benchmarking.gauge import Gauge

BUSY = "import sys; held = bytearray(50_000_000)\nfor n in range(6_000_000): n * n\nprint('x', flush=True); input()"


async def test_work_and_memory_of_a_process_are_seen() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BUSY, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with Gauge(lambda: [process.pid]) as gauge:
        await process.stdout.readline()
    spent = psutil.Process(process.pid).cpu_times()
    await process.communicate(b"\n")
    assert gauge.memory_bytes > 50_000_000
    assert 0 < gauge.cpu_s <= spent.user + spent.system
    assert gauge.cores is not None


async def test_children_count_too() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BUSY, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    async with Gauge(lambda: [os.getpid()]) as gauge:
        pass
    await process.communicate(b"\n")
    assert gauge.memory_bytes > psutil.Process().memory_info().rss


async def test_without_processes_nothing_is_claimed() -> None:
    async with Gauge(lambda: []) as gauge:
        pass
    assert (gauge.cores, gauge.memory_bytes) == (None, 0)
