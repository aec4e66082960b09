"""Having the models look at what an evaluation has for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from rich.progress import Progress

from bot.cli.models import fetch_missing
from bot.config import ConfigError, Settings
from bot.errors import explain
from bot.offline import open_models
from bot.texts import Speaker
from skills import Media, ModelCard, ModelUnavailable, Registry, Store

EVERY_CLASS = 1_000_000


async def fetched(settings: Settings, skill: str) -> tuple[Store, ModelCard]:
    """The model of a skill, which is fetched if it is not here."""
    store, _, cards = open_models(settings)
    await asyncio.to_thread(fetch_missing, store, [cards[skill].id])
    return store, cards[skill]


async def predicted(
    settings: Settings,
    registry: Registry,
    skill: str,
    media: Sequence[Media],
    progress: Progress,
    say: Speaker,
) -> list[Any]:
    """The result for each of `media`, or the sentence why there is none; the model is fetched if it is not here."""
    from bot.evaluation.predicting import predict

    if not media:
        return []
    _, card = await fetched(settings, skill)
    progress.start() if progress.console.is_terminal else None
    task = progress.add_task(card.id, total=len(media))
    try:
        return await predict(
            settings, registry, skill, media, {"top": EVERY_CLASS}, lambda: progress.advance(task), say
        )
    except ModelUnavailable as error:
        raise ConfigError(explain(error, say, terminal=True)) from None
    finally:
        progress.stop()
