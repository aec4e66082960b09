"""The buttons that fetch a model, wake it, put it to sleep, or load it again."""

from __future__ import annotations

from functools import partial

from telegram import CallbackQuery, Message

from bot.fetching import Arrival, Fetching
from bot.handlers.models_pages import ModelPages
from bot.handlers.models_screen import Screen
from bot.llm import Llm
from bot.model_work import Works
from bot.texts import Speaker
from skills import Runtime

ANSWERS = {
    "fetch": "models-fetching",
    "wake": "models-waking",
    "sleep": "models-falling-asleep",
    "again": "models-waking",
}
"""What is said at once, by action."""


class Waking:
    """Loading takes a while; the chat does not wait for it."""

    def __init__(
        self,
        pages: ModelPages,
        screen: Screen,
        works: Works,
        fetching: Fetching,
        runtime: Runtime,
        llm: Llm,
    ) -> None:
        self._pages = pages
        self._screen = screen
        self._works = works
        self._fetching = fetching
        self._runtime = runtime
        self._llm = llm

    async def press(
        self, query: CallbackQuery, message: Message, say: Speaker, action: str, row: Arrival, *, admin: bool
    ) -> None:
        """`action` is one of `ANSWERS`. A button that no longer fits its model shows the card as it is now."""
        skill = row.skill
        here = await self._pages.here(row)
        if self._works.busy(skill) or row.state in ("loading", "fetching"):
            await query.answer(say("models-patience"))
        elif action == "fetch" and here:
            await query.answer(say("models-here"))
        elif action != "fetch" and not here:
            await query.answer(say("models-not-here"), show_alert=True)
        elif action == "fetch" and row.state != "failed" and not admin:
            await query.answer(say("models-only-admins"), show_alert=True)
        elif action == "wake" and row.state == "ready":
            await query.answer(say("models-awake"))
        else:
            work = self._works.begin(skill, partial(self._do, action, skill))
            await query.answer(say(ANSWERS[action]))
            await self._screen.follow(message, say, skill, work, admin=admin)
            return
        await self._screen.turn(message, await self._pages.card(say, skill, admin=admin))

    async def _do(self, action: str, skill: str) -> None:
        if action == "fetch":
            await self._fetching.again(skill)
            return
        if action != "wake":
            await (self._llm.unload() if skill == "chat" else self._runtime.unload(skill))
        if action != "sleep":
            await (self._llm.wake() if skill == "chat" else self._runtime.warm_up(skill))
