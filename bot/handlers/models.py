"""The models in the chat: /models, /model NAME, and their buttons."""

from __future__ import annotations

import html

from telegram import Bot, CallbackQuery, Message

from bot.access import Access
from bot.context import Context
from bot.handlers.models_pages import ModelPages, Page
from bot.handlers.models_screen import NO_PREVIEW, Screen
from bot.handlers.models_switching import Switching
from bot.handlers.models_waking import Waking
from bot.model_names import Found
from bot.replies import Replies
from bot.texts import Speaker

NAME_CHARS = 60
FOR_ADMINS = ("sleep", "again", "chats", "use")
"""Actions that change what everybody gets."""


class Models:
    """Commands, and buttons whose data are `model:ACTION:KEY`; the keys are those of `ModelPages`."""

    def __init__(
        self,
        bot: Bot,
        replies: Replies,
        access: Access,
        pages: ModelPages,
        screen: Screen,
        waking: Waking,
        switching: Switching,
    ) -> None:
        self._bot = bot
        self._replies = replies
        self._access = access
        self._pages = pages
        self._screen = screen
        self._waking = waking
        self._switching = switching

    async def show_all(self, ctx: Context) -> list[int]:
        """/models"""
        text, buttons = self._pages.all_models(ctx.say)
        return await self._replies.text(ctx.place, text, html_ready=True, buttons=buttons)

    async def show_one(self, ctx: Context) -> list[int]:
        """/model NAME; without a name, or with one that nobody knows, buttons to choose from."""
        wanted = " ".join(ctx.route.arguments.split())
        found = self._pages.find(wanted)
        if not (found.sure and len(found.keys) == 1):
            text, buttons = self._question(ctx.say, wanted, found)
            return await self._replies.text(ctx.place, text, html_ready=True, buttons=buttons)
        admin = self._access.is_admin(ctx.route.person_id)
        text, buttons = await self._pages.card(ctx.say, found.keys[0], admin=admin)
        message = await self._bot.send_message(
            text=text,
            parse_mode="HTML",
            reply_markup=buttons,
            link_preview_options=NO_PREVIEW,
            **ctx.place.arguments,
        )
        return [message.message_id]

    async def press(self, query: CallbackQuery, say: Speaker) -> bool:
        """Take a button of ours. False if it is somebody else's, or of an older version."""
        subject, _, rest = (query.data or "").partition(":")
        action, _, key = rest.partition(":")
        message = query.message
        if subject != "model" or not isinstance(message, Message):
            return False
        admin = self._access.is_admin(query.from_user.id)
        if action in FOR_ADMINS and not admin:
            await query.answer(say("models-only-admins"), show_alert=True)
            return True
        match action:
            case "list":
                await query.answer()
                await self._screen.turn(message, self._pages.all_models(say))
            case "card" if self._pages.exists(key):
                await query.answer()
                await self._screen.turn(message, await self._pages.card(say, key, admin=admin))
            case "fetch" | "wake" | "sleep" | "again" if row := self._pages.in_use(key):
                await self._waking.press(query, message, say, action, row, admin=admin)
            case "chats":
                await query.answer()
                await self._screen.turn(message, await self._switching.page(say, key))
            case "use":
                await self._switching.press(query, message, say, key)
            case _:
                return False
        return True

    def _question(self, say: Speaker, wanted: str, found: Found) -> Page:
        """Which model is meant."""
        if not wanted:
            return say("model-which"), self._pages.choices(say)
        if found.sure:
            return say("model-which-of-these"), self._pages.guesses(say, found.keys)
        name = html.escape(wanted[:NAME_CHARS], quote=False)
        if found.keys:
            return say("model-perhaps", name=name), self._pages.guesses(say, found.keys)
        return say("model-not-known", name=name), self._pages.choices(say)
