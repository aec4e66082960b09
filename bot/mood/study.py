"""Computes what is shown of a group's mood, in a process of its own (`python -m bot.mood.study`, `bot.side_process`).

A request names the `database`, `group_id`, `least_people`, `now`, and how many `erasures` there were (after another one
nothing is remembered); with a `period` it is for a view, without one for the shifts. The answer is JSON. The database
is opened with the first request, and only read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import TypeAdapter

from bot.mood.periods import Period, edges, previous, slot, zone_of
from bot.mood.shifts import Day, Detector
from bot.mood.tally import Tally
from bot.mood.view import Cell, MoodView, Point, Shift, Topic
from bot.side_process import serve
from storage.database import Database
from storage.mood_groups import MoodGroups
from storage.moods import HourRow, Moods

_HISTORY_DAYS = 120
_ANCHOR_DAYS = 30
"""The history begins anew so seldom, so that from one day to the next the same is found in the same days."""
_LATER_DAYS = 40
"""A shift is found at most so much later than it happened."""
_USUAL_SHARE = 0.25
"""A day on which fewer than this share of the usual number of people wrote says nothing of the group's level."""
_HOURS_AT_ONCE = 400
_ROWS_TO_COUNT = 40_000
"""So many people and hours are looked at one by one for the grid; in larger groups, hour by hour."""
_KEPT_S = 3600
_DAY_S = 86_400
_BEAT_S = 300
"""Who has watched until so short a time ago is watching now."""
_TOPICS_COMPARED = 6
"""So many of the largest topics are looked at person by person."""


_Average = tuple[float, int]
"""The mean of a day, and of how many people."""
_Kept = dict[tuple[int, int, int, int], tuple[float, _Average | None]]
"""What is known of complete days by group, least people, start and end: when it was computed, and what."""


