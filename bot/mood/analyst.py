"""Asks the process that computes moods (`bot.mood.study`): numpy, scipy and ruptures stay out of the bot's own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from bot.mood.periods import Period
from bot.mood.view import MoodView, Shift
from bot.side_process import SideProcess, SideProcessFailed

NEWS_S = 3 * 86_400
"""What was found longer ago is told to nobody."""
_SAME_S = 10 * 86_400
"""Changes that lie nearer to each other are one."""


class AnalystFailed(Exception):
    """The numbers could not be had; the log says why."""


class Analyst:
    """`view = await analyst.view(group_id, period)`. One question at a time; close it when the bot ends."""

    def __init__(
        self,
        database_url: str,
        least_people: int,
        *,
        now: Callable[[], float] = time.time,
        timeout_s: float = 120.0,
        idle_s: float = 300.0,
    ) -> None:
        self._database_url = database_url
        self._least_people = least_people
        self._now = now
        self._process = SideProcess("bot.mood.study", timeout_s=timeout_s, idle_s=idle_s)

    async def view(
        self, group_id: int, period: Period, thread_id: int | None = None, person: int | None = None
    ) -> MoodView:
        """What is known of a period: of the group, of one topic, or of one person, for their own eyes.

        Raises AnalystFailed.
        """
        asked = {"period": asdict(period), "thread_id": thread_id, "person": person}
        return MoodView.from_json(await self._ask(group_id, self._now(), **asked))

    async def shifts(self, group_id: int, now: float) -> list[Shift]:
        """The changes of the last months that were found up to now, oldest first; which is news, `news` says.

        Raises AnalystFailed.
        """
        return TypeAdapter(list[Shift]).validate_json(await self._ask(group_id, now))

    async def close(self) -> None:
        await self._process.close()

    async def _ask(self, group_id: int, now: float, **more: Any) -> bytes:
        settings = {"database": self._database_url, "least_people": self._least_people}
        request = {"group_id": group_id, "now": now, **settings, **more}
        try:
            answer = await self._process.ask(request)
        except SideProcessFailed as error:
            raise AnalystFailed(str(error)) from error
        if not answer:
            raise AnalystFailed(f"the mood of group {group_id} could not be computed")
        return answer


def news(shifts: list[Shift], now: float, told_at: float | None) -> Shift | None:
    """The shift that is to be told now; `told_at` is the `at` of the one told last.

    None if the latest was found more than three days ago (the bot was away: it would be no news), or is the one told:
    with more days known, the same change may seem to have begun some days earlier or later.
    """
    latest = max(shifts, key=lambda shift: shift.found_at, default=None)
    if latest is None or now - latest.found_at > NEWS_S:
        return None
    if told_at is not None and latest.at < told_at + _SAME_S:
        return None
    return latest
