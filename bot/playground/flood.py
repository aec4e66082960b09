"""Telegram's flood limits, where they are switched on.

30 messages a second in all, one a second in a private chat (short bursts pass), 20 a minute in a group, edits
included: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.errors import too_many_requests


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in any `window_s` seconds."""

    count: int
    window_s: float


OVERALL = Limit(30, 1.0)
PRIVATE = Limit(5, 5.0)
"""One a second over five seconds: a burst passes, a stream does not."""
GROUP = Limit(20, 60.0)


class FloodLimits:
    """Counts what a bot sends."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: dict[int, deque[float]] = {}
        self._all: deque[float] = deque()

    def check(self, chat_id: int, weight: int = 1) -> None:
        """Count `weight` messages to a chat. Raises ApiError 429, and then counts none."""
        now = self._clock()
        limit = PRIVATE if chat_id > 0 else GROUP
        sent = self._sent.setdefault(chat_id, deque())
        wait = max(_wait(sent, limit, now, weight), _wait(self._all, OVERALL, now, weight))
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for times in (sent, self._all):
            times.extend([now] * weight)


def _wait(times: deque[float], limit: Limit, now: float, weight: int) -> float:
    """Seconds until `weight` more fit; an album larger than a whole window passes when it is empty."""
    while times and times[0] <= now - limit.window_s:
        times.popleft()
    over = len(times) + weight - limit.count
    if over <= 0 or not times:
        return 0.0
    return times[min(over, len(times)) - 1] + limit.window_s - now
