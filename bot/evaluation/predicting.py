"""Having a skill look at many things, as the bot would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.config import Settings
from bot.errors import explain
from bot.offline import open_runtime
from bot.texts import Speaker
from skills import Media, Registry, SkillError

from .telling import told


async def predict(
    settings: Settings,
    registry: Registry,
    skill: str,
    media: Sequence[Media],
    options: Mapping[str, Any],
    done: Callable[[], None],
    say: Speaker,
) -> list[Any]:
    """The skill's result for each of `media`, in order, or the sentence why there is none (a str).

    `done` is called after each. Raises ModelUnavailable if the model cannot be loaded.
    """
    window = asyncio.Semaphore(max(1, getattr(settings.lanes, skill).queue))

    async with open_runtime(settings, registry, [skill]) as runtime:
        await runtime.warm_up(skill)

        async def one(thing: Media) -> Any:
            async with window:
                try:
                    return await runtime.run(skill, thing, options=options)
                except SkillError as error:
                    return explain(error, say, terminal=True)
                except OSError as error:
                    return told("row-file-unreadable", reason=str(error.strerror)).said(say)
                finally:
                    done()

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(thing)) for thing in media]
    return [task.result() for task in tasks]
