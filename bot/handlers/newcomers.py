"""People who come into a group whose mood is watched are told so, once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress

from telegram import Bot, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from bot.dispatch import Incoming
from bot.handlers.mood_desk import button
from bot.mood.pseudonyms import Pseudonyms, known_as
from bot.routing import joined
from bot.texts import Speaker
from storage.mood_groups import MoodGroup, MoodGroups
from storage.preferences import Preferences

log = logging.getLogger(__name__)

NOTICE = "newcomers-notice"
"""Preference of a chat: which messages were its last notice."""


class Newcomers:
    """There is one notice in a chat at a time: the newest."""

    def __init__(
        self,
        bot: Bot,
        groups: MoodGroups,
        pseudonyms: Pseudonyms,
        preferences: Preferences,
    ) -> None:
        self._bot = bot
        self._groups = groups
        self._pseudonyms = pseudonyms
        self._preferences = preferences

    async def tell(self, items: Sequence[Incoming], say: Speaker) -> list[int]:
        """One notice for all who have come, which makes no sound.

        Nobody is named: names of strangers may be advertisements.
        """
        chat_id = items[0].route.chat_id
        group = await self._groups.get(chat_id)
        if group is None or not group.watched:
            return []
        people = {
            await known_as(self._pseudonyms, self._groups, group, member["id"])
            for item in items
            for member in joined(item.update)
        }
        new = [person for person in people if not await self._groups.was_told(group.id, person)]
        if not new:
            return []
        try:
            told = await self._bot.send_message(
                chat_id,
                self._notice(group, say),
                reply_markup=InlineKeyboardMarkup([[button(say("mood-not-me"), "out", group.id)]]),
                disable_notification=True,
            )
        except BadRequest as error:
            log.info("group %s: who has come cannot be told: %s", group.id, error)
            return []
        for person in new:
            await self._groups.tell_once(group.id, person)
        await self._replace_notice(chat_id, [told.message_id])
        return [told.message_id]

    @staticmethod
    def _notice(group: MoodGroup, say: Speaker) -> str:
        voices = "yes" if group.settings.transcripts else "no"
        return say("mood-newcomers", days=group.settings.retention_days, voices=voices)

    async def _replace_notice(self, chat_id: int, ids: list[int]) -> None:
        old = await self._preferences.get("chat", chat_id, NOTICE) or {}
        await self._preferences.set("chat", chat_id, NOTICE, {"chat": chat_id, "ids": ids})
        # The messages of a group that became a supergroup have other numbers now.
        if old.get("chat") == chat_id:
            with suppress(BadRequest, Forbidden):
                await self._bot.delete_messages(chat_id, old["ids"])
