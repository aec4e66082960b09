from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys

import psutil
import pytest

from bot.painter import ChartFailed, Painter
from skills import Chart

BARS = Chart("bars", {"title": "Что на фото", "rows": [["кошка", 0.94]]})


async def test_it_draws_in_another_process_and_leaves_matplotlib_out_of_this_one() -> None:
    painter = Painter()
    try:
        png = await painter.draw(BARS)
        assert png.startswith(b"\x89PNG")
        code = "import sys, bot.painter; print('matplotlib' in sys.modules)"
        out = await asyncio.to_thread(subprocess.check_output, [sys.executable, "-c", code], text=True)
        assert out.strip() == "False"
    finally:
        await painter.close()
    assert _children() == []


async def test_many_at_once_each_get_their_own_picture() -> None:
    painter = Painter()
    charts = [Chart("bars", {"title": str(n), "rows": []}) for n in range(6)]
    try:
        pictures = await asyncio.gather(*(painter.draw(chart) for chart in charts))
        assert len(set(pictures)) == 6
        assert await painter.draw(charts[3]) == pictures[3]
    finally:
        await painter.close()


async def test_a_chart_that_cannot_be_drawn_fails_alone() -> None:
    painter = Painter()
    try:
        for chart in (Chart("pie", {}), Chart("bars", {"rows": 7})):
            with pytest.raises(ChartFailed):
                await painter.draw(chart)
        assert await painter.draw(BARS)
    finally:
        await painter.close()


async def test_a_killed_process_is_replaced() -> None:
    painter = Painter()
    try:
        await painter.draw(BARS)
        (child,) = _children()
        os.kill(child.pid, signal.SIGKILL)
        await asyncio.to_thread(child.wait)
        assert await painter.draw(BARS)
    finally:
        await painter.close()


async def test_an_idle_process_leaves_and_a_new_one_comes() -> None:
    painter = Painter(idle_s=0.01)
    try:
        await painter.draw(BARS)
        while _children():
            await asyncio.sleep(0.02)
        assert await painter.draw(BARS)
    finally:
        await painter.close()


async def test_a_cancelled_drawing_does_not_confuse_the_next() -> None:
    painter = Painter()
    try:
        expected = await painter.draw(BARS)
        task = asyncio.create_task(painter.draw(Chart("bars", {"title": "other", "rows": []})))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await painter.draw(BARS) == expected
    finally:
        await painter.close()


def _children() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
            if "bot.charts" in " ".join(child.cmdline()):
                found.append(child)
    return found
