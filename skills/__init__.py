"""Everything that knows models; nothing that knows Telegram."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._catalog import Catalog, CatalogError, ModelCard
    from ._catalog import load as load_catalog
    from ._errors import (
        BadInput,
        Busy,
        InferenceFailed,
        ModelUnavailable,
        PullCancelled,
        PullFailed,
        ShuttingDown,
        SkillError,
        TimedOut,
    )
    from ._lane_config import LaneConfig
    from ._pins import Pin, PinError
    from ._registry import Registry
    from ._runtime import LaneState, LaneStats, Runtime
    from ._sniff import FileFormat, is_moving_gif, read_header, sniff_header
    from ._store import FileCheck, ModelState, PullProgress, Store
    from ._types import (
        Chart,
        Clip,
        Job,
        Media,
        MediaKind,
        Model,
        Reply,
        Say,
        Scored,
        Skill,
        SkillSpec,
        StreamingSkill,
    )

__all__ = [
    "BadInput",
    "Busy",
    "Catalog",
    "CatalogError",
    "Chart",
    "Clip",
    "FileCheck",
    "FileFormat",
    "InferenceFailed",
    "Job",
    "LaneConfig",
    "LaneState",
    "LaneStats",
    "Media",
    "MediaKind",
    "Model",
    "ModelCard",
    "ModelState",
    "ModelUnavailable",
    "Pin",
    "PinError",
    "PullCancelled",
    "PullFailed",
    "PullProgress",
    "Registry",
    "Reply",
    "Runtime",
    "Say",
    "Scored",
    "ShuttingDown",
    "Skill",
    "SkillError",
    "SkillSpec",
    "Store",
    "StreamingSkill",
    "TimedOut",
    "is_moving_gif",
    "load_catalog",
    "read_header",
    "sniff_header",
]

# A worker process imports this package, too, and must not pay for the store and its network libraries:
# the public names are looked up when they are first used.
_MODULES = {
    "_catalog": "Catalog CatalogError ModelCard",
    "_errors": (
        "BadInput Busy InferenceFailed ModelUnavailable PullCancelled PullFailed ShuttingDown SkillError TimedOut"
    ),
    "_lane_config": "LaneConfig",
    "_pins": "Pin PinError",
    "_registry": "Registry",
    "_runtime": "LaneState LaneStats Runtime",
    "_sniff": "FileFormat is_moving_gif read_header sniff_header",
    "_store": "FileCheck ModelState PullProgress Store",
    "_types": "Chart Clip Job Media MediaKind Model Reply Say Scored Skill SkillSpec StreamingSkill",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name == "load_catalog":
        return import_module("._catalog", __name__).load
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
