"""The work itself: items through a lane, their clips and charts to their places."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.config import ConfigError, Settings
from bot.errors import explain
from bot.offline import open_runtime
from bot.painter import ChartFailed, Painter
from bot.texts import Speaker
from skills import MediaKind, Registry, Runtime, SkillError

from .bars import Bars
from .items import Item, reason
from .places import whole

Row = dict[str, Any]
"""What is told of one item: `text` or `file`, and the result as JSON or an `error`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one item."""

    row: Row
    words: tuple[str, ...]
    """The same for people: what the bot says of it, where clip and pictures are, what went wrong."""

    @property
    def failed(self) -> bool:
        return "error" in self.row


async def analyze(
    settings: Settings, skill: str, items: Sequence[Item], say: Speaker, folder: Path,
    clips: Sequence[Path] = (), charts: Sequence[Path] = (), spectrograms: Sequence[Path] = (),
) -> list[Outcome]:  # fmt: skip
    """What came of every item, in order.

    `folder` is for temporary files; clips and pictures go to the paths given.
    """
    registry = Registry.find()
    bars = Bars(items)
    painter = Painter()
    options = {"spectrogram": True} if spectrograms else {}
    window = asyncio.Semaphore(max(1, getattr(settings.lanes, skill).queue))

    async def draw(result: Any, path: Path) -> str:
        """Where the picture of a result is now; "" if there is none of it."""
        chart = registry[skill].render(result, say).chart
        if chart is None:
            return ""
        picture = await painter.draw(chart)
        with whole(path, say):
            await asyncio.to_thread(path.write_bytes, picture)
        return str(path)

    async def one(runtime: Runtime, number: int, item: Item) -> Outcome:
        if item.media is None:
            bars.move(number, 1.0)
            return _unreadable(item)
        row: Row = {_key(item): item.name}
        words: list[str] = []
        # Files get a folder each, for what is made of them; of a text there is nothing to put there.
        own = folder / f"job-{number}" if item.media.path else folder
        async with window:
            try:
                own.mkdir(exist_ok=True)
                progress = partial(bars.move, number)
                result = await runtime.run(skill, item.media, folder=own, progress=progress, options=options)
                plain = replace(result, spectrogram=None) if spectrograms else result
                row |= plain.to_json()
                words += registry[skill].render(plain, say).blocks
                if clips:
                    with whole(clips[number], say):
                        await asyncio.to_thread(shutil.copyfile, result.clip.path, clips[number])
                    row["clip"] = row["output"] = str(clips[number])
                    words.append(row["clip"])
                if spectrograms:
                    row["spectrogram"] = await draw(result, spectrograms[number])
                    words.append(row["spectrogram"])
                if charts and (drawn := await draw(plain, charts[number])):
                    row["chart"] = drawn
                    words.append(drawn)
                return Outcome(row, tuple(words))
            except SkillError as error:
                fault = explain(error, say, terminal=True)
            except ConfigError as error:
                fault = str(error)
            except ChartFailed:
                fault = say("analyze-chart-failed")
            except OSError as error:
                fault = f"{item.name}: {reason(error, say)}."
            finally:
                bars.move(number, 1.0)
                if own != folder:
                    shutil.rmtree(own, ignore_errors=True)
            return Outcome({**row, "error": fault}, (*words, fault))

    try:
        with bars:
            if not any(item.media for item in items):  # no model is loaded for nothing
                return [_unreadable(item) for item in items]
            async with open_runtime(settings, registry, [skill]) as runtime:
                jobs = (one(runtime, number, item) for number, item in enumerate(items))
                return list(await asyncio.gather(*jobs))
    finally:
        await painter.close()


def _unreadable(item: Item) -> Outcome:
    return Outcome({"file": item.name, "error": item.fault}, (item.fault,))


def _key(item: Item) -> str:
    return "text" if item.media and item.media.kind is MediaKind.TEXT else "file"
