"""Waiting for something to become true, without a guess how long it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(true: Callable[[], bool]) -> None:
    """Return once `true()` is; the runner's own time limit ends a wait for what never comes."""
    while not true():
        await asyncio.sleep(0.005)
