"""Who is told of a group's mood: its admins as they are at this moment, except those who do not want to be."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal

from telegram import Bot, User
from telegram.error import BadRequest, Forbidden

from bot.texts import Speaker, Texts
from storage.mood_groups import MoodGroup
from storage.preferences import Preferences, Scope

log = logging.getLogger(__name__)

Kind = Literal["shift", "digest"]
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Reader:
    chat_id: int
    """Of a person's private chat, which is the person's own id; or of a group."""
    say: Speaker


@dataclass(frozen=True, slots=True)
class Readers:
    wanting: tuple[Reader, ...]
    declined: int
    """How many admins have asked not to be told."""


class Audience:
    """Admins are asked for anew each time: whoever is one no longer is told nothing more."""

    def __init__(self, bot: Bot, texts: Texts, preferences: Preferences) -> None:
        self._bot = bot
        self._texts = texts
        self._preferences = preferences

    async def readers(self, group: MoodGroup, kind: Kind) -> Readers:
        """The human admins of a group. Nobody, if the bot is not in it any more. Raises TelegramError."""
        try:
            members = await self._bot.get_chat_administrators(group.chat_id)
        except (Forbidden, BadRequest) as error:
            log.info("group %s: its admins are not known: %s", group.id, error)
            return Readers((), 0)
        admins = [member.user for member in members if not member.user.is_bot]
        wanting = [user for user in admins if not await self.declined(user.id, group.id, kind)]
        readers = [Reader(user.id, await self._speaker(user, group)) for user in wanting]
        return Readers(tuple(readers), len(admins) - len(readers))

    async def everyone(self, group: MoodGroup) -> Reader:
        """The group itself."""
        return Reader(group.chat_id, await self.speaker_in(group.chat_id))

    async def speaker_in(self, chat_id: int) -> Speaker:
        """For what is told to a whole group: in the language of whoever added the bot there, or governed it last."""
        return self._texts.say(await self._preferences.get("chat", chat_id, LANGUAGE))

    async def learn(self, user: User, group_chat_id: int | None = None) -> None:
        """Telegram tells a person's language only with what they do; it is remembered for what they are told.

        It is also that of a group which they govern.
        """
        if user.is_bot or not user.language_code:
            return
        owners: list[tuple[Scope, int]] = [("person", user.id)]
        if group_chat_id is not None and self._texts.speaks(user.language_code):
            owners.append(("chat", group_chat_id))
        for owner in owners:
            if await self._preferences.get(*owner, LANGUAGE) != user.language_code:
                await self._preferences.set(*owner, LANGUAGE, user.language_code)

    async def declined(self, person_id: int, group_id: int, kind: Kind) -> bool:
        return bool(await self._preferences.get("person", person_id, _key(group_id, kind)))

    async def decline(self, person_id: int, group_id: int, kind: Kind, *, declined: bool) -> None:
        """A person wants no more of these, or wants them again."""
        await self._preferences.set("person", person_id, _key(group_id, kind), True if declined else None)

    async def _speaker(self, user: User, group: MoodGroup) -> Speaker:
        """In their language, or in the group's if that is not known or not spoken here."""
        language = user.language_code or await self._preferences.get("person", user.id, LANGUAGE)
        return (
            self._texts.say(language)
            if self._texts.speaks(language)
            else await self.speaker_in(group.chat_id)
        )


def _key(group_id: int, kind: Kind) -> str:
    return f"mood-{kind}-off:{group_id}"
