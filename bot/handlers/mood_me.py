"""/mood me: a person's own mood, for their eyes alone."""

from __future__ import annotations

import html
import logging

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, User

from bot.context import Context
from bot.downloads import Downloads
from bot.handlers.mood_desk import Desk, button, in_group
from bot.handlers.mood_keeping import send_sheet
from bot.handlers.mood_opting import MoodOpting
from bot.handlers.mood_showing import Showing, Shown, period_buttons
from bot.mood.analyst import AnalystFailed
from bot.mood.asking import code, decoded
from bot.mood.periods import Period, PeriodError, parse
from bot.mood.picture import own_chart
from bot.mood.schedule import zone
from bot.mood.sheets import Style, write_own
from bot.mood.wording import short_title, title_of
from bot.mood.words import sentences
from bot.replies import Place
from bot.texts import Speaker
from storage.mood_groups import MoodGroup

log = logging.getLogger(__name__)


class MoodMe:
    """Buttons are `mood:me:GROUP:WHAT`, and are always about whoever presses them."""

    def __init__(self, desk: Desk, showing: Showing, opting: MoodOpting, downloads: Downloads) -> None:
        self._desk = desk
        self._showing = showing
        self._opting = opting
        self._downloads = downloads

    async def command(self, ctx: Context, words: str) -> list[int]:
        """In a group it is sent in private, or there is a link to there."""
        desk, say, person = self._desk, ctx.say, ctx.message.from_user
        if person is None or ctx.message.sender_chat is not None:
            return await desk.replies.text(ctx.place, say("mood-me-anonymous"))
        if not in_group(ctx):
            return await self._choose(ctx, person.id, words)
        group = await desk.groups.get(ctx.message.chat.id)
        if group is None or not await self._opting.concerns(group, person.id):
            return await desk.replies.text(ctx.place, say("mood-me-not-here"))
        period = self._period(group, words)
        if isinstance(period, PeriodError):
            return await desk.replies.text(ctx.place, say("mood-period-trouble", reason=period.reason))
        if not await desk.reaches(person.id):
            link = InlineKeyboardButton(say("mood-in-private"), url=desk.link("me", group))
            buttons = InlineKeyboardMarkup([[link]])
            return await desk.replies.text(ctx.place, say("mood-me-only-private"), buttons=buttons)
        await self._send(say, group, person.id, period)
        return await desk.replies.text(ctx.place, say("mood-sent-privately"))

    async def start(self, ctx: Context, group: MoodGroup | None) -> list[int]:
        """The link in the group was opened, if there is such a group."""
        person = ctx.message.from_user
        if group is None or person is None or not await self._opting.concerns(group, person.id):
            return await self._desk.replies.text(ctx.place, ctx.say("mood-gone"))
        return await self._send(ctx.say, group, person.id, self._recent(group))

    async def press(
        self, query: CallbackQuery, message: Message, say: Speaker, group: MoodGroup, words: str
    ) -> list[int] | None:
        """None if nothing of this person is, or was, counted in the group."""
        desk, person_id = self._desk, query.from_user.id
        if message.chat.id != person_id or not await self._opting.concerns(group, person_id):
            return None
        await query.answer()
        match words:
            case "csv":
                return await self._send_rows(say, group, query.from_user)
            case "erase":
                rows = [
                    [
                        button(say("mood-erase-yes"), "me", group.id, "yes"),
                        button(say("forget-no"), "me", group.id, "no"),
                    ]
                ]
                text = say("mood-me-erase-ask", title=title_of(group))
                return await desk.replies.text(
                    Place(person_id), text, html_ready=True, buttons=InlineKeyboardMarkup(rows)
                )
            case "yes":
                text = say("mood-me-erased", messages=await desk.erase(group, person_id))
                await query.edit_message_text(text, parse_mode="HTML")
            case "no":
                await query.edit_message_text(say("mood-nothing-erased"))
            case _:
                period = self._recent(group, words)
                if not message.photo:
                    return await self._send(say, group, person_id, period)
                await self._showing.begin(Place(person_id))
                shown = await self._shown(say, group, person_id, period)
                await self._showing.replace(message, shown)
        return []

    async def _choose(self, ctx: Context, person_id: int, words: str) -> list[int]:
        """In private: which group, if there are several."""
        desk, say = self._desk, ctx.say
        groups = await self._opting.shared(person_id)
        if not groups:
            return await desk.replies.text(ctx.place, say("mood-me-nowhere"))
        period = self._period(groups[0], words)
        if isinstance(period, PeriodError):
            return await desk.replies.text(ctx.place, say("mood-period-trouble", reason=period.reason))
        if len(groups) == 1:
            return await self._send(say, groups[0], person_id, period)
        rows = [[button(short_title(group, 40), "me", group.id, code(period))] for group in groups]
        return await desk.replies.text(ctx.place, say("mood-me-which"), buttons=InlineKeyboardMarkup(rows))

    async def _send(self, say: Speaker, group: MoodGroup, person_id: int, period: Period) -> list[int]:
        place = Place(person_id)
        await self._showing.begin(place)
        return await self._showing.send(place, await self._shown(say, group, person_id, period))

    async def _send_rows(self, say: Speaker, group: MoodGroup, user: User) -> list[int]:
        desk, style = self._desk, Style.of(say, user.language_code)
        topics = await desk.groups.topic_names(group.id)
        with self._downloads.job_folder() as folder:
            path, person = folder / "my-mood.csv", await desk.person(group, user.id)
            rows = await write_own(path, desk.moods, group.id, person, zone(group.settings), topics, style)
            caption = say("mood-me-rows", title=title_of(group), messages=rows)
            return await send_sheet(desk, Place(user.id), path, caption)

    async def _shown(self, say: Speaker, group: MoodGroup, person_id: int, period: Period) -> Shown:
        person = await self._desk.person(group, person_id)
        rows = [
            period_buttons(say, period, lambda name: ("me", group.id, name)),
            [button(say("mood-me-csv"), "me", group.id, "csv")],
            [button(say("mood-me-erase"), "me", group.id, "erase")],
        ]
        buttons = InlineKeyboardMarkup(rows)
        try:
            view = await self._desk.analyst.view(group.id, period, person=person)
        except AnalystFailed as error:
            log.warning("%s", error)
            return Shown(say("mood-broken"), None, buttons)
        caption = [html.escape(sentences(view, say, own=True), quote=False)]
        if await self._desk.groups.opted_out(group.id, person):
            caption.append(say("mood-me-out"))
        return Shown("\n\n".join(caption), own_chart(view, say, short_title(group)), buttons)

    def _period(self, group: MoodGroup, words: str) -> Period | PeriodError:
        try:
            return parse(words, self._desk.now(), zone(group.settings).key)
        except PeriodError as error:
            return error

    def _recent(self, group: MoodGroup, words: str = "w") -> Period:
        """What a button named; the last week if it is no period."""
        now, name = self._desk.now(), zone(group.settings).key
        try:
            return decoded(words, now, name)
        except PeriodError:
            return parse("week", now, name)
