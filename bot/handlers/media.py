"""Photos, sounds, videos and files: fetched, looked at, answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.config import Settings
from bot.context import Context
from bot.conversation import Conversation
from bot.downloads import Downloads
from bot.errors import explain
from bot.fetching import Fetching
from bot.handlers.text import TextHandler
from bot.media_kind import media_kind
from bot.progress import progress
from bot.replies import Replies
from bot.routing import FILES, Me, What, without_mention
from skills import BadInput, Media, MediaKind, Reply, Skill, SkillError

log = logging.getLogger(__name__)

SPEECH_FROM_S = 0.4
"""Less speech than this is a cough; transcribers invent words for it."""
SKILL_OF = {MediaKind.PHOTO: "photo", MediaKind.AUDIO: "sounds", MediaKind.VIDEO: "video"}
SPECTROGRAM = "spectrogram"
"""What the button under the answer to a recording says to us (`bot.handlers.spectrogram`)."""
ACTIONS = {"photo": "upload_photo", "sounds": "typing", "speech": "typing", "video": "upload_video"}


@dataclass(frozen=True, slots=True)
class Found:
    """What came out of one file."""

    reply: Reply
    said: str = ""
    """Words that were heard."""
    drawable: bool = False
    """It is a recording that can be drawn."""


class MediaHandler:
    """Takes messages that carry a file, alone or as an album."""

    def __init__(
        self,
        bot: Bot,
        me: Me,
        replies: Replies,
        downloads: Downloads,
        run: Callable[..., Any],
        skills: Mapping[str, Skill[Any, Any]],
        fetching: Fetching,
        conversation: Conversation,
        text: TextHandler,
        settings: Settings,
    ) -> None:
        self._bot = bot
        self._me = me
        self._replies = replies
        self._downloads = downloads
        self._run = run
        self._skills = skills
        self._fetching = fetching
        self._conversation = conversation
        self._text = text
        self._settings = settings

    async def answer(
        self, ctx: Context, question: str = "", files: Sequence[Message] | None = None
    ) -> list[int]:
        """Answer a file or an album. Bad files get their sentence and harm no other.

        `question` is what is asked about it; without one the caption is. `files` are the messages that carry
        the files, if that is not the message itself but one that it replies to.
        """
        files = files or ctx.messages
        with self._downloads.job_folder() as folder:
            found: list[Found | SkillError] = []
            for number, message in enumerate(files):
                part = folder / str(number)
                part.mkdir()
                try:
                    found.append(await self._look(ctx, message, part))
                except SkillError as error:
                    log.info("update %s: %s: %s", ctx.items[0].update_id, type(error).__name__, error)
                    found.append(error)
            ids = await self._tell(ctx, files, found)
        good = [each for each in found if isinstance(each, Found)]
        for each in good:
            await self._conversation.remember(ctx, each.reply.memory, ids)
        return ids + await self._follow_up(ctx, good, question)

    async def _look(self, ctx: Context, message: Message, folder: Path) -> Found:
        media = await self._fetch(message, folder)
        skill = SKILL_OF[media.kind]
        await self._wait_for_model(ctx, skill)
        result = await self._work(ctx, skill, media, folder)
        reply = self._skills[skill].render(result, ctx.say)
        if media.kind is not MediaKind.AUDIO:
            return Found(reply)
        found = Found(reply)
        if self._settings.speech.enabled and result.speech_s >= SPEECH_FROM_S:
            found = await self._listen(ctx, media, folder, reply)
        return replace(found, drawable=not result.silent)

    async def spectrogram(self, ctx: Context, recording: Message) -> Reply:
        """The picture of a recording. Raises a SkillError, or a TelegramError if it cannot be fetched."""
        with self._downloads.job_folder() as folder:
            media = await self._fetch(recording, folder)
            if media.kind is not MediaKind.AUDIO:
                raise BadInput(f"a spectrogram of a {media.kind}", reason="not-a-recording")
            await self._wait_for_model(ctx, "sounds")
            sounds = await self._work(ctx, "sounds", media, folder, spectrogram=True)
        return self._skills["sounds"].render(sounds, ctx.say)

    async def _fetch(self, message: Message, folder: Path) -> Media:
        thing = attachment(message)
        if thing is None:
            raise BadInput("a drawing without a picture", reason="sticker-drawing")
        path = await self._downloads.fetch(thing.file_id, thing.size_bytes, folder)
        kind = await media_kind(path, carries(message))
        sender = message.from_user
        language = (sender.language_code if sender else None) or ""
        return Media(kind, path, path.stat().st_size, thing.duration_s, language=language)

    async def _listen(self, ctx: Context, media: Media, folder: Path, sounds: Reply) -> Found:
        """Write down what is said; if that fails, the sounds are still told, with the reason."""
        try:
            transcript = await self._work(ctx, "speech", media, folder)
        except SkillError as error:
            log.warning("update %s: speech: %s", ctx.items[0].update_id, error)
            return Found(replace(sounds, blocks=(*sounds.blocks, explain(error, ctx.say))))
        words = self._skills["speech"].render(transcript, ctx.say)
        if not transcript.text:
            return Found(sounds)
        both = replace(
            sounds, blocks=(*words.blocks, *sounds.blocks), memory=f"{sounds.memory}\n{words.memory}"
        )
        return Found(both, transcript.text)

    async def _work(self, ctx: Context, skill: str, media: Media, folder: Path, **options: Any) -> Any:
        def line(percent: int) -> str:
            return ctx.say(f"working-{skill}", percent=percent)

        labels = ctx.say.labels(skill)
        async with progress(self._bot, ctx.quoting, ACTIONS[skill], line) as report:
            return await self._run(
                skill,
                media,
                folder=folder,
                progress=report,
                turn_key=ctx.route.chat_id,
                options={"labels": labels, **options},
            )

    async def _wait_for_model(self, ctx: Context, skill: str) -> None:
        """A model that is on its way is waited for, after saying so. Raises ModelUnavailable if it cannot come."""
        if self._fetching.ready(skill) or not self._settings.models.fetch:
            return
        arrival = self._fetching.arrival(skill)
        if arrival.state != "failed":
            await self._replies.text(ctx.quoting, ctx.say("waiting-model", percent=arrival.percent))
        await self._fetching.wait_for_outcome(skill)

    async def _tell(
        self, ctx: Context, files: Sequence[Message], found: list[Found | SkillError]
    ) -> list[int]:
        if len(found) == 1:
            only = found[0]
            if isinstance(only, SkillError):
                return await self._replies.text(ctx.quoting, explain(only, ctx.say))
            if only.drawable:
                # The button finds its recording as the message that the answer quotes: nothing is kept of it.
                place = replace(ctx.quoting, reply_to=files[0].message_id)
                button = InlineKeyboardButton(ctx.say("spectrogram-button"), callback_data=SPECTROGRAM)
                return await self._replies.skill(place, only.reply, buttons=InlineKeyboardMarkup([[button]]))
            loop = carries(files[0]) in (What.ANIMATION, What.STICKER)
            return await self._replies.skill(ctx.quoting, only.reply, loop=loop)
        blocks = []
        for number, each in enumerate(found, 1):
            text = explain(each, ctx.say) if isinstance(each, SkillError) else "\n".join(each.reply.blocks)
            blocks.append(ctx.say("album-item", number=number, text=text))
        clips = [each.reply.clip for each in found if isinstance(each, Found) and each.reply.clip]
        return await self._replies.album(ctx.quoting, blocks, clips)

    async def _follow_up(self, ctx: Context, found: list[Found], question: str) -> list[int]:
        """A caption is a question about the file; what was said in a voice message wants an answer."""
        caption = next((m.caption for m in ctx.messages if m.caption), "")
        question = question or without_mention(caption or "", self._me)
        said = " ".join(each.said for each in found if each.said)
        if question and found:
            return await self._text.answer(ctx, question)
        if said and ctx.route.what is What.VOICE and self._settings.speech.answer:
            return await self._text.answer(ctx, said)
        return []


@dataclass(frozen=True, slots=True)
class Attachment:
    file_id: str
    size_bytes: int | None
    duration_s: float | None


def carries(message: Message) -> What:
    """What kind of file a message has."""
    return next((what for what in FILES if getattr(message, what.value, None)), What.OTHER)


def attachment(message: Message) -> Attachment | None:
    """The file of a message. None for a drawn (vector) sticker that has no picture of itself."""
    thing: Any = message.effective_attachment
    if isinstance(thing, tuple | list):
        thing = thing[-1] if thing else None  # a photo's sizes, the largest last
    if message.sticker is not None and message.sticker.is_animated:
        thing = message.sticker.thumbnail
    if not hasattr(thing, "file_id"):
        return None
    duration: Any = getattr(thing, "duration", None)
    seconds = duration.total_seconds() if hasattr(duration, "total_seconds") else duration
    return Attachment(thing.file_id, thing.file_size, seconds)
