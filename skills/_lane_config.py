"""How a lane is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class LaneConfig:
    """How one skill is run."""

    model_id: str
    loader: str
    """Function that loads the model in the worker, as `skills.models.mobilenet:load`."""
    files: Callable[[], Mapping[str, Path]]
    """Verified files of the model by name. Raises ModelUnavailable while they are not all there."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the skill; plain values."""
    workers: int = 1
    queue: int = 32
    """Most jobs waiting."""
    threads: int = 1
    """Native threads of one worker."""
    timeout_s: float = 120.0
    """Of one job, and of one batch; loading the model is not counted."""
    load_timeout_s: float = 300.0
    idle_unload_s: float = 900.0
    memory_mb: int = 4096
    """Private writable memory that one worker may have."""
    warm_up: bool = False
    """Load the model when the runtime starts."""
