"""What a skill says, put into Telegram's calls."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

from telegram import Bot, InlineKeyboardMarkup, InputFile, InputMediaVideo, ReplyParameters

from skills import BadInput, Clip, Reply

from .markup import split_html, utf16_length
from .painter import ChartFailed, Painter
from .rich_text import from_html, plain

log = logging.getLogger(__name__)

CAPTION_UNITS = 1024
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
    """Message that is answered; None for a plain message."""

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments that every send call takes."""
        wanted: dict[str, Any] = {"chat_id": self.chat_id, "message_thread_id": self.thread_id}
        if self.reply_to is not None:
            wanted["reply_parameters"] = ReplyParameters(self.reply_to, allow_sending_without_reply=True)
        return wanted


class Replies:
    """Sends finished things. Every method returns the ids of the messages it made."""

    def __init__(self, bot: Bot, painter: Painter, upload_mb: int) -> None:
        self._bot = bot
        self._painter = painter
        self._upload_mb = upload_mb

    async def text(
        self,
        place: Place,
        text: str,
        *,
        html_ready: bool = False,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> list[int]:
        """Send a text, in as many messages as it needs; buttons go under the last."""
        parts = split_html(text if html_ready else html.escape(text, quote=False))
        ids = []
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            message = await self._bot.send_message(
                text=part, parse_mode="HTML", reply_markup=buttons if last else None, **place.arguments
            )
            ids.append(message.message_id)
        return ids

    async def skill(
        self,
        place: Place,
        reply: Reply,
        *,
        loop: bool = False,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> list[int]:
        """Send what a skill found. `loop`: the clip came as a GIF and goes back as one.

        Buttons go under the last message of words or a picture; a clip has none.
        """
        body = render_html(reply.blocks)
        if reply.clip is not None:
            return await self._clip(place, reply.clip, body, loop=loop)
        if reply.chart is not None:
            try:
                picture = await self._painter.draw(reply.chart)
            except ChartFailed as error:
                log.warning("no picture: %s", error)
            else:
                return await self._with_caption(
                    place, body, self._bot.send_photo, buttons=buttons, photo=picture
                )
        return await self.text(place, body, html_ready=True, buttons=buttons)

    async def picture(self, place: Place, reply: Reply) -> list[int]:
        """Send the chart of a reply, which is what was asked for. Raises ChartFailed."""
        assert reply.chart is not None
        picture = await self._painter.draw(reply.chart)
        return await self._with_caption(place, render_html(reply.blocks), self._bot.send_photo, photo=picture)

    async def album(self, place: Place, blocks: Sequence[str], clips: Sequence[Clip]) -> list[int]:
        """One answer for several files: their words, and the clips that came of them."""
        body = "\n\n".join(html.escape(block, quote=False) for block in blocks)
        if not clips:
            return await self.text(place, body, html_ready=True)
        if len(clips) == 1:
            return await self._clip(place, clips[0], body, loop=False)
        caption = body if _fits_caption(body) else None
        with ExitStack() as files:
            group = [
                InputMediaVideo(
                    _streamed(files.enter_context(clip.path.open("rb")), attach=True),
                    caption=caption if number == 0 else None,
                    parse_mode="HTML",
                    width=clip.width_px,
                    height=clip.height_px,
                    duration=max(1, round(clip.duration_s)),
                    supports_streaming=True,
                )
                for number, clip in enumerate(clips)
            ]
            messages = await self._bot.send_media_group(media=group, **place.arguments)
        ids = [message.message_id for message in messages]
        return ids if caption else [*ids, *await self.text(place, body, html_ready=True)]

    async def _clip(self, place: Place, clip: Clip, body: str, *, loop: bool) -> list[int]:
        size_bytes = clip.path.stat().st_size
        if size_bytes > self._upload_mb * MB:
            raise BadInput(
                "the finished clip is over the upload limit",
                reason="result-too-large",
                size_mb=size_bytes // MB + 1,
                limit_mb=self._upload_mb,
            )
        shape: dict[str, Any] = {
            "width": clip.width_px,
            "height": clip.height_px,
            "duration": max(1, round(clip.duration_s)),
            "thumbnail": clip.thumbnail,
        }
        with clip.path.open("rb") as file:
            upload = _streamed(file)
            if loop and clip.silent:
                return await self._with_caption(
                    place, body, self._bot.send_animation, animation=upload, **shape
                )
            return await self._with_caption(
                place, body, self._bot.send_video, video=upload, supports_streaming=True, **shape
            )

    async def _with_caption(
        self,
        place: Place,
        body: str,
        send: Any,
        *,
        buttons: InlineKeyboardMarkup | None = None,
        **content: Any,
    ) -> list[int]:
        """A caption holds 1,024 units; what is longer follows as text."""
        if _fits_caption(body):
            message = await send(
                caption=body, parse_mode="HTML", reply_markup=buttons, **content, **place.arguments
            )
            return [message.message_id]
        message = await send(**content, **place.arguments)
        return [message.message_id, *await self.text(place, body, html_ready=True, buttons=buttons)]


def render_html(blocks: Sequence[str]) -> str:
    """Blocks of plain text as Telegram's HTML, the first one bold."""
    head, *rest = (html.escape(block, quote=False) for block in blocks)
    return "\n\n".join((f"<b>{head}</b>", *rest))


def _streamed(file: IO[bytes], *, attach: bool = False) -> InputFile:
    """A file that is read while it is sent, and never stands in memory whole."""
    return InputFile(file, filename="clip.mp4", attach=attach, read_file_handle=False)


def _fits_caption(body: str) -> bool:
    """Telegram counts what is seen, not the tags."""
    return utf16_length(plain(from_html(body))) <= CAPTION_UNITS
