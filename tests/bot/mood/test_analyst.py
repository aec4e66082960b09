from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot.mood.analyst import Analyst, AnalystFailed, news
from bot.mood.periods import parse
from bot.mood.view import MoodView, Shift
from storage.database import Database
from storage.mood_groups import MoodGroups
from storage.moods import Moods, Score

NOW = 1_795_362_000
DAY_S = 86_400
WEEK = parse("week", NOW, "UTC")


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}"
    database = await Database.open(url)
    group = await MoodGroups(database).ensure(-100, "Книжный клуб")
    scores = [Score(group.id, NOW - 7200, NOW - 7200, n, n, 0, 1, 100 * n) for n in range(1, 6)]
    await Moods(database).put(scores)
    yield url
    await database.close()


async def test_it_computes_in_another_process_and_leaves_numpy_out_of_this_one(url: str) -> None:
    analyst = Analyst(url, 3, now=lambda: NOW)
    try:
        view = await analyst.view(1, WEEK)
        assert view.whole is not None
        assert view.whole.mean == pytest.approx(0.3)
        assert await analyst.shifts(1, NOW) == []
        assert (await analyst.view(1, WEEK, person=4)).messages == 1
        code = "import sys, bot.mood.analyst; print({'numpy', 'scipy', 'ruptures'} & set(sys.modules))"
        out = await asyncio.to_thread(subprocess.check_output, [sys.executable, "-c", code], text=True)
        assert out.strip() == "set()"
        (child,) = _children()
        assert url not in " ".join(child.cmdline())  # it may hold a password

        os.kill(child.pid, signal.SIGKILL)
        await asyncio.to_thread(child.wait)
        assert await analyst.view(1, WEEK) == view
    finally:
        await analyst.close()
    assert _children() == []


async def test_many_at_once_each_get_their_own_view_and_a_cancelled_one_confuses_nobody(url: str) -> None:
    analyst = Analyst(url, 3, now=lambda: NOW)
    try:
        views = await asyncio.gather(*(analyst.view(1, WEEK, person=n) for n in range(1, 6)))
        assert [view.whole.mean for view in views if view.whole] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
        task = asyncio.create_task(analyst.view(1, WEEK))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await analyst.view(1, WEEK, person=2) == views[1]
    finally:
        await analyst.close()


async def test_what_was_erased_tells_nothing_any_more(url: str) -> None:
    database = await Database.open(url)
    moods, analyst = Moods(database), Analyst(url, 3)
    try:
        for day in range(40, 0, -1):
            at = NOW - NOW % 86_400 - day * 86_400 + 36_000
            mean = (400 if day > 15 else -300) + 40 * (day % 4)
            await moods.put([Score(1, at, at, 100 * day + n, n, 0, 0, mean) for n in range(9)])
        assert await analyst.shifts(1, NOW)
        for person in range(1, 9):
            await moods.forget_person(1, person)
        assert await analyst.shifts(1, NOW) == []
    finally:
        await analyst.close()
        await database.close()


async def test_a_database_that_cannot_be_read_is_a_failure_and_not_the_end(url: str, tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("no database")
    broken = Analyst(f"sqlite+aiosqlite:///{tmp_path / 'broken'}", 3, now=lambda: NOW)
    try:
        for _ in range(2):
            with pytest.raises(AnalystFailed):
                await broken.view(1, WEEK)
    finally:
        await broken.close()


async def test_an_unknown_group_has_an_empty_view_and_no_shifts(url: str) -> None:
    analyst = Analyst(url, 3, now=lambda: NOW, idle_s=0.01)
    try:
        view = await analyst.view(77, WEEK)
        assert (view.messages, view.whole, view.shifts) == (0, None, ())
        while _children():
            await asyncio.sleep(0.02)
        assert await analyst.shifts(77, NOW) == []
    finally:
        await analyst.close()


def test_a_shift_is_news_once() -> None:
    old, new = _shift(at=NOW - 30 * DAY_S), _shift(at=NOW - 4 * DAY_S)
    assert news([old, new], NOW, None) == new
    assert news([old, new], NOW, told_at=old.at) == new
    assert news([old, new], NOW, told_at=new.at) is None
    assert news([old], NOW, None) is None  # found long ago
    assert news([], NOW, None) is None


def test_the_same_shift_dated_a_little_differently_is_no_news() -> None:
    for days in (-3, 3):
        assert news([_shift(at=NOW - 4 * DAY_S)], NOW, told_at=NOW - (4 + days) * DAY_S) is None


def test_a_view_that_is_none_is_refused() -> None:
    for text in ("", "{}", '{"group_id": 1}'):
        with pytest.raises(ValueError):
            MoodView.from_json(text)


def _shift(at: int) -> Shift:
    return Shift(at=at, before=0.1, after=-0.1, size_sd=-2.0, found_at=at + 3 * DAY_S)


def _children() -> list[psutil.Process]:
    return [c for c in psutil.Process().children() if _is_study(c)]


def _is_study(process: psutil.Process) -> bool:
    try:
        return "bot.mood.study" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False
