"""/optout and /optin: everybody decides for themselves, in a group or in private for all they share with the bot."""

from __future__ import annotations

import asyncio
from typing import Literal

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.context import Context
from bot.handlers.mood_desk import Desk, button, edit, in_group, writer
from bot.mood.rights import Standing
from bot.mood.wording import short_title, title_of
from bot.texts import Speaker
from storage.mood_groups import MoodGroup

By = Literal["person", "group", "channel", "button"]
"""Who decided: somebody in their own name, an anonymous admin for all of these, a channel; or by a button."""


class MoodOpting:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def command(self, ctx: Context, *, out: bool) -> list[int]:
        if in_group(ctx):
            person_id = writer(ctx.message)
            if person_id is None:
                return []
            group = await self._desk.group_here(ctx.message)
            text = await self._decide(ctx.say, group, person_id, out=out, by=_by(ctx.message))
            return await self._desk.replies.text(ctx.place, text, html_ready=True)
        if not ctx.private or ctx.message.from_user is None:
            return []
        text, rows = await self._page(ctx.say, ctx.message.from_user.id)
        buttons = InlineKeyboardMarkup(rows) if rows else None
        return await self._desk.replies.text(ctx.place, text, html_ready=True, buttons=buttons)

    async def press(
        self, query: CallbackQuery, message: Message, say: Speaker, group: MoodGroup, *, out: bool
    ) -> list[int] | None:
        """In a group only who pressed learns of it; in private the list is brought up to date.

        None if nothing of this person is, or was, counted in the group.
        """
        here = message.chat.id == group.chat_id
        if not here and not await self.concerns(group, query.from_user.id):
            return None
        text = await self._decide(say, group, query.from_user.id, out=out, by="button")
        await query.answer(text, show_alert=True)
        if message.chat.type == "private":
            page, rows = await self._page(say, query.from_user.id)
            await edit(query, page, rows)
        return []

    async def _decide(self, say: Speaker, group: MoodGroup, person_id: int, *, out: bool, by: By) -> str:
        """What was done: HTML; for a button in less than the 200 signs that an alert holds."""
        desk, person = self._desk, await self._desk.person(group, person_id)
        if out:
            await desk.groups.opt_out(group.id, person)
            await desk.watcher.refresh()
            gone = await desk.erase(group, person_id)
            return say(f"mood-out-{by}", messages=gone, title=title_of(group))
        await desk.groups.opt_in(group.id, person)
        await desk.watcher.refresh()
        counted = "on" if group.watched else "off"
        return say(f"mood-in-{by}", watched=counted, title=title_of(group))

    async def _page(self, say: Speaker, person_id: int) -> tuple[str, list[list[InlineKeyboardButton]]]:
        groups = await self.shared(person_id)
        if not groups:
            return say("mood-out-nowhere"), []
        rows = []
        for group in groups:
            out = await self._desk.groups.opted_out(group.id, await self._desk.person(group, person_id))
            words = say("mood-out-row", state="out" if out else "in", title=short_title(group, 40))
            rows.append([button(words, "in" if out else "out", group.id)])
        return say("mood-out-choose"), rows

    async def shared(self, person_id: int) -> list[MoodGroup]:
        """Groups that are watched or were and that this person is in; and those they have left, while something of
        theirs is kept.
        """
        groups = await self._desk.groups.all()
        theirs = await asyncio.gather(*(self.concerns(group, person_id) for group in groups))
        return [group for group, one in zip(groups, theirs, strict=True) if one]

    async def concerns(self, group: MoodGroup, person_id: int) -> bool:
        """Whether this person is, or was, among those that are counted in this group."""
        standings = await self._desk.rights.standings([group.chat_id], person_id)
        if group.watched and standings[group.chat_id] is not Standing.STRANGER:
            return True
        person = await self._desk.person(group, person_id)
        if await self._desk.groups.opted_out(group.id, person):
            return True
        return await self._desk.moods.knows(group.id, person)


def _by(message: Message) -> By:
    if message.sender_chat is None:
        return "person"
    return "group" if message.sender_chat.id == message.chat.id else "channel"
