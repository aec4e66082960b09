"""Texts: their mood, and an answer that grows on the screen."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from telegram import (
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.config import Settings
from bot.context import Context
from bot.conversation import Conversation
from bot.errors import explain
from bot.fetching import Fetching
from bot.notes import note_words
from bot.outlet import Outlet, TelegramOutlet
from bot.outlets import Amending, WithHeader
from bot.replies import Replies
from bot.streaming import AnswerStream, Marks, Said, how
from skills import Media, MediaKind, ModelUnavailable, Runtime, Skill, SkillError
from skills.chat import ChatSkill

log = logging.getLogger(__name__)

QUOTE_CHARS = 700
REACTIONS = {"positive": "👍", "negative": "😢", "neutral": "🤔"}


class TextHandler:
    """Answers what people write, and what they say."""

    def __init__(
        self,
        bot: ExtBot[Any],
        settings: Settings,
        replies: Replies,
        runtime: Runtime,
        skills: Mapping[str, Skill[Any, Any]],
        chat: ChatSkill,
        fetching: Fetching,
        conversation: Conversation,
    ) -> None:
        self._bot = bot
        self._settings = settings
        self._replies = replies
        self._runtime = runtime
        self._skills = skills
        self._chat = chat
        self._fetching = fetching
        self._conversation = conversation
        self._streams: dict[int, tuple[Context, AnswerStream]] = {}
        """Answers that are being made, by update id."""

    async def answer(self, ctx: Context, text: str) -> list[int]:
        """Answer `text`, which the message says, asks about its file, or was heard to say."""
        header = await self._mood(ctx, text)
        notes = _notes(ctx)
        question = text
        if ctx.message.forward_origin is not None:
            # Somebody else's words are data: they stand in the note, and the question is ours.
            notes = [ctx.say("chat-note-forwarded", name=_origin(ctx.message.forward_origin), text=text)]
            question = ctx.say("forwarded-question")
        try:
            said = await self._stream(ctx, question, notes, header)
        except SkillError as error:
            log.info("update %s: chat: %s: %s", ctx.items[0].update_id, type(error).__name__, error)
            return await self._replies.text(ctx.place, f"{header}\n\n{self._excuse(ctx, error)}".strip())
        await self._conversation.keep(ctx, question, said.text, said.message_ids, notes)
        return list(said.message_ids)

    def stop(self, chat_id: int, person_id: int | None = None) -> set[int]:
        """End the answers that are being made in a chat (for one person); what has been said stays.

        Returns the ids of the updates whose answers were ended.
        """
        stopped = set()
        for update_id, (ctx, stream) in self._streams.items():
            if ctx.route.chat_id == chat_id and person_id in (None, ctx.route.person_id):
                stream.stop()
                stopped.add(update_id)
        return stopped

    async def _mood(self, ctx: Context, text: str) -> str:
        """The line above the answer; empty if it is switched off, shown as a reaction, or cannot be told."""
        show = self._settings.sentiment.show
        if show == "off":
            return ""
        media = Media(MediaKind.TEXT, text=text, size_bytes=len(text.encode()))
        try:
            result = await self._runtime.run("sentiment", media, turn_key=ctx.route.chat_id)
        except SkillError as error:
            log.warning("update %s: sentiment: %s: %s", ctx.items[0].update_id, type(error).__name__, error)
            return ""
        if show == "line":
            return self._skills["sentiment"].render(result, ctx.say).blocks[0]
        with suppress(TelegramError):  # a chat may allow no reactions
            await self._bot.set_message_reaction(
                ctx.route.chat_id, ctx.message.message_id, REACTIONS[result.label]
            )
        return ""

    async def _stream(self, ctx: Context, text: str, notes: list[str], header: str) -> Said:
        if not self._fetching.ready("chat"):
            raise ModelUnavailable("the chat model is not here yet", reason="not-fetched")
        messages = await self._conversation.prompt(ctx, text, notes)
        amending = Amending(TelegramOutlet(self._bot, ctx.place), ctx.old_answers)
        outlet: Outlet = WithHeader(amending, header) if header else amending
        setting = self._settings.bot.stream
        # A draft cannot grow over an older answer.
        chosen = "edit" if ctx.old_answers and setting != "off" else how(setting, private=ctx.private)
        every_s = (
            self._settings.bot.stream_edit_private_s
            if ctx.private
            else self._settings.bot.stream_edit_group_s
        )
        stream = AnswerStream(outlet, chosen, self._marks(ctx), edit_every_s=every_s)
        answer = self._chat.stream(messages)
        update_id = ctx.items[0].update_id
        self._streams[update_id] = (ctx, stream)
        try:
            said = await stream.run(answer, was_cut=lambda: answer.finish is not None and answer.finish.cut)
        finally:
            del self._streams[update_id]
        for message_id in amending.left_over:
            with suppress(TelegramError):
                await self._bot.delete_message(ctx.route.chat_id, message_id)
        return said

    def _excuse(self, ctx: Context, error: SkillError) -> str:
        """Why there is no answer; of a model that is not here also how far it is, or what holds it up."""
        if error.reason == "not-fetched" and not self._fetching.ready("chat"):
            arrival = self._fetching.arrival("chat")
            if arrival.state == "fetching":
                return ctx.say("chat-model-arriving", percent=arrival.percent)
            if arrival.note is not None:
                return ctx.say("chat-model-held-up", why=note_words(ctx.say, arrival.note))
        return explain(error, ctx.say)

    @staticmethod
    def _marks(ctx: Context) -> Marks:
        return Marks(ctx.say("chat-stopped"), ctx.say("chat-cut"), ctx.say("chat-broken"))


def _notes(ctx: Context) -> list[str]:
    """The message that this one replies to."""
    quoted = ctx.message.reply_to_message
    if quoted is None:
        return []
    words = (ctx.message.quote.text if ctx.message.quote else None) or quoted.text or quoted.caption
    if not words:
        return []
    sender = quoted.from_user
    if sender is not None and sender.is_bot and sender.id == ctx.message.get_bot().id:
        return [ctx.say("chat-note-reply-own", text=words[:QUOTE_CHARS])]
    return [ctx.say("chat-note-reply", name=sender.first_name if sender else "", text=words[:QUOTE_CHARS])]


def _origin(origin: MessageOrigin) -> str:
    """Whose words a forwarded message holds, as far as Telegram says."""
    match origin:
        case MessageOriginUser(sender_user=user):
            return user.full_name
        case MessageOriginHiddenUser(sender_user_name=name):
            return name
        case MessageOriginChat(sender_chat=chat) | MessageOriginChannel(chat=chat):
            return chat.title or ""
        case _:
            return ""
