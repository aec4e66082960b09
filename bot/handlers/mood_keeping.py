"""/mood export and /mood delete: what is kept of a group is its admins' to take along and to erase."""

from __future__ import annotations

from pathlib import Path

from telegram import CallbackQuery, InlineKeyboardMarkup, InputFile, Message

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
        desk, say = self._desk, ctx.say
        first = await desk.moods.first_at(group.id)
        if first is None:
            return await desk.replies.text(ctx.place, say("mood-nothing-kept"))
        tz = zone(group.settings)
        span = first - 3600, slot(desk.now(), tz)
        if words:
            try:
                period = parse(words, desk.now(), tz.key)
            except PeriodError as error:
                return await desk.replies.text(ctx.place, say("mood-period-trouble", reason=error.reason))
            span = period.since, min(period.until, span[1])
        place = ctx.place
        person = ctx.message.from_user
        if in_group(ctx) and ctx.message.sender_chat is None and person is not None:
            place = Place(person.id) if await desk.reaches(person.id, "upload_document") else place
        with self._downloads.job_folder() as folder:
            path, least = folder / "mood.csv", desk.settings.least_people
            style = Style.of(say, person.language_code if person else None)
            hours = await write_hours(path, desk.moods, group.id, span, tz, least, style)
            caption = say("mood-export", title=title_of(group), hours=hours, people=least)
            ids = await send_sheet(desk, place, path, caption)
        if place.chat_id == ctx.route.chat_id:
            return ids
        return await desk.replies.text(ctx.place, say("mood-sent-privately"))

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
