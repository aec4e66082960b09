"""Ctrl-C: what is done so far is shown."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


async def unless_stopped(work: Coroutine[Any, Any, None]) -> bool:
    """Do the work; True if Ctrl-C has ended it before its end. SIGTERM ends everything."""
    loop, everything = asyncio.get_running_loop(), asyncio.current_task()
    task = asyncio.create_task(work)
    stopped = asyncio.Event()

    def stop() -> None:
        stopped.set()
        task.cancel()

    handlers: dict[int, Any] = {
        signal.SIGINT: stop,
        signal.SIGTERM: lambda: everything and everything.cancel(),
    }
    with suppress(NotImplementedError):  # Windows
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped.is_set():
            task.cancel()
            raise
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)  # a second one ends everything at once
    return stopped.is_set()
