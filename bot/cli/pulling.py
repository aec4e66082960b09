"""Fetching models in sight of a person: bars in a terminal, plain lines elsewhere."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing, nullcontext
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column

from bot.quantities import seconds_words, size_words
from bot.texts import Speaker
from skills._catalog import ModelCard
from skills._errors import PullCancelled, PullFailed
from skills._retries import AGAIN
from skills._store import PullProgress, Store

Report = Callable[[PullProgress], None]
LINE_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class _Task:
    """One model to fetch."""

    name: str
    size_bytes: int
    """0 where it is not known yet."""
    fetch: Callable[[Report], str]
    """Returns what to say at the end. Raises PullFailed."""


def pull_models(
    store: Store, cards: Sequence[ModelCard], folder: Path | None, say: Speaker, *, quiet: bool = False,
    stop: threading.Event | None = None,
) -> dict[str, str]:  # fmt: skip
    """Fetch one after another. Returns model id -> "", or the sentence why it is not here.

    Setting `stop` ends it with PullCancelled, as Ctrl-C does with KeyboardInterrupt.
    """

    def task(card: ModelCard) -> _Task:
        def fetch(report: Report) -> str:
            started, was_here, was_pinned = time.monotonic(), store.has(card.id), store.pin(card.id)
            store.pull(card.id, report, stop, folder=folder)
            done = _done(store.card(card.id), was_here, time.monotonic() - started, say)
            pin = store.pin(card.id)
            return done if pin == was_pinned else f"{done}\n{pin}"

        return _Task(card.id, card.size_bytes, fetch)

    return _run([task(card) for card in cards], say, quiet)


def pull_on_server(host: str, names: Sequence[str], say: Speaker, *, quiet: bool = False) -> dict[str, str]:
    """Have the Ollama server at `host` fetch one after another. Returns name -> "", or a sentence."""
    from skills.models import ollama_library

    def task(name: str) -> _Task:
        def fetch(report: Report) -> str:
            started = time.monotonic()
            last = asyncio.run(follow(report))
            took = seconds_words(say, time.monotonic() - started)
            return say("pull-done-on-server", model=name, size=size_words(say, last), time=took, host=host)

        async def follow(report: Report) -> int:
            total_bytes = 0
            async with aclosing(ollama_library.pull(host, name)) as events:
                async for progress in events:
                    report(progress)
                    total_bytes = progress.total_bytes
            return total_bytes

        return _Task(name, 0, fetch)

    return _run([task(name) for name in names], say, quiet)


def _run(tasks: Sequence[_Task], say: Speaker, quiet: bool) -> dict[str, str]:
    console = Console(stderr=True)
    bars = _bars(console) if console.is_terminal and not quiet else None
    outcomes: dict[str, str] = {}
    with bars or nullcontext():
        for task in tasks:
            try:
                done = task.fetch(_report(bars, task, say, quiet))
            except (KeyboardInterrupt, PullCancelled):
                console.print(say("pull-stopped"))
                raise
            except PullFailed as error:
                outcomes[task.name] = str(error)
                if not quiet:
                    said = say("pull-failed", reason=str(error))
                    console.print(said, style="red", markup=False, highlight=False, soft_wrap=True)
            else:
                outcomes[task.name] = ""
                if not quiet:
                    console.print(done, markup=False, highlight=False, soft_wrap=True)
    return outcomes


def _done(card: ModelCard, was_here: bool, seconds: float, say: Speaker) -> str:
    if not card.files:
        return say("pull-nothing", model=card.id)
    if was_here:
        return say("pull-here", model=card.id)
    size, took = size_words(say, card.size_bytes), seconds_words(say, seconds)
    return say("pull-done", model=card.id, size=size, time=took)


def _note(say: Speaker, note: str) -> str:
    """What holds it up: the store's own words, and those of servers."""
    if note.endswith(AGAIN):
        return say("pull-again", trouble=note.removesuffix(AGAIN))
    return say.label("pulling", note)


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=16),
        DownloadColumn(table_column=Column(no_wrap=True)),
        TransferSpeedColumn(table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[note]}", style="dim", table_column=Column(no_wrap=True, ratio=1)),
        console=console,
        transient=True,
    )


def _report(bars: Progress | None, task: _Task, say: Speaker, quiet: bool) -> Report:
    if quiet:
        return lambda progress: None
    if bars is None:
        return _Lines(say)
    bar: TaskID | None = None

    def move(progress: PullProgress) -> None:
        nonlocal bar
        at_work = bool(progress.file or progress.note)
        if at_work and bar is None:
            bar = bars.add_task(task.name, total=task.size_bytes or None, note="")
        if bar is None:
            return
        if at_work:
            note = _note(say, progress.note) or progress.source
            total = progress.total_bytes or None
            bars.update(bar, completed=progress.done_bytes, total=total, note=note)
        elif progress.done_bytes == progress.total_bytes:
            bars.remove_task(bar)
            bar = None

    return move


class _Lines:
    """A line at the start, at every change of source, and now and then."""

    def __init__(self, say: Speaker) -> None:
        self._say = say
        self._said = ("", "")
        self._last = 0.0

    def __call__(self, progress: PullProgress) -> None:
        if not (progress.file or progress.note):
            return
        about = (progress.source, progress.note)
        if about == self._said and time.monotonic() - self._last < LINE_EVERY_S:
            return
        self._said, self._last = about, time.monotonic()
        say, parts = self._say, [progress.file]
        if progress.total_bytes:  # else it is not known yet
            done, total = (size_words(say, size) for size in (progress.done_bytes, progress.total_bytes))
            parts.insert(0, say("pull-so-far", done=done, total=total))
        source = progress.source and say("pull-source", source=progress.source)
        line = ", ".join(filter(None, (*parts, source, _note(say, progress.note))))
        typer.echo(f"{progress.model_id}: {line}", err=True)
