"""Signs of life in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

from .items import Item, visible

MOST_BARS = 20


class Bars:
    """A bar for every file, or one for many."""

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
        names = [visible(Path(item.name).name)[:40] for item in items] if self._each else [str(len(items))]
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
