"""/groups: all groups of an admin in one picture, in private."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telegram import InlineKeyboardMarkup

from bot.context import Context
from bot.handlers.mood_desk import Desk, button
from bot.handlers.mood_showing import Showing, Shown
from bot.mood.analyst import AnalystFailed
from bot.mood.periods import PeriodError, parse
from bot.mood.picture import MOST_GROUPS, groups_chart
from bot.mood.rights import Standing
from bot.mood.schedule import zone
from bot.mood.view import MoodView
from bot.mood.wording import short_title
from bot.replies import Place
from storage.mood_groups import MoodGroup

log = logging.getLogger(__name__)

MOST_BUTTONS = 40


class MoodSideBySide:
    def __init__(self, desk: Desk, showing: Showing) -> None:
        self._desk = desk
        self._showing = showing

    async def governed(self, person_id: int) -> list[MoodGroup]:
        """Groups that are watched and whose admin this person is; the owners of the bot are admins of all."""
        groups = [group for group in await self._desk.groups.all() if group.watched]
        if self._desk.rights.is_owner(person_id):
            return groups
        standings = await self._desk.rights.standings([group.chat_id for group in groups], person_id)
        return [group for group in groups if standings[group.chat_id] is Standing.ADMIN]

    async def ask(self, ctx: Context, groups: Sequence[MoodGroup], action: str) -> list[int]:
        """Which group is meant: a button each, which carries the action."""
        rows = [[button(short_title(group, 40), action, group.id)] for group in groups[:MOST_BUTTONS]]
        text = ctx.say("mood-which-group")
        return await self._desk.replies.text(ctx.place, text, buttons=InlineKeyboardMarkup(rows))

    async def command(self, ctx: Context) -> list[int]:
        desk, say, person = self._desk, ctx.say, ctx.message.from_user
        if not ctx.private or person is None:
            return await desk.replies.text(ctx.place, say("mood-groups-private"))
        groups = await self.governed(person.id)
        if not groups:
            return await desk.replies.text(ctx.place, say("mood-groups-nowhere"))
        place = Place(ctx.route.chat_id)
        await self._showing.begin(place)
        views: list[tuple[str, MoodView]] = []
        for group in groups[:MOST_GROUPS]:
            try:
                period = parse(ctx.route.arguments or "month", desk.now(), zone(group.settings).key)
                views.append((short_title(group), await self._desk.analyst.view(group.id, period)))
            except PeriodError as error:
                return await desk.replies.text(ctx.place, say("mood-period-trouble", reason=error.reason))
            except AnalystFailed as error:
                log.warning("%s", error)
        rows = [[button(short_title(group, 40), "open", group.id, "m")] for group in groups[:MOST_BUTTONS]]
        caption = say("mood-groups-caption", groups=len(groups), shown=min(len(groups), MOST_GROUPS))
        chart = groups_chart(views, say) if views else None
        return await self._showing.send(place, Shown(caption, chart, InlineKeyboardMarkup(rows)))
