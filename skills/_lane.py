"""A lane: the queue of one skill and the worker processes that empty it."""

from __future__ import annotations

import asyncio
import copy
import logging
import math
import pickle
import signal
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skills._errors import Busy, InferenceFailed, ShuttingDown, SkillError, TimedOut
from skills._lane_config import LaneConfig
from skills._messages import Done, Failed, Item, Work
from skills._place import Place
from skills._process import ProcessDied, WorkerProcess
from skills._registry import AnySkill
from skills._stats import Counts, LaneState, LaneStats
from skills._turns import Full, Turns
from skills._types import Media

log = logging.getLogger(__name__)

_CPU_GRACE_S = 5.0
_WORN_OUT = 0.8


@dataclass(eq=False, slots=True)
class _Pending:
    """A job between its submission and its end."""

    media: Media
    folder: Path
    options: Mapping[str, Any]
    progress: Callable[[float], None] | None
    future: asyncio.Future[Any]
    submitted_s: float


class _Place(Place):
    """A place for a worker, with what the lane knows about it."""

    def __init__(self, skill: AnySkill, config: LaneConfig, work_dir: Path) -> None:
        super().__init__(skill, config, work_dir)
        self.wake = asyncio.Event()
        self.idle = False
        self.batch: list[_Pending] = []


