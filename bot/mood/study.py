"""Computes what is shown of a group's mood, in a process of its own (`python -m bot.mood.study`, `bot.side_process`).

A request names the `database`, `group_id`, `least_people` and `now`; with a `period` it is for a view, without one for
the shifts. The answer is JSON. The database is opened with the first request; what is written there is what days that
are over add up to (`bot.mood.days`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import TypeAdapter

from bot.mood.days import ALL, Days, Sums
from bot.mood.periods import Period, edges, previous, zone_of
from bot.mood.shifts import Day, Detector
from bot.mood.tally import Ints, Tally
from bot.mood.view import Cell, MoodView, Point, Shift, Topic
from bot.side_process import serve
from storage.database import Database
from storage.mood_groups import MoodGroups
from storage.moods import Moods

_HISTORY_DAYS = 120
_ANCHOR_DAYS = 30
"""The history begins anew so seldom, so that from one day to the next the same is found in the same days."""
_LATER_DAYS = 40
"""A shift is found at most so much later than it happened."""
_USUAL_SHARE = 0.25
"""A day on which fewer than this share of the usual number of people wrote says nothing of the group's level."""
_ROWS_TO_COUNT = 40_000
"""So many people and hours are looked at one by one for the grid; in larger groups, hour by hour."""
_DAY_S = 86_400
_BEAT_S = 300
"""Who has watched until so short a time ago is watching now."""
_TOPICS_COMPARED = 6
"""So many of the largest topics have an average with its interval."""


class Study:
    """Asks storage, and computes."""

    def __init__(self, database: Database, group_id: int, least_people: int, now: float) -> None:
        self._database = database
        self._moods = Moods(database)
        self._groups = MoodGroups(database)
        self._group_id = group_id
        self._least_people = max(1, least_people)
        self._now = int(now)

    async def view(self, period: Period, thread_id: int | None, person: int | None) -> MoodView:
        """Of the group; of one of its topics; of one person, to whom all that is theirs is shown."""
        least = self._least_people if person is None else 1
        everyone = thread_id is None and person is None
        before = replace(previous(period), buckets="day")
        days: Sequence[Sums] = ()
        if person is None:
            earlier = (await self._of_group(before, thread_id))[0].placed(0)
            tally, days = await self._of_group(period, thread_id)
            grid = await self._grid(period, days, thread_id)
        else:
            earlier = (await self._of_person(before, thread_id, person))[0].placed(0)
            tally, cells = await self._of_person(period, thread_id, person)
            grid = _grid(cells, least)
        whole = tally.placed(0)
        return MoodView(
            group_id=self._group_id,
            period=period,
            points=await self._points(edges(period), tally, least, person),
            whole=whole.estimate(least),
            shares=whole.shares(least),
            messages=int(whole.messages.sum()),
            people=_people(whole, person),
            before_whole=earlier.estimate(least),
            before_shares=earlier.shares(least),
            change=whole.change(earlier, least),
            grid=grid,
            topics=await self._topics(days) if everyone else (),
            shifts=await self._shifts_of(period) if everyone else (),
        )

    async def shifts(self) -> list[Shift]:
        """All that are found in the days up to now, by the group's own clock."""
        group = await self._groups.by_id(self._group_id)
        if group is None:
            return []
        tz = zone_of(group.settings.time_zone)
        return await self._found(tz, self._now - _HISTORY_DAYS * _DAY_S, self._now)

    def _days(self, tz: ZoneInfo) -> Days:
        return Days(self._database, self._group_id, tz, self._now)

    async def _of_group(self, period: Period, thread_id: int | None) -> tuple[Tally, list[Sums]]:
        """Everybody by bucket, and the sums of the whole period."""
        days = self._days(zone_of(period.zone))
        if period.buckets == "day":
            sums = await days.sums(period.since, period.until)
            return Tally.joined([day.everyone(thread_id, number) for number, day in enumerate(sums)]), sums
        rows = await days.rows(period.since, period.until)
        bucket = np.searchsorted(edges(period), rows[0], side="right") - 1
        return _of_topic(rows, bucket, thread_id), [Sums.of(rows)]

    async def _of_person(self, period: Period, thread_id: int | None, person: int) -> tuple[Tally, Tally]:
        """Every message, by bucket and by cell of the grid."""
        scores = await self._moods.of_person(self._group_id, person, period.since, period.until)
        of_topic = [score for score in scores if thread_id in (None, score.thread_id)]
        tally = Tally.of_messages(of_topic, edges(period))
        return tally, tally.placed(_cells([score.at for score in of_topic], zone_of(period.zone)))

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
        self, period: Period, days: Sequence[Sums], thread_id: int | None
    ) -> tuple[tuple[Cell, ...], ...]:
        tz = zone_of(period.zone)
        hours = np.concatenate([np.zeros((7, 0), np.int64), *(day.hours for day in days)], axis=1)
        hours = hours[:, hours[1] == (ALL if thread_id is None else thread_id)]
        if hours[3].sum() > _ROWS_TO_COUNT:
            return _grid_of_hours(hours, tz, self._least_people)
        rows = await self._days(tz).rows(period.since, period.until)
        slots, which = np.unique(rows[0], return_inverse=True)
        return _grid(_of_topic(rows, _cells(slots.tolist(), tz)[which], thread_id), self._least_people)

    async def _topics(self, days: Sequence[Sums]) -> tuple[Topic, ...]:
        by_topic = Tally.joined([day.people for day in days])
        by_topic = by_topic.placed(by_topic.bucket)
        found = [(thread, by_topic.at(thread)) for thread in np.unique(by_topic.bucket).tolist()]
        if not any(thread for thread, _ in found):
            return ()
        least = self._least_people
        found.sort(key=lambda topic: (-topic[1].messages.sum(), topic[0]))
        names = await self._groups.topic_names(self._group_id)
        shown = [thread for thread, tally in found if tally.voices >= least]
        if len(shown) == len(found) - 1:
            # The only one that is hidden would be the whole less all others: the smallest of these is hidden, too.
            del shown[-1:]
        return tuple(
            Topic(
                thread_id=thread,
                name=names.get(thread, ""),
                messages=(messages := int(tally.messages.sum())),
                mean=int(tally.total.sum()) / messages / 1000 if thread in shown else None,
                negative=int(tally.negative.sum()) / messages if thread in shown else None,
                estimate=tally.estimate(least) if thread in shown and rank < _TOPICS_COMPARED else None,
            )
            for rank, (thread, tally) in enumerate(found)
        )

    async def _shifts_of(self, period: Period) -> tuple[Shift, ...]:
        tz = zone_of(period.zone)
        until = min(self._now, period.until + _LATER_DAYS * _DAY_S)
        found = await self._found(tz, min(period.since, until) - _HISTORY_DAYS * _DAY_S, until)
        return tuple(shift for shift in found if period.since <= shift.at < period.until)

    async def _found(self, tz: ZoneInfo, since: int, until: int) -> list[Shift]:
        """In the complete days between these times, and from somewhat earlier."""
        since -= since % (_ANCHOR_DAYS * _DAY_S)
        averages = await self._days(tz).averages(since, until)
        found = [
            (span, mean, people)
            for span, (mean, people) in averages.items()
            if mean is not None and people >= self._least_people
        ]
        if not found:
            return []
        enough = _USUAL_SHARE * float(np.median([people for *_, people in found]))
        days = [
            Day(start, end, datetime.fromtimestamp(start, tz).weekday(), mean)
            for (start, end), mean, people in found
            if people >= enough
        ]
        return Detector().find(days)


