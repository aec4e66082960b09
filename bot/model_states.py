"""How every model is doing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from skills import LaneState, Runtime

from .fetching import Arrival, Fetching
from .llm import Llm
from .notes import Note


class ModelStates:
    """One view of what is on its way here, of the lanes, and of the language model."""

    def __init__(self, fetching: Fetching, runtime: Runtime, llm: Llm) -> None:
        self._fetching = fetching
        self._runtime = runtime
        self._llm = llm

    def rows(self) -> list[Arrival]:
        """One of every skill; a model that is here is in memory or not."""
        rows = list(self._rows())
        if all(row.skill != "chat" for row in rows):
            rows.append(self._llm.arrival())
        return rows

    def arrived(self, skill: str) -> bool:
        """Whether only files can be missing: the language model's server begins when it is told that its model came."""
        return skill != "chat" or self._fetching.ready(skill)

    def _rows(self) -> Iterator[Arrival]:
        for row in self._fetching.arrivals():
            if row.skill == "chat":
                # Somebody may have chosen another than the one that was to be fetched.
                if self._llm.chat.model == self._llm.configured:
                    here = row.state == "ready"
                    yield replace(row, state=self._llm.state, note=self._llm.note) if here else row
            elif row.state == "fetching":
                yield row
            elif (state := self._runtime.state(row.skill)) is not LaneState.MISSING or row.state == "ready":
                # Here, perhaps by somebody's hand.
                failure = self._runtime.failure(row.skill)
                note = Note.of(failure) if state is LaneState.FAILED and failure is not None else None
                yield replace(row, state=state.value, note=note)
            else:
                yield row
