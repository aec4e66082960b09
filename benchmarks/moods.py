"""The moods of a group at ten million messages, against what one would write first: `python -m benchmarks.moods`.

A hundred days of 100,000 messages, each by 17,000 of 68,000 people, few of whom write most, in four topics.
Naive is a table of rows with text ids, an index on chat and time, one commit a message, and GROUP BY over the rows.
Both answer every question from the same messages, and the answers are compared; a view is all that a picture shows, for
naive only the averages' sums, the volume and the topics. Needs 3 GB of temporary space and a quarter of an hour. Writes
benchmarks/results/moods.json.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks import _report
from bot.mood.periods import previous, recent
from bot.mood.study import Study
from storage.database import Database
from storage.mood_groups import MoodGroups
from storage.moods import Moods, Score

CHAT = -1001234567890
DAY_S = 86_400
BEGIN = 1_790_000_000 // DAY_S * DAY_S
MESSAGES_A_DAY = 100_000
WRITERS_A_DAY = 17_000
TOPICS = (0, 0, 0, 7, 912, 130_455)
BATCH = 32
NAIVE_WRITES = 300

NAIVE = """
CREATE TABLE moods (id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id TEXT, message_id TEXT, user_id TEXT, thread_id TEXT,
                    at INTEGER, label TEXT, score REAL);
CREATE INDEX ix_moods ON moods (chat_id, at);
"""
NAIVE_ROW = "INSERT INTO moods (chat_id, message_id, user_id, thread_id, at, label, score) VALUES (?, ?, ?, ?, ?, ?, ?)"
NAIVE_SUMS = "count(*), count(DISTINCT user_id), sum(label = 'negative'), sum(label = 'positive')"
WORDS = {-1: "negative", 0: "neutral", 1: "positive"}

Row = tuple[int, int, int, int, int, int]
"""at, message, person, thread_id, label, score"""


class People:
    """Who writes: a few much, most seldom; every day a quarter of all, each once at least."""

    def __init__(self, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        self.hashes = self._random.integers(-(2**63), 2**63 - 1, 4 * WRITERS_A_DAY)
        self._weights = 1 / np.arange(1, len(self.hashes) + 1) ** 0.8

    def day(self, number: int) -> list[Row]:
        """Messages of a day in order of time."""
        random, size = self._random, MESSAGES_A_DAY
        shares = self._weights / self._weights.sum()
        there = random.choice(len(shares), WRITERS_A_DAY, replace=False, p=shares)
        activity = random.permutation(1 / np.arange(1, WRITERS_A_DAY + 1)) * self._weights[there] ** 0.3
        more = random.choice(len(there), size - len(there), p=activity / activity.sum())
        who = random.permutation(np.concatenate([there, there[more]]))
        hours = 1.2 + np.sin((np.arange(24) - 9) / 24 * 2 * np.pi)
        hour = random.choice(24, size, p=hours / hours.sum())
        at = np.sort(BEGIN + number * DAY_S + hour * 3600 + random.integers(0, 3600, size))
        score = np.clip(random.normal(50, 450, size), -1000, 1000).astype(int)
        label = np.where(score > 300, 1, np.where(score < -300, -1, 0))
        thread = np.array(TOPICS)[random.integers(0, len(TOPICS), size)]
        message = random.integers(-(2**63), 2**63 - 1, size)
        columns: Sequence[npt.NDArray[Any]] = (at, message, self.hashes[who], thread, label, score)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def ranked(self, rank: int) -> int:
        """0 is there most days."""
        return int(self.hashes[rank])


class Timed(Database):
    """Notes for how long writers were kept out."""

    longest_s = 0.0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        async with super().transaction() as connection:
            begun = time.perf_counter()
            yield connection
        self.longest_s = max(self.longest_s, time.perf_counter() - begun)

    async def scrub(self) -> None:
        begun = time.perf_counter()
        await super().scrub()
        self.longest_s = max(self.longest_s, time.perf_counter() - begun)


def fill(ours: Path, naive: Path, people: People, days: int) -> None:
    """Ten million messages, by way of a short cut: no waiting for the disk, sums made of what is there."""
    here, there = sqlite3.connect(ours), sqlite3.connect(naive)
    for connection in (here, there):
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
    there.executescript(NAIVE)
    for number in range(days):
        rows = people.day(number)
        with here, there:
            here.executemany("INSERT INTO moods VALUES (1, ?, ?, ?, ?, ?, ?)", sorted(rows))
            begin = BEGIN + number * DAY_S
            here.execute(
                "INSERT INTO mood_hours SELECT 1, at - at % 3600 AS slot, thread_id, person, count(*),"
                " sum(label < 0), sum(label > 0), sum(score) FROM moods WHERE group_id = 1 AND at >= ?"
                " GROUP BY slot, thread_id, person",
                (begin,),
            )
            there.executemany(NAIVE_ROW, map(naive_row, rows))
    here.close()
    there.close()


def naive_row(row: Row) -> tuple[Any, ...]:
    at, message, person, thread_id, label, score = row
    return (
        str(CHAT),
        str(abs(message) % 10**8),
        naive_id(person),
        str(thread_id),
        at,
        WORDS[label],
        score / 1000,
    )


def naive_id(person: int) -> str:
    return str(abs(person) % 10**10)


def scores(rows: Sequence[Row]) -> list[Score]:
    return [
        Score(1, at, at - at % 3600, message, person, thread, label, score)
        for at, message, person, thread, label, score in rows
    ]


async def seconds(work: Callable[[], Awaitable[Any]], times: int = 2) -> tuple[float, Any]:
    """The best of some runs, and what came of it."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        result = await work()
        taken.append(time.perf_counter() - begun)
    return round(min(taken), 5), result


