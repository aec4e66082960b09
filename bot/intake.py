"""Updates: first into the inbox, in one commit, and only then on to whoever works on them.

python-telegram-bot's own Updater confirms what it holds in memory alone, and loses it in a crash; hence this intake.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route as HttpRoute

from .dispatch import Dispatcher, Incoming
from .routing import Me, route

log = logging.getLogger(__name__)

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "stopped_message_generation",
)
POLL_S = 30
"""Length of one long poll."""
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0
"""Most seconds between two tries when Telegram cannot be reached."""


class OwedRow(Protocol):
    @property
    def update_id(self) -> int: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def attempts(self) -> int: ...


class Inbox(Protocol):
    """The part of the inbox that the intake needs."""

    async def put(self, items: Sequence[tuple[int, int, str, bytes, int | None]]) -> Sequence[int]: ...
    async def unfinished(self) -> Sequence[OwedRow]: ...


class Intake:
    """Where polling and webhook meet."""

    def __init__(
        self,
        inbox: Inbox,
        dispatcher: Dispatcher,
        me: Me,
        *,
        channel_posts: bool = False,
        hear: Callable[[dict[str, Any]], None] = lambda update: None,
    ) -> None:
        """`hear` is told of every update, whether it owes an answer or not; it returns at once and never raises."""
        self._inbox = inbox
        self._dispatcher = dispatcher
        self._me = me
        self._channel_posts = channel_posts
        self._hear = hear

    async def resume(self) -> int:
        """Go on with what an earlier life left unfinished; how many rows that were."""
        rows = await self._inbox.unfinished()
        for row in rows:
            item = self._incoming(json.loads(row.payload), attempts=row.attempts)
            if item is not None:
                self._dispatcher.submit(item)
        return len(rows)

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store what owes an answer, then hand it over. When this returns, Telegram may forget the updates."""
        for update in updates:
            self._hear(update)
        items = [item for update in updates if (item := self._incoming(update)) is not None]
        fresh = set(
            await self._inbox.put(
                [
                    (
                        item.update_id,
                        item.route.chat_id,
                        item.route.work.value,
                        # Some clients send half a pair of surrogates.
                        json.dumps(item.update, ensure_ascii=False).encode(errors="surrogatepass"),
                        item.route.message_id,
                    )
                    for item in items
                ]
            )
            if items
            else ()
        )
        for item in items:
            if item.update_id in fresh:
                self._dispatcher.submit(item)

    def _incoming(self, update: dict[str, Any], attempts: int = 0) -> Incoming | None:
        try:
            where = route(update, self._me, channel_posts=self._channel_posts)
        except (KeyError, TypeError, AttributeError, ValueError):
            # One update of a shape nobody foresaw must not stop the others.
            log.exception("update %s has a shape that is not known", update.get("update_id"))
            return None
        if where is None or not where.owed:
            return None
        return Incoming(update["update_id"], where, update, attempts)


class Polling:
    """getUpdates for ever. The offset moves only after `take` has returned."""

    def __init__(
        self,
        url: str,
        take: Callable[[Sequence[dict[str, Any]]], Awaitable[None]],
        poll_s: int = POLL_S,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._url = url
        self._take = take
        self._poll_s = poll_s
        self._first_pause_s = first_pause_s
        self.last_contact: float | None = None
        """`time.time()` of the last good answer, for the health check."""
        self.trouble = ""
        """Why there is none at the moment, in words for the operator."""

    async def run(self) -> None:
        """Poll until cancelled. Every failure is reported and tried again."""
        offset: int | None = None
        pause_s = 0.0
        # The read timeout is what notices a poll that hangs.
        async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=self._poll_s + 15)) as client:
            while True:
                try:
                    updates = await self._poll(client, offset)
                    if updates:
                        await self._take(updates)
                        offset = updates[-1]["update_id"] + 1
                except _Refused as refusal:
                    pause_s = refusal.retry_after_s or self._longer(pause_s)
                    self._report(str(refusal), pause_s)
                    await asyncio.sleep(pause_s)
                except (httpx.HTTPError, ValueError, KeyError) as error:
                    pause_s = self._longer(pause_s)
                    self._report(f"Telegram cannot be reached ({type(error).__name__})", pause_s)
                    await asyncio.sleep(pause_s)
                except Exception:
                    # A disk that is full, say. Nothing was confirmed, so nothing is lost.
                    pause_s = self._longer(pause_s)
                    log.exception("updates could not be taken; next try in %.0f s", pause_s)
                    self.trouble = "Updates cannot be stored"
                    await asyncio.sleep(pause_s)
                else:
                    pause_s = 0.0
                    self.trouble = ""
                    self.last_contact = time.time()

    def _longer(self, pause_s: float) -> float:
        return min(max(pause_s * 2, self._first_pause_s), LONGEST_PAUSE_S)

    async def _poll(self, client: httpx.AsyncClient, offset: int | None) -> list[dict[str, Any]]:
        wanted: dict[str, Any] = {"timeout": self._poll_s, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            wanted["offset"] = offset
        answer = (await client.post(f"{self._url}/getUpdates", json=wanted)).json()
        if answer["ok"]:
            return list(answer["result"])
        raise _Refused(answer)

    def _report(self, trouble: str, pause_s: float) -> None:
        self.trouble = trouble
        log.warning("%s; next try in %.0f s", trouble, pause_s)


class _Refused(Exception):
    """Telegram answered, and the answer is no."""

    def __init__(self, answer: dict[str, Any]) -> None:
        code, words = answer.get("error_code"), answer.get("description", "")
        hint = {
            401: "the token is wrong or was revoked",
            404: "the token is wrong",
            409: "another copy of this bot is running, or a webhook is set",
        }.get(code or 0, words)
        super().__init__(f"getUpdates: {code} {words}" + (f" ({hint})" if hint != words else ""))
        self.retry_after_s = float((answer.get("parameters") or {}).get("retry_after", 0))


def webhook_app(
    path: str, secret: str, take: Callable[[Sequence[dict[str, Any]]], Awaitable[None]]
) -> Starlette:
    """The page that Telegram calls. Answers 200 only after the update is stored."""

    async def receive(request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return PlainTextResponse("", 403)
        try:
            update = await request.json()
            update["update_id"]
        except (ValueError, KeyError, TypeError):
            return PlainTextResponse("", 400)
        await take([update])
        return PlainTextResponse("")

    return Starlette(routes=[HttpRoute(path, receive, methods=["POST"])])
