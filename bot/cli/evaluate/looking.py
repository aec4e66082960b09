"""Having the models look at what an evaluation has for them."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import typer
from rich.progress import Progress

from bot.cli.models import fetch_missing
from bot.config import ConfigError, Settings
from bot.errors import explain
from bot.offline import open_models
from bot.texts import Speaker
from skills import Media, ModelCard, ModelUnavailable, Registry, Store

from .stopping import unless_stopped

if TYPE_CHECKING:
    from bot.evaluation.telling import Told

EVERY_CLASS = 1_000_000


async def fetched(settings: Settings, skill: str, say: Speaker) -> tuple[Store, ModelCard]:
    """The model of a skill, which is fetched if it is not here."""
    store, _, cards = open_models(settings)
    stop = threading.Event()
    try:
        await asyncio.to_thread(fetch_missing, store, [cards[skill].id], say, stop)
    except asyncio.CancelledError:
        stop.set()  # a thread is not ended with the task that waits for it
        raise
    return store, cards[skill]


async def predicted(
    settings: Settings, registry: Registry, skill: str, media: Sequence[Media], progress: Progress,
    say: Speaker, keep: Callable[[Any], Any] = lambda result: result,
) -> list[Any]:  # fmt: skip
    """The result for each of `media`, or the sentence why there is none; None for those that Ctrl-C has left out.

    The model is fetched if it is not here. `keep` makes of a result what is wanted of it.
    """
    from bot.evaluation.predicting import predict

    results: list[Any] = [None] * len(media)
    if not media:
        return results
    _, card = await fetched(settings, skill, say)
    progress.start() if progress.console.is_terminal else None
    task = progress.add_task(card.id, total=len(media))

    def done(place: int, result: Any) -> None:
        results[place] = result if isinstance(result, str) else keep(result)
        progress.advance(task)

    try:
        asking = predict(settings, registry, skill, media, {"top": EVERY_CLASS}, done, say)
        if await unless_stopped(asking) and all(result is None for result in results):
            raise typer.Exit(128 + signal.SIGINT)
    except ModelUnavailable as error:
        raise ConfigError(explain(error, say, terminal=True)) from None
    finally:
        progress.stop()
    return results


def stopped(results: Sequence[Any]) -> list[Told]:
    """A note if Ctrl-C has left some out."""
    from bot.evaluation.telling import told

    left = results.count(None)
    return [told("stopped", done=len(results) - left, total=len(results))] if left else []