def _people(tally: Tally, person: int | None) -> int:
    return tally.voices if person is None else min(tally.voices, 1)


def _of_topic(rows: Ints, bucket: Ints, thread_id: int | None) -> Tally:
    """Everybody in these buckets; in all topics or in one."""
    _, thread, person, *sums = rows
    tally = Tally(bucket, person, *sums)
    if thread_id is not None:
        tally = tally.only(thread == thread_id)
    return tally.placed(tally.bucket)


def _cells(times: Sequence[int], tz: ZoneInfo) -> Ints:
    """The cell of the grid in which each lies: 24 to a weekday, Monday first."""
    local = (datetime.fromtimestamp(at, tz) for at in times)
    return np.array([time.weekday() * 24 + time.hour for time in local], dtype=np.int64)


def _grid(cells: Tally, least: int) -> tuple[tuple[Cell, ...], ...]:
    def cell(index: int) -> Cell:
        here = cells.at(index)
        estimate = here.estimate(least)
        return Cell(int(here.messages.sum()), estimate.mean if estimate else None)

    return _by_weekday([cell(index) for index in range(7 * 24)])


def _by_weekday(cells: Sequence[Cell]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(cells[day * 24 : day * 24 + 24]) for day in range(7))


def _grid_of_hours(hours: Ints, tz: ZoneInfo, least: int) -> tuple[tuple[Cell, ...], ...]:
    """Where many write: hours with enough people count, each for as much as it had people."""
    slot, _, messages, people, *_, total = hours
    cell = _cells(slot.tolist(), tz)
    people = np.where(people >= least, people, 0)
    count, here, level = (
        np.bincount(cell, weights=weights, minlength=7 * 24)
        for weights in (messages, people, people * total / messages / 1000)
    )
    return _by_weekday(
        [
            Cell(int(count[index]), float(level[index] / here[index]) if here[index] else None)
            for index in range(7 * 24)
        ]
    )


class _Answers:
    """The database is opened once, and again if another is named."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._database: Database | None = None
        self._url = ""

    def __call__(self, request: Any) -> bytes:
        return self._runner.run(self._answer(**request))

    async def _answer(
        self,
        *,
        database: str,
        group_id: int,
        least_people: int,
        now: float,
        period: dict[str, Any] | None = None,
        thread_id: int | None = None,
        person: int | None = None,
    ) -> bytes:
        study = Study(await self._opened(database), group_id, least_people, now)
        if period is None:
            return TypeAdapter(list[Shift]).dump_json(await study.shifts())
        return (await study.view(Period(**period), thread_id, person)).to_json().encode()

    async def _opened(self, url: str) -> Database:
        if self._database is None or self._url != url:
            await self.close()
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
