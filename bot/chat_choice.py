"""Which of the chat server's models answers: an admin's choice, kept over restarts."""

from __future__ import annotations

import asyncio
import logging

from skills import ModelUnavailable, SkillError
from skills.models.ollama import full_name
from storage.preferences import Preferences

from .llm import Llm

log = logging.getLogger(__name__)

KEY = "chat-model"
NAME_CHARS = 350
"""Longest name that Ollama allows; a page of longer ones might not fit a message."""


class ChatChoice:
    """The choice belongs to the bot itself, which is a person among others in Telegram."""

    def __init__(self, preferences: Preferences, bot_id: int, llm: Llm) -> None:
        self._preferences = preferences
        self._bot_id = bot_id
        self._llm = llm
        self._lock = asyncio.Lock()

    @property
    def model(self) -> str:
        """Name of the model that answers."""
        return self._llm.chat.model

    async def restore(self) -> None:
        """Take up what was chosen before the restart.

        An owner who names another model in the settings means it: a choice counts only over the setting that it
        was made over.
        """
        match await self._preferences.get("person", self._bot_id, KEY):
            case {"model": str(model), "over": over} if over == self._llm.configured and model:
                self._llm.chat.model = model
                log.info("%s answers in the chat, by an admin's choice", model)

    async def names(self) -> tuple[str, ...]:
        """Models that the server has now; none if it does not answer."""
        return tuple(name for name in (await self._llm.chat.probe()).models if len(name) <= NAME_CHARS)

    def answers(self, name: str) -> bool:
        """Whether this is the model that answers."""
        return full_name(name) == full_name(self.model)

    async def choose(self, name: str) -> None:
        """From the next question on, `name` answers, also after a restart."""
        async with self._lock:
            await self._choose(name)

    async def wake_or_return(self, name: str, before: str) -> None:
        """Load the model that was chosen. If it cannot answer, `before` does again.

        Raises the SkillError that says so.
        """
        try:
            await self._llm.wake()
        except SkillError as error:
            async with self._lock:
                if self.model != name:  # somebody has chosen yet another one meanwhile
                    raise
                await self._choose(before)
            why = f"{name} could not be loaded: {error}"
            raise ModelUnavailable(why, reason="llm-returned", model=name, before=before) from error

    async def _choose(self, name: str) -> None:
        settled = full_name(name) == full_name(self._llm.configured)
        value = None if settled else {"model": name, "over": self._llm.configured}
        await self._preferences.set("person", self._bot_id, KEY, value)
        self._llm.chat.model = self._llm.configured if settled else name
        self._llm.state, self._llm.note = "cold", None
