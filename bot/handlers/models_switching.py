"""The page on which admins choose the model that answers in the chat."""

from __future__ import annotations

import asyncio
import hashlib
import html
import logging
from functools import partial

from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from bot.chat_choice import ChatChoice
from bot.handlers.models_pages import Page, button
from bot.handlers.models_screen import Screen
from bot.model_work import Works
from bot.texts import Speaker
from skills.models.ollama import full_name

log = logging.getLogger(__name__)

MODELS_SHOWN = 30
ALERT_CHARS = 60


class Switching:
    """A model's key is the hash of its name, which may be longer than the 64 bytes that a button holds."""

    def __init__(self, choice: ChatChoice, screen: Screen, works: Works) -> None:
        self._choice = choice
        self._screen = screen
        self._works = works
        self._choosing = asyncio.Lock()

    async def page(self, say: Speaker) -> Page:
        """A button for each model that the server has now."""
        names = await self._choice.names()
        back = [button(say("models-back"), "card", "chat")]
        if not names:
            return say("chat-models-none"), InlineKeyboardMarkup([back])
        buttons = [
            [button(f"✅ {name}" if self._choice.answers(name) else name, "use", _hash(name))]
            for name in sorted(names)[:MODELS_SHOWN]
        ]
        title = say("chat-models-title", model=html.escape(self._choice.model, quote=False))
        return title, InlineKeyboardMarkup([*buttons, back])

    async def press(self, query: CallbackQuery, message: Message, say: Speaker, key: str) -> bool:
        """Let the model answer from now on. False if the server has it no more."""
        name = next((name for name in await self._choice.names() if _hash(name) == key), None)
        if name is None:
            return False
        work = None
        async with self._choosing:
            if self._works.busy("chat"):
                await query.answer(say("models-patience"))
                return True
            if not self._choice.answers(name):
                before = self._choice.model
                await self._choice.choose(name)
                log.info("%s chose %s to answer in the chat", query.from_user.id, self._choice.model)
                if not self._works.busy("chat"):  # somebody may just have begun to wake it
                    waking = partial(self._choice.wake_or_return, self._choice.model, before)
                    work = self._works.begin("chat", waking)
        await query.answer(say("chat-models-chosen", model=name[:ALERT_CHARS]))
        await self._screen.follow(message, say, "chat", work, admin=True)
        return True


def _hash(name: str) -> str:
    return hashlib.sha256(full_name(name).encode()).hexdigest()[:16]
