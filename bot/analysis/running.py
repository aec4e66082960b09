"""The work itself: items through a lane, their clips and charts to their places."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

from bot.config import Settings
from bot.errors import explain
from bot.offline import open_runtime
from bot.painter import ChartFailed, Painter
from bot.texts import Speaker
from skills import MediaKind, Registry, Runtime, SkillError

from .items import Item

MOST_BARS = 20

Row = dict[str, Any]
"""What is told of one item: `text` or `file`, and the result as JSON or an `error`."""


async def analyze(
    settings: Settings, skill: str, items: Sequence[Item], say: Speaker, folder: Path,
    clips: Sequence[Path] = (), charts: Sequence[Path] = (), spectrograms: Sequence[Path] = (),
) -> list[Row]:  # fmt: skip
    """A row for every item, in order. `folder` is for temporary files; clips and pictures go to the paths given."""
    registry = Registry.find()
    bars = _Bars(items)
    painter = Painter()
    options = {"spectrogram": True} if spectrograms else {}
    window = asyncio.Semaphore(max(1, getattr(settings.lanes, skill).queue))

    async def draw(result: Any, path: Path) -> str:
        """Where the picture of a result is now; "" if there is none of it."""
        chart = registry[skill].render(result, say).chart
        if chart is None:
            return ""
        await asyncio.to_thread(path.write_bytes, await painter.draw(chart))
        return str(path)

    async def one(runtime: Runtime, number: int, item: Item) -> Row:
        row: Row = {_key(item): item.name}
        own = folder / f"job-{number}"
        async with window:
            try:
                if item.media is None:
                    return {**row, "error": item.fault}
                own.mkdir()
                progress = partial(bars.move, number)
                result = await runtime.run(skill, item.media, folder=own, progress=progress, options=options)
                row |= result.to_json()
                if clips:
                    await asyncio.to_thread(shutil.move, result.clip.path, clips[number])
                    row["clip"] = row["output"] = str(clips[number])
                if spectrograms:
                    row["spectrogram"] = await draw(result, spectrograms[number])
                    result = replace(result, spectrogram=None)
                if charts and (drawn := await draw(result, charts[number])):
                    row["chart"] = drawn
                return row
            except SkillError as error:
                return {**row, "error": explain(error, say, terminal=True)}
            except ChartFailed:
                return {**row, "error": "The chart could not be drawn."}
            except OSError as error:
                return {**row, "error": f"{item.name}: {error.strerror}."}
            finally:
                bars.move(number, 1.0)
                shutil.rmtree(own, ignore_errors=True)

    try:
        with bars:
            if not any(item.media for item in items):  # no model is loaded for nothing
                return [{_key(item): item.name, "error": item.fault} for item in items]
            async with open_runtime(settings, registry, [skill]) as runtime:
                jobs = (one(runtime, number, item) for number, item in enumerate(items))
                return list(await asyncio.gather(*jobs))
    finally:
        await painter.close()


def _key(item: Item) -> str:
    return "text" if item.media and item.media.kind is MediaKind.TEXT else "file"


class _Bars:
    """Signs of life in a terminal: a bar for every file, or one for many."""

    def __init__(self, items: Sequence[Item]) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            console=console,
            transient=True,
        )
        self._shown = console.is_terminal
        self._done = [0.0] * len(items)
        self._each = len(items) <= MOST_BARS
        names = [Path(item.name).name[:40] for item in items] if self._each else [str(len(items))]
        self._tasks = [self._progress.add_task(name, total=len(items) / len(names)) for name in names]

    def __enter__(self) -> None:
        if self._shown:
            self._progress.start()

    def __exit__(self, *error: object) -> None:
        if self._shown:
            self._progress.stop()

    def move(self, number: int, done: float) -> None:
        """The share of the work on item `number` that is done, in [0, 1]."""
        self._progress.advance(self._tasks[number if self._each else 0], done - self._done[number])
        self._done[number] = done
