"""Who works on what, and when: in order per chat and kind of work, everything else side by side."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from telegram.error import BadRequest, NetworkError

from .limiter import never_arrived
from .routing import Route, What, Work

log = logging.getLogger(__name__)

TRIES = 3
"""A row that was begun this often without an end is set aside: it kills whoever touches it."""
ALBUM_PAUSE_S = 0.8
"""Telegram sends the parts of an album as separate updates, a few tenths of a second apart."""
MOST_PARTS = 100
"""With more, an album is closed although parts may still be coming: a group may be joined without end."""
AWAY_PAUSE_S = 5.0
"""How long an answer waits at first that could not be sent because Telegram was out of reach."""
LONGEST_AWAY_PAUSE_S = 60.0
REFUSALS = 6
"""So often Telegram may be reached and yet not take an answer: perhaps it is the answer that it stumbles over."""


class Rows(Protocol):
    """The part of the inbox that the dispatcher needs."""

    async def start(self, update_id: int) -> None: ...
    async def put_back(self, update_id: int) -> None: ...
    async def done(self, update_id: int, answer_message_ids: Sequence[int] = ()) -> None: ...
    async def set_aside(self, update_id: int, cause: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update that owes an answer."""

    update_id: int
    route: Route
    update: dict[str, Any]
    """The Bot API's JSON as it came."""
    attempts: int = 0
    """How often it was begun before, in this life of the process or an earlier one."""


Handle = Callable[[Sequence[Incoming]], Awaitable[Sequence[int]]]
"""Answers one message (or one album) and returns the ids of the messages it produced."""


class Dispatcher:
    """Hands every incoming message to `handle`, once its turn has come.

    `give_up(item)` is called for a row that was begun `TRIES` times, or whose handler failed, before it is set aside.
    """

    def __init__(
        self, rows: Rows, handle: Handle, give_up: Callable[[Incoming], Awaitable[None]], at_once: int = 16
    ) -> None:
        self._rows = rows
        self._handle = handle
        self._give_up = give_up
        self._slots = {work: asyncio.Semaphore(at_once) for work in Work}
        self._waiting: dict[tuple[int, Work], deque[list[Incoming]]] = {}
        self._albums: dict[tuple[int, str], list[Incoming]] = {}
        self._resting: set[tuple[int, str]] = set()
        """Albums that wait since one of the same name was just taken."""
        self._running: dict[asyncio.Task[None], list[Incoming]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._cancelled_by_person: set[asyncio.Task[None]] = set()
        self._closing = False

    def submit(self, item: Incoming) -> None:
        """Take an item whose row is stored. Returns at once."""
        if item.route.album is not None:
            self._gather(item)
        elif item.route.what is What.STOP or item.route.command in ("cancel", "stop"):
            self._spawn(self._run([item]))
        else:
            self._enqueue([item])

    def cancel(self, chat_id: int, person_id: int | None = None, spare: Collection[int] = ()) -> int:
        """Drop what a person (or, with None, everybody) has waiting or running in a chat; how many that were.

        `spare` are ids of updates that are left to end by themselves.
        """
        dropped = 0
        for (chat, work), queue in self._waiting.items():
            if chat != chat_id or work is Work.CONTROL:
                continue
            mine = [job for job in queue if person_id in (None, job[0].route.person_id)]
            for job in mine:
                queue.remove(job)
                self._spawn(self._finish(job, ()))
            dropped += len(mine)
        for task, job in self._running.items():
            route = job[0].route
            if job[0].update_id in spare:
                continue
            if (
                route.chat_id == chat_id
                and route.work is not Work.CONTROL
                and person_id in (None, route.person_id)
            ):
                self._cancelled_by_person.add(task)
                task.cancel()
                dropped += 1
        return dropped

    def busy(self) -> int:
        """How many jobs wait or run."""
        jobs = len(self._running) + sum(len(queue) for queue in self._waiting.values())
        # Between two jobs a queue is busy, too, and so is an album whose parts are still coming.
        return max(jobs, len(self._waiting)) + len(self._albums) - len(self._resting)

    async def close(self) -> None:
        """Stop. What is unfinished stays in the inbox and runs at the next start."""
        self._closing = True
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _gather(self, item: Incoming) -> None:
        key = (item.route.chat_id, item.route.album or "")
        parts = self._albums.get(key)
        if parts is None:
            self._albums[key] = [item]
            self._spawn(self._close_albums(key))
        else:
            parts.append(item)

    async def _close_albums(self, key: tuple[int, str]) -> None:
        """Go on until nothing has come under this name while it would have had to wait."""
        while parts := self._albums[key]:
            seen = 0
            while seen < len(parts) <= MOST_PARTS:
                seen = len(parts)
                await asyncio.sleep(ALBUM_PAUSE_S)
            self._albums[key] = []
            self._enqueue(sorted(parts, key=lambda item: item.route.message_id or 0))
            self._resting.add(key)
            await asyncio.sleep(parts[0].route.apart_s)
            self._resting.remove(key)
        del self._albums[key]

    def _enqueue(self, job: list[Incoming]) -> None:
        key = (job[0].route.chat_id, job[0].route.work)
        queue = self._waiting.get(key)
        if queue is not None:
            queue.append(job)
            return
        self._waiting[key] = deque([job])
        self._spawn(self._drain(key))

    async def _drain(self, key: tuple[int, Work]) -> None:
        queue = self._waiting[key]
        while queue:
            async with self._slots[key[1]]:
                if not queue:
                    break
                # A task of its own, so that cancelling the job does not end the queue.
                job = queue.popleft()
                task = self._spawn(self._run(job))
                await asyncio.wait([task])
        del self._waiting[key]

    async def _run(self, job: list[Incoming]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running[task] = job
        try:
            if max(item.attempts for item in job) >= TRIES:
                await self._abandon(job, f"begun {TRIES} times without an end")
                return
            for item in job:
                await self._rows.start(item.update_id)
            await self._answer(job)
        except asyncio.CancelledError:
            if task not in self._cancelled_by_person:
                # A stop in good order says nothing against the message.
                for item in job:
                    await self._rows.put_back(item.update_id)
                raise
            await self._finish(job, ())
        finally:
            self._cancelled_by_person.discard(task)
            del self._running[task]

    async def _answer(self, job: list[Incoming]) -> None:
        pause_s, refusals = AWAY_PAUSE_S, 0
        while True:
            try:
                ids = await self._handle(job)
            except NetworkError as error:
                # The answer is ready or can be made again; only Telegram is out of reach. BadRequest is one too.
                refusals += not never_arrived(error)
                if isinstance(error, BadRequest) or refusals >= REFUSALS:
                    await self._abandon(job, repr(error))
                    return
                log.warning("update %s: Telegram is out of reach (%s), trying again", job[0].update_id, error)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_AWAY_PAUSE_S)
            except Exception as error:
                log.exception("update %s failed", job[0].update_id)
                await self._abandon(job, repr(error))
                return
            else:
                await self._finish(job, ids)
                return

    async def _abandon(self, job: list[Incoming], cause: str) -> None:
        log.error("update %s set aside: %s", job[0].update_id, cause)
        for item in job:
            await self._rows.set_aside(item.update_id, cause)
        await self._give_up(job[0])

    async def _finish(self, job: list[Incoming], ids: Sequence[int]) -> None:
        for item in job:
            await self._rows.done(item.update_id, ids)

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
