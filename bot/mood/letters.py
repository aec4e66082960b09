"""One message to several people: in everybody's language, its picture drawn and uploaded once for each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, TelegramError, TimedOut

from bot.limiter import never_arrived
from bot.painter import ChartFailed, Painter
from bot.replies import Place, Replies
from bot.texts import Speaker
from skills import Chart

log = logging.getLogger(__name__)


class Sent(Enum):
    ARRIVED = auto()
    REFUSED = auto()
    """The bot may not write there."""
    DOUBTFUL = auto()
    """The answer was lost; it may have arrived."""
    LATER = auto()
    """Telegram could not be reached, or asks for patience."""


@dataclass(frozen=True, slots=True)
class Letter:
    html: str
    """Short enough for a caption."""
    chart: Chart | None
    buttons: InlineKeyboardMarkup | None = None


class Letters:
    """`await letters.send(chat_id, say)` as often as there are readers."""

    def __init__(
        self, bot: Bot, painter: Painter, replies: Replies, write: Callable[[Speaker], Letter]
    ) -> None:
        self._bot = bot
        self._painter = painter
        self._replies = replies
        self._write = write
        self._written: dict[str, tuple[Letter, bytes | str | None]] = {}
        """By language: what is said, and the picture or, once it was sent, its id."""

    async def send(self, chat_id: int, say: Speaker) -> Sent:
        letter, picture = await self._in(say)
        try:
            if picture is not None:
                try:
                    message = await self._bot.send_photo(
                        chat_id, picture, caption=letter.html, parse_mode="HTML", reply_markup=letter.buttons
                    )
                except BadRequest as error:
                    log.info("a picture of a mood was refused: %s", error)  # some groups take words alone
                else:
                    self._keep(say, letter, message)
                    return Sent.ARRIVED
            await self._replies.text(Place(chat_id), letter.html, html_ready=True, buttons=letter.buttons)
        except (Forbidden, BadRequest) as error:
            log.info("chat %s cannot be told: %s", chat_id, error)
            return Sent.REFUSED
        except TelegramError as error:
            log.info("chat %s could not be told: %s", chat_id, type(error).__name__)
            lost = isinstance(error, TimedOut) and not never_arrived(error)
            return Sent.DOUBTFUL if lost else Sent.LATER
        return Sent.ARRIVED

    async def _in(self, say: Speaker) -> tuple[Letter, bytes | str | None]:
        if say.language not in self._written:
            letter = self._write(say)
            self._written[say.language] = letter, await self._picture(letter.chart)
        return self._written[say.language]

    async def _picture(self, chart: Chart | None) -> bytes | None:
        """None: the words do without it."""
        try:
            return await self._painter.draw(chart) if chart is not None else None
        except ChartFailed as error:
            log.warning("no picture: %s", error)
            return None

    def _keep(self, say: Speaker, letter: Letter, message: Message) -> None:
        if message.photo:
            self._written[say.language] = letter, message.photo[-1].file_id


@dataclass(frozen=True, slots=True)
class Post:
    """What letters are made and sent with."""

    bot: Bot
    painter: Painter
    replies: Replies

    def letters(self, write: Callable[[Speaker], Letter]) -> Letters:
        return Letters(self.bot, self.painter, self.replies, write)