class Study:
    """Asks storage, and computes.

    The averages of complete days may be kept from one question to the next, and are believed for an hour: in a group of
    thousands it takes seconds to compute those of some months.
    """

    def __init__(
        self, database: Database, group_id: int, least_people: int, now: float, kept: _Kept | None = None
    ) -> None:
        self._moods = Moods(database)
        self._groups = MoodGroups(database)
        self._group_id = group_id
        self._least_people = max(1, least_people)
        self._now = int(now)
        self._kept: _Kept = {} if kept is None else kept

    async def view(self, period: Period, thread_id: int | None, person: int | None) -> MoodView:
        """Of the group; of one of its topics; of one person, to whom all that is theirs is shown."""
        least = self._least_people if person is None else 1
        everyone = thread_id is None and person is None
        bounds = edges(period)
        tally = await self._tally(bounds, thread_id, person)
        whole = tally.regrouped([0] * len(bounds))
        before = previous(period)
        earlier = await self._tally([before.since, before.until], thread_id, person)
        return MoodView(
            group_id=self._group_id,
            period=period,
            points=await self._points(bounds, tally, least, person),
            whole=whole.estimate(least),
            shares=whole.shares(least),
            messages=int(whole.messages.sum()),
            people=_people(whole, person),
            before_whole=earlier.estimate(least),
            before_shares=earlier.shares(least),
            grid=await self._grid(period, thread_id, person, least),
            topics=await self._topics(period, least) if everyone else (),
            shifts=await self._shifts_of(period) if everyone else (),
        )

    async def shifts(self) -> list[Shift]:
        """All that are found in the days up to now, by the group's own clock."""
        group = await self._groups.by_id(self._group_id)
        if group is None:
            return []
        tz = zone_of(group.settings.time_zone)
        return await self._found(tz, self._now - _HISTORY_DAYS * _DAY_S, self._now)

    async def _tally(self, bounds: Sequence[int], thread_id: int | None, person: int | None) -> Tally:
        if person is None:
            return Tally.of_people(await self._moods.people(self._group_id, bounds, thread_id))
        scores = await self._moods.of_person(self._group_id, person, bounds[0], bounds[-1])
        of_topic = [score for score in scores if thread_id in (None, score.thread_id)]
        return Tally.of_messages(of_topic, bounds)

    async def _points(
        self, bounds: Sequence[int], tally: Tally, least: int, person: int | None
    ) -> tuple[Point, ...]:
        watched = await self._groups.watches(self._group_id, bounds[0], bounds[-1])
        here_now = bool(watched) and watched[-1][1] >= self._now - _BEAT_S
        points = []
        for bucket, (start, end) in enumerate(pairwise(bounds)):
            here = tally.at(bucket)
            known = min(end, self._now)  # what has not come yet is no gap
            seen = sum(max(0, min(until, known) - max(since, start)) for since, until in watched)
            away = known - start > 2 * max(seen, _BEAT_S) and not (here_now and start <= self._now < end)
            points.append(
                Point(
                    start=start,
                    end=end,
                    messages=int(here.messages.sum()),
                    people=_people(here, person),
                    estimate=here.estimate(least),
                    gap=not here.voices and away,
                )
            )
        return tuple(points)

    async def _grid(
        self, period: Period, thread_id: int | None, person: int | None, least: int
    ) -> tuple[tuple[Cell, ...], ...]:
        tz = zone_of(period.zone)
        if person is None:
            rows = await self._moods.hours(self._group_id, period.since, period.until, thread_id)
            if sum(row.people for row in rows) > _ROWS_TO_COUNT:
                return _grid_of_hours(rows, tz, least)
            slots = [row.slot for row in rows]
        else:
            scores = await self._moods.of_person(self._group_id, person, period.since, period.until)
            slots = sorted({slot(score.at, tz) for score in scores})
        tallies = []
        for first in range(0, len(slots), _HOURS_AT_ONCE):
            some = slots[first : first + _HOURS_AT_ONCE]
            tally = await self._tally([*some, some[-1] + 3600], thread_id, person)
            times = (datetime.fromtimestamp(at, tz) for at in some)
            tallies.append(tally.regrouped([time.weekday() * 24 + time.hour for time in times]))
        together = Tally.joined(tallies).regrouped(range(7 * 24)) if tallies else None
        cells = [_cell(together.at(index), least) if together else Cell(0, None) for index in range(7 * 24)]
        return _by_weekday(cells)

    async def _topics(self, period: Period, least: int) -> tuple[Topic, ...]:
        found = await self._moods.topics(self._group_id, period.since, period.until)
        rows = [row for row in found if row.messages]
        if not any(row.thread_id for row in rows):
            return ()
        names = await self._groups.topic_names(self._group_id)
        shown = [row.thread_id for row in rows if row.people >= least]
        if len(shown) == len(rows) - 1:
            # The only one that is hidden would be the whole less all others: the smallest of these is hidden, too.
            del shown[-1:]
        largest = [row.thread_id for row in rows[:_TOPICS_COMPARED] if row.thread_id in shown]
        bounds = [period.since, period.until]
        known = {thread: (await self._tally(bounds, thread, None)).estimate(least) for thread in largest}
        return tuple(
            Topic(
                thread_id=row.thread_id,
                name=names.get(row.thread_id, ""),
                messages=row.messages,
                mean=row.total / row.messages / 1000 if row.thread_id in shown else None,
                negative=row.negative / row.messages if row.thread_id in shown else None,
                estimate=known.get(row.thread_id),
            )
            for row in rows
        )

    async def _shifts_of(self, period: Period) -> tuple[Shift, ...]:
        tz = zone_of(period.zone)
        until = min(self._now, period.until + _LATER_DAYS * _DAY_S)
        found = await self._found(tz, min(period.since, until) - _HISTORY_DAYS * _DAY_S, until)
        return tuple(shift for shift in found if period.since <= shift.at < period.until)

    async def _found(self, tz: ZoneInfo, since: int, until: int) -> list[Shift]:
        """In the complete days between these times, and from somewhat earlier."""
        since -= since % (_ANCHOR_DAYS * _DAY_S)
        bounds = edges(Period("range", since, until + 1, tz.key, "day"))[1:-1]
        found = [
            (start, end, *average)
            for (start, end), average in zip(pairwise(bounds), await self._averages(bounds), strict=True)
            if average is not None
        ]
        if not found:
            return []
        enough = _USUAL_SHARE * float(np.median([people for *_, people in found]))
        days = [
            Day(start, end, datetime.fromtimestamp(start, tz).weekday(), mean)
            for start, end, mean, people in found
            if people >= enough
        ]
        return Detector().find(days)

    async def _averages(self, bounds: Sequence[int]) -> list[_Average | None]:
        """Of each complete day between these; None of those with too few people."""
        first_at = await self._moods.first_at(self._group_id)
        keys = [(self._group_id, self._least_people, start, end) for start, end in pairwise(bounds)]
        if first_at is None:
            return [None] * len(keys)
        for key in keys:
            *_, start, end = key
            if end <= first_at:  # what was erased is not remembered here
                self._kept.pop(key, None)
            elif self._kept.get(key, (0.0, None))[0] < self._now - _KEPT_S:
                # Day by day: the people of a hundred days at once would fill the memory in a large group.
                day = Tally.of_people(await self._moods.people(self._group_id, (start, end)))
                estimate = day.estimate(self._least_people)
                self._kept[key] = (self._now, (estimate.mean, estimate.people) if estimate else None)
        return [self._kept[key][1] if key in self._kept else None for key in keys]


