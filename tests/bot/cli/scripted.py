"""A scripted language model for commands, which have the main thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bot.house import ScriptedLlm
from tests.serving import serving


@contextmanager
def running(llm: ScriptedLlm) -> Iterator[str]:
    """The scripted server in a thread of its own: a command has the main one."""
    address: list[str] = []
    up, end = threading.Event(), threading.Event()

    async def serve() -> None:
        async with serving(llm.app()) as here:
            address.append(here)
            up.set()
            await asyncio.to_thread(end.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert up.wait(30)
        yield address[0]
    finally:
        end.set()
        thread.join()
