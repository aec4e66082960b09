"""/mood settings: what admins choose for their group, by buttons and in words."""

from __future__ import annotations

import html
from collections.abc import Sequence

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.context import Context
from bot.handlers.mood_desk import Desk, button, edit
from bot.handlers.mood_switch import tell_of_changes
from bot.mood.choices import ChoiceError, changed
from bot.mood.schedule import zone
from bot.mood.wording import title_of
from bot.mood.zones import COMMON, words
from bot.replies import Place
from bot.texts import Speaker
from storage.mood_groups import GroupSettings, MoodGroup

Rows = list[list[InlineKeyboardButton]]

_QUIET = ("21-9", "22-8", "23-7", "0-8", "off")
_KEEP = (30, 90, 180, 365, 730)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class MoodSettingsPages:
    """Buttons are `mood:set:GROUP`, `...:PAGE`, and `...:FIELD:WORDS`, with the words that could be written, too."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def command(self, ctx: Context, group: MoodGroup, field: str = "", text: str = "") -> list[int]:
        """The page of all settings; or with a field its own page, or, with words, the change."""
        say = ctx.say
        if not text:
            return await self._send(ctx.place, *self._page(say, group, field))
        try:
            after = changed(group.settings, field, text)
        except ChoiceError as error:
            return await self._send(ctx.place, *_trouble(say, group, error, self._desk.now()))
        group = await self._store(say, group, after)
        page, rows = self._page(say, group)
        return await self._send(ctx.place, f"{say('mood-set-done')}\n\n{page}", rows)

    async def press(
        self, query: CallbackQuery, message: Message, say: Speaker, group: MoodGroup, data: str
    ) -> list[int]:
        """A page takes the place of another; under a picture it comes as a message of its own."""
        field, _, text = data.partition(":")
        if text:
            try:
                after = changed(group.settings, field, text)
            except ChoiceError:
                await query.answer(say("expired-button"))
                return []
            group = await self._store(say, group, after)
        await query.answer()
        # What has one choice or the other is chosen on the page of all; a digest is made of several choices.
        stays = field == "digest" and text
        shown = field if stays or not text else ""
        page, rows = self._page(say, group, shown)
        if message.text is None:
            thread = message.message_thread_id if message.is_topic_message else None
            return await self._send(Place(message.chat.id, thread), page, rows)
        await edit(query, page, rows)
        return []

    async def _send(self, place: Place, text: str, rows: Rows) -> list[int]:
        buttons = InlineKeyboardMarkup(rows)
        return await self._desk.replies.text(place, text, html_ready=True, buttons=buttons)

    async def _store(self, say: Speaker, group: MoodGroup, after: GroupSettings) -> MoodGroup:
        before = group
        group = await self._desk.groups.set(group.id, settings=after)
        await self._desk.watcher.refresh()
        await tell_of_changes(self._desk, say, before, group)
        return group

    def _page(self, say: Speaker, group: MoodGroup, field: str = "") -> tuple[str, Rows]:
        pages = {
            "zone": self._zone,
            "digest": self._digest,
            "quiet": self._quiet,
            "keep": self._keep,
        }
        if field not in pages:
            return self._all(say, group)
        rows = pages[field](say, group)
        rows.append([button(say("mood-set-back"), "set", group.id)])
        title = say(
            f"mood-set-{field}-title", now=self._now(say, group, field), zone=self._now(say, group, "zone")
        )
        return title, rows

    def _all(self, say: Speaker, group: MoodGroup) -> tuple[str, Rows]:
        chosen = group.settings

        def page(field: str) -> InlineKeyboardButton:
            return button(say(f"mood-set-{field}"), "set", group.id, field)

        def toggle(field: str, *, on: bool) -> InlineKeyboardButton:
            words = say(f"mood-set-{field}-turn", to="off" if on else "on")
            return button(words, "set", group.id, field, "off" if on else "on")

        text = say(
            "mood-set-all",
            title=title_of(group),
            watched="on" if group.watched else "off",
            **{field: self._now(say, group, field) for field in ("zone", "digest", "quiet", "keep")},
            alerts="on" if chosen.alerts else "off",
            voices="on" if chosen.transcripts else "off",
        )
        switch = (
            button(say("mood-switch-off"), "off", group.id)
            if group.watched
            else button(say("mood-switch-on"), "on", group.id)
        )
        return text, [
            [page("digest"), toggle("alerts", on=chosen.alerts)],
            [page("zone"), page("quiet")],
            [page("keep"), toggle("voices", on=chosen.transcripts)],
            [button(say("mood-see"), "see", group.id, "w"), switch],
        ]

    def _now(self, say: Speaker, group: MoodGroup, field: str) -> str:
        """What is chosen, in words. HTML."""
        chosen = group.settings
        match field:
            case "zone":
                now = words(zone(chosen).key, say.language, self._desk.now())
                return html.escape(now, quote=False)
            case "digest":
                return say(
                    "mood-set-digest-now",
                    digest=chosen.digest,
                    hour=f"{chosen.digest_hour}:00",
                    weekday=say("mood-set-weekday", day=_DAYS[chosen.digest_weekday % 7]),
                    to=chosen.digest_to,
                )
            case "quiet":
                return _quiet_words(say, chosen.quiet_from, chosen.quiet_until)
            case _:
                return say("mood-set-days", days=chosen.retention_days)

    def _zone(self, say: Speaker, group: MoodGroup) -> Rows:
        zones = COMMON.get(say.language, COMMON["en"])
        return _zone_buttons(say, group, zones, self._desk.now())

    def _digest(self, say: Speaker, group: MoodGroup) -> Rows:
        chosen = group.settings

        def choice(words: str, value: str, *, now: bool) -> InlineKeyboardButton:
            return button(_marked(words, now), "set", group.id, "digest", value)

        rows = [
            [
                choice(say(f"mood-set-{name}"), name, now=chosen.digest == name)
                for name in ("off", "daily", "weekly")
            ]
        ]
        if chosen.digest == "off":
            return rows
        if chosen.digest == "weekly":
            days = [
                choice(say("mood-set-day", day=day), day, now=chosen.digest_weekday == number)
                for number, day in enumerate(_DAYS)
            ]
            rows += [days[:4], days[4:]]
        hours = [choice(f"{hour}:00", str(hour), now=chosen.digest_hour == hour) for hour in range(24)]
        rows += [hours[at : at + 6] for at in range(0, 24, 6)]
        rows.append(
            [choice(say(f"mood-set-to-{to}"), to, now=chosen.digest_to == to) for to in ("admins", "group")]
        )
        return rows

    def _quiet(self, say: Speaker, group: MoodGroup) -> Rows:
        chosen = group.settings
        rows = []
        for value in _QUIET:
            first, _, last = value.partition("-")
            hours = (int(first), int(last)) if last else (0, 0)
            now = hours == (chosen.quiet_from, chosen.quiet_until)
            words = _marked(_quiet_words(say, *hours), now)
            rows.append([button(words, "set", group.id, "quiet", value)])
        return rows

    def _keep(self, say: Speaker, group: MoodGroup) -> Rows:
        now = group.settings.retention_days
        return [
            [button(_marked(say("mood-set-days", days=days), days == now), "set", group.id, "keep", days)]
            for days in _KEEP
        ]


def _trouble(say: Speaker, group: MoodGroup, error: ChoiceError, now: float) -> tuple[str, Rows]:
    """Why the words choose nothing, with an example; what may have been meant as buttons."""
    text = say("mood-set-trouble", field=error.field, near="some" if error.zones else "none")
    rows = _zone_buttons(say, group, error.zones, now) if error.zones else []
    return text, [*rows, [button(say("mood-set-back"), "set", group.id)]]


def _zone_buttons(say: Speaker, group: MoodGroup, zones: Sequence[str], now: float) -> Rows:
    buttons = [
        button(
            _marked(words(name, say.language, now), name == group.settings.time_zone),
            *("set", group.id, "zone", name),
        )
        for name in zones
    ]
    return [buttons[at : at + 2] for at in range(0, len(buttons), 2)]


def _quiet_words(say: Speaker, first: int, last: int) -> str:
    if first == last:
        return say("mood-set-quiet-none")
    return say("mood-set-quiet-now", first=f"{first}:00", last=f"{last}:00")


def _marked(words: str, now: bool) -> str:
    return f"✓ {words}" if now else words
