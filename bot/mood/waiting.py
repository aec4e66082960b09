"""Overheard messages that wait for their score: in memory, and nowhere else."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.mood.overhear import Voice

_USUAL_CHARS = 250
"""So long messages are on average at most when the line is full: few are, and memory is bounded by it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that is needed to score a message and to store its score."""

    group_id: int
    at: int
    slot: int
    """Unix time at which its hour of the group's local time began."""
    message: int
    """Keyed hash."""
    person: int
    """Keyed hash."""
    thread_id: int
    text: str
    """Empty, without a voice: nothing of the message counts any more, and no score is kept of it."""
    voice: Voice | None
    language: str


class Line:
    """First come, first served; when it is full, those who have waited longest are dropped."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._most_chars = most * _USUAL_CHARS
        self._items: deque[Waiting] = deque()
        self._chars = 0
        self.dropped = 0
        """How many there was no room for, ever."""

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Waiting) -> None:
        self._items.append(item)
        self._chars += len(item.text)
        while len(self._items) > self._most or (self._chars > self._most_chars and len(self._items) > 1):
            self._pop()
            self.dropped += 1

    def take(self, most: int) -> list[Waiting]:
        """Up to `most`, the oldest first."""
        return [self._pop() for _ in range(min(most, len(self._items)))]

    def put_back(self, items: list[Waiting]) -> None:
        """Those whose turn came in vain are the first again."""
        self._items.extendleft(reversed(items))
        self._chars += sum(len(item.text) for item in items)

    def keep(self, wanted: Callable[[Waiting], bool]) -> None:
        """Forget all others."""
        self._items = deque(item for item in self._items if wanted(item))
        self._chars = sum(len(item.text) for item in self._items)

    def _pop(self) -> Waiting:
        item = self._items.popleft()
        self._chars -= len(item.text)
        return item
