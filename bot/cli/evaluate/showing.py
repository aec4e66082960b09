"""An evaluation as it is shown: on the page, as JSON, in the terminal."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.config import ConfigError
from bot.texts import Speaker

if TYPE_CHECKING:
    from bot.evaluation.page import Sheet
    from bot.evaluation.rows import Fault
    from bot.evaluation.telling import Told

MOST_SHOWN = 15
"""Rows of a long table in the terminal; the report has them all."""
LONGEST_CELL, WIDE_CELL = 40, 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """One evaluation, ready to be shown."""

    skill: str
    model: str | None
    """Id of the model, or its name on the server; None if none was asked."""
    title: str
    """Of the model; of what was looked at, if there was none."""
    figures: dict[str, Any]
    sheets: list[Sheet]
    pictures: dict[str, bytes]
    faults: list[Fault]
    notes: Sequence[Told]
    seconds: float
    interrupted: bool = False
    """True if it was stopped before its end."""


def show(
    data: Sequence[Path], work: Callable[[Progress], Awaitable[Outcome]], out: Path | None, as_json: bool,
    say: Speaker,
) -> None:  # fmt: skip
    """Do the work and show what came of it; the exit status is 1 where a row could not be used."""
    from bot.evaluation.page import page
    from bot.evaluation.rows import DataError
    from bot.evaluation.sheets import of_faults
    from bot.evaluation.telling import told
    from bot.machine import circumstances, in_words

    async def all_of_it() -> Outcome:
        return await work(Progress(console=Console(stderr=True), transient=True))

    try:
        outcome = asyncio.run(all_of_it())
    except DataError as error:
        raise ConfigError(error.why.said(say)) from None
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
    around = circumstances()
    sheets = [*outcome.sheets, *([of_faults(outcome.faults, say)] if outcome.faults else [])]
    notes = [note.said(say) for note in outcome.notes]
    title = say("evaluate-title", model=outcome.title, data=", ".join(path.name for path in data))
    if out is not None:
        took = say("evaluate-seconds", value=f"{outcome.seconds:.1f}")
        about = f"{around['date'][:16].replace('T', ' ')} UTC, {took}; {in_words(around)}"
        text = page(title, sheets, outcome.pictures, notes, about, say.language)
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:  # it could be written before the work, and is now full or gone
            raise ConfigError(
                told("unwritable", path=str(out), reason=str(error.strerror)).said(say)
            ) from None
    if as_json:
        report = {
            "skill": outcome.skill,
            "model": outcome.model,
            "data": str(data[0]) if len(data) == 1 else [str(path) for path in data],
            **outcome.figures,
            "failed": [
                {"row": fault.row, "name": fault.name, "error": fault.said(say)} for fault in outcome.faults
            ],
            "notes": notes,
            "seconds": round(outcome.seconds, 3),
            **around,
        }
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(title, sheets, notes, out, say)
    if outcome.interrupted:
        raise typer.Exit(128 + signal.SIGINT)
    if outcome.faults:
        raise typer.Exit(1)


def nothing(data: Path, notes: Sequence[Told], faults: Sequence[Fault], say: Speaker) -> ConfigError:
    """No row could be used: why."""
    first = say("evaluate-nothing", path=str(data))
    named = [
        (say("evaluate-row-number", number=str(fault.row)) if fault.row else fault.name, fault.said(say))
        for fault in faults[:3]
    ]
    reasons = [*(note.said(say) for note in notes), *(f"{where}: {error}" for where, error in named)]
    return ConfigError("\n".join([first, *(reasons or [say("evaluate-no-rows")])]))


def _print(title: str, sheets: Sequence[Sheet], notes: Sequence[str], out: Path | None, say: Speaker) -> None:
    console = Console()
    console.print(Text(title, style="bold"))
    for note in notes:
        console.print(Text(note))
    for sheet in sheets:
        if not sheet.rows:
            continue
        first = sheet is sheets[0]  # the figures themselves: all of them, and whole
        rows = [[cell if first else _short(cell) for cell in row] for row in sheet.rows]
        shown = rows if first else rows[:MOST_SHOWN]
        wide = [not first and max(map(len, cells)) > WIDE_CELL for cells in zip(*shown, strict=True)]
        # Wide columns share what the others leave, so that no number has to give way to a text.
        table = Table(title=sheet.title, title_justify="left", box=None, pad_edge=False, expand=any(wide))
        for name, takes_rest in zip(sheet.heading, wide, strict=True):
            table.add_column(
                name,
                no_wrap=not first,
                overflow="fold" if first else "ellipsis",
                min_width=len(name),
                ratio=1 if takes_rest else None,
            )
        for row in shown:
            table.add_row(*map(Text, row))
        console.print()
        console.print(table)
        if len(rows) > len(shown):
            console.print(say("evaluate-more", count=len(rows) - len(shown)), style="dim")
    if out is not None:
        console.print()
        console.print(Text(say("evaluate-report-written", path=str(out))))


def _short(cell: str) -> str:
    text = " ".join(cell.split())
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
