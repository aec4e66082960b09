"""Delivery of updates to a webhook: in order within a chat, again and again until the bot takes them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from bot.playground.records import JSON
from bot.playground.world import World

_FIRST_DELAY_S = 1.0
_LONGEST_DELAY_S = 60.0
_TIMEOUT_S = 60.0
_ANSWER_BYTES = 1024 * 1024

_log = logging.getLogger(__name__)

Execute = Callable[[str, JSON], Awaitable[Any]]


class WebhookSender:
    """Sends while a webhook is set. `execute` runs a method that the bot gives as its answer."""

    def __init__(self, world: World, execute: Execute, first_delay_s: float = _FIRST_DELAY_S) -> None:
        self._world = world
        self._execute = execute
        self._first_delay_s = first_delay_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._world.webhook_changed = self.restart
        self.restart()

    def restart(self) -> None:
        """Stop what is under way and begin with the webhook as it is now."""
        if self._task is not None:
            self._task.cancel()
        webhook = self._world.profile.webhook
        self._task = asyncio.create_task(self._run(webhook)) if webhook else None

    async def close(self) -> None:
        self._world.webhook_changed = lambda: None
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self, webhook: JSON) -> None:
        verify: ssl.SSLContext | bool = True
        if webhook["certificate"]:
            try:
                verify = ssl.create_default_context(cadata=webhook["certificate"])
                verify.check_hostname = False
            except ssl.SSLError:
                self._failed(webhook, "the certificate cannot be read")
        limits = httpx.Limits(max_connections=webhook["max_connections"])
        async with (
            httpx.AsyncClient(timeout=_TIMEOUT_S, verify=verify, limits=limits, trust_env=False) as client,
            asyncio.TaskGroup() as group,
        ):
            lanes: dict[Any, deque[JSON]] = {}
            seen = 0
            while True:
                for update in self._world.updates.pending():
                    if update["update_id"] <= seen:
                        continue
                    seen = update["update_id"]
                    lane = lanes.setdefault(_lane(update), deque())
                    lane.append(update)
                    if len(lane) == 1:
                        group.create_task(self._drain(client, webhook, lane))
                await self._world.updates.wait()

    async def _drain(self, client: httpx.AsyncClient, webhook: JSON, lane: deque[JSON]) -> None:
        delay_s = self._first_delay_s
        while lane:
            update = lane[0]
            # The world first: an update must not be told before it is kept.
            await self._world.commit()
            retry_after_s = await self._deliver(client, webhook, update)
            if retry_after_s is None:
                self._world.updates.drop(update["update_id"])
                await self._world.commit()
                lane.popleft()
                delay_s = self._first_delay_s
            else:
                await asyncio.sleep(retry_after_s or delay_s)
                delay_s = min(delay_s * 2, _LONGEST_DELAY_S)

    async def _deliver(self, client: httpx.AsyncClient, webhook: JSON, update: JSON) -> float | None:
        """None if the bot took it, else the seconds it asked to wait, 0 for none."""
        headers = {"Content-Type": "application/json"}
        if webhook["secret_token"]:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook["secret_token"]
        content = json.dumps(update, ensure_ascii=False).encode()
        try:
            response = await client.post(webhook["url"], content=content, headers=headers)
        except httpx.TimeoutException:
            self._failed(webhook, "Connection timed out")
            return 0.0
        except httpx.HTTPError as error:
            refused = isinstance(error, httpx.ConnectError)
            self._failed(webhook, "Connection refused" if refused else "Connection closed unexpectedly")
            return 0.0
        if not response.is_success:
            self._failed(
                webhook,
                f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}",
            )
            wanted = response.headers.get("retry-after", "")
            return min(float(wanted), _LONGEST_DELAY_S) if re.fullmatch(r"[0-9]{1,9}", wanted) else 0.0
        await self._answered(response)
        return None

    async def _answered(self, response: httpx.Response) -> None:
        """Run the method that the bot may have put into its answer; nobody hears of its failure."""
        try:
            answer = json.loads(response.content) if len(response.content) <= _ANSWER_BYTES else None
        except (ValueError, RecursionError):
            return
        if isinstance(answer, dict) and isinstance(answer.get("method"), str):
            fields = {name: value for name, value in answer.items() if name != "method"}
            await self._execute(answer["method"], fields)

    def _failed(self, webhook: JSON, reason: str) -> None:
        webhook["last_error_date"] = self._world.now()
        webhook["last_error_message"] = reason
        self._world.save_profile()
        _log.info("the webhook did not take an update: %s", reason)


def _lane(update: JSON) -> Any:
    """Updates of one chat keep their order; others do not wait for them."""
    for body in update.values():
        if isinstance(body, dict):
            inner = body.get("message", body)
            return (inner.get("chat") or body.get("chat") or body.get("from") or {}).get("id")
    return None
