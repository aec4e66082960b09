"""Measuring one skill through the same lanes, and the same chat, that the bot uses."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.config import Settings
from bot.llm import Llm
from bot.offline import open_models, open_runtime
from skills import InferenceFailed, Media, ModelCard, Registry, Runtime, SkillError

from . import inputs
from .figures import Measured
from .gauge import Gauge

LEAST_S, MOST_RUNS = 2.0, 100
"""Fast skills run for at least this long, at most so often."""
TOKENS = 100
Report = Callable[[int, int], None]
"""Called with runs done and runs wanted."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question as the only turn of a prompt. A ChatMessage."""

    content: str
    role: str = "user"


async def measure_lane(settings: Settings, skill: str, runs: int, report: Report) -> Measured:
    """Figures of a computing skill, whose model is here. Raises SkillError if it cannot be used at all."""
    _, _, cards = open_models(settings)
    registry = Registry.find()
    with tempfile.TemporaryDirectory(prefix="chutko-") as folder:
        media = await asyncio.to_thread(inputs.make, skill, Path(folder))
        async with open_runtime(settings, registry, [skill], warm=False) as runtime:
            started_s = time.monotonic()
            await runtime.warm_up(skill)
            load_s = time.monotonic() - started_s
            await runtime.run(skill, media[0])  # the first is slower: buffers, caches of libraries
            async with Gauge(lambda: runtime.stats()[skill].pids) as gauge:
                latencies_s, tried = await _one_by_one(runtime, skill, media, runs, report)
            at_once = min(2 * registry[skill].spec.max_batch, getattr(settings.lanes, skill).queue)
            rate = await _together(runtime, skill, media, at_once) if at_once > 2 else 0.0
    frames = inputs.CLIP_S * inputs.CLIP_HZ
    median_s = statistics.median(latencies_s)
    return Measured(
        skill=skill,
        model=cards[skill].id,
        title=cards[skill].title,
        what=inputs.described()[skill],
        runs=tried,
        succeeded=len(latencies_s),
        load_s=load_s,
        latency_p50_s=median_s,
        latency_p95_s=_p95(latencies_s),
        throughput_per_s=rate or len(latencies_s) / gauge.wall_s,
        cores=gauge.cores,
        cpu_share=_share(gauge.cores),
        memory_bytes=gauge.memory_bytes or None,
        size_bytes=_size_bytes(cards[skill]),
        frame_s=median_s / frames if skill == "video" else None,
    )


async def measure_chat(settings: Settings, runs: int, report: Report) -> Measured:
    """Figures of the language model. Raises SkillError if it cannot be used at all."""
    store, _, cards = open_models(settings)
    # The longest answer is what is measured; all else is as the bot has it.
    chat = settings.chat.model_copy(update={"max_tokens": TOKENS})
    llm = Llm(settings.model_copy(update={"chat": chat}), store, cards["chat"])
    first_s: list[float] = []
    whole_s: list[float] = []
    speeds: list[float] = []
    full_s: list[float] = []
    in_a_row = most_in_a_row = 0
    last_error: SkillError | None = None
    try:
        started_s = time.monotonic()
        await llm.start_server()
        await llm.chat.warm_up()
        load_s = time.monotonic() - started_s
        async with Gauge(lambda: [llm.pid] if llm.pid else []) as gauge:
            for number in range(runs):
                report(number, runs)
                started_s = time.monotonic()
                before, in_a_row = in_a_row, 0
                try:
                    async with llm.chat.stream([_Turn(inputs.question(number))]) as answer:
                        async for _ in answer:
                            pass
                except SkillError as error:
                    last_error = error
                    continue
                spent_s = time.monotonic() - started_s
                finish = answer.finish
                if finish is None or not finish.answer_tokens:
                    continue
                in_a_row = before + 1
                most_in_a_row = max(most_in_a_row, in_a_row)
                whole_s.append(spent_s)
                first_s.append(finish.first_piece_s)
                speeds += [finish.tokens_per_s] if finish.tokens_per_s else []
                full_s += [spent_s] if finish.answer_tokens >= TOKENS else []
        server = await llm.chat.probe()
    finally:
        await llm.close()
    if not whole_s:
        raise last_error or InferenceFailed("no answer had a word in it", reason="llm-error")
    first_token_s = statistics.median(first_s)
    tokens_per_s = statistics.median(speeds) if speeds else None
    return Measured(
        skill="chat",
        model=llm.chat.model,
        title=cards["chat"].title,
        what=inputs.described()["chat"],
        runs=runs,
        succeeded=len(whole_s),
        load_s=load_s,
        latency_p50_s=statistics.median(whole_s),
        latency_p95_s=_p95(whole_s),
        throughput_per_s=len(whole_s) / gauge.wall_s,
        cores=gauge.cores,
        cpu_share=_share(gauge.cores),
        memory_bytes=gauge.memory_bytes or server.memory_bytes or None,
        size_bytes=_size_bytes(cards["chat"]),
        first_token_s=first_token_s,
        first_token_p95_s=_p95(first_s),
        tokens_per_s=tokens_per_s,
        hundred_tokens_s=statistics.median(full_s) if full_s else None,
        hundred_tokens_runs=len(full_s),
        hundred_tokens_computed_s=first_token_s + (TOKENS - 1) / tokens_per_s if tokens_per_s else None,
        in_a_row=most_in_a_row,
        video_memory_bytes=server.video_memory_bytes or None,
    )


async def _one_by_one(
    runtime: Runtime, skill: str, media: list[Media], runs: int, report: Report
) -> tuple[list[float], int]:
    """Seconds of each run that went well, and how many were tried. Raises SkillError if none went well."""
    latencies_s: list[float] = []
    begun_s = time.monotonic()
    last_error: SkillError | None = None
    tried = 0
    while tried < runs or (tried < MOST_RUNS and time.monotonic() - begun_s < LEAST_S):
        report(tried, max(runs, tried + 1))
        started_s = time.monotonic()
        try:
            await runtime.run(skill, media[tried % len(media)])
        except SkillError as error:
            last_error = error
        else:
            latencies_s.append(time.monotonic() - started_s)
        tried += 1
    if not latencies_s and last_error is not None:
        raise last_error
    return latencies_s, tried


async def _together(runtime: Runtime, skill: str, media: list[Media], count: int) -> float:
    """Runs a second when `count` are asked for at once."""
    started_s = time.monotonic()
    jobs = [runtime.run(skill, media[number % len(media)]) for number in range(count)]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    good = sum(not isinstance(outcome, BaseException) for outcome in outcomes)
    return good / (time.monotonic() - started_s)


def _p95(seconds: list[float]) -> float:
    if len(seconds) == 1:
        return seconds[0]
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def _share(cores: float | None) -> float | None:
    return None if cores is None else cores / (psutil.cpu_count() or 1)


def _size_bytes(card: ModelCard) -> int | None:
    return card.size_bytes or None if card.shipped == "files" else None
