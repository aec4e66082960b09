"""Models arriving in the background, while the bot already answers with those that are here."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skills import ModelUnavailable, PullFailed, PullProgress, Store

from .notes import Note

log = logging.getLogger(__name__)

PAUSES_S = (15.0, 60.0, 300.0, 900.0)
LOOK_S = 5.0
"""How soon it is noticed that somebody has brought a model by hand."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one skill's model stands."""

    skill: str
    model: str
    """Id of the model."""
    title: str
    state: str
    """`missing`, `fetching`, `ready` or `failed` (it is tried again later); where somebody knows more of a model
    that is here, also `cold` or `loading`."""
    fetched_bytes: int
    total_bytes: int
    note: Note | None = None
    """What holds it up."""

    @property
    def percent(self) -> int:
        """How much of it has arrived."""
        return int(100 * self.fetched_bytes / (self.total_bytes or 1))


class Fetching:
    """Pulls the wanted models one after another, the smallest first, so that skills become ready one by one.

    What fails is tried again after growing pauses, for as long as `run` runs.
    """

    def __init__(
        self,
        store: Store,
        wanted: Mapping[str, str],
        pauses_s: Sequence[float] = PAUSES_S,
        look_s: float = LOOK_S,
    ) -> None:
        """`wanted` is skill name -> model id. Raises CatalogError for an unknown id."""
        self._store = store
        self._pauses_s, self._look_s = pauses_s, look_s
        self._arrivals: dict[str, Arrival] = {}
        self._here: dict[str, asyncio.Event] = {}
        self._decided: dict[str, asyncio.Event] = {}
        """By skill: set when its model is here, or has failed to come once."""
        self._stop = threading.Event()
        self.tried = asyncio.Event()
        """Set when every model is here, or has failed to come once."""
        for skill, model_id in wanted.items():
            card = store.card(model_id)
            here = store.has(model_id)
            self._here[skill] = asyncio.Event()
            self._decided[skill] = asyncio.Event()
            if here:
                self._here[skill].set()
                self._decided[skill].set()
            self._arrivals[skill] = Arrival(
                skill=skill,
                model=model_id,
                title=card.title.replace("`", ""),
                state="ready" if here else "missing",
                fetched_bytes=store.fetched_bytes(model_id),
                total_bytes=card.size_bytes,
            )

    async def run(self) -> None:
        """Returns when everything is here. Cancelling stops the download; what has arrived is kept."""
        failures = 0
        while waiting := [a for a in self._arrivals.values() if a.state != "ready"]:
            if failures:
                await self._rest(self._pauses_s[min(failures, len(self._pauses_s)) - 1], waiting)
            for arrival in sorted(waiting, key=lambda a: a.total_bytes):
                if self._arrivals[arrival.skill].state not in ("fetching", "ready"):  # see `again`
                    await self._fetch(arrival.skill)
            failures += 1
            self.tried.set()
        self.tried.set()

    def arrivals(self) -> list[Arrival]:
        """How the models stand now."""
        return list(self._arrivals.values())

    def arrival(self, skill: str) -> Arrival:
        """Raises KeyError for a skill that was not wanted."""
        return self._arrivals[skill]

    def ready(self, skill: str) -> bool:
        """Whether nothing need arrive for the skill; true for one that was not wanted here."""
        return skill not in self._here or self._here[skill].is_set()

    async def wait_for(self, skill: str) -> None:
        """Returns when the skill's model is here; at once for one that was not wanted here."""
        if not self.ready(skill):
            await self._here[skill].wait()

    async def wait_for_outcome(self, skill: str) -> None:
        """Returns when the skill's model is here. Raises ModelUnavailable if it has failed to come."""
        if skill in self._decided:
            await self._decided[skill].wait()
        if not self.ready(skill):
            raise ModelUnavailable(f"the model of {skill} did not come", reason="not-fetched")

    async def again(self, skill: str) -> None:
        """Fetch a model at once that failed to come, or is gone from the disk. Raises ModelUnavailable."""
        await self._fetch(skill)
        arrival = self._arrivals[skill]
        if arrival.state != "ready":
            note = arrival.note or Note("")
            raise ModelUnavailable(f"{arrival.model} did not come", reason=note.reason, **note.details)

    async def _rest(self, pause_s: float, waiting: Sequence[Arrival]) -> None:
        """Until it is time to try again, or one of the models is here by somebody's hand."""
        over_s = time.monotonic() + pause_s
        while (left_s := over_s - time.monotonic()) > 0:
            await asyncio.sleep(min(self._look_s, left_s))
            for arrival in waiting:
                if await asyncio.to_thread(self._store.has, arrival.model):
                    return

    async def _fetch(self, skill: str) -> None:
        arrival = self._arrivals[skill]

        def note_progress(progress: PullProgress) -> None:  # called in the pulling thread
            # Of a model that is pinned at its first pull the size is known only by now.
            self._resize(skill, progress.total_bytes)
            self._change(skill, "fetching", progress.done_bytes, _hold_up(progress))

        self._change(skill, "fetching", arrival.fetched_bytes)
        pull = asyncio.create_task(
            asyncio.to_thread(self._store.pull, arrival.model, note_progress, self._stop)
        )
        try:
            await asyncio.shield(pull)
        except asyncio.CancelledError:
            self._stop.set()
            await asyncio.wait([pull])  # the thread stops by itself, at the next bytes
            if not pull.cancelled():
                pull.exception()  # PullCancelled, which nobody else will look at
            raise
        except PullFailed as error:
            log.warning("%s", error)
            self._change(skill, "failed", self._store.fetched_bytes(arrival.model), Note.of(error))
        except Exception:  # one model's trouble must not end the fetching of the others
            log.exception("fetching %s", arrival.model)
            self._change(skill, "failed", self._store.fetched_bytes(arrival.model), Note(""))
        else:
            self._change(skill, "ready", self._arrivals[skill].total_bytes)
            self._here[skill].set()
        self._decided[skill].set()

    def _resize(self, skill: str, total_bytes: int) -> None:
        self._arrivals[skill] = replace(self._arrivals[skill], total_bytes=total_bytes)

    def _change(self, skill: str, state: str, fetched_bytes: int, note: Note | None = None) -> None:
        self._arrivals[skill] = replace(
            self._arrivals[skill], state=state, fetched_bytes=fetched_bytes, note=note
        )


def _hold_up(progress: PullProgress) -> Note | None:
    """Why no bytes come at the moment; the store's own words are for the terminal."""
    if not progress.note:
        return None
    if not progress.file:
        return Note("elsewhere")
    return Note("retrying" if progress.source else "verifying")
