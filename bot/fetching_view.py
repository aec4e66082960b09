"""The models' arrival, shown in the terminal."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from .fetching import Arrival, Fetching

LOOK_EVERY_S = 0.25
LINE_EVERY_PERCENT = 20


async def show_fetching(fetching: Fetching, profile: str) -> None:
    """Returns when every model is here, or has failed once; nothing is shown of those that are here already."""
    rows = [row for row in fetching.arrivals() if row.state != "ready"]
    if not rows:
        return
    skills = {row.skill for row in rows}
    console = Console()
    console.print(
        f"Fetching the models of the profile {profile} (once; other copies share them).", highlight=False
    )
    bars = Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=console, transient=True
    )
    tasks = {row.skill: bars.add_task(row.title, total=row.total_bytes or 1) for row in rows}
    told: dict[str, int] = {}
    with bars if console.is_terminal else _Nothing():
        while True:
            rows = [row for row in fetching.arrivals() if row.skill in skills]
            for row in rows:
                bars.update(tasks[row.skill], completed=row.fetched_bytes)
                if not console.is_terminal:
                    _tell(console, row, told)
            if all(row.state in ("ready", "failed") for row in rows):
                break
            await asyncio.sleep(LOOK_EVERY_S)
    if failed := [row.title for row in rows if row.state == "failed"]:
        # Why has been said when it happened.
        console.print(
            f"Not here yet: {', '.join(failed)}. Chutko keeps trying.", highlight=False, soft_wrap=True
        )


class _Nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def _tell(console: Console, row: Arrival, told: dict[str, int]) -> None:
    """A line for every fifth of a model."""
    step = 100 if row.state == "ready" else row.percent - row.percent % LINE_EVERY_PERCENT
    if row.state != "missing" and told.get(row.skill, -1) < step:
        told[row.skill] = step
        console.print(f"  {row.title}: {step}%", highlight=False)
