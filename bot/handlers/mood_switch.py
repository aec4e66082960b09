"""/mood on and off: by admins, in front of everybody."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.context import Context
from bot.handlers.mood_desk import Desk, button
from bot.mood.rights import Standing
from bot.mood.wording import title_of
from bot.replies import Place
from bot.texts import Speaker
from storage.mood_groups import MoodGroup

log = logging.getLogger(__name__)


class MoodSwitch:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def introduce(self, ctx: Context, group: MoodGroup) -> list[int]:
        """What an admin sees where nothing is watched yet."""
        buttons = InlineKeyboardMarkup([[button(ctx.say("mood-switch-on"), "on", group.id)]])
        text = ctx.say("mood-intro", title=title_of(group))
        return await self._desk.replies.text(ctx.place, text, html_ready=True, buttons=buttons)

    async def command(self, ctx: Context, group: MoodGroup, *, on: bool) -> list[int]:
        # Of an anonymous admin Telegram names a bot of its own.
        sender = ctx.message.from_user if ctx.message.sender_chat is None else None
        person = sender.id if sender else None
        return await self._switch(ctx.say, ctx.place, group, person, on=on)

    async def press(
        self, query: CallbackQuery, message: Message, say: Speaker, group: MoodGroup, *, on: bool
    ) -> list[int]:
        """The button goes; what happened is said in a message of its own, which everybody notices."""
        if message.chat.id != group.chat_id:
            await query.answer(say("mood-in-the-group"), show_alert=True)
            return []
        await query.answer()
        thread = message.message_thread_id if message.is_topic_message else None
        ids = await self._switch(say, Place(message.chat.id, thread), group, query.from_user.id, on=on)
        with suppress(BadRequest):
            await message.edit_reply_markup(None)
        return ids

    async def left(self, chat_id: int) -> None:
        """Watching ends where the bot was taken out: if it comes back, nobody is watched without being told anew."""
        desk = self._desk
        group = await desk.groups.get(chat_id)
        if group is None or not group.watched:
            return
        if await desk.rights.standing(chat_id, desk.me.id) is not Standing.STRANGER:
            return  # it is back, or the group has become a supergroup
        await desk.groups.end(group.id, desk.now())
        await desk.groups.set(group.id, watched=False)
        await desk.watcher.refresh()

    async def _switch(
        self, say: Speaker, place: Place, group: MoodGroup, person_id: int | None, *, on: bool
    ) -> list[int]:
        desk = self._desk
        if on == group.watched:
            text = say("mood-already-on" if on else "mood-already-off", title=title_of(group))
            ids = await desk.replies.text(place, text, html_ready=True, buttons=_buttons(say, group))
            return ids + await self._warn(say, place, group)
        if on:
            # First everybody is told: if that fails, nothing is watched.
            ids = await self._tell(say, place, replace(group, watched=True))
            await desk.groups.begin(group.id, desk.now())
        else:
            await desk.groups.end(group.id, desk.now())
        group = await desk.groups.set(group.id, watched=on, by_person_id=person_id)
        await desk.watcher.refresh()
        if not on:
            return await self._tell(say, place, group)
        return ids + await self._warn(say, place, group)

    async def _tell(self, say: Speaker, place: Place, group: MoodGroup) -> list[int]:
        least = self._desk.settings.least_people
        text = announcement(say, group, least) if group.watched else _farewell(say, group)
        return await self._desk.replies.text(place, text, html_ready=True, buttons=_buttons(say, group))

    async def _warn(self, say: Speaker, place: Place, group: MoodGroup) -> list[int]:
        """Say what is to be done if Telegram keeps the group's messages from the bot."""
        desk = self._desk
        if not group.watched or await desk.rights.hears_everything(group.chat_id):
            return []
        text = say("mood-deaf", username=f"@{desk.me.username}")
        return await desk.replies.text(Place(place.chat_id, place.thread_id), text, html_ready=True)


def announcement(say: Speaker, group: MoodGroup, least_people: int) -> str:
    """What everybody in the group is to know: HTML."""
    settings = group.settings
    return say(
        "mood-announcement",
        days=settings.retention_days,
        people=least_people,
        voices="on" if settings.transcripts else "off",
        digest=settings.digest_to if settings.digest != "off" else "off",
    )


def _farewell(say: Speaker, group: MoodGroup) -> str:
    return say("mood-switched-off", days=group.settings.retention_days)


def _buttons(say: Speaker, group: MoodGroup) -> InlineKeyboardMarkup:
    rows: list[list[InlineKeyboardButton]]
    if group.watched:
        rows = [
            [button(say("mood-not-me"), "out", group.id)],
            [button(say("mood-see"), "see", group.id, "w"), button(say("mood-settings"), "set", group.id)],
        ]
    else:
        rows = [
            [button(say("mood-erase-all"), "del", group.id), button(say("mood-switch-again"), "on", group.id)]
        ]
    return InlineKeyboardMarkup(rows)


async def tell_of_changes(desk: Desk, say: Speaker, before: MoodGroup, after: MoodGroup) -> None:
    """What everybody was told on switching on must not change behind their backs."""
    old, new = before.settings, after.settings
    to = new.digest_to if new.digest != "off" else "off"
    was_to = old.digest_to if old.digest != "off" else "off"
    kept = (old.retention_days, old.transcripts, was_to == "group")
    if not after.watched or kept == (new.retention_days, new.transcripts, to == "group"):
        return
    text = say(
        "mood-changed",
        days=new.retention_days,
        voices="on" if new.transcripts else "off",
        digest=to,
    )
    try:
        await desk.replies.text(Place(after.chat_id), text, html_ready=True)
    except (BadRequest, Forbidden, ChatMigrated) as error:
        log.info("group %s could not be told of its settings: %s", after.id, error)
