"""How fetching a model goes, for whoever looks on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far fetching a model has come."""

    model_id: str
    file: str
    """The file on its way; empty while waiting, and at the end."""
    done_bytes: int
    total_bytes: int
    source: str = ""
    """A host, or the name of a package."""
    note: str = ""
    """A few words when something holds it up, such as waiting for another process."""
