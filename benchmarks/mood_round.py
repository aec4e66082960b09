"""What it costs to watch many groups in which nothing happens: `python -m benchmarks.mood_round [--groups 1000]`.

In a minute the heart beats twice, what is due is looked for twice, and once the groups, topics and opt-outs are read
anew. Each group has been watched in thirty stretches, has five topics, and twenty people who have opted out. CPU time;
what is due at the end of a day is not in it. Writes benchmarks/results/mood_round.json.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import _report
from bot.mood.clockwork import BEATS_MISSED, TICK_S
from bot.mood.watched import watched_groups
from storage.database import Database
from storage.mood_groups import GroupSettings, MoodGroups

BEGIN = 1_790_000_000
STRETCHES, TOPICS, OPTED_OUT = 30, 5, 20
DAY_S = 86_400
TIMES = 5
SETTINGS = GroupSettings(time_zone="Europe/Moscow", digest="daily")


async def settle(groups: MoodGroups, count: int) -> list[int]:
    """Ids of groups that have been watched for a month."""
    ids = []
    for number in range(count):
        group = await groups.ensure(-1 - number, f"Group {number}", SETTINGS)
        await groups.set(group.id, watched=True)
        for topic in range(TOPICS):
            await groups.name_topic(group.id, topic, f"Topic {topic}")
        for person in range(OPTED_OUT):
            await groups.opt_out(group.id, person)
        ids.append(group.id)
    for day in range(STRETCHES):
        await groups.beat(ids, BEGIN + day * DAY_S, 1)
    return ids


async def cpu_seconds(work: Callable[[], Awaitable[Any]]) -> float:
    """The best of some runs."""
    taken = []
    for _ in range(TIMES):
        begun = time.process_time()
        await work()
        taken.append(time.process_time() - begun)
    return min(taken)


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="moods-") as folder:
        database = await Database.open(f"sqlite+aiosqlite:///{Path(folder) / 'chutko.sqlite3'}")
        groups = MoodGroups(database)
        ids = await settle(groups, count)
        at = BEGIN + STRETCHES * DAY_S
        beat_s = await cpu_seconds(partial(groups.beat, ids, at, BEATS_MISSED * TICK_S))
        due_s = await cpu_seconds(groups.all) + await cpu_seconds(groups.untold)
        refresh_s = await cpu_seconds(partial(watched_groups, groups))
        await database.close()
    figures = {"beat_s": beat_s, "due_s": due_s, "refresh_s": refresh_s}
    figures["a_minute_s"] = 2 * (beat_s + due_s) + refresh_s
    _report.write("mood_round", {"groups": count} | {name: round(s, 4) for name, s in figures.items()})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--groups", type=int, default=1000)
    asyncio.run(main(parser.parse_args().groups))
