"""A bounded queue in which everyone waits for their own turn."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Full(Exception):
    """No place is free."""


class Turns(Generic[T]):
    """Items are taken round robin over their keys, first come first served within one key.

    A full queue refuses, except to somebody who waits for much less than another: then the newest item of the
    longest line gives way (stochastic fair queueing's "longest queue drop", McKenney 1990), so that one
    person who fills the queue does not shut the door on everyone else.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._lines: OrderedDict[Hashable, deque[T]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def put(self, key: Hashable, item: T) -> T | None:
        """Add an item; the result is the one that lost its place for it. Raises Full."""
        gave_way = self._make_room(key) if self._length >= self._places else None
        self._lines.setdefault(key, deque()).append(item)
        self._length += 1
        return gave_way

    def take(self, most: int) -> list[T]:
        """Up to `most` items, one of each key in turn."""
        taken: list[T] = []
        while self._lines and len(taken) < most:
            key, line = next(iter(self._lines.items()))
            taken.append(line.popleft())
            self._length -= 1
            if line:
                self._lines.move_to_end(key)
            else:
                del self._lines[key]
        return taken

    def remove(self, key: Hashable, item: T) -> bool:
        """Give up the place of an item; False if it is not waiting any more."""
        line = self._lines.get(key)
        if line is None or item not in line:
            return False
        line.remove(item)
        self._length -= 1
        if not line:
            del self._lines[key]
        return True

    def drain(self) -> list[T]:
        """Everything that waits."""
        return self.take(self._length)

    def _make_room(self, key: Hashable) -> T:
        longest = max(self._lines.values(), key=len, default=None)
        if longest is None or len(longest) <= len(self._lines.get(key, ())) + 1:
            raise Full
        self._length -= 1
        return longest.pop()
