"""The lanes against what one would write first, in one run: `python -m benchmarks.lanes`.

Answers five questions; writes benchmarks/results/lanes.json.
  batching    many texts at once: drained as batches, one at a time, and through a ProcessPoolExecutor
  overhead    one job that does nothing: a lane and a ProcessPoolExecutor
  crash       jobs of which one kills its worker: how many of the innocent are answered
  idle_death  a worker that is killed between two jobs: is the next one answered
  event_loop  how late the bot's event loop wakes while a job computes: in a lane and in a thread
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import platform
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from typing import Any

from skills._errors import ModelUnavailable
from skills._registry import Registry
from skills._runtime import LaneConfig, Runtime
from skills._types import Media, MediaKind, SkillSpec
from skills.sentiment import SentimentSkill
from tests.skills.fakes import Orders, Told

TEXTS = [
    f"Сообщение номер {n}: погода сегодня {'хорошая' if n % 2 else 'плохая'}, но мы идём гулять"
    for n in range(256)
]
JOBS = 40
CRASHES_AT = 20


class OneByOne(SentimentSkill):
    """The same skill without batches."""

    spec = SkillSpec("one_by_one", MediaKind.TEXT, "🙂", max_batch=1)


def text(content: str) -> Media:
    return Media(MediaKind.TEXT, text=content)


class Lanes:
    """A runtime for the length of a `with`."""

    def __init__(self, **options: Any) -> None:
        registry = Registry([SentimentSkill(), OneByOne(), Told()])
        loaders = {"sentiment": "skills.models.use:load", "one_by_one": "skills.models.use:load"}
        self._folder = tempfile.TemporaryDirectory()
        self.runtime = Runtime(
            registry,
            {
                name: LaneConfig(
                    model_id=name,
                    loader=loaders.get(name, "tests.skills.fakes:load"),
                    files=dict,
                    queue=1000,
                    **options,
                )
                for name in registry
            },
            Path(self._folder.name),
        )

    async def __aenter__(self) -> Runtime:
        return self.runtime

    async def __aexit__(self, *_: object) -> None:
        await self.runtime.close()
        self._folder.cleanup()


# What one would write first: a function in a pool, the model in a global of the worker.
_naive: dict[str, Any] = {}


def naive_load() -> None:
    from skills.models.use import load

    _naive["model"] = load({}, {"threads": 1})


def naive_sentiment(content: str) -> Any:
    return _naive["model"].predict([content])[0]


def naive_order(order: str) -> Any:
    return Orders().predict([tuple(order.split())])[0]


def spawn_pool(**options: Any) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"), **options)


async def seconds(work: Awaitable[Any]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


async def batching() -> dict[str, float]:
    async with Lanes() as runtime:
        rates = {}
        for name, label in (("sentiment", "lane_batches"), ("one_by_one", "lane_one_at_a_time")):
            await runtime.run(name, text("warm up"))
            jobs = asyncio.gather(*(runtime.run(name, text(content)) for content in TEXTS))
            rates[f"{label}_texts_per_s"] = len(TEXTS) / await seconds(jobs)
    loop = asyncio.get_running_loop()
    with spawn_pool(initializer=naive_load) as pool:
        await loop.run_in_executor(pool, naive_sentiment, "warm up")
        jobs = asyncio.gather(*(loop.run_in_executor(pool, naive_sentiment, content) for content in TEXTS))
        rates["process_pool_executor_texts_per_s"] = len(TEXTS) / await seconds(jobs)
    return {name: round(rate, 1) for name, rate in rates.items()}


async def overhead() -> dict[str, float]:
    async def median_ms(job: Callable[[], Awaitable[Any]]) -> float:
        await job()
        return round(statistics.median([await seconds(job()) for _ in range(300)]) * 1000, 3)

    loop = asyncio.get_running_loop()
    async with Lanes() as runtime:
        folder = Path(tempfile.gettempdir())
        lane_ms = await median_ms(lambda: runtime.run("told", text("echo x"), folder=folder))
    with spawn_pool() as pool:
        naive_ms = await median_ms(lambda: loop.run_in_executor(pool, naive_order, "echo x"))
    return {"lane_median_ms": lane_ms, "process_pool_executor_median_ms": naive_ms}


def answered(ends: Sequence[Any]) -> int:
    return sum(not isinstance(end, BaseException) for end in ends)


async def crash() -> dict[str, Any]:
    """One of the jobs kills its worker; the others are innocent."""
    orders = ["die" if number == CRASHES_AT else "echo x" for number in range(JOBS)]
    loop = asyncio.get_running_loop()
    async with Lanes() as runtime:
        lane = await asyncio.gather(*(runtime.run("told", text(o)) for o in orders), return_exceptions=True)
    with spawn_pool() as pool:
        naive = await asyncio.gather(
            *(loop.run_in_executor(pool, naive_order, order) for order in orders), return_exceptions=True
        )
    result = {
        "innocent": JOBS - 1,
        "lane_answered": answered(lane),
        "process_pool_executor_answered": answered(naive),
    }
    if pebble := pebble_pool():
        futures = [pebble.schedule(naive_order, args=(order,)) for order in orders]
        ends = await asyncio.to_thread(lambda: [future.exception(timeout=60) for future in futures])
        result["pebble_answered"] = sum(end is None for end in ends)
        pebble.stop()
        pebble.join()
    return result


async def idle_death() -> dict[str, Any]:
    """Twelve times: a worker is killed at rest (as happens when memory is short), then a job comes."""
    rounds = 12
    lane = naive = 0
    async with Lanes() as runtime:
        for number in range(rounds):
            os.kill((await runtime.run("told", text("echo x"))).pid, signal.SIGKILL)
            await asyncio.sleep(number * 0.01)
            lane += answered(
                await asyncio.gather(runtime.run("told", text("echo x")), return_exceptions=True)
            )
    loop = asyncio.get_running_loop()
    for number in range(rounds):
        with spawn_pool() as pool:
            os.kill(await loop.run_in_executor(pool, os.getpid), signal.SIGKILL)
            await asyncio.sleep(number * 0.01)
            naive += await survives(pool)
    result: dict[str, Any] = {
        "rounds": rounds,
        "lane_answered": lane,
        "process_pool_executor_answered": naive,
    }
    if pebble_pool():
        result["pebble_answered"] = await asyncio.to_thread(pebble_idle_death, rounds)
    return result


async def survives(pool: Executor) -> bool:
    try:
        await asyncio.get_running_loop().run_in_executor(pool, os.getpid)
    except Exception:
        return False
    return True


def pebble_pool() -> Any:
    """A pool of the pebble library; None where it is not installed."""
    try:
        from pebble import ProcessPool
    except ImportError:
        return None
    return ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn"))


def pebble_idle_death(rounds: int) -> int:
    answers = 0
    for number in range(rounds):
        pool = pebble_pool()
        os.kill(pool.schedule(os.getpid).result(timeout=60), signal.SIGKILL)
        time.sleep(number * 0.01)
        try:
            pool.schedule(os.getpid, timeout=5).result(timeout=10)
            answers += 1
        except Exception:
            pass
        pool.stop()
    return answers


async def event_loop() -> dict[str, float]:
    """Lag of a 10 ms timer of the event loop while a job computes in code keeping the interpreter's lock."""

    async def lags_ms(work: Awaitable[Any]) -> list[float]:
        task = asyncio.ensure_future(work)
        lags = []
        while not task.done():
            start = time.perf_counter()
            await asyncio.sleep(0.01)
            lags.append((time.perf_counter() - start - 0.01) * 1000)
        return sorted(lags)

    async with Lanes() as runtime:
        await runtime.run("told", text("echo x"))
        lane = await lags_ms(runtime.run("told", text("compute 40")))
    thread = await lags_ms(asyncio.to_thread(naive_order, "compute 40"))
    return {
        "lane_p95_lag_ms": round(lane[int(0.95 * len(lane))], 2),
        "lane_worst_lag_ms": round(lane[-1], 2),
        "thread_p95_lag_ms": round(thread[int(0.95 * len(thread))], 2),
        "thread_worst_lag_ms": round(thread[-1], 2),
    }


def machine() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "commit": commit.stdout.strip(),
    }


async def main() -> None:
    results: dict[str, Any] = {"machine": machine()}
    for question in (overhead, crash, idle_death, event_loop, batching):
        try:
            results[question.__name__] = await question()
        except ModelUnavailable as error:
            results[question.__name__] = {"skipped": error.reason}
        print(question.__name__, json.dumps(results[question.__name__]))
    path = Path(__file__).parent / "results" / "lanes.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
