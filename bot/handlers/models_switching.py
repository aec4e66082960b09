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

MODELS_SHOWN = 20
"""On one page."""
ALERT_CHARS = 60
BUTTON_CHARS = 120
"""Telegram limits the buttons of a message together, at some ten thousand bytes."""


class Switching:
    """A model's key is the hash of its name, which may be longer than the 64 bytes that a button holds."""

    def __init__(self, choice: ChatChoice, screen: Screen, works: Works) -> None:
        self._choice = choice
        self._screen = screen
        self._works = works
        self._choosing = asyncio.Lock()

    async def page(self, say: Speaker, number: str = "") -> Page:
        """A button for each model that the server has now; the first page unless a number is given."""
        names = sorted(await self._choice.names())
        back = [button(say("models-back"), "card", "chat")]
        if not names:
            return say("chat-models-none"), InlineKeyboardMarkup([back])
        pages = [names[at : at + MODELS_SHOWN] for at in range(0, len(names), MODELS_SHOWN)]
        at = min(int(number), len(pages) - 1) if number.isdecimal() else 0
        buttons = [[button(self._label(name), "use", _hash(name))] for name in pages[at]]
        if at > 0:
            back.insert(0, button("‹", "chats", str(at - 1)))
        if at + 1 < len(pages):
            back.append(button("›", "chats", str(at + 1)))
        model = html.escape(self._choice.model, quote=False)
        title = say("chat-models-title" if len(names) > 1 else "chat-models-only", model=model)
        return title, InlineKeyboardMarkup([*buttons, back])

    def _label(self, name: str) -> str:
        """Names differ at their ends: size and quantization."""
        short = name if len(name) <= BUTTON_CHARS else f"…{name[1 - BUTTON_CHARS :]}"
        return f"✅ {short}" if self._choice.answers(name) else short

    async def press(self, query: CallbackQuery, message: Message, say: Speaker, key: str) -> None:
        """Let the model answer from now on."""
        name = next((name for name in await self._choice.names() if _hash(name) == key), None)
        if name is None:
            await query.answer(say("chat-models-gone"), show_alert=True)
            await self._screen.turn(message, await self.page(say))
            return
        work = None
        async with self._choosing:
            if self._works.busy("chat"):
                await query.answer(say("models-patience"))
                return
            if not self._choice.answers(name):
                before = self._choice.model
                await self._choice.choose(name)
                log.info("%s chose %s to answer in the chat", query.from_user.id, self._choice.model)
                if not self._works.busy("chat"):  # somebody may just have begun to wake it
                    waking = partial(self._choice.wake_or_return, self._choice.model, before)
                    work = self._works.begin("chat", waking)
        await query.answer(say("chat-models-chosen", model=name[:ALERT_CHARS]))
        await self._screen.follow(message, say, "chat", work, admin=True)


def _hash(name: str) -> str:
    return hashlib.sha256(full_name(name).encode()).hexdigest()[:16]
