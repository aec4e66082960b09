"""What a worker process promises, with real processes."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from skills._messages import Done, Failed, Item, Load, Work
from skills._process import LoadFailed, ProcessDied, WorkerProcess
from skills._types import Media, MediaKind
from tests.skills.waiting import until

LOADER = "tests.skills.fakes:load"


def load(folder: Path, **options: Any) -> Load:
    memory_bytes = options.pop("memory_bytes", 2 << 30)
    return Load(
        lane="told",
        skill="tests.skills.fakes:Told",
        loader=LOADER,
        files={},
        options=options,
        threads=1,
        memory_bytes=memory_bytes,
        folder=folder,
    )


def work(folder: Path, *texts: str, cpu_s: float = 60) -> Work:
    return Work(tuple(Item(Media(MediaKind.TEXT, text=text), folder) for text in texts), cpu_s)


def said(done: Done) -> list[str]:
    return [o.error.reason if isinstance(o, Failed) else pickle.loads(o).said for o in done.outcomes]


def nothing(index: int, done: float) -> None: ...


Start = Callable[..., Any]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    started: list[WorkerProcess] = []

    async def start(**options: Any) -> WorkerProcess:
        process = await WorkerProcess.start("told")
        started.append(process)
        await process.load(load(tmp_path, **options))
        return process

    yield start
    for process in started:
        await process.kill()


async def test_a_batch_is_answered_in_order(start: Start, tmp_path: Path) -> None:
    process = await start()
    assert said(await process.work(work(tmp_path, "echo a", "echo b"), nothing)) == ["a", "b"]


async def test_what_one_item_does_wrong_harms_only_that_item(start: Start, tmp_path: Path) -> None:
    process = await start()
    texts = ("echo a", "bad", "prepare-raises", "raise", "unpicklable", "alone", "echo b")
    answers = said(await process.work(work(tmp_path, *texts), nothing))
    assert answers == ["a", "told-so", "model-raised", "model-raised", "model-raised", "alone", "b"]


async def test_a_full_disk_is_called_so(start: Start, tmp_path: Path) -> None:
    process = await start()
    assert said(await process.work(work(tmp_path, "fill"), nothing)) == ["disk-full"]


async def test_an_error_does_not_quote_the_text_that_it_is_about(start: Start, tmp_path: Path) -> None:
    process = await start()
    [failed] = (await process.work(work(tmp_path, "quote my secret"), nothing)).outcomes
    assert isinstance(failed, Failed)
    assert "ValueError" in failed.trace
    assert "_quote" in failed.trace
    assert "secret" not in f"{failed.trace} {failed.error}"


async def test_too_few_results_are_an_error_and_not_a_shift(start: Start, tmp_path: Path) -> None:
    process = await start()
    answers = said(await process.work(work(tmp_path, "echo a", "short", "echo b"), nothing))
    assert answers == ["a", "wrong-length", "b"]


async def test_a_bomb_is_stopped_and_the_worker_lives(start: Start, tmp_path: Path) -> None:
    process = await start(memory_bytes=400 << 20)
    answers = said(await process.work(work(tmp_path, "allocate 4000", "echo on"), nothing))
    assert answers == ["out-of-memory", "on"]
    assert process.memory_bytes < 400 << 20


async def test_the_kernel_ends_a_worker_that_burns_more_processor_time_than_it_may(
    start: Start, tmp_path: Path
) -> None:
    process = await start()
    with pytest.raises(ProcessDied) as death:
        await process.work(work(tmp_path, f"spin {tmp_path / 'mark'}", cpu_s=0.5), nothing)
    assert death.value.exit_code == -signal.SIGXCPU


@pytest.mark.parametrize(("order", "code"), [("die", -signal.SIGKILL), ("exit 3", 3)])
async def test_a_death_is_told_with_its_exit_code(
    start: Start, tmp_path: Path, order: str, code: int
) -> None:
    process = await start()
    with pytest.raises(ProcessDied) as death:
        await process.work(work(tmp_path, order), nothing)
    assert death.value.exit_code == code
    assert not process.alive


async def test_native_threads_are_limited_before_anything_is_imported(start: Start, tmp_path: Path) -> None:
    process = await start()
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    texts = [f"getenv {name}" for name in names]
    assert said(await process.work(work(tmp_path, *texts), nothing)) == ["1", "1", "1"]


async def test_a_worker_gives_way_to_the_bot_and_ignores_ctrl_c(start: Start, tmp_path: Path) -> None:
    process = await start()
    nice, alive = said(await process.work(work(tmp_path, "nice", "sigint"), nothing))
    assert int(nice) > os.nice(0)
    assert alive == "still here"


async def test_progress_grows_is_thinned_out_and_ends_with_all(start: Start, tmp_path: Path) -> None:
    process = await start()
    seen: list[tuple[int, float]] = []
    await process.work(work(tmp_path, "echo a", "progress"), lambda index, done: seen.append((index, done)))
    assert {index for index, _ in seen} == {1}
    shares = [done for _, done in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) < 500


@pytest.mark.parametrize(
    ("how", "reason"),
    [("raises", "load-failed"), ("unavailable", "told-so"), ("needs-a-package", "not-installed")],
)
async def test_a_loader_that_raises_says_why(tmp_path: Path, how: str, reason: str) -> None:
    process = await WorkerProcess.start("told")
    try:
        with pytest.raises(LoadFailed) as failure:
            await process.load(load(tmp_path, load=how))
    finally:
        await process.kill()
    assert failure.value.failed.error.reason == reason
    assert "Traceback" in failure.value.failed.trace


async def test_a_worker_brings_nothing_of_its_parent(start: Start) -> None:
    """Small: no test runner, no messenger, no database, whatever the parent's main script is."""
    process = await start()
    assert process.memory_bytes < 40 << 20


_PARENT = """
import asyncio, pathlib, sys
from skills._process import WorkerProcess
from tests.skills.test_worker import load, work, nothing
async def main(folder):
    process = await WorkerProcess.start("told")
    await process.load(load(folder))
    print(process.pid, flush=True)
    await process.work(work(folder, sys.argv[2]), nothing)
asyncio.run(main(pathlib.Path(sys.argv[1])))
"""


@pytest.mark.parametrize("order", ["gate {}", "spin {}"])
async def test_a_worker_dies_with_its_parent_even_if_that_is_killed(tmp_path: Path, order: str) -> None:
    gate = tmp_path / "gate"
    mark = tmp_path / ("gate.at" if order.startswith("gate") else "gate")
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PARENT, str(tmp_path), order.format(gate)),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    child = psutil.Process(int(await parent.stdout.readline()))
    await until(mark.exists)
    parent.kill()
    await parent.wait()
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_what_libraries_print_stays_out_of_the_output(tmp_path: Path) -> None:
    script = _PARENT + "print('mine')\n"
    ran = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), "print noise"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert ran.stdout.splitlines()[1:] == ["mine"]


async def test_what_libraries_print_is_in_the_log_and_chatter_only_for_debugging(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "skills._process")
    process = await start()

    lines = ("INFO: Created a delegate.", "I0000 00:00:1 cpu.cc:1] hello", "x" * 200_000, "ERROR: no memory")
    await process.work(work(tmp_path, *(f"print {line}" for line in lines)), nothing)
    await process.kill()

    noted = {record.getMessage(): record.levelname for record in caplog.records}
    assert noted["lane told: INFO: Created a delegate."] == "DEBUG"
    assert noted["lane told: I0000 00:00:1 cpu.cc:1] hello"] == "DEBUG"
    assert noted["lane told: ERROR: no memory"] == "WARNING"
