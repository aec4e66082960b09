"""Sends that must arrive are patient; frames of a growing answer are not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import httpx
from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter, TimedOut
from telegram.ext import BaseRateLimiter

log = logging.getLogger(__name__)

FRAME = "frame"
"""`rate_limit_args` of a call that may be lost: it fails at once instead of waiting."""
TRIES = 5
LONGEST_WAIT_S = 600.0
FRAMES = {"sendMessageDraft", "sendChatAction"}
"""Methods that are never worth waiting for."""
SENT_WITHIN_S = 5.0
"""So long a send that is under way is waited for when its answer is called off."""
REPEATABLE = ("get", "edit", "set", "delete", "answer")
"""Methods that may be sent twice without a person seeing two of anything."""


class PatientLimiter(BaseRateLimiter[str]):
    """Waits as long as Telegram asks for, per call: one slow chat does not hold up the others.

    The library's own AIORateLimiter pauses all sends after one RetryAfter, and counts edits and typing too.
    """

    def __init__(self, done: Callable[[str, Any], Awaitable[None]]) -> None:
        """`done` is told the name and the result of every call that succeeded."""
        self._done = done

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:
        async def once() -> Any:
            result = await callback(*args, **kwargs)
            await self._done(endpoint, result)
            return result

        async def call() -> Any:
            return await (_to_its_end(once()) if endpoint.startswith("send") else once())

        if rate_limit_args == FRAME or endpoint in FRAMES:
            return await once()
        for attempt in range(TRIES):
            try:
                return await call()
            except RetryAfter as refusal:
                wait_s = retry_after_s(refusal) + 0.1
                if attempt == TRIES - 1 or wait_s > LONGEST_WAIT_S:
                    raise
            except ChatMigrated as move:
                # The group became a supergroup while its answer was made.
                data["chat_id"], wait_s = move.new_chat_id, 0.0
                if attempt == TRIES - 1:
                    raise
            except BadRequest:
                raise
            except NetworkError as error:
                if attempt == TRIES - 1 or not _may_repeat(error, endpoint):
                    raise
                wait_s = 0.5 * 2**attempt
            log.info("Telegram did not take %s, trying again in %.1f s", endpoint, wait_s)
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable")


async def _to_its_end(sending: Coroutine[Any, Any, Any]) -> Any:
    """What has left cannot be called back: a cancelled send still hears of its message, so that it is known."""
    task = asyncio.ensure_future(sending)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=SENT_WITHIN_S)
        if not task.cancel() and not task.cancelled():
            task.exception()  # nobody waits for it any more
        raise


def retry_after_s(refusal: RetryAfter) -> float:
    """Seconds that Telegram asks to wait; the library is changing the type of its attribute."""
    wait = refusal.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def _may_repeat(error: NetworkError, endpoint: str) -> bool:
    """A send whose answer was lost may have arrived; it is repeated only if it certainly did not."""
    if endpoint.startswith(REPEATABLE):
        return True
    return not isinstance(error, TimedOut) or never_arrived(error)


def never_arrived(error: NetworkError) -> bool:
    """Whether the call certainly did not reach Telegram."""
    return isinstance(error.__cause__, httpx.PoolTimeout | httpx.ConnectTimeout | httpx.ConnectError)
