"""Showing that work goes on: the chat action at once, and a line with a percentage once it takes longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from telegram import Bot
from telegram.error import TelegramError

from .limiter import FRAME
from .replies import Place

PATIENCE_S = 2.0
"""What is over by then needs no line."""
EDIT_EVERY_S = 3.0
"""Groups allow some twenty messages and edits a minute."""
LAST_LINE_S = 10.0
"""How long a line on its way is waited for."""
ACTION_EVERY_S = 4.5
"""Telegram shows an action for five seconds."""

Report = Callable[[float], None]


@asynccontextmanager
async def chat_action(bot: Bot, place: Place, action: str) -> AsyncIterator[None]:
    """Keep `action` ("typing", "upload_video") on the screen."""

    async def keep() -> None:
        while True:
            # Nobody misses an action that could not be sent.
            with suppress(TelegramError):
                await bot.send_chat_action(place.chat_id, action, message_thread_id=place.thread_id)
            await asyncio.sleep(ACTION_EVERY_S)

    task = asyncio.create_task(keep())
    try:
        yield
    finally:
        task.cancel()


@asynccontextmanager
async def progress(bot: Bot, place: Place, action: str, line: Callable[[int], str]) -> AsyncIterator[Report]:
    """Yields a function that takes the share done; the line is `line(percent)` and goes away in the end."""
    share = 0.0

    def report(done: float) -> None:
        nonlocal share
        share = done

    note: list[int] = []
    over = asyncio.Event()

    async def show() -> None:
        await _wait(over, PATIENCE_S)
        shown = -1
        while not over.is_set():
            percent = min(99, int(share * 100))
            if percent != shown:
                with suppress(TelegramError):
                    if note:
                        await bot.edit_message_text(
                            line(percent),
                            place.chat_id,
                            note[0],
                            rate_limit_args=FRAME,  # type: ignore[call-arg]
                        )
                    else:
                        message = await bot.send_message(
                            text=line(percent),
                            disable_notification=True,
                            rate_limit_args=FRAME,  # type: ignore[call-arg]
                            **place.arguments,
                        )
                        note.append(message.message_id)
                shown = percent
            await _wait(over, EDIT_EVERY_S)

    task = asyncio.create_task(show())
    try:
        async with chat_action(bot, place, action):
            yield report
    finally:
        # A line on its way is waited for: one whose id nobody knows would stay for good.
        over.set()
        await asyncio.wait([task], timeout=LAST_LINE_S)
        task.cancel()
        if note:
            with suppress(TelegramError):
                await bot.delete_message(place.chat_id, note[0])


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
