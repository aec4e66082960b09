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
    done: Callable[[int, Any], None],
    say: Speaker,
) -> None:
    """`done` gets the place of each of `media` and the skill's result, or the sentence why there is none (a str).

    Raises ModelUnavailable if the model cannot be loaded.
    """
    window = asyncio.Semaphore(max(1, getattr(settings.lanes, skill).queue))

    async with open_runtime(settings, registry, [skill]) as runtime:
        await runtime.warm_up(skill)

        async def one(place: int, thing: Media) -> None:
            async with window:
                try:
                    done(place, await runtime.run(skill, thing, options=options))
                except SkillError as error:
                    done(place, explain(error, say, terminal=True))
                except OSError as error:
                    done(place, told("row-file-unreadable", reason=str(error.strerror)).said(say))

        async with asyncio.TaskGroup() as group:
            for place, thing in enumerate(media):
                group.create_task(one(place, thing))
