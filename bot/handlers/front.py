"""The door: every message comes through here, is let in or told why not, and goes to its handler."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from telegram import Bot, Message, Update
from telegram.error import BadRequest, Forbidden

from bot.access import Access
from bot.config import Settings
from bot.context import Context
from bot.dispatch import Incoming
from bot.errors import explain
from bot.handlers.commands import Commands
from bot.handlers.media import MediaHandler, attachment
from bot.handlers.memory import Memory
from bot.handlers.models import Models
from bot.handlers.mood import Mood
from bot.handlers.mood_telling import MoodTelling
from bot.handlers.newcomers import Newcomers
from bot.handlers.spectrogram import Spectrograms
from bot.handlers.text import TextHandler
from bot.replies import Replies
from bot.routing import FILES, OTHERS, Me, What, without_mention
from bot.texts import Speaker, Texts
from bot.unfinished import Unfinished
from skills import BadInput, SkillError

log = logging.getLogger(__name__)

TOLD_AGAIN_S = 60.0
"""A refusal is repeated at most this often; answering each message of a flood would be one too."""

AnswersTo = Callable[[int, int], Awaitable[Sequence[int]]]
Mover = Callable[[int, int], Awaitable[None]]


class Front:
    """`handle` answers one message (or album) and returns the ids of the messages that it made."""

    def __init__(
        self,
        bot: Bot,
        me: Me,
        texts: Texts,
        settings: Settings,
        access: Access,
        replies: Replies,
        text: TextHandler,
        media: MediaHandler,
        commands: Commands,
        memory: Memory,
        models: Models,
        spectrograms: Spectrograms,
        mood: Mood,
        telling: MoodTelling,
        newcomers: Newcomers,
        movers: Sequence[Mover],
        answers_to: AnswersTo,
        unfinished: Unfinished,
    ) -> None:
        """`movers` are called with the old and the new id when a group has become a supergroup."""
        self._bot = bot
        self._me = me
        self._texts = texts
        self._settings = settings
        self._access = access
        self._replies = replies
        self._text = text
        self._media = media
        self._commands = commands
        self._memory = memory
        self._models = models
        self._spectrograms = spectrograms
        self._mood = mood
        self._telling = telling
        self._newcomers = newcomers
        self._movers = movers
        self._answers_to = answers_to
        self._unfinished = unfinished
        self._told: dict[tuple[str, int], float] = {}

    async def handle(self, items: Sequence[Incoming]) -> list[int]:
        """Answer; if that was tried before, from the start.

        A chat that the bot may no longer write to is left in peace.
        """
        first = items[0]
        await self._unfinished.remove(self._bot, first.route.chat_id, first.update_id)
        with self._unfinished.answering(first.update_id):
            return await self._handle(items)

    async def _handle(self, items: Sequence[Incoming]) -> list[int]:
        update = Update.de_json(items[0].update, self._bot)
        say = await self._speaker(update)
        try:
            match items[0].route.what:
                case What.BUTTON:
                    return await self._press(items, update, say)
                case What.STOP:
                    self._text.stop(items[0].route.chat_id)
                    return []
                case What.MEMBERSHIP:
                    return await self._membership(items, update, say)
                case What.MIGRATION:
                    await self._migrate(update)
                    return []
                case What.JOINED:
                    everybody = await self._mood.speaker_in(items[0].route.chat_id)
                    return await self._newcomers.tell(items, everybody)
                case _:
                    return await self._message(await self._context(items, say))
        except Forbidden as error:
            log.info("update %s: no longer allowed to write there: %s", items[0].update_id, error)
            return []

    async def give_up(self, item: Incoming) -> None:
        """Tell the person that their message could not be finished."""
        try:
            update = Update.de_json(item.update, self._bot)
            if update.effective_message is None:
                return
            ctx = Context([item], [update.effective_message], await self._speaker(update))
            await self._replies.text(ctx.quoting, ctx.say("set-aside"))
        except Exception as error:
            log.warning("update %s: nobody could be told: %s", item.update_id, error)

    async def _speaker(self, update: Update) -> Speaker:
        """In the person's language; in the group's, if that is not known or not spoken here."""
        person, chat = update.effective_user, update.effective_chat
        language = person.language_code if person else None
        if chat is not None and not self._texts.speaks(language):
            return await self._mood.speaker_in(chat.id)
        return self._texts.say(language)

    async def _context(self, items: Sequence[Incoming], say: Speaker) -> Context:
        messages: list[Message] = []
        for item in items:
            message = Update.de_json(item.update, self._bot).effective_message
            assert message is not None
            messages.append(message)
        old: Sequence[int] = ()
        if items[0].route.edited:
            old = await self._answers_to(items[0].route.chat_id, messages[0].message_id)
        return Context(items, messages, say, tuple(old))

    async def _message(self, ctx: Context) -> list[int]:
        if (refusal := self._refusal(ctx)) is not None:
            return await self._replies.text(ctx.place, refusal) if refusal else []
        try:
            return await self._answer(ctx)
        except SkillError as error:
            log.info("update %s: %s: %s", ctx.items[0].update_id, type(error).__name__, error)
            return await self._replies.text(ctx.quoting, explain(error, ctx.say))

    async def _answer(self, ctx: Context) -> list[int]:
        match ctx.route.what:
            case What.COMMAND:
                return await self._commands.run(ctx)
            case What.TEXT:
                text = without_mention(ctx.message.text or "", self._me)
                if len(text) > self._settings.limits.text_chars:
                    raise BadInput(
                        "the text is over the limit",
                        reason="text-too-long",
                        limit_chars=self._settings.limits.text_chars,
                    )
                if quoted := await self._unseen_file(ctx):
                    return await self._media.answer(ctx, text, [quoted])
                if not text:
                    return await self._replies.text(ctx.place, ctx.say("still-here"))
                return await self._text.answer(ctx, text)
            case what if what in FILES:
                # A corrected caption is a corrected question; the file itself cannot change.
                if ctx.route.edited and ctx.old_answers:
                    # The first of the old answers is what was seen in the file.
                    seen, *answers = ctx.old_answers
                    caption = without_mention(ctx.message.caption or "", self._me)
                    if not caption:
                        return [seen, *answers]
                    ctx = replace(ctx, old_answers=tuple(answers))
                    return [seen, *await self._text.answer(ctx, caption)]
                return await self._media.answer(ctx)
            case _:
                kind = next(
                    (kind for kind in OTHERS if kind in ctx.items[0].update.get("message", {})), "document"
                )
                return await self._replies.text(
                    ctx.place, ctx.say("cannot-take", kind=ctx.say(f"kind-{kind}"))
                )

    async def _unseen_file(self, ctx: Context) -> Message | None:
        """The file of somebody's message that this one replies to, if nobody has looked at it yet."""
        quoted = ctx.message.reply_to_message
        if quoted is None or ctx.route.edited or attachment(quoted) is None:
            return None
        if quoted.from_user is not None and quoted.from_user.id == self._me.id:
            return None
        return None if await self._answers_to(ctx.route.chat_id, quoted.message_id) else quoted

    def _refusal(self, ctx: Context) -> str | None:
        """Why this message is not answered; "" for silence, None if it is."""
        person, chat = ctx.route.person_id, ctx.route.chat_id
        if not self._access.allowed(person, chat) and not self._mood.open_to_everyone(ctx.route):
            if ctx.private and self._tell_again("access", chat):
                return ctx.say("not-allowed", **{"person-id": str(person)})
            return ""
        sent_at_s = (ctx.message.edit_date or ctx.message.date).timestamp()
        if time.time() - sent_at_s > self._settings.bot.max_update_age_s:
            hours = math.ceil(self._settings.bot.max_update_age_s / 3600)
            return ctx.say("too-old", hours=hours) if self._tell_again("age", chat) else ""
        wait_s = self._access.spend(person, sent_at_s)
        if wait_s:
            return (
                ctx.say("too-fast", seconds=math.ceil(wait_s))
                if self._tell_again("flood", person or chat)
                else ""
            )
        return None

    def _tell_again(self, why: str, whom: int) -> bool:
        now = time.monotonic()
        self._told = {key: at for key, at in self._told.items() if now - at < TOLD_AGAIN_S}
        if (why, whom) in self._told:
            return False
        self._told[why, whom] = now
        return True

    async def _press(self, items: Sequence[Incoming], update: Update, say: Speaker) -> list[int]:
        query = update.callback_query
        assert query is not None
        chat_id = query.message.chat.id if query.message else query.from_user.id
        allowed = self._access.allowed(query.from_user.id, chat_id)
        try:
            if (answers := await self._mood.press(query, say, allowed=allowed)) is not None:
                return answers
            if not allowed:
                await query.answer(say("not-yours"), show_alert=True)
            elif (answers := await self._spectrograms.press(items, query, say)) is not None:
                return answers
            elif not (
                await self._memory.press(query, say)
                or await self._models.press(query, say)
                or await self._telling.press(query, say)
            ):
                await query.answer(say("expired-button"))
        except BadRequest as error:
            # Answered too late, or the message under the button is gone or already says the same.
            log.info("button: %s", error)
        return []

    async def _membership(self, items: Sequence[Incoming], update: Update, say: Speaker) -> list[int]:
        change = update.my_chat_member
        assert change is not None
        if change.new_chat_member.status in ("left", "kicked"):
            await self._mood.left(change.chat.id)
        joined = change.old_chat_member.status in ("left", "kicked") and change.new_chat_member.status in (
            "member",
            "administrator",
        )
        if not joined or change.chat.type not in ("group", "supergroup"):
            return []
        await self._mood.added(change.chat.id, change.from_user)
        message = await self._bot.send_message(
            change.chat.id, say("start-group", username=f"@{self._me.username}")
        )
        return [message.message_id]

    async def _migrate(self, update: Update) -> None:
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id is not None:
            for move in self._movers:
                await move(message.chat.id, message.migrate_to_chat_id)
