"""What all commands about moods work with."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden

from bot.context import Context
from bot.mood.analyst import Analyst
from bot.mood.pseudonyms import Pseudonyms, known_as
from bot.mood.readers import Audience
from bot.mood.rights import Rights
from bot.mood.watcher import Watcher
from bot.replies import Replies
from bot.routing import Me
from bot.sections import MoodSettings
from storage.mood_groups import GroupSettings, MoodGroup, MoodGroups
from storage.moods import Moods

log = logging.getLogger(__name__)

GROUPS = ("group", "supergroup")


@dataclass(frozen=True, slots=True)
class Desk:
    bot: Bot
    me: Me
    replies: Replies
    groups: MoodGroups
    moods: Moods
    rights: Rights
    audience: Audience
    pseudonyms: Pseudonyms
    watcher: Watcher
    analyst: Analyst
    settings: MoodSettings
    now: Callable[[], float] = time.time

    async def group_here(self, message: Message) -> MoodGroup:
        """The group in which this was written; it is made known if it is not."""
        return await self.groups.ensure(
            message.chat.id,
            message.chat.title or "",
            GroupSettings(
                time_zone=self.settings.time_zone,
                retention_days=self.settings.retention_days,
                transcripts=self.settings.transcripts,
            ),
        )

    async def person(self, group: MoodGroup, person_id: int) -> int:
        """As moods know them."""
        return await known_as(self.pseudonyms, self.groups, group, person_id)

    async def erase(self, group: MoodGroup, person_id: int) -> int:
        """What is kept of a person, and what was heard of them and is not stored yet; how many scores."""
        person = await self.person(group, person_id)
        self.watcher.forget(group.id, person)
        return await self.moods.forget_person(group.id, person)

    async def reaches(self, person_id: int, action: str = "upload_photo") -> bool:
        """Whether the bot may write to this person in private; shows them that something is on its way."""
        try:
            await self.bot.send_chat_action(person_id, action)
        except (Forbidden, BadRequest):
            return False
        return True

    def link(self, what: str, group: MoodGroup) -> str:
        """Opens the private chat with the bot, which gets `/start WHAT_ID`."""
        return f"https://t.me/{self.me.username}?start={what}_{group.id}"


def writer(message: Message) -> int | None:
    """Who wrote it, as moods know people: the chat in whose name an anonymous admin or a channel writes."""
    if message.sender_chat is not None:
        return message.sender_chat.id
    return message.from_user.id if message.from_user else None


def in_group(ctx: Context) -> bool:
    return ctx.message.chat.type in GROUPS


def button(text: str, *data: str | int) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=":".join(("mood", *map(str, data))))


async def edit(query: CallbackQuery, text: str, rows: list[list[InlineKeyboardButton]] | None = None) -> None:
    """Show another text under the button that was pressed. Saying the same again is no error."""
    try:
        await query.edit_message_text(
            text, parse_mode="HTML", reply_markup=InlineKeyboardMarkup(rows) if rows else None
        )
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            raise
