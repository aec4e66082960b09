"""Admins are told in private that the mood of their group has shifted: once, and not in the night.

Nothing is ever said in the group. Who cannot be reached sees it when they next ask for the mood.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.mood.analyst import NEWS_S, Analyst, AnalystFailed, news
from bot.mood.dates import DAY
from bot.mood.letters import Post
from bot.mood.messages import alert_letter
from bot.mood.periods import Period, day_start, recent
from bot.mood.readers import Audience
from bot.mood.rounds import End, Rounds
from bot.mood.schedule import AHEAD_S, is_quiet, last_whole_day, zone
from bot.mood.view import MoodView, Shift
from storage.mood_events import MoodEvent
from storage.mood_groups import MoodGroup, MoodGroups
from storage.moods import Moods

log = logging.getLogger(__name__)

LEAST_S = 13 * 86_400
"""In a shorter time nothing is ever found (`bot.mood.shifts`): the process that computes need not even start."""
KEPT_S = 30 * 86_400
"""So long it waits for an admin who asks."""
BEFORE_DAYS = 14
"""The picture begins at least so long before the shift."""
_UNREACHED = "unreached"


class Alerts:
    def __init__(
        self,
        post: Post,
        groups: MoodGroups,
        moods: Moods,
        analyst: Analyst,
        audience: Audience,
        least_people: int,
    ) -> None:
        self._post = post
        self._groups = groups
        self._moods = moods
        self._analyst = analyst
        self._audience = audience
        self._least_people = least_people
        self._rounds = Rounds(groups)
        self._looked: dict[int, date] = {}
        """By group: the local day up to which it was looked for shifts."""

    def wants_look(self, group: MoodGroup, now: float) -> bool:
        """Whether a day has ended since the last look, or the bot has only just started."""
        return group.settings.alerts and self._looked.get(group.id) != last_whole_day(group.settings, now)

    async def look(self, group: MoodGroup, now: float) -> None:
        """Remember a shift that is news. Raises AnalystFailed."""
        first_at = await self._moods.first_at(group.id)
        if first_at is not None and now - first_at >= LEAST_S:
            await self._look(group, now)
        self._looked[group.id] = last_whole_day(group.settings, now)

    async def _look(self, group: MoodGroup, now: float) -> None:
        found = await self._analyst.shifts(group.id, now)
        last = await self._groups.last_event(group.id, "shift")
        told_at = last.at if last is not None and last.at <= now + AHEAD_S else None
        shift = news(found, now, told_at)
        if shift is not None:
            await self._groups.remember_event(group.id, "shift", shift.at, {"shift": asdict(shift)})

    def wants_telling(self, group: MoodGroup, event: MoodEvent, now: float) -> bool:
        if event.kind != "shift" or _UNREACHED in event.data or not group.settings.alerts:
            return False
        return not is_quiet(group.settings, now)

    async def tell(self, group: MoodGroup, event: MoodEvent, now: float) -> End:
        """Raises TelegramError if the admins cannot be asked for."""
        shift = shift_of(event)
        readers = await self._audience.readers(group, "shift")
        end = End.NOBODY
        if readers.wanting and now - shift.found_at <= NEWS_S:
            view = await self._view(group, shift, now)
            letters = self._post.letters(alert_letter(group, shift, view, self._least_people))
            end = await self._rounds.go(event, readers.wanting, letters)
        if end is End.NOBODY:
            nobody_wants = readers.declined and not readers.wanting
            end = End.TOLD if nobody_wants else self._rounds.so_far(event)
        if end is End.TOLD:
            await self._rounds.close(event, now)
        elif end is End.NOBODY:
            log.info("group %s: no admin can be told of a shift; it waits for one who asks", group.id)
            await self._groups.change_event(event.id, {**event.data, _UNREACHED: True})
        return end

    async def _view(self, group: MoodGroup, shift: Shift, now: float) -> MoodView | None:
        """What the picture shows. None: the words do without it."""
        try:
            return await self._analyst.view(group.id, _around(shift, now, zone(group.settings)))
        except AnalystFailed as error:
            log.warning("no picture of a shift: %s", error)
            return None


async def untold(groups: MoodGroups, group_id: int, now: float) -> list[MoodEvent]:
    """Shifts of the last weeks that no admin could be told of, oldest first.

    Whoever shows them to an admin says so afterwards: `await groups.told(event.id, now)`.
    """
    waiting = [event for event in await groups.untold(group_id) if _UNREACHED in event.data]
    return [event for event in waiting if now - shift_of(event).found_at <= KEPT_S]


def shift_of(event: MoodEvent) -> Shift:
    return TypeAdapter(Shift).validate_python(event.data["shift"])


def _around(shift: Shift, now: float, tz: ZoneInfo) -> Period:
    """The last month, or more if the shift began earlier."""
    month = recent("month", now, tz.key)
    first = datetime.fromtimestamp(shift.at, tz).date() - BEFORE_DAYS * DAY
    return Period("range", min(month.since, day_start(first, tz)), month.until, tz.key, "day")
