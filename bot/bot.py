"""The bot while it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .dispatch import Dispatcher
from .fetching import Fetching
from .intake import Intake
from .llm import Llm
from .model_states import ModelStates
from .mood.clockwork import Clockwork
from .mood.live import LiveMood
from .notes import note_in_all_languages
from .routing import Me
from .texts import Texts

log = logging.getLogger(__name__)

Background = Callable[[], Coroutine[Any, Any, None]]
"""The `run` of a component: it works until it is cancelled, or returns when there is nothing more to do.

It mends its own troubles: what it raises ends the bot.
"""


class Bot:
    """A bot that is put together and ready to run."""

    def __init__(
        self,
        me: Me,
        intake: Intake,
        dispatcher: Dispatcher,
        fetching: Fetching,
        llm: Llm,
        states: ModelStates,
        texts: Texts,
        background: Sequence[Background],
        mood: LiveMood,
        clockwork: Clockwork,
        *,
        fetch: bool,
    ) -> None:
        """`background` is what runs beside each other for as long as the bot answers.

        Without `fetch` the models that are missing are not waited for.
        """
        self.me = me
        self.fetching = fetching
        self.mood = mood
        """Of the groups that are watched, for the page."""
        self.clockwork = clockwork
        """For a simulation, which has its own idea of what time it is."""
        self.settled = asyncio.Event()
        """Set when the bot answers, and every model is here or has failed to come once."""
        self._intake = intake
        self._dispatcher = dispatcher
        self._llm = llm
        self._states = states
        self._texts = texts
        self._background = background
        self._fetch = fetch

    async def run(self) -> None:
        """Answer until cancelled."""
        resumed = await self._intake.resume()
        if resumed:
            log.info("going on with %d messages of an earlier run", resumed)
        async with asyncio.TaskGroup() as tasks:
            for work in (*self._background, self._settle):
                tasks.create_task(work())

    def status(self) -> Mapping[str, Any]:
        """For the page, as JSON: is the bot ready, and how every model is doing. Its reader chooses the language."""
        models = [
            asdict(row) | {"note": note_in_all_languages(self._texts, row.note) if row.note else None}
            for row in self._states.rows()
        ]
        return {"ready": self.settled.is_set(), "models": models}

    def busy(self) -> int:
        """How many messages wait or are worked on."""
        return self._dispatcher.busy()

    async def _settle(self) -> None:
        if self._fetch:
            await self.fetching.tried.wait()
        if self.fetching.ready("chat"):
            await self._llm.settled.wait()
        self.settled.set()