def _people(tally: Tally, person: int | None) -> int:
    return tally.voices if person is None else min(tally.voices, 1)


def _cell(tally: Tally, least: int) -> Cell:
    estimate = tally.estimate(least)
    return Cell(int(tally.messages.sum()), estimate.mean if estimate else None)


def _by_weekday(cells: Sequence[Cell]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(cells[day * 24 : day * 24 + 24]) for day in range(7))


def _grid_of_hours(rows: Sequence[HourRow], tz: ZoneInfo, least: int) -> tuple[tuple[Cell, ...], ...]:
    """Where many write: hours with enough people count, each for as much as it had people."""
    messages, people, totals = np.zeros(168, dtype=int), np.zeros(168), np.zeros(168)
    for row in rows:
        time = datetime.fromtimestamp(row.slot, tz)
        index = time.weekday() * 24 + time.hour
        messages[index] += row.messages
        if row.people >= least:
            people[index] += row.people
            totals[index] += row.people * row.total / row.messages / 1000
    return _by_weekday(
        [
            Cell(int(count), float(total / here) if here else None)
            for count, total, here in zip(messages, totals, people, strict=True)
        ]
    )


class _Answers:
    """The database is opened once, and again if another is named."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._database: Database | None = None
        self._url = ""
        self._kept: _Kept = {}
        self._erasures = 0

    def __call__(self, request: Any) -> bytes:
        return self._runner.run(self._answer(**request))

    async def _answer(
        self,
        *,
        database: str,
        group_id: int,
        least_people: int,
        now: float,
        erasures: int,
        period: dict[str, Any] | None = None,
        thread_id: int | None = None,
        person: int | None = None,
    ) -> bytes:
        if erasures != self._erasures:
            self._kept.clear()
            self._erasures = erasures
        study = Study(await self._opened(database), group_id, least_people, now, self._kept)
        if period is None:
            return TypeAdapter(list[Shift]).dump_json(await study.shifts())
        return (await study.view(Period(**period), thread_id, person)).to_json().encode()

    async def _opened(self, url: str) -> Database:
        if self._database is None or self._url != url:
            await self.close()
            self._kept.clear()
            self._database, self._url = await Database.open(url), url
        return self._database

    async def close(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            await database.close()


def main() -> None:
    with asyncio.Runner() as runner:
        answers = _Answers(runner)
        serve(answers)
        runner.run(answers.close())


if __name__ == "__main__":
    main()
