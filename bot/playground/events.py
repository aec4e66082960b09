"""What happened, for pages that listen: a numbered log that can be resumed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.journal import Journal

KEPT = 2000
"""Events that a page may have missed and still gets."""

# A draft or a typing state that is read after a restart would be a lie.
_FLEETING = {"draft", "action"}


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    name: str
    data: dict[str, Any]


class EventLog:
    """The newest events. Those that tell of lasting things are kept over restarts."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._events: deque[Event] = deque()
        self._news = asyncio.Event()
        self.last_id = 0
        self.closed = False

    def load(self, rows: Iterator[tuple[int, dict[str, Any]]], last_id: int) -> None:
        self._events.extend(Event(id_, row["name"], row["data"]) for id_, row in sorted(rows))
        self.last_id = max([last_id, *(event.id for event in self._events)])

    def add(self, name: str, data: dict[str, Any]) -> None:
        self.last_id += 1
        event = Event(self.last_id, name, data)
        self._events.append(event)
        if name not in _FLEETING:
            self._journal.put("event", event.id, lambda: {"name": name, "data": data})
        while len(self._events) > KEPT:
            self._journal.delete("event", self._events.popleft().id)
        self._wake()

    def close(self) -> None:
        """Let every listener go."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def complete_since(self, event_id: int) -> bool:
        """Whether nothing after `event_id` has been dropped."""
        first = self._events[0].id if self._events else self.last_id + 1
        return event_id <= self.last_id and (event_id + 1 >= first or len(self._events) < KEPT)

    def since(self, event_id: int) -> list[Event]:
        """Events after `event_id`, oldest first."""
        missed: list[Event] = []
        for event in reversed(self._events):
            if event.id <= event_id:
                break
            missed.append(event)
        return missed[::-1]

    async def wait(self, event_id: int, timeout_s: float) -> None:
        """Return when there is something after `event_id`, at the end, or after the time."""
        if self.last_id > event_id or self.closed:
            return
        try:
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        except TimeoutError:
            return
