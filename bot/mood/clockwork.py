"""What happens by the clock in the groups whose mood is watched.

The heartbeat says when the bot was there, what is too old is erased, and admins are told: digests, and shifts. All of
it goes by one clock, which may be a simulation's.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import date

from telegram.error import TelegramError

from bot.mood.alerts import Alerts
from bot.mood.analyst import AnalystFailed
from bot.mood.digests import Digests
from bot.mood.rounds import End
from bot.mood.schedule import Pauses, cleaning_day
from storage.mood_groups import MoodGroup, MoodGroups
from storage.moods import Moods

log = logging.getLogger(__name__)

TICK_S = 30.0
BEATS_MISSED = 10
"""After so many the bot was away."""
AT_ONCE = 10
"""Groups that are told something in one tick: two hundred digests at nine o'clock leave by a quarter past."""
LOOKS_AT_ONCE = 20
"""Groups that are searched for shifts in one tick."""
PAUSE_S = 300.0
"""What could not be done is tried again after this."""
DAY_S = 86_400


class Clockwork:
    """`run` it in the background; or call `tick` as often as a simulated clock wants it."""

    def __init__(
        self,
        groups: MoodGroups,
        moods: Moods,
        digests: Digests,
        alerts: Alerts,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.every_s = TICK_S
        """Between two ticks by the clock `now`; a simulation that goes by the hour says so, or sees gaps."""
        self._groups = groups
        self._moods = moods
        self._digests = digests
        self._alerts = alerts
        self._now = now
        self._cleaned: dict[int, date] = {}
        self._pauses = Pauses(PAUSE_S)
        self._telling = asyncio.Lock()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            # The heart beats also while Telegram lets the rest wait.
            tasks.create_task(self._repeat(self.beat))
            tasks.create_task(self._repeat(self.work))

    async def tick(self) -> None:
        """Everything that is due now."""
        await self.beat()
        await self.work()

    async def beat(self) -> None:
        """The bot is here."""
        watched = [group.id for group in await self._groups.all() if group.watched]
        if watched:
            await self._groups.beat(watched, self._now(), BEATS_MISSED * self.every_s)

    async def work(self) -> None:
        """Erase what is too old, look for shifts, tell."""
        async with self._telling:
            groups = await self._groups.all()
            await self._clean(groups)
            watched = {group.id: group for group in groups if group.watched}
            await self._look(watched.values())
            told = await self._tell_shifts(watched)
            await self._send_digests(watched.values(), AT_ONCE - told)

    async def close(self) -> None:
        """One beat more: until now the bot was here."""
        await self.beat()

    async def _clean(self, groups: Iterable[MoodGroup]) -> None:
        now = self._now()
        for group in groups:
            today = cleaning_day(group.settings, now)
            if self._cleaned.get(group.id) == today:
                continue
            gone = await self._moods.prune(group.id, int(now - group.settings.retention_days * DAY_S))
            self._cleaned[group.id] = today
            if gone:
                log.info(
                    "group %s: %d scores were older than %d days",
                    group.id,
                    gone,
                    group.settings.retention_days,
                )

    async def _look(self, groups: Iterable[MoodGroup]) -> None:
        left = LOOKS_AT_ONCE
        for group in groups:
            now = self._now()
            if (
                left
                and self._alerts.wants_look(group, now)
                and not self._pauses.holds(("look", group.id), now)
            ):
                left -= 1
                if not await self._tried(self._alerts.look(group, now)):
                    self._pauses.begin(("look", group.id), now)

    async def _tell_shifts(self, watched: dict[int, MoodGroup]) -> int:
        """How many were told."""
        told = 0
        for event in await self._groups.untold():
            now, group = self._now(), watched.get(event.group_id)
            if group is None or told == AT_ONCE or self._pauses.holds(("shift", event.id), now):
                continue
            if self._alerts.wants_telling(group, event, now):
                told += 1
                if not await self._tried(self._alerts.tell(group, event, now)):
                    self._pauses.begin(("shift", event.id), now)
        return told

    async def _send_digests(self, groups: Iterable[MoodGroup], most: int) -> None:
        for group in groups:
            now = self._now()
            due = self._digests.due(group, now)
            if due is None or most <= 0 or self._pauses.holds(("digest", group.id), now):
                continue
            most -= 1
            if not await self._tried(self._digests.tell(group, due, now)):
                self._pauses.begin(("digest", group.id), now)

    @staticmethod
    async def _tried(work: Awaitable[End | None]) -> bool:
        """Whether nothing of it is left to be done."""
        try:
            return await work is not End.NOT_YET
        except (AnalystFailed, TelegramError) as error:
            log.warning("the mood of a group could not be told: %s: %s", type(error).__name__, error)
        except Exception:
            log.exception("the mood of a group could not be told")  # which holds up no other group
        return False

    @staticmethod
    async def _repeat(work: Callable[[], Awaitable[None]]) -> None:
        """What fails unforeseen is tried again, and ends nothing."""
        while True:
            try:
                await work()
            except Exception:
                log.exception("the clockwork of the moods missed a beat")
            await asyncio.sleep(TICK_S)
