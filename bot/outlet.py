"""Where a growing answer goes, and its Telegram side."""

from __future__ import annotations

import random
from collections.abc import Awaitable
from typing import Any, Protocol

from telegram import Message
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.ext import ExtBot

from .limiter import FRAME, retry_after_s
from .markup import Part
from .replies import Place


class FrameLost(Exception):
    """A frame did not arrive, which harms nobody. `retry_after_s`: no other is taken before that."""

    def __init__(self, message: str = "", *, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Outlet(Protocol):
    """Frames (`draft`, `open`, `edit`, `typing`) fail at once with FrameLost; the others are patient."""

    async def draft(self, text: str, /) -> None:
        """Show a preview that goes away by itself after 30 s. An empty text shows that work goes on."""
        ...

    async def open(self, text: str, /) -> int:
        """Send a message that will grow; its id."""
        ...

    async def edit(self, message_id: int, text: str, /) -> None:
        """Show a newer state of that message."""
        ...

    async def typing(self) -> None: ...

    async def send(self, part: Part, /) -> int:
        """Send a finished message; its id."""
        ...

    async def replace(self, message_id: int, part: Part, /) -> int:
        """Give a grown message its final form. The id of the message that has it now."""
        ...


class TelegramOutlet:
    """One answer in one chat."""

    def __init__(self, bot: ExtBot[Any], place: Place, draft_id: int = 0) -> None:
        """`draft_id` names the stream, as updates about it do; 0 picks one."""
        self._bot = bot
        self._place = place
        self.draft_id = draft_id or random.randint(1, 2**31 - 1)

    async def draft(self, text: str, /) -> None:
        await _frame(
            self._bot.send_message_draft(
                self._place.chat_id,
                self.draft_id,
                text,
                message_thread_id=self._place.thread_id,
                api_kwargs={"can_stop": True},
                rate_limit_args=FRAME,
            )
        )

    async def open(self, text: str, /) -> int:
        message: Message = await _frame(
            self._bot.send_message(text=text, rate_limit_args=FRAME, **self._place.arguments)
        )
        return message.message_id

    async def edit(self, message_id: int, text: str, /) -> None:
        await _frame(
            self._bot.edit_message_text(
                text, chat_id=self._place.chat_id, message_id=message_id, rate_limit_args=FRAME
            )
        )

    async def typing(self) -> None:
        await _frame(
            self._bot.send_chat_action(
                self._place.chat_id, "typing", message_thread_id=self._place.thread_id, rate_limit_args=FRAME
            )
        )

    async def send(self, part: Part, /) -> int:
        try:
            message = await self._bot.send_message(text=part.html, parse_mode="HTML", **self._place.arguments)
        except BadRequest as error:
            if not _is_markup(error):
                raise
            message = await self._bot.send_message(text=part.text, **self._place.arguments)
        return message.message_id

    async def replace(self, message_id: int, part: Part, /) -> int:
        where: dict[str, Any] = {"chat_id": self._place.chat_id, "message_id": message_id}
        try:
            try:
                await self._bot.edit_message_text(part.html, parse_mode="HTML", **where)
            except BadRequest as error:
                if not _is_markup(error):
                    raise
                await self._bot.edit_message_text(part.text, **where)
        except BadRequest as error:
            if _is_unchanged(error):
                return message_id
            return await self.send(part)  # deleted meanwhile, or no longer editable
        return message_id


async def _frame(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except RetryAfter as error:
        raise FrameLost(str(error), retry_after_s=retry_after_s(error)) from error
    except TelegramError as error:
        if isinstance(error, BadRequest) and _is_unchanged(error):
            return None
        raise FrameLost(str(error)) from error


def _is_markup(error: BadRequest) -> bool:
    words = error.message.lower()
    return "parse" in words and "entit" in words


def _is_unchanged(error: BadRequest) -> bool:
    return "not modified" in error.message.lower()
