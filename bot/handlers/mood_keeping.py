"""/mood export and /mood delete: what is kept of a group is its admins' to take along and to erase."""

from __future__ import annotations

from pathlib import Path

from telegram import CallbackQuery, InlineKeyboardMarkup, InputFile, Message, User

from bot.context import Context
from bot.downloads import Downloads
from bot.handlers.mood_desk import Desk, button, edit, in_group
from bot.mood.periods import PeriodError, parse, slot
from bot.mood.schedule import zone
from bot.mood.sheets import Style, write_hours
from bot.mood.wording import title_of
from bot.replies import Place
from bot.texts import Speaker
from storage.mood_groups import MoodGroup


class MoodKeeping:
    def __init__(self, desk: Desk, downloads: Downloads) -> None:
        self._desk = desk
        self._downloads = downloads

    async def export(self, ctx: Context, group: MoodGroup, words: str) -> list[int]:
        """All that is kept, or the period that the words name: in private where that can be, else here.

        The running hour is left out: of two tables of the same hour, the second would give away what came between.
        """
        desk, place, person = self._desk, ctx.place, ctx.message.from_user
        span = await self._span(ctx.say, group, words)
        if isinstance(span, str):
            return await desk.replies.text(place, span)
        if in_group(ctx) and ctx.message.sender_chat is None and person is not None:
            place = Place(person.id) if await desk.reaches(person.id, "upload_document") else place
        ids = await self._export(ctx.say, place, person, group, span)
        if place.chat_id == ctx.route.chat_id:
            return ids
        return await desk.replies.text(ctx.place, ctx.say("mood-sent-privately"))

    async def press_export(self, query: CallbackQuery, say: Speaker, group: MoodGroup) -> list[int]:
        """Who is admin of several groups has chosen one, in private."""
        await query.answer()
        place, span = Place(query.from_user.id), await self._span(say, group, "")
        if isinstance(span, str):
            return await self._desk.replies.text(place, span)
        return await self._export(say, place, query.from_user, group, span)

    async def _span(self, say: Speaker, group: MoodGroup, words: str) -> tuple[int, int] | str:
        """What is to be exported; a sentence, if that is nothing."""
        first, tz = await self._desk.moods.first_at(group.id), zone(group.settings)
        if first is None:
            return say("mood-nothing-kept")
        running = slot(self._desk.now(), tz)
        if not words:
            return first - 3600, running
        try:
            period = parse(words, self._desk.now(), tz.key)
        except PeriodError as error:
            return say("mood-period-trouble", reason=error.reason)
        return period.since, min(period.until, running)

    async def _export(
        self, say: Speaker, place: Place, person: User | None, group: MoodGroup, span: tuple[int, int]
    ) -> list[int]:
        desk, least = self._desk, self._desk.settings.least_people
        style = Style.of(say, person.language_code if person else None)
        with self._downloads.job_folder() as folder:
            path = folder / "mood.csv"
            hours = await write_hours(path, desk.moods, group.id, span, zone(group.settings), least, style)
            caption = say("mood-export", title=title_of(group), hours=hours, people=least)
            return await send_sheet(desk, place, path, caption)

    async def ask(self, ctx: Context, group: MoodGroup) -> list[int]:
        """/mood delete: nothing is erased without a second word."""
        return await self._ask(ctx.place, ctx.say, group)

    async def press(
        self, query: CallbackQuery, message: Message, say: Speaker, group: MoodGroup, words: str
    ) -> list[int]:
        """`mood:del:GROUP` asks, with `yes` or `no` behind it is the answer."""
        desk = self._desk
        await query.answer()
        match words:
            case "yes":
                desk.watcher.forget(group.id)
                gone = await desk.moods.forget_group(group.id)
                if group.watched:
                    await desk.groups.begin(group.id, desk.now())
                await desk.watcher.refresh()
                outs = len(await desk.groups.opted_out_all(group.id))
                watched = "on" if group.watched else "off"
                text = say("mood-erased", title=title_of(group), messages=gone, outs=outs, watched=watched)
                await edit(query, text)
            case "no":
                await edit(query, say("mood-nothing-erased"))
            case _:
                thread = message.message_thread_id if message.is_topic_message else None
                return await self._ask(Place(message.chat.id, thread), say, group)
        return []

    async def _ask(self, place: Place, say: Speaker, group: MoodGroup) -> list[int]:
        text = say("mood-erase-ask", title=title_of(group))
        return await self._desk.replies.text(place, text, html_ready=True, buttons=_choice(say, group))


def _choice(say: Speaker, group: MoodGroup) -> InlineKeyboardMarkup:
    yes = button(say("mood-erase-yes"), "del", group.id, "yes")
    return InlineKeyboardMarkup([[yes, button(say("forget-no"), "del", group.id, "no")]])


async def send_sheet(desk: Desk, place: Place, path: Path, caption: str) -> list[int]:
    """The file is read while it is sent, and never stands in memory whole."""
    with path.open("rb") as file:
        upload = InputFile(file, filename=path.name, read_file_handle=False)
        message = await desk.bot.send_document(
            document=upload, caption=caption, parse_mode="HTML", **place.arguments
        )
    return [message.message_id]