def naive_seconds(
    connection: sqlite3.Connection, query: str, *values: Any, times: int = 2
) -> tuple[float, list[Any]]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        with connection:
            found = connection.execute(query, values).fetchall()
        taken.append(time.perf_counter() - begun)
    return round(min(taken), 5), found


def used_bytes(database: Path) -> int:
    connection = sqlite3.connect(database)
    pages, free, page_bytes = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    connection.close()
    return int((pages - free) * page_bytes)


async def writing(moods: Moods, ours: Path, naive: Path, rows: Sequence[Row]) -> dict[str, Any]:
    """A day more, as it is written when it is lived."""

    before = used_bytes(ours)
    day = scores(rows)
    begun = time.perf_counter()
    for start in range(0, len(day), BATCH):
        await moods.put(day[start : start + BATCH])
    taken_s = time.perf_counter() - begun
    grown = used_bytes(ours) - before
    size = used_bytes(naive)
    connection = sqlite3.connect(naive)
    begun = time.perf_counter()
    for row in rows[:NAIVE_WRITES]:
        with connection:
            connection.execute(NAIVE_ROW, naive_row(row))
    naive_s = time.perf_counter() - begun
    connection.execute("PRAGMA synchronous=OFF")
    with connection:
        connection.executemany(NAIVE_ROW, map(naive_row, rows[NAIVE_WRITES:]))
    connection.close()
    return {
        "batch": BATCH,
        "ours_rows_per_s": round(len(day) / taken_s),
        "naive_rows_per_s": round(NAIVE_WRITES / naive_s),
        "ours_growth_mb_per_day": round(grown / 1e6, 2),
        "naive_growth_mb_per_day": round((used_bytes(naive) - size) / 1e6, 2),
        "ours_bytes_per_message": round(grown / len(day), 1),
    }


async def reading(
    database: Database, moods: Moods, connection: sqlite3.Connection, people: People, end: int
) -> dict[str, Any]:
    """What pictures are drawn from, and what tables are made of."""
    figures: dict[str, Any] = {}

    def note(name: str, ours: tuple[float, Any], naive: tuple[float, Any]) -> None:
        figures[name] = {
            "ours_s": ours[0],
            "naive_s": naive[0],
            "times_faster": round(naive[0] / ours[0], 1),
            "rows": len(ours[1]) if isinstance(ours[1], list) else 1,
        }
        print(name, figures[name], flush=True)

    study = Study(database, 1, 3, end)
    for name in ("first", "next"):
        # The first packs the days that are over.
        figures[f"{name}_search_for_shifts_s"], _ = await seconds(study.shifts, times=1)
        print(name, figures, flush=True)
    where = "FROM moods WHERE chat_id = ? AND at >= ? AND at < ?"
    names: tuple[Literal["day", "week", "month"], ...] = ("day", "week", "month")
    for name in names:
        period = recent(name, end - 1, "UTC")
        before = previous(period)
        span = (str(CHAT), period.since, period.until)
        hours = await seconds(partial(moods.hours, 1, period.since, period.until))
        by_hour = naive_seconds(
            connection,
            f"SELECT strftime('%Y-%m-%d %H', at, 'unixepoch') AS hour, {NAIVE_SUMS}, sum(score) {where} GROUP BY hour",
            *span,
        )
        assert [(row.messages, row.people, row.negative, row.positive) for row in hours[1]] == [
            row[1:5] for row in by_hour[1]
        ]
        note(f"hours_of_a_{name}", hours, by_hour)
        bucket = "%Y-%m-%d %H" if period.buckets == "hour" else "%Y-%m-%d"
        by_person = f"user_id, count(*), sum(label = 'negative'), sum(label = 'positive'), sum(score) {where}"
        by_bucket = naive_seconds(
            connection,
            f"SELECT strftime('{bucket}', at, 'unixepoch') AS bucket, {by_person} GROUP BY bucket, user_id",
            *span,
        )
        earlier = naive_seconds(
            connection, f"SELECT {by_person} GROUP BY user_id", str(CHAT), before.since, before.until
        )
        by_topic = naive_seconds(
            connection, f"SELECT thread_id, {NAIVE_SUMS}, sum(score) {where} GROUP BY thread_id", *span
        )
        view = await seconds(partial(study.view, period, None, None))
        written: Counter[str] = Counter()
        for row in by_bucket[1]:
            written[row[0]] += row[2]
        assert [point.messages for point in view[1].points] == [written[one] for one in sorted(written)]
        assert view[1].before_shares.messages == sum(row[1] for row in earlier[1])
        assert {(str(topic.thread_id), topic.messages) for topic in view[1].topics} == {
            row[:2] for row in by_topic[1]
        }
        alone_s = sum(taken_s for taken_s, _ in (by_hour, by_bucket, earlier, by_topic))
        note(f"view_of_a_{name}", view, (round(alone_s, 5), None))
    for name, rank in (("a_regular", 0), ("an_occasional", 3000)):
        mine = await seconds(partial(moods.of_person, 1, people.ranked(rank), period.since, period.until))
        theirs = naive_seconds(
            connection, f"SELECT * {where} AND user_id = ?", *span, naive_id(people.ranked(rank))
        )
        assert len(mine[1]) == len(theirs[1])
        note(f"month_of_{name}", mine, theirs)
    first = await seconds(partial(moods.first_at, 1))
    note(
        "first_at", first, naive_seconds(connection, "SELECT min(at) FROM moods WHERE chat_id = ?", str(CHAT))
    )
    return figures


