"""Messages that show a page of the models, and follow the work that goes on there."""

from __future__ import annotations

import asyncio
import html
import logging

from telegram import LinkPreviewOptions, Message
from telegram.error import TelegramError

from bot.errors import explain
from bot.handlers.models_pages import ModelPages, Page
from bot.model_work import Work
from bot.notes import Note, note_words
from bot.texts import Speaker
from skills import SkillError

log = logging.getLogger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Screen:
    def __init__(self, pages: ModelPages) -> None:
        self._pages = pages
        self._following: dict[tuple[int, int], asyncio.Task[None]] = {}
        """By chat and message: a card that is brought up to date there when work is done."""

    async def turn(self, message: Message, page: Page) -> None:
        """Show another page in the same message; what it followed no longer matters there."""
        if (following := self._following.pop(_place(message), None)) is not None:
            following.cancel()
        await _edit(message, page)

    async def follow(
        self, message: Message, say: Speaker, skill: str, work: Work | None, *, admin: bool
    ) -> None:
        """Show the card as it is now, and again when the work, if there is any, is done."""
        await self.turn(message, await self._pages.card(say, skill, admin=admin))
        if work is None:
            return
        place = _place(message)
        following = asyncio.create_task(self._show_the_end(message, say, skill, work, admin=admin))
        self._following[place] = following
        following.add_done_callback(
            lambda done: self._following.pop(place) if self._following.get(place) is done else None
        )

    async def close(self) -> None:
        following = list(self._following.values())
        for each in following:
            each.cancel()
        await asyncio.gather(*following, return_exceptions=True)

    async def _show_the_end(
        self, message: Message, say: Speaker, skill: str, work: Work, *, admin: bool
    ) -> None:
        error = await asyncio.shield(work)  # who looks away does not stop it
        text, buttons = await self._pages.card(say, skill, admin=admin)
        if error is not None and (trouble := html.escape(_trouble(say, error), quote=False)) not in text:
            text = f"{text}\n\n⚠️ {trouble}"
        try:
            await _edit(message, (text, buttons))
        except TelegramError as trouble:
            log.info("a card could not be brought up to date: %s", trouble)


def _trouble(say: Speaker, error: SkillError) -> str:
    """What a card says of it beside the state, or else what anybody is told."""
    return note_words(say, Note.of(error)) if say.has(f"note-{error.reason}") else explain(error, say)


def _place(message: Message) -> tuple[int, int]:
    return message.chat.id, message.message_id


async def _edit(message: Message, page: Page) -> None:
    text, buttons = page
    await message.edit_text(text, parse_mode="HTML", reply_markup=buttons, link_preview_options=NO_PREVIEW)
