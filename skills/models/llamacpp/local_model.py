"""A model file that is here, and how its name is compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skills.models.llamacpp.gguf import ModelInfo


@dataclass(frozen=True, slots=True)
class LocalModel:
    """One model file under the name that clients use."""

    name: str
    """With its tag, as `qwen2.5-coder-1.5b:latest`."""
    path: Path
    info: ModelInfo


def full_name(name: str) -> str:
    """A model name with its tag."""
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


def key(name: str) -> str:
    """Names are compared without case, with their tag."""
    return full_name(name).lower()
