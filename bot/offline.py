"""Skills at work for a command, without Telegram."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from skills import Catalog, ModelCard, Registry, Runtime, Store, load_catalog

from .config import Settings
from .lanes import chosen_models, lane_configs
from .model_store import open_store


def open_models(settings: Settings) -> tuple[Store, Catalog, dict[str, ModelCard]]:
    """The store, the catalog, and the model that the settings choose for each skill."""
    catalog = load_catalog()
    store = open_store(settings, catalog)
    return store, catalog, chosen_models(settings, catalog)


@asynccontextmanager
async def open_runtime(
    settings: Settings, registry: Registry, names: Sequence[str], *, warm: bool = True
) -> AsyncIterator[Runtime]:
    """Lanes of the skills `names`, and nothing left of them afterwards, also where SIGTERM ends the work.

    `warm` False leaves the loading to the first job, or to `Runtime.warm_up`.
    """
    task = asyncio.current_task()
    with suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: task and task.cancel())
    store, _, cards = open_models(settings)
    lanes = lane_configs(settings, store, cards, tuple(names))
    if not warm:
        lanes = {name: replace(lane, warm_up=False) for name, lane in lanes.items()}
    work = Path(tempfile.mkdtemp(prefix="chutko-"))
    runtime = Runtime(registry, lanes, work)
    try:
        await runtime.start()
        yield runtime
    finally:
        await runtime.close()
        shutil.rmtree(work, ignore_errors=True)
