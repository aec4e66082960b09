"""Watching a busy group, against what one would write first, in one run: `python -m benchmarks.mood_watching`.

Real tweets through the watcher, the real lane of the lite sentiment model, and a real SQLite file on the disk.
Naive is the same model in a worker, one message at a time, each in a commit of its own. Answers four questions;
writes benchmarks/results/mood_watching.json.
  scoring   messages a second, from the update to the stored score
  replies   how long a person who writes to the bot waits for the mood of their own text, while a group is busy
  hearing   how long the event loop is kept by one update
  memory    of the bot's process with a full line of 20,000 messages
"""

from __future__ import annotations

import asyncio
import csv
import gc
import itertools
import json
import multiprocessing
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

import psutil

from benchmarks import _report
from bot.mood.listening import Listening
from bot.mood.pseudonyms import Pseudonyms
from bot.mood.scoring import Scoring
from bot.mood.watcher import Watcher
from bot.routing import Me
from skills import LaneConfig, Media, MediaKind, Registry, Runtime
from skills.sentiment import SentimentSkill
from storage.database import Database
from storage.mood_groups import MoodGroups
from storage.moods import Moods

TWEETS = Path(__file__).parents[2] / "shared" / "data" / "rusentitweet_train.csv"
CHAT = -1001234567890
MESSAGES = 2000
NAIVE_MESSAGES = 200
WAITING = 2000
NAIVE_WAITING = 200
REPLIES = 60
REPLY_EVERY_S = 0.1
FULL = 20_000

NAIVE = "CREATE TABLE moods (chat_id TEXT, message_id TEXT, user_id TEXT, at INTEGER, label TEXT, score REAL)"


def texts() -> list[str]:
    with TWEETS.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in itertools.islice(csv.DictReader(file), 5000)]


def updates(count: int, said: Sequence[str]) -> list[dict[str, Any]]:
    """As they come from the network: every string an object of its own."""
    now = int(time.time())
    return [
        json.loads(
            json.dumps(
                {
                    "update_id": number,
                    "message": {
                        "message_id": number,
                        "date": now,
                        "chat": {"id": CHAT, "type": "supergroup", "title": "A busy group"},
                        "from": {
                            "id": number % 997,
                            "is_bot": False,
                            "first_name": "A",
                            "language_code": "ru",
                        },
                        "text": said[number % len(said)],
                    },
                }
            )
        )
        for number in range(count)
    ]


def lane() -> LaneConfig:
    """As the settings have it."""
    return LaneConfig(
        model_id="use", loader="skills.models.use:load", files=dict, queue=256, options={"threads": 1}
    )


@asynccontextmanager
async def watching(folder: Path, run: Any, queue: int = FULL) -> AsyncIterator[Watcher]:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'chutko.sqlite3'}")
    groups = MoodGroups(database)
    await groups.set((await groups.ensure(CHAT, "A busy group")).id, watched=True)
    scoring = Scoring(run, folder, Moods(database), queue)
    no_voices = Listening(run, cast(Any, None), scoring.put)
    watcher = Watcher(Me(1, "chutko_bot"), groups, Pseudonyms.load(folder), scoring, no_voices)
    await watcher.start()
    try:
        yield watcher
    finally:
        await watcher.close()
        await database.close()


async def until_idle(watcher: Watcher) -> None:
    while watcher.busy():  # noqa: ASYNC110 - it tells nobody when it is idle
        await asyncio.sleep(0.005)


async def scoring(folder: Path, runtime: Runtime, said: Sequence[str]) -> dict[str, float]:
    async with watching(folder, runtime.run) as watcher:
        for update in updates(200, said):
            watcher.hear(update)
        await until_idle(watcher)
        begun = time.perf_counter()
        for update in updates(MESSAGES, said):
            watcher.hear(update)
        await until_idle(watcher)
        taken_s = time.perf_counter() - begun
        assert watcher.stats().left_out == 0
    return {"messages": MESSAGES, "per_s": round(MESSAGES / taken_s, 1)}


async def replies(folder: Path, runtime: Runtime, said: Sequence[str]) -> dict[str, Any]:
    async def ask() -> list[float]:
        taken_ms = []
        for number in range(REPLIES):
            media = Media(MediaKind.TEXT, text=said[-number])
            begun = time.perf_counter()
            await runtime.run("sentiment", media, folder=folder, turn_key=number)
            taken_ms.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(REPLY_EVERY_S)
        return taken_ms

    alone = await ask()
    async with watching(folder, runtime.run) as watcher:

        async def keep_waiting() -> None:
            for some in itertools.cycle([updates(WAITING, said)]):
                for update in some[: WAITING - watcher.busy()]:
                    watcher.hear(update)
                await asyncio.sleep(0.2)

        feeding = asyncio.create_task(keep_waiting())
        await asyncio.sleep(1)
        least = watcher.busy()
        among = await ask()
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
        watcher.forget(1)
    return {"waiting": least, "alone_ms": spread(alone), "among_overheard_ms": spread(among)}


