"""What is to be told, brought to one reader after the other, and remembered after each.

Who was told is written down after the message has left. A crash between the two means that this one reader gets it
twice; nobody is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from bot.mood.letters import Letters, Sent
from bot.mood.readers import Reader
from storage.mood_events import MoodEvent
from storage.mood_groups import MoodGroups

_TOLD = "told"
"""Chats that have been told, as long as others have not."""


class End(Enum):
    TOLD = auto()
    NOBODY = auto()
    """There is nobody to whom the bot may write."""
    NOT_YET = auto()


class Rounds:
    def __init__(self, groups: MoodGroups) -> None:
        self._groups = groups
        self._doubted: set[tuple[int, int]] = set()
        """(event, reader) of messages of which it is not known whether they have arrived."""

    async def go(self, event: MoodEvent, readers: Sequence[Reader], letters: Letters) -> End:
        """Tell those who have not been told."""
        told = list(event.data.get(_TOLD, ()))
        waiting = False
        for reader in readers:
            if reader.chat_id in told:
                continue
            match await self.send(event, reader, letters):
                case Sent.ARRIVED:
                    told.append(reader.chat_id)
                    await self._groups.change_event(event.id, {**event.data, _TOLD: told})
                case Sent.LATER:
                    waiting = True
                case _:
                    pass
        if waiting:
            return End.NOT_YET
        return End.TOLD if any(reader.chat_id in told for reader in readers) else End.NOBODY

    @staticmethod
    def so_far(event: MoodEvent) -> End:
        """How it ends if nobody more can be told."""
        return End.TOLD if event.data.get(_TOLD) else End.NOBODY

    async def send(self, event: MoodEvent, reader: Reader, letters: Letters) -> Sent:
        """What may have arrived is sent once more; a second doubt is left standing, lest a slow line makes a flood."""
        sent = await letters.send(reader.chat_id, reader.say)
        if sent is not Sent.DOUBTFUL:
            return sent
        key = event.id, reader.chat_id
        if key in self._doubted:
            return Sent.REFUSED
        self._doubted.add(key)
        return Sent.LATER

    async def close(self, event: MoodEvent, at: float) -> None:
        """It has been told. Who was, nobody needs to know any more."""
        await self._groups.told(event.id, at)
        await self._groups.change_event(event.id, {k: v for k, v in event.data.items() if k != _TOLD})
        self._doubted = {key for key in self._doubted if key[0] != event.id}