async def erasing(
    database: Timed, moods: Moods, connection: sqlite3.Connection, people: People
) -> dict[str, Any]:
    """And for how long nobody could write meanwhile. (The naive script does it in one statement.)"""
    figures: dict[str, Any] = {}
    person = people.ranked(0)
    works: list[tuple[str, Callable[[], Awaitable[int]], str, str | int]] = [
        ("forget_a_regular", lambda: moods.forget_person(1, person), "user_id = ?", naive_id(person)),
        ("prune_a_day", lambda: moods.prune(1, BEGIN + DAY_S), "at < ?", BEGIN + DAY_S),
    ]
    for name, work, where, value in works:
        database.longest_s = 0.0
        taken_s, gone = await seconds(work, times=1)
        naive_s, _ = naive_seconds(
            connection,
            f"DELETE FROM moods WHERE chat_id = ? AND {where}",
            str(CHAT),
            value,
            times=1,
        )
        figures[name] = {
            "scores": gone,
            "ours_s": taken_s,
            "ours_longest_lock_s": round(database.longest_s, 4),
            "naive_lock_s": naive_s,
        }
        print(name, figures[name], flush=True)
    return figures


async def main(days: int) -> None:
    people = People()
    with tempfile.TemporaryDirectory(prefix="moods-") as folder:
        ours, naive = Path(folder) / "ours.sqlite3", Path(folder) / "naive.sqlite3"
        database = await Timed.open(f"sqlite+aiosqlite:///{ours}")
        assert isinstance(database, Timed)
        moods = Moods(database)
        group = await MoodGroups(database).ensure(CHAT, "A hundred days")
        assert group.id == 1
        begun = time.perf_counter()
        fill(ours, naive, people, days)
        await database.scrub()
        fill_s = time.perf_counter() - begun
        connection = sqlite3.connect(naive)
        with sqlite3.connect(ours) as mine:
            sums = mine.execute("SELECT count(*) FROM mood_hours").fetchone()[0]
        mine.close()
        figures = {
            "messages": days * MESSAGES_A_DAY,
            "sums": sums,
            "filled_in_s": round(fill_s),
            "ours_mb": round(ours.stat().st_size / 1e6),
            "naive_mb": round(naive.stat().st_size / 1e6),
        }
        print(figures, flush=True)
        end = BEGIN + days * DAY_S
        figures["reading"] = await reading(database, moods, connection, people, end)
        await database.scrub()
        figures["ours_mb_with_packed_days"] = round(ours.stat().st_size / 1e6)
        figures["writing"] = await writing(moods, ours, naive, people.day(days))
        figures["erasing"] = await erasing(database, moods, connection, people)
        month = partial(Study(database, 1, 3, end).view, recent("month", end - 1, "UTC"), None, None)
        figures["erasing"]["next_view_of_a_month_s"], _ = await seconds(month, times=1)
        connection.close()
        await database.close()
    _report.write("moods", figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=100, help="of 100,000 messages each")
    asyncio.run(main(parser.parse_args().days))
