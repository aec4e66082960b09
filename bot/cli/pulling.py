"""Fetching models in sight of a person: bars in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
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


def pull_models(
    store: Store, cards: Sequence[ModelCard], folder: Path | None, *, quiet: bool = False
) -> dict[str, str]:
    """Fetch one after another. Returns model id -> "", or the sentence why it is not here."""
    console = Console(stderr=True)
    bars = _bars(console) if console.is_terminal and not quiet else None
    outcomes: dict[str, str] = {}
    with bars or nullcontext():
        for card in cards:
            started = time.monotonic()
            was_here = store.has(card.id)
            try:
                store.pull(card.id, _report(bars, card, quiet), folder=folder)
            except PullFailed as error:
                outcomes[card.id] = str(error)
                if not quiet:
                    console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
            else:
                outcomes[card.id] = ""
                if not quiet:
                    console.print(_done(card, was_here, time.monotonic() - started), highlight=False)
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


def _report(bars: Progress | None, card: ModelCard, quiet: bool) -> Report:
    if quiet or not card.files:
        return lambda progress: None
    if bars is None:
        return _Lines()
    task = bars.add_task(card.id, total=card.size_bytes, note="")

    def move(progress: PullProgress) -> None:
        note = progress.note or progress.source
        bars.update(task, completed=progress.done_bytes, note=note)
        if progress.done_bytes == progress.total_bytes and not progress.file:
            bars.remove_task(task)

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
        where = " from ".join(filter(None, (progress.file, progress.source)))
        line = ", ".join(filter(None, (done, where, progress.note)))
        typer.echo(f"{progress.model_id}: {line}", err=True)