def spread(values: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=20)
    return {
        "p50": round(statistics.median(values), 1),
        "p95": round(cuts[-1], 1),
        "max": round(max(values), 1),
    }


# What one would write first: a function in a pool, the model in a global of the worker, a commit a message.
_naive: dict[str, Any] = {}


def naive_load() -> None:
    from skills.models.use import load

    _naive["model"] = load({}, {"threads": 1})


def naive_sentiment(text: str) -> Any:
    return _naive["model"].predict([text])[0]


async def naive(folder: Path, said: Sequence[str]) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    connection = sqlite3.connect(folder / "naive.sqlite3")
    connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {NAIVE};")
    with ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=naive_load
    ) as pool:
        await loop.run_in_executor(pool, naive_sentiment, "warm up")
        begun = time.perf_counter()
        for update in updates(NAIVE_MESSAGES, said):
            message = update["message"]
            mood = await loop.run_in_executor(pool, naive_sentiment, message["text"])
            score = mood.probabilities["positive"] - mood.probabilities["negative"]
            ids = (str(CHAT), str(message["message_id"]), str(message["from"]["id"]))
            with connection:
                connection.execute(
                    "INSERT INTO moods VALUES (?, ?, ?, ?, ?, ?)", (*ids, message["date"], mood.label, score)
                )
        taken_s = time.perf_counter() - begun
        overheard = [pool.submit(naive_sentiment, text) for text in said[:NAIVE_WAITING]]
        begun = time.perf_counter()
        await loop.run_in_executor(pool, naive_sentiment, said[-1])
        reply_ms = (time.perf_counter() - begun) * 1000
        assert all(future.done() for future in overheard)
    connection.close()
    return {
        "per_s": round(NAIVE_MESSAGES / taken_s, 1),
        "waiting": NAIVE_WAITING,
        "reply_ms": round(reply_ms),
    }


async def never(*_: Any, **__: Any) -> None:
    """A model that takes its time."""
    await asyncio.Event().wait()


async def hearing(folder: Path, said: Sequence[str]) -> dict[str, float]:
    async with watching(folder, never) as watcher:
        mine = updates(5000, said)
        others = updates(5000, said)
        for update in others:
            update["message"]["chat"]["id"] = -5
        figures = {}
        for name, heard in (("watched_us", mine), ("not_watched_us", others)):
            begun = time.perf_counter()
            for update in heard:
                watcher.hear(update)
            figures[name] = round((time.perf_counter() - begun) / len(heard) * 1e6, 1)
        watcher.forget(1)
    return figures


async def memory(said: Sequence[str]) -> dict[str, float]:
    """Run in a process of its own, as bare as the bot's."""
    process = psutil.Process(os.getpid())

    def used_mb() -> float:
        gc.collect()
        return float(process.memory_info().rss) / 1e6

    import bot.app  # noqa: F401 - all that the bot's process holds

    with tempfile.TemporaryDirectory() as folder:
        async with watching(Path(folder), never) as watcher:
            empty = used_mb()
            for start in range(0, FULL + 1000, 100):
                for update in updates(100, said[start % len(said) :][:100] or said):
                    update["message"]["message_id"] += start
                    watcher.hear(update)
            full = used_mb()
            waiting = watcher.busy()
            watcher.forget(1)
    chars = statistics.mean(map(len, said))
    return {
        "waiting": waiting,
        "mean_chars": round(chars),
        "empty_mb": round(empty, 1),
        "full_mb": round(full, 1),
        "bytes_per_message": round((full - empty) * 1e6 / waiting),
    }


def memory_of_its_own() -> dict[str, float]:
    asked = [sys.executable, "-m", "benchmarks.mood_watching", "memory"]
    held: dict[str, float] = json.loads(subprocess.run(asked, stdout=subprocess.PIPE, check=True).stdout)
    return held


async def main(held: dict[str, float]) -> None:
    said = texts()
    with tempfile.TemporaryDirectory(prefix="watching-") as name:
        folder = Path(name)
        figures: dict[str, Any] = {"hearing": await hearing(folder, said), "memory": held}
        runtime = Runtime(Registry([SentimentSkill()]), {"sentiment": lane()}, folder)
        await runtime.warm_up("sentiment")
        figures["scoring"] = await scoring(folder, runtime, said)
        figures["replies"] = await replies(folder, runtime, said)
        await runtime.close()
        figures["naive"] = await naive(folder, said)
    _report.write("mood_watching", figures)


if __name__ == "__main__":
    if sys.argv[1:] == ["memory"]:
        print(json.dumps(asyncio.run(memory(texts()))))
    else:
        asyncio.run(main(memory_of_its_own()))
