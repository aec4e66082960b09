"""Work on a model at somebody's wish: it lasts, and there is one at a time for each skill."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from skills import SkillError

log = logging.getLogger(__name__)

Work = asyncio.Task[SkillError | None]
"""Ends in what went wrong, or None."""


class Works:
    def __init__(self) -> None:
        self._works: dict[str, Work] = {}

    def busy(self, skill: str) -> bool:
        return skill in self._works

    def begin(self, skill: str, work: Callable[[], Coroutine[Any, Any, None]]) -> Work:
        """The skill must not be busy."""
        self._works[skill] = begun = asyncio.create_task(self._see_through(skill, work))
        return begun

    async def close(self) -> None:
        works = list(self._works.values())
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def _see_through(
        self, skill: str, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> SkillError | None:
        try:
            await work()
        except SkillError as error:
            log.warning("the model of %s, at somebody's wish: %s", skill, error)
            return error
        except Exception as error:
            log.exception("the model of %s, at somebody's wish", skill)
            return SkillError(repr(error))
        finally:
            del self._works[skill]
        return None
