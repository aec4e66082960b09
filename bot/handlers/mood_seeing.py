"""/mood: one picture with two sentences, for the admins of a group; buttons change what it shows."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Sequence

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.context import Context
from bot.handlers.mood_desk import Desk, button, in_group
from bot.handlers.mood_showing import Showing, Shown, period_buttons
from bot.handlers.mood_telling import tell_what_waits
from bot.mood.analyst import AnalystFailed
from bot.mood.asking import UnknownTopic, Wish, code, decoded, wish
from bot.mood.periods import PeriodError, parse
from bot.mood.picture import mood_chart
from bot.mood.schedule import zone
from bot.mood.wording import short_title
from bot.mood.words import sentences
from bot.replies import Place
from bot.texts import Speaker
from storage.mood_groups import MoodGroup

log = logging.getLogger(__name__)

TOPICS_AT_ONCE = 20
TOPICS_NAMED = 5
TOPIC_CHARS = 40
_THREAD = re.compile(r"[0-9]{1,15}")


class MoodSeeing:
    """Buttons are `mood:see:GROUP:PERIOD:TOPIC`, both as `bot.mood.asking` writes them."""

    def __init__(self, desk: Desk, showing: Showing) -> None:
        self._desk = desk
        self._showing = showing

    async def command(self, ctx: Context, group: MoodGroup, words: str) -> list[int]:
        """Show what the words name; the last week, if they name nothing."""
        desk, say = self._desk, ctx.say
        topics = await desk.groups.topic_names(group.id)
        try:
            name = zone(group.settings).key
            wished = wish(words, desk.now(), name, topics, ctx.route.thread_id)
        except PeriodError as error:
            return await desk.replies.text(ctx.place, say("mood-period-trouble", reason=error.reason))
        except UnknownTopic as error:
            if not topics and not ctx.message.chat.is_forum:
                return await desk.replies.text(ctx.place, say("mood-period-trouble", reason="unreadable"))
            text = _topic_trouble(say, error.name, [*topics.values()])
            return await desk.replies.text(ctx.place, text, html_ready=True)
        if not in_group(ctx):
            return await self._send(Place(ctx.route.chat_id), say, group, wished)
        person = ctx.message.from_user
        if ctx.message.sender_chat is None and person is not None and await desk.reaches(person.id):
            await self._send(Place(person.id), say, group, wished)
            return await desk.replies.text(ctx.place, say("mood-sent-privately"))
        link = InlineKeyboardButton(say("mood-in-private"), url=desk.link("mood", group))
        return await self._send(ctx.place, say, group, wished, link)

    async def start(self, ctx: Context, group: MoodGroup) -> list[int]:
        """The link under a picture in the group was opened."""
        return await self._send(Place(ctx.route.chat_id), ctx.say, group, self._decoded(group, ""))

    async def open(
        self, query: CallbackQuery, message: Message, say: Speaker, group: MoodGroup, words: str
    ) -> list[int]:
        """The picture comes as a message of its own, in private."""
        person_id = query.from_user.id
        if message.chat.id != person_id and not await self._desk.reaches(person_id):
            await query.answer(url=self._desk.link("mood", group))
            return []
        await query.answer(None if message.chat.id == person_id else say("mood-sent-privately"))
        return await self._send(Place(person_id), say, group, self._decoded(group, words))

    async def press(
        self, query: CallbackQuery, message: Message, say: Speaker, group: MoodGroup, words: str
    ) -> list[int]:
        """Under a picture: the same message shows another one."""
        if not message.photo:
            return await self.open(query, message, say, group, words)
        await query.answer()
        thread = message.message_thread_id if message.is_topic_message else None
        await self._showing.begin(Place(message.chat.id, thread))
        shown = await self._shown(say, group, self._decoded(group, words), _link(message))
        await self._showing.replace(message, shown)
        return []

    async def choose_topic(
        self, query: CallbackQuery, message: Message, say: Speaker, group: MoodGroup, words: str
    ) -> list[int]:
        """The buttons under the picture become the topics of the group."""
        await query.answer()
        period, _, start = words.partition(":")
        first = int(start) if start.isdecimal() else 0
        names = await self._desk.groups.topic_names(group.id)
        topics = sorted(names.items(), key=lambda one: one[1].casefold())
        choices: list[tuple[str | int, str]] = [
            ("", say("mood-whole-group")),
            ("0", say("mood-general")),
            *topics,
        ]
        rows = [
            [button(name[:TOPIC_CHARS].strip() or "?", "see", group.id, period, thread)]
            for thread, name in choices[first : first + TOPICS_AT_ONCE]
        ]
        if first + TOPICS_AT_ONCE < len(choices):
            rows.append([button(say("mood-more"), "top", group.id, period, first + TOPICS_AT_ONCE)])
        if (link := _link(message)) is not None:
            rows.append([link])
        await message.edit_reply_markup(InlineKeyboardMarkup(rows))
        return []

    def _decoded(self, group: MoodGroup, words: str) -> Wish:
        period, _, thread = words.partition(":")
        now, name = self._desk.now(), zone(group.settings).key
        try:
            shown = decoded(period, now, name)
        except PeriodError:
            shown = parse("week", now, name)
        return Wish(shown, int(thread) if _THREAD.fullmatch(thread) else None)

    async def _send(
        self,
        place: Place,
        say: Speaker,
        group: MoodGroup,
        wished: Wish,
        link: InlineKeyboardButton | None = None,
    ) -> list[int]:
        await self._showing.begin(place)
        shown = await self._showing.send(place, await self._shown(say, group, wished, link))
        if place.chat_id < 0:
            return shown
        return [*shown, *await tell_what_waits(self._desk, place, say, group)]

    async def _shown(
        self, say: Speaker, group: MoodGroup, wished: Wish, link: InlineKeyboardButton | None
    ) -> Shown:
        desk, title = self._desk, short_title(group)
        topics = await desk.groups.topic_names(group.id)
        topic = ""
        if wished.thread_id is not None:
            topic = topics.get(wished.thread_id) or say("mood-general")
        buttons = _buttons(say, group, wished, link, forum=bool(topics))
        try:
            view = await self._desk.analyst.view(group.id, wished.period, wished.thread_id)
        except AnalystFailed as error:
            log.warning("%s", error)
            return Shown(say("mood-broken"), None, buttons)
        caption = [html.escape(sentences(view, say), quote=False)]
        if not group.watched:
            caption.append(say("mood-is-off"))
        elif not await desk.rights.hears_everything(group.chat_id):
            caption.append(say("mood-is-deaf", username=f"@{desk.me.username}"))
        chart = mood_chart(view, say, title, topic=topic, least_people=desk.settings.least_people)
        return Shown("\n\n".join(caption), chart, buttons)


def _link(message: Message) -> InlineKeyboardButton | None:
    """The button under a picture in a group that opens the private chat."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return next((one for row in rows for one in row if one.url), None)


def _buttons(
    say: Speaker, group: MoodGroup, wished: Wish, link: InlineKeyboardButton | None, *, forum: bool
) -> InlineKeyboardMarkup:
    thread = "" if wished.thread_id is None else wished.thread_id
    topics = [button(say("mood-topics"), "top", group.id, code(wished.period))] if forum else []
    rows = [
        period_buttons(say, wished.period, lambda period: ("see", group.id, period, thread)),
        [*topics, button(say("mood-settings"), "set", group.id)],
        [link] if link else [],
    ]
    return InlineKeyboardMarkup([row for row in rows if row])


def _topic_trouble(say: Speaker, name: str, topics: Sequence[str]) -> str:
    shown = ", ".join(say("mood-topic-named", name=topic[:TOPIC_CHARS]) for topic in topics[:TOPICS_NAMED])
    text = say(
        "mood-topic-trouble", name=name[:TOPIC_CHARS], known="some" if topics else "none", topics=shown
    )
    return html.escape(text, quote=False)
