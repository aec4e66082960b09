"""Messages of answers that are still being made.

They are noted as they are sent. An answer that has to begin anew, after a crash or because Telegram was out of
reach in its middle, first removes what there is of it: nobody is answered twice, and no "30 %" stays for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Protocol

from telegram import Bot
from telegram.error import TelegramError


class Rows(Protocol):
    """The part of the inbox that is needed here."""

    async def add_sent(self, update_id: int, message_ids: Sequence[int]) -> None: ...
    async def sent(self, update_id: int) -> Sequence[int]: ...


class Unfinished:
    """Knows which answer a message belongs to by the task (or its child) that sends it."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._update_id: ContextVar[int | None] = ContextVar("update_id", default=None)

    @contextmanager
    def answering(self, update_id: int) -> Iterator[None]:
        """What is sent inside belongs to the answer to this update."""
        token = self._update_id.set(update_id)
        try:
            yield
        finally:
            self._update_id.reset(token)

    async def note(self, endpoint: str, result: Any) -> None:
        """Take the result of a call of the Bot API."""
        update_id = self._update_id.get()
        if update_id is None or not endpoint.startswith("send"):
            return
        messages = result if isinstance(result, list) else [result]
        ids = [each["message_id"] for each in messages if isinstance(each, dict) and "message_id" in each]
        if ids:
            await self._rows.add_sent(update_id, ids)

    async def remove(self, bot: Bot, chat_id: int, update_id: int) -> None:
        """Remove what an earlier attempt has left."""
        for message_id in await self._rows.sent(update_id):
            with suppress(TelegramError):  # it may be gone already
                await bot.delete_message(chat_id, message_id)
