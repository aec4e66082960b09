"""The runtime: every computing skill in a lane of its own. Imports no model library."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

from skills._errors import ModelUnavailable, ShuttingDown, SkillError
from skills._lane import Lane
from skills._lane_config import LaneConfig
from skills._registry import Registry
from skills._stats import LaneState, LaneStats
from skills._types import Media

__all__ = ["LaneConfig", "LaneState", "LaneStats", "Runtime"]

log = logging.getLogger(__name__)


class Runtime:
    """Runs skills by name in supervised worker processes.

    runtime = Runtime(Registry.find(), {"photo": LaneConfig(...)}, work_dir)
    await runtime.start()
    result = await runtime.run("photo", media, folder=folder, turn_key=chat_id)
    await runtime.close()
    """

    def __init__(self, registry: Registry, lanes: Mapping[str, LaneConfig], work_dir: Path) -> None:
        """`work_dir` is for temporary files. Raises KeyError if a lane has no skill."""
        self._work_dir = work_dir
        self._lanes = {name: Lane(registry[name], config, work_dir) for name, config in lanes.items()}
        self._warm = [name for name, config in lanes.items() if config.warm_up]
        self._warming: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to load what is to be warm; returns without waiting for it."""
        self._work_dir.mkdir(parents=True, exist_ok=True)
        self._warming = [asyncio.create_task(self._try_warm_up(name)) for name in self._warm]

    async def run(
        self,
        name: str,
        media: Media,
        *,
        folder: Path | None = None,
        progress: Callable[[float], None] | None = None,
        turn_key: Hashable = None,
        options: Mapping[str, Any] | None = None,
    ) -> Any:
        """Result of the skill `name`.

        `folder` is the job's own folder, where results may leave files; without one a passing one is made.
        `progress` is called in the event loop with the share done, a few times a second at most.
        Jobs of different `turn_key`s take turns. `options` (plain values) go over those of the lane.
        Raises a SkillError, or CancelledError; cancelling the caller gives up the place in the queue, or
        stops the worker if it works for nobody else.
        """
        lane = self._lanes.get(name)
        if lane is None:
            raise ModelUnavailable(f"no lane for {name!r}", reason="no-such-skill")
        if folder is not None:
            return await lane.run(media, folder, progress, turn_key, options)
        passing = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._work_dir))
        try:
            return await lane.run(media, passing, progress, turn_key, options)
        finally:
            shutil.rmtree(passing, ignore_errors=True)

    async def warm_up(self, name: str) -> None:
        """Have the model of a skill loaded. Raises ModelUnavailable."""
        if name not in self._lanes:
            raise ModelUnavailable(f"no lane for {name!r}", reason="no-such-skill")
        await self._lanes[name].warm_up()

    async def unload(self, name: str) -> None:
        """Give a model's memory back, after the work at hand. Raises KeyError if there is no such lane."""
        await self._lanes[name].unload()

    def state(self, name: str) -> LaneState:
        """Raises KeyError if there is no such lane."""
        return self._lanes[name].state()

    def failure(self, name: str) -> SkillError | None:
        """Why the model of a skill could not be loaded the last time. Raises KeyError if there is no such lane."""
        return self._lanes[name].failure

    def stats(self) -> dict[str, LaneStats]:
        return {name: lane.stats() for name, lane in self._lanes.items()}

    async def close(self, grace_s: float = 0.0) -> None:
        """End everything: waiting jobs at once, running ones after `grace_s`; no process is left behind."""
        for task in self._warming:
            task.cancel()
        await asyncio.gather(*self._warming, return_exceptions=True)
        await asyncio.gather(*(lane.close(grace_s) for lane in self._lanes.values()))

    async def _try_warm_up(self, name: str) -> None:
        try:
            await self.warm_up(name)
        except ShuttingDown:
            pass
        except SkillError as error:
            log.info("lane %s is not warm yet: %s", name, error)
