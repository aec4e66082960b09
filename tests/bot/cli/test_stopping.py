"""What Ctrl-C and SIGTERM do to an evaluation."""

from __future__ import annotations

import asyncio
import signal

import pytest

from bot.cli.evaluate.stopping import unless_stopped


async def interrupted(number: int, done: list[str]) -> None:
    done.append("begun")
    signal.raise_signal(number)
    await asyncio.Event().wait()


def test_ctrl_c_ends_the_work_and_what_is_done_stays() -> None:
    done: list[str] = []
    assert asyncio.run(unless_stopped(interrupted(signal.SIGINT, done)))
    assert done == ["begun"]


def test_work_that_comes_to_its_end_was_not_stopped() -> None:
    assert not asyncio.run(unless_stopped(asyncio.sleep(0)))


def test_a_failure_of_the_work_is_not_taken_for_a_stop() -> None:
    async def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(unless_stopped(fail()))


def test_sigterm_ends_everything() -> None:
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(unless_stopped(interrupted(signal.SIGTERM, [])))
