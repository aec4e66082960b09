"""Fetching models in sight of a person: bars in a terminal, plain lines elsewhere."""

from __future__ import annotations

import asyncio
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

from skills._cards import human_size
from skills._catalog import ModelCard
from skills._errors import PullFailed
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
    store: Store, cards: Sequence[ModelCard], folder: Path | None, *, quiet: bool = False
) -> dict[str, str]:
    """Fetch one after another. Returns model id -> "", or the sentence why it is not here."""

    def task(card: ModelCard) -> _Task:
        def fetch(report: Report) -> str:
            started, was_here, was_pinned = time.monotonic(), store.has(card.id), store.pin(card.id)
            store.pull(card.id, report, folder=folder)
            done = _done(store.card(card.id), was_here, time.monotonic() - started)
            pin = store.pin(card.id)
            return done if pin == was_pinned else f"{done}\n{pin}"

        return _Task(card.id, card.size_bytes, fetch)

    return _run([task(card) for card in cards], quiet)


def pull_on_server(host: str, names: Sequence[str], *, quiet: bool = False) -> dict[str, str]:
    """Have the Ollama server at `host` fetch one after another. Returns name -> "", or a sentence."""
    from skills.models import ollama_library

    def task(name: str) -> _Task:
        def fetch(report: Report) -> str:
            started = time.monotonic()
            last = asyncio.run(follow(report))
            return (
                f"{name}: {human_size(last)} in {time.monotonic() - started:.0f} s, on the server at {host}"
            )

        async def follow(report: Report) -> int:
            total_bytes = 0
            async with aclosing(ollama_library.pull(host, name)) as events:
                async for progress in events:
                    report(progress)
                    total_bytes = progress.total_bytes
            return total_bytes

        return _Task(name, 0, fetch)

    return _run([task(name) for name in names], quiet)


def _run(tasks: Sequence[_Task], quiet: bool) -> dict[str, str]:
    console = Console(stderr=True)
    bars = _bars(console) if console.is_terminal and not quiet else None
    outcomes: dict[str, str] = {}
    with bars or nullcontext():
        for task in tasks:
            try:
                done = task.fetch(_report(bars, task, quiet))
            except KeyboardInterrupt:
                console.print("Stopped. What has arrived is kept; the same command goes on from there.")
                raise
            except PullFailed as error:
                outcomes[task.name] = str(error)
                if not quiet:
                    console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
            else:
                outcomes[task.name] = ""
                if not quiet:
                    console.print(done, markup=False, highlight=False, soft_wrap=True)
    return outcomes


def _done(card: ModelCard, was_here: bool, seconds: float) -> str:
    if not card.files:
        return f"{card.id}: nothing to fetch"
    if was_here:
        return f"{card.id}: already here"
    return f"{card.id}: {human_size(card.size_bytes)} in {seconds:.0f} s, verified"


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


def _report(bars: Progress | None, task: _Task, quiet: bool) -> Report:
    if quiet:
        return lambda progress: None
    if bars is None:
        return _Lines()
    bar: TaskID | None = None

    def move(progress: PullProgress) -> None:
        nonlocal bar
        at_work = bool(progress.file or progress.note)
        if at_work and bar is None:
            bar = bars.add_task(task.name, total=task.size_bytes or None, note="")
        if bar is None:
            return
        if at_work:
            note = progress.note or progress.source
            total = progress.total_bytes or None
            bars.update(bar, completed=progress.done_bytes, total=total, note=note)
        elif progress.done_bytes == progress.total_bytes:
            bars.remove_task(bar)
            bar = None

    return move


class _Lines:
    """A line at the start, at every change of source, and now and then."""

    def __init__(self) -> None:
        self._said = ("", "")
        self._last = 0.0

    def __call__(self, progress: PullProgress) -> None:
        if not (progress.file or progress.note):
            return
        about = (progress.source, progress.note)
        if about == self._said and time.monotonic() - self._last < LINE_EVERY_S:
            return
        self._said, self._last = about, time.monotonic()
        done = f"{human_size(progress.done_bytes)} of {human_size(progress.total_bytes)}"
        if not progress.total_bytes:
            done = ""  # not known yet
        where = " from ".join(filter(None, (progress.file, progress.source)))
        line = ", ".join(filter(None, (done, where, progress.note)))
        typer.echo(f"{progress.model_id}: {line}", err=True)
