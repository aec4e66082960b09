"""Who tells the mood of a group beside its chat: the playground itself knows nothing of moods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

Period = Literal["day", "week", "month"]


class MoodTeller(Protocol):
    """Tells the mood of a group, or of one topic of it, in words and in a picture.

    Both are None where it is not watched. `language` is a language code, and may be unknown or empty.
    """

    async def words(
        self, chat_id: int, period: Period, thread_id: int | None, language: str
    ) -> Mapping[str, Any] | None:
        """`text`, a few sentences; `mark`, which changes with the picture; `waiting`: more is on its way."""

    async def picture(
        self, chat_id: int, period: Period, thread_id: int | None, language: str, *, dark: bool
    ) -> bytes | None:
        """A PNG."""


Mood = Callable[[], MoodTeller | None]
"""The teller; None while there is none yet."""
