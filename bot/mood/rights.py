"""What somebody is in a group: Telegram is asked, since that changes without the bot being told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from enum import StrEnum

from telegram import Bot, ChatMemberRestricted, Message
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.access import Access

KNOWN_S = 15.0
"""A standing that was asked for a list is good for so long: through a few presses, and not until somebody who has just
come or become an admin looks for the group in it. Where something is done or shown, it is asked again."""
AT_ONCE = 8
_KEPT = 10_000

_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class Standing(StrEnum):
    ADMIN = "admin"
    MEMBER = "member"
    STRANGER = "stranger"
    """Not in the group; or the bot is not, and cannot know."""


class Rights:
    """The owners of the bot (`access.admins`) are admins of every group."""

    def __init__(self, bot: Bot, access: Access) -> None:
        self._bot = bot
        self._access = access
        self._known: dict[tuple[int, int], tuple[float, Standing]] = {}
        self._asking = asyncio.Semaphore(AT_ONCE)

    def is_owner(self, person_id: int) -> bool:
        """Whether the bot itself is theirs."""
        return self._access.is_admin(person_id)

    async def is_admin(self, chat_id: int, person_id: int) -> bool:
        """Whether they are an admin of the group at this moment."""
        if self.is_owner(person_id):
            return True
        return await self.standing(chat_id, person_id) is Standing.ADMIN

    async def may_govern(self, message: Message, chat_id: int) -> bool:
        """Whether who wrote this is an admin of the group; in the group itself they may be anonymous."""
        if message.sender_chat is not None:
            return message.sender_chat.id == message.chat.id == chat_id
        return message.from_user is not None and await self.is_admin(chat_id, message.from_user.id)

    async def standing(self, chat_id: int, person_id: int) -> Standing:
        async with self._asking:
            found = await self._ask(chat_id, person_id)
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[chat_id, person_id] = time.monotonic(), found
        return found

    async def standings(self, chat_ids: Iterable[int], person_id: int) -> dict[int, Standing]:
        """In several groups, as it is or was a moment ago."""
        chat_ids = list(chat_ids)
        found = await asyncio.gather(*(self._recent(chat_id, person_id) for chat_id in chat_ids))
        return dict(zip(chat_ids, found, strict=True))

    async def bot_is_admin(self, chat_id: int) -> bool:
        return await self.standing(chat_id, self._bot.id) is Standing.ADMIN

    async def hears_everything(self, chat_id: int) -> bool:
        """Whether Telegram gives the bot all messages of the group, and not only what is meant for it."""
        me = await self._bot.get_me()
        return bool(me.can_read_all_group_messages) or await self.bot_is_admin(chat_id)

    async def _recent(self, chat_id: int, person_id: int) -> Standing:
        at_s, known = self._known.get((chat_id, person_id), (float("-inf"), Standing.STRANGER))
        return known if time.monotonic() - at_s < KNOWN_S else await self.standing(chat_id, person_id)

    async def _ask(self, chat_id: int, person_id: int) -> Standing:
        try:
            member = await self._bot.get_chat_member(chat_id, person_id)
        except ChatMigrated as moved:
            return await self._ask(moved.new_chat_id, person_id)
        except (BadRequest, Forbidden):
            return Standing.STRANGER
        if member.status in _ADMINS:
            return Standing.ADMIN
        if isinstance(member, ChatMemberRestricted):
            return Standing.MEMBER if member.is_member else Standing.STRANGER
        return Standing.MEMBER if member.status == ChatMemberStatus.MEMBER else Standing.STRANGER
