"""The buttons that wake a model, put it to sleep, or load it again."""

from __future__ import annotations

from functools import partial

from telegram import CallbackQuery, Message

from bot.handlers.models_pages import ModelPages
from bot.handlers.models_screen import Screen
from bot.llm import Llm
from bot.model_work import Works
from bot.texts import Speaker
from skills import Runtime


class Waking:
    """Loading takes a while; the chat does not wait for it."""

    def __init__(self, pages: ModelPages, screen: Screen, works: Works, runtime: Runtime, llm: Llm) -> None:
        self._pages = pages
        self._screen = screen
        self._works = works
        self._runtime = runtime
        self._llm = llm

    async def press(
        self, query: CallbackQuery, message: Message, say: Speaker, action: str, skill: str, *, admin: bool
    ) -> None:
        """`action` is wake, sleep or again."""
        row = self._pages.in_use(skill)
        state = row.state if row else "missing"
        if state in ("missing", "fetching"):
            await query.answer(say("models-not-here"), show_alert=True)
            return
        if self._works.busy(skill) or state == "loading":
            await query.answer(say("models-patience"))
            return
        if action == "wake" and state == "ready":
            await query.answer(say("models-awake"))
            await self._screen.turn(message, await self._pages.card(say, skill, admin=admin))
            return
        work = self._works.begin(skill, partial(self._do, action, skill))
        await query.answer(say("models-falling-asleep" if action == "sleep" else "models-waking"))
        await self._screen.follow(message, say, skill, work, admin=admin)

    async def _do(self, action: str, skill: str) -> None:
        if action != "wake":
            await (self._llm.unload() if skill == "chat" else self._runtime.unload(skill))
        if action != "sleep":
            await (self._llm.wake() if skill == "chat" else self._runtime.warm_up(skill))
