"""What a group wrote, as arrays of sums; of days that are over they are kept, packed (`storage.mood_days`).

A large group has tens of thousands of rows a day, and to add them up takes a tenth of a second: once is enough.
"""

from __future__ import annotations

import gc
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

import numpy as np

from bot.mood.dates import DAY
from bot.mood.periods import Period, day_start, edges
from bot.mood.robust import estimate
from bot.mood.tally import Ints, Tally, add_up, changes
from storage.database import Database
from storage.mood_days import MoodDays, PackedDay, Span
from storage.moods import Moods

ALL = -1
"""In the place of a topic: all of them."""
Average = tuple[float | None, int]
"""The mean of a day, and of how many people."""
_ROW = 7
"""Columns of `mood_hours` without the group: slot, thread_id, person, messages, negative, positive, total."""
_AT_ONCE = 8
"""Days that are packed and kept by one transaction."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a stretch of time."""

    people: Tally
    """A bucket for each topic, by its thread_id."""
    hours: Ints
    """A column for each hour with `ALL`, and then for each hour and topic. Rows: when it began, thread_id, messages,
    people, negative, positive, total."""

    @classmethod
    def of(cls, rows: Ints) -> Sums:
        """As `Days.rows` returns them."""
        slot, thread, person, *sums = rows
        hours = [_by_hour(slot, topic, person, sums) for topic in (np.full_like(thread, ALL), thread)]
        return cls(Tally(thread, person, *sums).placed(thread), np.concatenate(hours, axis=1))

    def pack(self) -> bytes:
        """What `unpack` reads. Who changes this form empties the table `mood_days` by a migration."""
        people = np.stack([getattr(self.people, name) for name in Tally.__slots__])
        parts = np.array([self.hours.shape[1]]), self.hours.ravel(), people.ravel()
        return zlib.compress(np.concatenate(parts).astype("<i8").tobytes(), 1)

    @classmethod
    def unpack(cls, data: bytes) -> Sums:
        numbers = np.frombuffer(zlib.decompress(data), dtype="<i8")
        end = 1 + _ROW * int(numbers[0])
        people = numbers[end:].reshape(len(Tally.__slots__), -1)
        return cls(Tally(*people), numbers[1:end].reshape(_ROW, -1))

    def everyone(self, thread_id: int | None = None, bucket: int = 0) -> Tally:
        """In all topics or in one; in this bucket."""
        return (self.people if thread_id is None else self.people.at(thread_id)).placed(bucket)


class Days:
    """Of one group, by the clock of this zone."""

    def __init__(self, database: Database, group_id: int, tz: ZoneInfo, now: float) -> None:
        self._moods = Moods(database)
        self._kept = MoodDays(database)
        self._group_id = group_id
        self._tz = tz
        self._now = now

    async def rows(self, since: int, until: int) -> Ints:
        """A column for each hour, topic and person. Rows: when the hour began, thread_id, person, messages, negative,
        positive, total."""
        with _no_collecting():
            rows = await self._moods.sums(self._group_id, since, until)
            flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=_ROW * len(rows))
        return flat.reshape(-1, _ROW).T

    async def sums(self, since: int, until: int) -> list[Sums]:
        """Of each local day of a stretch, the first and the last perhaps in part."""
        spans = self._spans(since, until)
        days = [span for span in spans if self._is_over(span)]
        kept = await self._kept.sums(self._group_id, since, until)
        known = {span: Sums.unpack(kept[span]) for span in days if span in kept}
        known |= {span: sums async for span, sums in self._packed([day for day in days if day not in kept])}
        nothing = np.zeros((_ROW, 0), dtype=np.int64)
        for span in spans:
            if span not in known:
                known[span] = Sums.of(nothing if span in days else await self.rows(*span))
        return [known[span] for span in spans]

    async def averages(self, since: int, until: int) -> dict[Span, Average]:
        """Of each local day that lies in a stretch and is over; without those before anything was heard."""
        days = [span for span in self._spans(since, until) if self._is_over(span)]
        known = await self._kept.averages(self._group_id, since, until)
        missing = [day for day in days if day not in known]
        known |= {day: _average(sums) async for day, sums in self._packed(missing)}
        return {day: known[day] for day in days if day in known}

    def _spans(self, since: int, until: int) -> list[Span]:
        return list(pairwise(edges(Period("range", since, until, self._tz.key, "day"))))

    async def _packed(self, days: Sequence[Span]) -> AsyncIterator[tuple[Span, Sums]]:
        """Packed now; without those before anything was heard."""
        first = await self._kept.first_slot(self._group_id) if days else None
        days = [day for day in days if first is not None and day[1] > first]
        if not days:
            return
        claim = await self._kept.claim(self._group_id, days)
        for begin in range(0, len(days), _AT_ONCE):
            some = {span: Sums.of(await self.rows(*span)) for span in days[begin : begin + _AT_ONCE]}
            packed = []
            for (since, until), sums in some.items():
                mean, people = _average(sums)
                packed.append(PackedDay(since, until, people, mean, sums.pack()))
            await self._kept.keep(self._group_id, claim, packed)
            for span, sums in some.items():
                yield span, sums

    def _is_over(self, span: Span) -> bool:
        """Whether this is a whole local day, and past."""
        day = datetime.fromtimestamp(span[0], self._tz).date()
        return span == (day_start(day, self._tz), day_start(day + DAY, self._tz)) and span[1] <= self._now


@contextmanager
def _no_collecting() -> Iterator[None]:
    """To look through ten thousands of rows for garbage, again and again, takes as long as reading them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _by_hour(slot: Ints, thread: Ints, person: Ints, sums: Sequence[Ints]) -> Ints:
    order = np.lexsort((person, thread, slot))
    slot, thread, person = slot[order], thread[order], person[order]
    new = changes(slot) | changes(thread)
    begins = np.flatnonzero(new)
    people = add_up(new | changes(person), begins)
    messages, *rest = (add_up(column[order], begins) for column in sums)
    return np.stack([slot[begins], thread[begins], messages, people, *rest])


def _average(sums: Sums) -> Average:
    known = estimate(sums.everyone().means)
    return (known.mean, known.people) if known else (None, 0)
