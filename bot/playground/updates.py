"""The queue of updates: what the bot has not confirmed yet, and the poller that waits for it.

Semantics of getUpdates: https://core.telegram.org/bots/api#getupdates. A positive offset confirms everything
before it; a negative one keeps that many from the end and forgets the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from bot.playground.errors import conflict
from bot.playground.journal import Journal

TYPES = (
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query",
    "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member",
    "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "message_reaction",
    "message_reaction_count", "business_connection", "business_message", "edited_business_message",
    "deleted_business_messages", "purchased_paid_media", "guest_message", "managed_bot",
    "stopped_message_generation",
)  # fmt: skip
# These come only to those who name them.
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
FIRST_ID = 100_000_001

TERMINATED_BY_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
TERMINATED_BY_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_IS_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class UpdateQueue:
    """Updates in order, until they are confirmed."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._pending: dict[int, dict[str, Any]] = {}
        self._next_id = FIRST_ID
        self._allowed: list[str] = []
        self._news = asyncio.Event()
        self._poll: asyncio.Future[str] | None = None

    def load(self, rows: Iterator[tuple[int, dict[str, Any]]], state: dict[str, Any]) -> None:
        self._pending = dict(sorted(rows))
        self._next_id = max(state.get("next_id", FIRST_ID), *(id_ + 1 for id_ in self._pending), FIRST_ID)
        self._allowed = state.get("allowed", [])

    def _save(self) -> None:
        self._journal.put("meta", "updates", lambda: {"next_id": self._next_id, "allowed": self._allowed})

    @property
    def allowed(self) -> list[str]:
        """The types the bot asked for; empty means the usual ones."""
        return self._allowed

    def allow(self, types: Sequence[str]) -> None:
        """Remember what the bot wants; it counts for what happens from now on. Unknown names are left out."""
        known = [kind for kind in dict.fromkeys(types) if kind in TYPES]
        if known != self._allowed:
            self._allowed = known
            self._save()

    def wants(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in _ON_REQUEST

    def add(self, kind: str, body: dict[str, Any]) -> None:
        if not self.wants(kind):
            return
        update = {"update_id": self._next_id, kind: body}
        self._pending[self._next_id] = update
        self._journal.put("update", self._next_id, lambda: update)
        self._next_id += 1
        self._save()
        self.wake()

    def wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._pending)

    def pending(self) -> list[dict[str, Any]]:
        return list(self._pending.values())

    def drop(self, update_id: int) -> None:
        if self._pending.pop(update_id, None) is not None:
            self._journal.delete("update", update_id)

    def clear(self) -> None:
        for update_id in list(self._pending):
            self.drop(update_id)

    def take(self, offset: int, limit: int) -> list[dict[str, Any]]:
        """Confirm what `offset` confirms, and give the first `limit` of the rest."""
        if offset < 0:
            for update_id in list(self._pending)[:offset]:
                self.drop(update_id)
        elif 0 < offset <= self._next_id + 10:
            # An offset far in the future confirms nothing.
            for update_id in list(self._pending):
                if update_id >= offset:
                    break
                self.drop(update_id)
        taken: list[dict[str, Any]] = []
        for update in self._pending.values():
            if len(taken) == limit:
                break
            taken.append(update)
        return taken

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[dict[str, Any]]:
        """Long polling. A new poll, or a webhook, ends the one that waits (ApiError 409)."""
        self.end_poll(TERMINATED_BY_POLL)
        taken = self.take(offset, limit)
        if taken or timeout_s <= 0:
            return taken
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = ended
        news = asyncio.create_task(self._news.wait())
        try:
            await asyncio.wait((ended, news), timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            if self._poll is ended:
                self._poll = None
        if ended.done() and ended.result():
            raise conflict(ended.result())
        return self.take(max(offset, 0), limit)

    async def wait(self) -> None:
        """Return at the next change of the queue."""
        await self._news.wait()

    def end_poll(self, reason: str) -> None:
        """End the poll that waits: with a conflict, or, without a reason, with what there is."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)
