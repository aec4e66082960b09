"""From the settings to the lanes of the runtime."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from skills import Catalog, LaneConfig, ModelCard, Store

from .config import Settings
from .sections import LaneSettings

COMPUTING = ("sentiment", "sounds", "speech", "photo", "video")
"""Skills that work in lanes; chat talks to a server of its own."""


def chosen_models(settings: Settings, catalog: Catalog) -> dict[str, ModelCard]:
    """The model of every skill. Raises CatalogError for a wish that the catalog does not know."""
    wishes = settings.models.model_dump(include={*COMPUTING, "chat"})
    return catalog.choose(settings.profile, wishes)


def not_yet(cards: Mapping[str, ModelCard]) -> list[str]:
    """Skills whose chosen model this version has no code for."""
    return [
        name for name in COMPUTING if importlib.util.find_spec(cards[name].loader.partition(":")[0]) is None
    ]


def lane_configs(
    settings: Settings, store: Store, cards: Mapping[str, ModelCard], names: tuple[str, ...] = COMPUTING
) -> dict[str, LaneConfig]:
    """A lane for each of the skills `names`."""
    return {name: _lane(settings, store, cards[name], getattr(settings.lanes, name)) for name in names}


def _lane(settings: Settings, store: Store, card: ModelCard, lane: LaneSettings) -> LaneConfig:
    files: Callable[[], Mapping[str, Path]] = (
        partial(store.files, card.id) if card.shipped == "files" else dict
    )
    return LaneConfig(
        model_id=card.id,
        loader=card.loader,
        files=files,
        options=skill_options(settings, card.skill),
        workers=lane.workers,
        queue=lane.queue,
        threads=lane.threads,
        timeout_s=lane.timeout_s,
        idle_unload_s=lane.idle_unload_s,
        memory_mb=lane.memory_mb,
        warm_up=lane.warm_up,
    )


def skill_options(settings: Settings, skill: str) -> dict[str, Any]:
    """The skill's own section and the limits, as plain values."""
    return {**settings.limits.model_dump(), **getattr(settings, skill).model_dump()}
