"""The language model: Chutko's own local server, or an Ollama that the owner runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import psutil

from skills import ModelCard, ModelUnavailable, SkillError, Store
from skills._llm_process import LocalLlm
from skills.chat import ChatSkill
from skills.models.ollama import ServerState

from .config import Settings
from .fetching import Arrival, Fetching
from .notes import Note
from .ollama_names import ollama_host, on_server

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 15.0
LOOK_LIMIT_S = 3.0
"""Who reads a card waits no longer for a server."""


class Llm:
    """`chat` answers once `run` has brought the server up."""

    def __init__(
        self, settings: Settings, store: Store, card: ModelCard, options: Mapping[str, Any] | None = None
    ) -> None:
        """`options` are Ollama's, beside those that the settings give."""
        wanted = settings.chat
        own = card.shipped == "files" and not wanted.host
        self._local = (
            LocalLlm(
                card.id,
                lambda: next(iter(store.files(card.id).values())),
                threads=wanted.threads,
                num_ctx=wanted.num_ctx,
                keep_alive=wanted.keep_alive,
                queue=wanted.queue + wanted.parallel,
            )
            if own
            else None
        )
        self._host = ollama_host(settings)
        self.chat = ChatSkill(
            self.address,
            on_server(settings, card) or wanted.model or card.id,
            {
                "num_ctx": wanted.num_ctx,
                "num_predict": wanted.max_tokens,
                "temperature": wanted.temperature,
                **(options or {}),
            },
            keep_alive=wanted.keep_alive,
            timeout_s=wanted.timeout_s,
            parallel=wanted.parallel,
            queue=wanted.queue,
        )
        self.configured = self.chat.model
        """The model by the settings; `chat.model` is the one that answers."""
        self._waking = False
        self.settled = asyncio.Event()
        """Set when the server has answered, or has failed to once."""
        self.state = "cold"
        """cold, loading, ready or failed."""
        self.note: Note | None = None
        """While it does not answer: why."""
        self._told = ""

    async def run(self, fetching: Fetching) -> None:
        """Bring the server up as soon as the model is here, have the model loaded, and keep an eye on it."""
        await fetching.wait_for("chat")
        while True:
            try:
                await self._bring_up()
            except SkillError as error:
                self.state = "failed"
                self._tell(error)
            self.settled.set()
            await asyncio.sleep(LOOK_AGAIN_S)

    def arrival(self) -> Arrival:
        """How the model of a server of the owner's is doing."""
        return Arrival("chat", self.chat.model, self.chat.model, self.state, 0, 0, self.note)

    async def wake(self) -> None:
        """Have the model loaded. Raises ModelUnavailable, TimedOut, Busy, InferenceFailed."""
        self.state, self._waking = "loading", True
        try:
            await self.start_server()
            await self.chat.warm_up()
        except SkillError as error:
            self.state = "failed"
            self._tell(error)
            raise
        finally:
            self._waking = False
        self.state = "ready"

    async def unload(self) -> None:
        """Give the model's memory back. Raises ModelUnavailable, TimedOut, Busy, InferenceFailed."""
        try:
            await self.chat.unload()
        except SkillError as error:
            self.state = "failed"
            self._tell(error)
            raise
        self.state = "cold"

    @property
    def own(self) -> bool:
        """Whether the server is a child of ours; if not, it is an Ollama server or the like."""
        return self._local is not None

    async def look(self) -> ServerState:
        """What the server says of itself and its model; not reachable if that takes long. Never raises."""
        try:
            async with asyncio.timeout(LOOK_LIMIT_S):
                return await self.chat.probe()
        except TimeoutError:
            return ServerState(reachable=False)

    def resident_bytes(self) -> int:
        """Memory of our own server with its children; 0 while it does not run. Reads the list of processes."""
        try:
            server = psutil.Process(self.pid) if self.pid is not None else None
            return (
                sum(p.memory_info().rss for p in (server, *server.children(recursive=True))) if server else 0
            )
        except psutil.Error:
            return 0

    @property
    def pid(self) -> int | None:
        """Process id of our own server, whose child holds the model; None if it does not run."""
        return self._local.pid if self._local is not None else None

    async def start_server(self) -> None:
        """Start our own server, if it is ours. Raises ModelUnavailable."""
        if self._local is not None:
            await self._local.start()

    async def close(self) -> None:
        if self._local is not None:
            await self._local.close()

    async def _bring_up(self) -> None:
        await self.start_server()
        asked = self.chat.model
        found = await self.chat.probe()
        if found.trouble:
            raise ModelUnavailable(f"its server {found.trouble}", reason="llm-odd")
        if not found.reachable:
            raise ModelUnavailable("its server does not answer", reason="llm-unreachable")
        if not found.model_present and asked != self.configured and self.chat.model == asked:
            log.warning("the server has no %s any more; %s answers instead", asked, self.configured)
            self.chat.model = self.configured
            found = await self.chat.probe()
        if not found.model_present:
            raise ModelUnavailable(
                f"its server has no {self.chat.model}: chutko models pull {self.chat.model}",
                reason="llm-model-missing",
                model=self.chat.model,
            )
        self.note, self._told = None, ""
        if found.model_loaded:
            self.state = "ready"
        elif self.state in ("cold", "failed") and not self.settled.is_set():
            self.settled.set()
            self.state = "loading"
            # The first question should not wait for the load.
            await self.chat.warm_up()
            self.state = "ready"
        elif not self._waking:
            self.state = "cold"  # asleep after keep_alive; the next question wakes it

    def _tell(self, error: SkillError) -> None:
        """Into the log once, and not with every look."""
        self.note = Note.of(error)
        if self._told != str(error):
            self._told = str(error)
            where = "" if self._local is not None else f" (an Ollama server at {self._host}, by chat.host)"
            log.warning("the language model does not answer%s: %s", where, error)

    def address(self) -> str:
        """Of the server. Raises ModelUnavailable while our own does not run."""
        return self._local.host if self._local is not None else self._host
