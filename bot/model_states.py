"""How every model is doing."""

from __future__ import annotations

from typing import Any

from skills import Runtime

from .fetching import Fetching
from .llm import Llm


class ModelStates:
    """One view of what is on its way here, of the lanes, and of the language model."""

    def __init__(self, fetching: Fetching, runtime: Runtime, llm: Llm) -> None:
        self._fetching = fetching
        self._runtime = runtime
        self._llm = llm

    def rows(self) -> list[dict[str, Any]]:
        """A row of `Fetching.snapshot` for every skill; a model that is here is in memory or not."""
        rows = self._fetching.snapshot()
        if self._llm.chat.model != self._llm.configured:
            # Somebody has chosen another than the one that was to be fetched.
            rows = [row for row in rows if row["skill"] != "chat"]
        for row in rows:
            if row["state"] == "ready" and row["skill"] != "chat":
                row["state"] = self._runtime.state(row["skill"]).value
            elif row["state"] == "ready":
                row["state"], row["note"] = self._llm.state, self._llm.note
        if all(row["skill"] != "chat" for row in rows):
            rows.append(self._llm.row())
        return rows
