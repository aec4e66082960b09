"""What is too old is dropped, and what is erased leaves no copy behind."""

from __future__ import annotations

import asyncio

from storage.database import Database
from storage.history import History
from storage.inbox import Inbox

DAY_S = 86_400.0
SCRUB_EVERY_S = 60.0
INBOX_DAYS = 30
"""The marks of what was answered are kept this long, so that Telegram's repetitions are known as such."""


class Housekeeping:
    def __init__(self, database: Database, history: History, inbox: Inbox, history_days: float) -> None:
        self._database = database
        self._history = history
        self._inbox = inbox
        self._history_days = history_days

    async def run(self) -> None:
        """Keep the database in order until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._prune())
            tasks.create_task(self._scrub())

    async def _prune(self) -> None:
        while True:
            await self._history.prune(self._history_days * DAY_S)
            await self._inbox.prune(INBOX_DAYS * DAY_S)
            await asyncio.sleep(DAY_S)

    async def _scrub(self) -> None:
        """Payloads are erased when they are answered; soon after, no copy is left in the write-ahead log."""
        while True:
            await asyncio.sleep(SCRUB_EVERY_S)
            await self._database.scrub()
