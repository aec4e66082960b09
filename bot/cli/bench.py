"""`chutko bench`: how fast the installed models are on this machine, and what they take."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.evaluate.options import Language, Profile, ready
from bot.config import ConfigError, Settings
from bot.errors import explain
from bot.lanes import COMPUTING, not_yet
from bot.offline import open_models
from bot.texts import Speaker
from skills import SkillError

if TYPE_CHECKING:
    from bot.benchmarking.figures import Measured

SKILLS = (*COMPUTING, "chat")


def bench(
    context: typer.Context,
    skills: Annotated[
        list[str] | None,
        typer.Argument(
            help=f"{', '.join(SKILLS)}; all whose model is here if none is named.", metavar="SKILL"
        ),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=1000, help="Runs of each skill, at least.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Also write the JSON to this file.")] = None,
    language: Language = None,
    profile: Profile = None,
) -> None:
    """Measure the installed models on this machine: speed, processor, memory; beside the reference report."""
    settings, say = ready(context.obj, profile, language, [out], [])
    unknown = [name for name in skills or () if name not in SKILLS]
    if unknown:
        raise typer.BadParameter(say("bench-no-skill", name=unknown[0], names=", ".join(SKILLS)))
    wanted, absent = _here(settings, skills or SKILLS, say)
    failed = {name: reason for name, reason in absent.items() if skills}
    measured: list[Measured] = []
    stopped = False
    console = Console(stderr=True)
    for name, reason in absent.items():
        console.print(Text(f"{name}: {reason}"))
    for name in wanted:
        try:
            measured.append(asyncio.run(_measured(settings, name, runs, console, say)))
        except SkillError as error:
            failed[name] = explain(error, say, terminal=True)
            console.print(Text(f"{name}: {failed[name]}"))
        except asyncio.CancelledError:
            raise typer.Exit(128 + signal.SIGTERM) from None
        except KeyboardInterrupt:
            if not measured:
                raise
            stopped = True
            failed |= dict.fromkeys(wanted[wanted.index(name) :], say("bench-stopped"))
            console.print(Text(f"{name}: {failed[name]}"))
            break
    _show(settings, measured, failed, as_json, out, say)
    if stopped:
        raise typer.Exit(128 + signal.SIGINT)
    if failed:
        raise typer.Exit(1)


def _here(settings: Settings, names: Sequence[str], say: Speaker) -> tuple[list[str], dict[str, str]]:
    """The skills that can be measured, and a sentence on each that cannot."""
    store, _, cards = open_models(settings)
    without_code = not_yet(cards)
    wanted: list[str] = []
    absent: dict[str, str] = {}
    for name in dict.fromkeys(names):
        card = cards[name]
        if name in without_code:
            absent[name] = say("bench-no-code", model=say.label("models", card.title))
        elif (
            card.shipped == "files" and not store.has(card.id) and not (name == "chat" and settings.chat.host)
        ):
            absent[name] = say("bench-not-here", model=card.id)
        else:
            wanted.append(name)
    return wanted, absent


async def _measured(settings: Settings, name: str, runs: int, console: Console, say: Speaker) -> Measured:
    from bot.benchmarking.measuring import measure_chat, measure_lane

    with console.status(say("bench-loading", skill=name)) as status:

        def report(done: int, wanted: int) -> None:
            status.update(say("bench-run", skill=name, run=done + 1, runs=wanted))

        if name == "chat":
            return await measure_chat(settings, runs, report)
        return await measure_lane(settings, name, runs, report)


def _show(
    settings: Settings, measured: list[Measured], failed: dict[str, str], as_json: bool, out: Path | None,
    say: Speaker,
) -> None:  # fmt: skip
    from bot.benchmarking.figures import keep, reference
    from bot.machine import circumstances, in_words

    around = circumstances()
    theirs = reference()
    try:
        for figures in measured:
            keep(settings.models.root, figures, around)
        report = {
            "figures": [
                {**figures.to_json(), "reference": theirs.get(figures.skill)} for figures in measured
            ],
            "failed": [{"skill": name, "error": error} for name, error in failed.items()],
            **around,
        }
        text = json.dumps(report, ensure_ascii=False, indent=2)
        if out is not None:
            out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        reason = str(error.strerror)
        raise ConfigError(say("evaluate-unwritable", path=str(error.filename), reason=reason)) from None
    if as_json:
        typer.echo(text)
        return
    console = Console()
    for figures in measured:
        console.print(table(figures, theirs.get(figures.skill, {}), say))
        console.print()
    console.print(Text(in_words(around), style="dim"))


def table(figures: Measured, theirs: Mapping[str, str], say: Speaker) -> Table:
    """Measured here, and what the reference report says of its own model for the same thing."""
    from bot.benchmarking.figures import in_words

    title, what = say.label("models", figures.title), say.label("bench", figures.what)
    made = Table(
        title=say("bench-title", skill=figures.skill, title=title, what=what),
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    made.add_column("")
    made.add_column(Text(figures.model), overflow="fold")
    made.add_column(Text(say("bench-reference", model=theirs["model"]) if theirs else ""), overflow="fold")
    for name, value in in_words(figures, say).items():
        made.add_row(say.label("bench", name), value, Text(say.label("bench", theirs.get(name, "–"))))
    return made