class Lane:
    """Every submitted job ends: in a result, in a SkillError, or in its own cancellation."""

    def __init__(self, skill: AnySkill, config: LaneConfig, work_dir: Path) -> None:
        self._skill = skill
        self._config = config
        self._turns: Turns[_Pending] = Turns(config.queue)
        self._places = [_Place(skill, config, work_dir) for _ in range(config.workers)]
        self._servers: list[asyncio.Task[None]] = []
        self._counts = Counts()
        self._closing = False

    async def run(
        self,
        media: Media,
        folder: Path,
        progress: Callable[[float], None] | None = None,
        turn_key: Hashable = None,
        options: Mapping[str, Any] | None = None,
    ) -> Any:
        """Result of the skill. Raises a SkillError, or CancelledError if the caller is cancelled."""
        if self._closing:
            raise ShuttingDown(reason="shutting-down")
        loop = asyncio.get_running_loop()
        job = _Pending(media, folder, options or {}, progress, loop.create_future(), time.monotonic())
        try:
            gave_way = self._turns.put(turn_key, job)
        except Full:
            self._counts.events["refused"] += 1
            raise self._busy() from None
        if gave_way is not None and not gave_way.future.done():
            self._counts.events["refused"] += 1
            gave_way.future.set_exception(self._busy())
        self._call_for_workers()
        try:
            return await job.future
        except asyncio.CancelledError:
            self._counts.events["cancelled"] += 1
            raise
        finally:
            self._turns.remove(turn_key, job)

    async def warm_up(self) -> None:
        """Have a model loaded. Raises ModelUnavailable."""
        if self._closing:
            raise ShuttingDown(reason="shutting-down")
        if not any(place.ready for place in self._places):
            place = self._places[0]
            async with place.lock:
                await place.ready_process(patient=False)
        self._call_for_workers()

    async def unload(self) -> None:
        """Give the memory back once the work at hand is done; the next job loads again."""
        for place in self._places:
            async with place.lock:
                await place.clear()

    def state(self) -> LaneState:
        if any(place.ready for place in self._places):
            return LaneState.READY
        if any(place.loading for place in self._places):
            return LaneState.LOADING
        try:
            self._config.files()
        except Exception:
            return LaneState.MISSING
        return LaneState.FAILED if self.failure is not None else LaneState.COLD

    @property
    def failure(self) -> SkillError | None:
        """Why the model could not be loaded the last time; None if it could, or was not asked for."""
        return next((place.failure for place in self._places if place.failure is not None), None)

    def stats(self) -> LaneStats:
        processes = [place.process for place in self._places if place.process is not None]
        return self._counts.stats(
            state=self.state(),
            waiting=len(self._turns),
            running=sum(len(place.batch) for place in self._places),
            memory_bytes=sum(process.memory_bytes for process in processes),
            pids=tuple(process.pid for process in processes),
            load_s=max(place.load_s for place in self._places),
            crashes=sum(place.crashes for place in self._places),
        )

    async def close(self, grace_s: float = 0.0) -> None:
        """Waiting jobs end in ShuttingDown at once, running ones after `grace_s`; then no process is left."""
        self._closing = True
        self._fail(self._turns.drain(), ShuttingDown(reason="shutting-down"))
        running = [job.future for place in self._places for job in place.batch if not job.future.done()]
        if running and grace_s > 0:
            await asyncio.wait(running, timeout=grace_s)
        for server in self._servers:
            server.cancel()
        await asyncio.gather(*self._servers, return_exceptions=True)
        for place in self._places:
            await place.close()

    # -- the workers' side ---------------------------------------------------------------------------------

    def _call_for_workers(self) -> None:
        """Wake one idle place, a loaded one if there is one."""
        if not self._servers:
            self._servers = [asyncio.create_task(self._serve(place)) for place in self._places]
        for place in sorted(self._places, key=lambda place: not place.ready):
            if place.idle:
                place.idle = False
                place.wake.set()
                return

    async def _serve(self, place: _Place) -> None:
        """Empty the queue as long as there is one; unload after a long time without work."""
        while True:
            batch = self._turns.take(self._share())
            if not batch:
                await self._rest(place)
                continue
            if len(self._turns):
                self._call_for_workers()
            place.batch = batch
            try:
                await self._answer(place, batch)
            except asyncio.CancelledError:
                self._fail(batch, ShuttingDown(reason="shutting-down"))
                raise
            except Exception:
                log.exception("lane %s: its own mistake", self._skill.spec.name)
                self._fail(batch, InferenceFailed("the lane failed", reason="internal"))
            finally:
                place.batch = []

    def _share(self) -> int:
        """What one worker takes: what waits, up to a batch, but leaving their part to other idle workers."""
        free = 1 + sum(place.idle for place in self._places)
        return min(self._skill.spec.max_batch, max(1, math.ceil(len(self._turns) / free)))

    async def _rest(self, place: _Place) -> None:
        place.wake.clear()
        place.idle = True
        try:
            async with asyncio.timeout(self._config.idle_unload_s if place.process else None):
                await place.wake.wait()
        except TimeoutError:
            async with place.lock:
                await place.clear()
        finally:
            place.idle = False

    async def _answer(self, place: _Place, batch: Sequence[_Pending]) -> None:
        """Every job of the batch ends here: together, else singly with one more try."""
        async with place.lock:
            again = await self._attempt(place, batch, last=False)
            for job in again:
                if not job.future.done():
                    await self._attempt(place, [job], last=True)

    async def _attempt(self, place: _Place, batch: Sequence[_Pending], *, last: bool) -> Sequence[_Pending]:
        """Ask the worker once. The result are the jobs that deserve a try alone."""
        try:
            process = await place.ready_process()
        except SkillError as error:
            self._fail(batch, error)
            return []
        batch = [job for job in batch if not job.future.done()]
        if not batch:
            return []
        try:
            done = await self._ask(place, process, batch)
        except ProcessDied as death:
            place.crashes += 1
            log.warning("lane %s: %s", self._skill.spec.name, death)
            await place.clear()
            if death.exit_code == -signal.SIGXCPU and len(batch) == 1:
                self._fail(batch, self._timed_out())
            elif last:
                message = f"the worker ended with code {death.exit_code}, twice"
                self._fail(batch, InferenceFailed(message, reason="crashed", exit_code=death.exit_code))
            else:
                return batch
        except TimeoutError:
            await place.clear()
            if len(batch) > 1:
                return batch
            self._counts.events["timed_out"] += 1
            self._fail(batch, self._timed_out())
        except _AbandonedError:
            await place.clear()
        else:
            self._deliver(batch, done)
            if self._worn_out(process, done):
                log.info("lane %s: its worker has run out of memory and is replaced", self._skill.spec.name)
                await place.clear()
        return []

    async def _ask(self, place: _Place, process: WorkerProcess, batch: Sequence[_Pending]) -> Done:
        """Raises ProcessDied, TimeoutError, or _AbandonedError when nobody waits for the batch any more."""
        timeout_s = self._config.timeout_s
        work = Work(
            tuple(Item(job.media, job.folder, job.options) for job in batch),
            cpu_s=timeout_s * self._config.threads + _CPU_GRACE_S,
        )
        call = asyncio.create_task(process.work(work, lambda index, done: _report(batch[index], done)))

        def abandon(_: asyncio.Future[Any]) -> None:
            if all(job.future.done() for job in batch):
                call.cancel()

        for job in batch:
            job.future.add_done_callback(abandon)
        try:
            await asyncio.wait({call}, timeout=timeout_s)
            if not call.done():
                raise TimeoutError
            if call.cancelled():
                raise _AbandonedError
            return call.result()
        finally:
            call.cancel()
            for job in batch:
                job.future.remove_done_callback(abandon)

    def _worn_out(self, process: WorkerProcess, done: Done) -> bool:
        """Memory that a library does not give back would fail every job that follows."""
        refused = any(isinstance(o, Failed) and o.error.reason == "out-of-memory" for o in done.outcomes)
        return refused or process.memory_bytes > _WORN_OUT * (self._config.memory_mb << 20)

    def _deliver(self, batch: Sequence[_Pending], done: Done) -> None:
        self._counts.batch(len(batch), done.seconds)
        for job, outcome in zip(batch, done.outcomes, strict=True):
            if isinstance(outcome, Failed):
                if outcome.trace:
                    log.error("lane %s: a job failed\n%s", self._skill.spec.name, outcome.trace)
                self._fail([job], outcome.error)
                continue
            if job.future.done():
                continue
            try:
                result = pickle.loads(outcome)  # noqa: S301 - from our own worker
            except Exception as error:
                log.exception("lane %s: a result cannot be read", self._skill.spec.name)
                self._fail([job], InferenceFailed(str(error), reason="model-raised"))
                continue
            self._counts.events["done"] += 1
            self._counts.latency(time.monotonic() - job.submitted_s)
            job.future.set_result(result)

    def _fail(self, jobs: Sequence[_Pending], error: SkillError) -> None:
        for job in jobs:
            if not job.future.done():
                if not isinstance(error, ShuttingDown):
                    self._counts.events["failed"] += 1
                job.future.set_exception(copy.copy(error))  # each waits with its own traceback

    def _busy(self) -> Busy:
        running = sum(len(place.batch) for place in self._places)
        wait_s = self._counts.expected_s(len(self._turns) + running, len(self._places))
        return Busy(reason="queue-full", retry_after_s=max(1, math.ceil(wait_s)))

    def _timed_out(self) -> TimedOut:
        return TimedOut(reason="timed-out", limit_s=self._config.timeout_s)


class _AbandonedError(Exception):
    """Nobody waits for the running batch any more."""


def _report(job: _Pending, done: float) -> None:
    if job.progress is not None and not job.future.done():
        try:
            job.progress(done)
        except Exception:
            log.exception("a progress callback raised")
