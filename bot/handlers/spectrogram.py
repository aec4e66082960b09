"""The spectrogram of a recording, when somebody asks for it: by a button, or by /spectrogram as a reply."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from telegram import CallbackQuery, Message
from telegram.error import BadRequest

from bot.context import Context
from bot.dispatch import Incoming
from bot.errors import explain
from bot.handlers.media import SPECTROGRAM, MediaHandler, attachment
from bot.painter import ChartFailed
from bot.replies import Replies
from bot.texts import Speaker
from skills import BadInput, InferenceFailed, SkillError

log = logging.getLogger(__name__)

_PRESSES_KEPT = 200


class Spectrograms:
    """The button stands under an answer that quotes its recording; Telegram hands both over with every press.

    So nothing is kept here: the button still works after a restart, and when the recording is deleted or
    forgotten, the button has lost it, too.
    """

    def __init__(self, replies: Replies, media: MediaHandler) -> None:
        self._replies = replies
        self._media = media
        self._drawn: deque[tuple[int, int]] = deque(maxlen=_PRESSES_KEPT)
        """Chat and message of buttons that have done their work: a second tap may be on its way."""

    async def command(self, ctx: Context) -> list[int]:
        """/spectrogram in reply to a recording. Raises a SkillError."""
        recording = ctx.message.reply_to_message
        if recording is None or attachment(recording) is None:
            raise BadInput("no recording to draw", reason="not-a-recording")
        return await self._draw(ctx, recording)

    async def press(self, items: Sequence[Incoming], query: CallbackQuery, say: Speaker) -> list[int] | None:
        """Take a button of ours: the messages that answer it. None if it is somebody else's."""
        if query.data != SPECTROGRAM:
            return None
        answer = query.message
        recording = answer.reply_to_message if isinstance(answer, Message) else None
        if not isinstance(answer, Message) or recording is None or attachment(recording) is None:
            await query.answer(say("spectrogram-gone"), show_alert=True)
            return []
        button = (answer.chat.id, answer.message_id)
        drawn = button in self._drawn
        with suppress(BadRequest):  # the press may have waited for its turn for long
            await query.answer(say("spectrogram-there" if drawn else "spectrogram-drawing"))
        if drawn:
            return []
        ctx = Context(items, [recording], say)
        try:
            ids = await self._draw(ctx, recording)
        except SkillError as error:
            log.info("update %s: %s: %s", items[0].update_id, type(error).__name__, error)
            return await self._replies.text(ctx.quoting, explain(error, say))
        self._drawn.append(button)
        with suppress(BadRequest):
            await answer.edit_reply_markup(None)
        return ids

    async def _draw(self, ctx: Context, recording: Message) -> list[int]:
        try:
            reply = await self._media.spectrogram(ctx, recording)
        except BadRequest as error:
            log.info("update %s: the recording: %s", ctx.items[0].update_id, error)
            return await self._replies.text(ctx.quoting, ctx.say("spectrogram-gone"))
        try:
            return await self._replies.picture(ctx.quoting, reply)
        except ChartFailed as error:
            raise InferenceFailed(str(error), reason="no-picture") from error
