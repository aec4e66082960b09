"""A place for one worker process of a lane: filled when there is work, emptied when there is none."""

from __future__ import annotations

import asyncio
import copy
import logging
import math
import time
from pathlib import Path

from skills._errors import ModelUnavailable, ShuttingDown, SkillError
from skills._lane_config import LaneConfig
from skills._messages import Load
from skills._process import LoadFailed, ProcessDied, WorkerProcess
from skills._registry import AnySkill

log = logging.getLogger(__name__)

_RETRY_S = 5.0
_RETRY_MOST_S = 300.0


class Place:
    """Holds at most one process, whose model is loaded."""

    def __init__(self, skill: AnySkill, config: LaneConfig, work_dir: Path) -> None:
        self._skill = skill
        self._config = config
        self._work_dir = work_dir
        self._closed = False
        self._failures = 0
        self._failure: SkillError | None = None
        self._retry_at_s = 0.0
        self.process: WorkerProcess | None = None
        self.lock = asyncio.Lock()
        """Held by whoever starts, asks or ends the process."""
        self.loading = False
        self.load_s = 0.0
        """Seconds that the last loading took."""
        self.crashes = 0
        """Times that a process ended by itself."""

    @property
    def ready(self) -> bool:
        return self.process is not None and self.process.alive and not self.loading

    @property
    def failure(self) -> SkillError | None:
        """Why the last attempt to load went wrong; None if it did not."""
        return self._failure

    async def ready_process(self, *, patient: bool = True) -> WorkerProcess:
        """The process with its model loaded; loads if need be. Raises ModelUnavailable, ShuttingDown.

        Loading is dear: after a failure it is not tried again at once, and ever later, if `patient`.
        """
        if self.process is not None and self.process.alive:
            return self.process
        await self.clear()
        wait_s = self._retry_at_s - time.monotonic()
        if patient and self._failure is not None and wait_s > 0:
            error = copy.copy(self._failure)
            error.details["retry_after_s"] = math.ceil(wait_s)
            raise error
        self.loading = True
        try:
            return await self._load(await self._request())
        except BaseException:
            await self.clear()
            raise
        finally:
            self.loading = False

    async def clear(self) -> None:
        """End the process, if there is one, whatever it is doing."""
        process, self.process = self.process, None
        if process is not None:
            await process.kill()

    async def close(self) -> None:
        """End the process and never start another."""
        self._closed = True
        await self.clear()
        async with self.lock:
            await self.clear()

    async def _request(self) -> Load:
        try:
            files = await asyncio.to_thread(self._config.files)
        except SkillError:
            raise
        except Exception as error:
            log.exception("lane %s: its model files cannot be read", self._skill.spec.name)
            raise ModelUnavailable(str(error), reason="load-failed") from error
        kind = type(self._skill)
        return Load(
            lane=self._skill.spec.name,
            skill=f"{kind.__module__}:{kind.__qualname__}",
            loader=self._config.loader,
            files=dict(files),
            options=dict(self._config.options),
            threads=self._config.threads,
            memory_bytes=self._config.memory_mb << 20,
            folder=self._work_dir,
        )

    async def _load(self, request: Load) -> WorkerProcess:
        """Once more if the process just dies; not if the loader says why it cannot."""
        try:
            try:
                return await self._load_once(request)
            except ProcessDied as death:
                log.warning("lane %s: died while loading: %s", request.lane, death)
                await self.clear()
                return await self._load_once(request)
        except LoadFailed as error:
            log.error("lane %s: the model cannot be loaded\n%s", request.lane, error.failed.trace)
            raise self._remember(error.failed.error) from error
        except (ProcessDied, TimeoutError) as error:
            log.error("lane %s: the model cannot be loaded: %r", request.lane, error)
            raise self._remember(ModelUnavailable(repr(error), reason="load-failed")) from error

    async def _load_once(self, request: Load) -> WorkerProcess:
        self.process = process = await WorkerProcess.start(request.lane)
        if self._closed:
            raise ShuttingDown(reason="shutting-down")
        try:
            async with asyncio.timeout(self._config.load_timeout_s):
                self.load_s = await process.load(request)
        except ProcessDied as death:
            self.crashes += 1
            if self._closed:
                raise ShuttingDown(reason="shutting-down") from death
            raise
        self._failures, self._failure = 0, None
        log.info("lane %s: loaded in %.2f s", request.lane, self.load_s)
        return process

    def _remember(self, error: SkillError) -> SkillError:
        self._retry_at_s = time.monotonic() + min(_RETRY_S * 2**self._failures, _RETRY_MOST_S)
        self._failures = min(self._failures + 1, 16)
        self._failure = error
        return error
