"""A picture of a mood as a message: sent, and shown instead of another one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message
from telegram.error import BadRequest

from bot.handlers.mood_desk import Desk, button
from bot.mood.periods import Period
from bot.painter import ChartFailed, Painter
from bot.replies import Place
from bot.texts import Speaker
from skills import Chart

log = logging.getLogger(__name__)

_RECENT = (("day", "d"), ("week", "w"), ("month", "m"))


@dataclass(frozen=True, slots=True)
class Shown:
    """What one message shows."""

    caption: str
    """HTML, short enough for a caption."""
    chart: Chart | None
    """None if the numbers could not be had."""
    buttons: InlineKeyboardMarkup


class Showing:
    def __init__(self, desk: Desk, painter: Painter) -> None:
        self._desk = desk
        self._painter = painter

    async def begin(self, place: Place) -> None:
        """Show that a picture is on its way."""
        with suppress(BadRequest):
            await self._desk.bot.send_chat_action(
                place.chat_id, "upload_photo", message_thread_id=place.thread_id
            )

    async def send(self, place: Place, shown: Shown) -> list[int]:
        """Words alone where there is no picture, or none may be sent."""
        picture = await self._drawn(shown.chart)
        if picture is not None:
            try:
                message = await self._desk.bot.send_photo(
                    photo=picture,
                    caption=shown.caption,
                    parse_mode="HTML",
                    reply_markup=shown.buttons,
                    **place.arguments,
                )
            except BadRequest as error:
                log.info("a picture of a mood was refused: %s", error)
            else:
                return [message.message_id]
        return await self._desk.replies.text(place, shown.caption, html_ready=True, buttons=shown.buttons)

    async def replace(self, message: Message, shown: Shown) -> None:
        """Show it in a message that has a picture already; saying the same again is no error."""
        bot = self._desk.bot
        picture = await self._drawn(shown.chart)
        try:
            if picture is None:
                await bot.edit_message_caption(
                    message.chat.id,
                    message.message_id,
                    caption=shown.caption,
                    parse_mode="HTML",
                    reply_markup=shown.buttons,
                )
            else:
                media = InputMediaPhoto(picture, caption=shown.caption, parse_mode="HTML")
                await bot.edit_message_media(
                    media, message.chat.id, message.message_id, reply_markup=shown.buttons
                )
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                raise

    async def _drawn(self, chart: Chart | None) -> bytes | None:
        if chart is None:
            return None
        try:
            return await self._painter.draw(chart)
        except ChartFailed as error:
            log.warning("no picture: %s", error)
            return None


def period_buttons(
    say: Speaker, shown: Period, data: Callable[[str], tuple[str | int, ...]]
) -> list[InlineKeyboardButton]:
    """Day, week, month; the one that is shown is marked. `data` makes those of a button from the period's code."""
    return [
        button(say("mood-period", name=name, shown="yes" if name == shown.name else "no"), *data(code))
        for name, code in _RECENT
    ]
