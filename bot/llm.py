"""The language model: Chutko's own local server, or an Ollama that the owner runs."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from typing import Any

from skills import ModelCard, ModelUnavailable, SkillError, Store
from skills._llm_process import LocalLlm
from skills.chat import ChatSkill

from .config import Settings
from .fetching import Arrival, Fetching

log = logging.getLogger(__name__)

OLLAMA = "http://127.0.0.1:11434"
"""Where Ollama listens unless told otherwise."""
LOOK_AGAIN_S = 15.0


class Llm:
    """`chat` answers once `run` has brought the server up."""

    def __init__(self, settings: Settings, store: Store, card: ModelCard) -> None:
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
        self._host = wanted.host or OLLAMA
        self.chat = ChatSkill(
            self._address,
            wanted.model or (card.id if own else OLLAMA_NAMES.get(card.id, card.id)),
            {"num_ctx": wanted.num_ctx, "num_predict": wanted.max_tokens, "temperature": wanted.temperature},
            keep_alive=wanted.keep_alive,
            timeout_s=wanted.timeout_s,
            parallel=wanted.parallel,
            queue=wanted.queue,
        )
        self.settled = asyncio.Event()
        """Set when the server has answered, or has failed to once."""
        self.state = "cold"
        """cold, loading, ready or failed."""

    async def run(self, fetching: Fetching) -> None:
        """Bring the server up as soon as the model is here, have the model loaded, and keep an eye on it."""
        await fetching.wait_for("chat")
        while True:
            try:
                await self._bring_up()
            except SkillError as error:
                self.state = "failed"
                log.warning("the language model does not answer: %s", error)
            self.settled.set()
            await asyncio.sleep(LOOK_AGAIN_S)

    def row(self) -> dict[str, Any]:
        """How the model of a server of the owner's is doing, as a row of `Fetching.snapshot`."""
        arrival = Arrival("chat", self.chat.model, self.chat.model, self.state, 0, 0)
        return asdict(arrival)

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
        found = await self.chat.probe()
        if not found.reachable:
            raise ModelUnavailable(f"no server at {self._host}", reason="llm-unreachable")
        if not found.model_present:
            raise ModelUnavailable(
                "the server lacks the model", reason="llm-model-missing", model=self.chat.model
            )
        if found.model_loaded:
            self.state = "ready"
        elif self.state in ("cold", "failed") and not self.settled.is_set():
            self.settled.set()
            self.state = "loading"
            # The first question should not wait for the load.
            await self.chat.warm_up()
            self.state = "ready"
        else:
            self.state = "cold"  # asleep after keep_alive; the next question wakes it

    def _address(self) -> str:
        return self._local.host if self._local is not None else self._host


OLLAMA_NAMES = {"llama3-8b": "llama3:8b"}
"""What Ollama calls a model of the catalog."""
