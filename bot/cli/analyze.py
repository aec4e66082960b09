"""`chutko analyze`: what the bot sees and hears, for files and texts, without Telegram."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer
from rich.console import Console
from rich.text import Text

from bot.analysis import places
from bot.analysis.items import PIPE, Item, find_items, take_pipe, text_item
from bot.analysis.running import Outcome, analyze
from bot.analysis.tables import table, total, write_csv
from bot.cli.models import fetch_missing
from bot.config import ConfigError, Settings, load, terminal_language
from bot.offline import open_models
from bot.texts import Speaker, Texts
from skills import MediaKind

analyze_app = typer.Typer(help="Analyze texts and files without Telegram.", no_args_is_help=True)
_TERMINATED = 128 + signal.SIGTERM


Files = Annotated[
    list[Path],
    typer.Argument(
        help="Files, folders, quoted patterns; - is what comes through the pipe.",
        metavar="FILE",
        show_default=False,
    ),
]
Recursive = Annotated[bool, typer.Option("--recursive", "-r", help="Folders with the folders in them.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON list, an object per item, in order.")]
Csv = Annotated[
    Path | None, typer.Option("--csv", help="Also a table for spreadsheets, a row per item; - is the screen.")
]
Semicolons = Annotated[
    bool,
    typer.Option(
        "--semicolons",
        help="The CSV for spreadsheets with decimal commas (Russian, German): ; between cells, 0,5 for 0.5.",
    ),
]
Language = Annotated[
    Literal["en", "ru"] | None,
    typer.Option(
        help="Language of the words: en or ru.", show_default="that of the terminal or the settings"
    ),
]
Output = Annotated[Path | None, typer.Option("--out", "-o", help="Where the result goes; - is the screen.")]
Chart = Annotated[
    Path | None,
    typer.Option("--chart", help="The chart as FILE.png; a folder if there are several.", metavar="FILE"),
]
Spectrogram = Annotated[
    Path | None,
    typer.Option(
        "--spectrogram",
        help="The log-mel spectrogram as FILE.png; a folder if there are several.",
        metavar="FILE",
    ),
]
Profile = Annotated[str | None, typer.Option(help="lite or full.")]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to have."""

    skill: str
    kind: MediaKind
    as_json: bool
    csv: Path | None
    semicolons: bool
    report: Path | None = None
    """None is the screen."""
    clips: Path | None = None
    chart: Path | None = None
    spectrogram: Path | None = None


@analyze_app.command()
def text(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files with one text a line, folders, quoted patterns; - is what comes through the pipe.",
            metavar="FILE",
        ),
    ] = None,
    texts: Annotated[
        list[str] | None, typer.Option("--text", "-t", help="A text itself; may be repeated.")
    ] = None,
    recursive: Recursive = False, as_json: AsJson = False, csv: Csv = None, semicolons: Semicolons = False,
    out: Output = None, language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """The mood of texts: negative, neutral or positive, with probabilities."""
    wish = Wish("sentiment", MediaKind.TEXT, as_json, csv, semicolons, _file(out))
    _serve(context, wish, files or (), recursive, language, profile, texts or ())


@analyze_app.command()
def audio(
    context: typer.Context, files: Files, recursive: Recursive = False, as_json: AsJson = False,
    csv: Csv = None, semicolons: Semicolons = False, chart: Chart = None, spectrogram: Spectrogram = None,
    out: Output = None, language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """The sounds in recordings, and when they are heard."""
    wish = Wish(
        "sounds", MediaKind.AUDIO, as_json, csv, semicolons, _file(out), chart=chart, spectrogram=spectrogram
    )
    _serve(context, wish, files, recursive, language, profile)


@analyze_app.command()
def speech(
    context: typer.Context, files: Files, recursive: Recursive = False, as_json: AsJson = False,
    csv: Csv = None, semicolons: Semicolons = False, out: Output = None, language: Language = None,
    profile: Profile = None,
) -> None:  # fmt: skip
    """The words in recordings."""
    wish = Wish("speech", MediaKind.AUDIO, as_json, csv, semicolons, _file(out))
    _serve(context, wish, files, recursive, language, profile)


@analyze_app.command()
def photo(
    context: typer.Context, files: Files, recursive: Recursive = False, as_json: AsJson = False,
    csv: Csv = None, semicolons: Semicolons = False, chart: Chart = None, out: Output = None,
    language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """What is in pictures."""
    wish = Wish("photo", MediaKind.PHOTO, as_json, csv, semicolons, _file(out), chart=chart)
    _serve(context, wish, files, recursive, language, profile)


@analyze_app.command()
def video(
    context: typer.Context,
    files: Files,
    recursive: Recursive = False,
    as_json: AsJson = False,
    csv: Csv = None,
    semicolons: Semicolons = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The clip with boxes; a folder if there are several videos."),
    ] = None,
    language: Language = None,
    profile: Profile = None,
) -> None:
    """The objects in videos; writes output_detected.mp4, of several NAME_detected.mp4, or where -o says."""
    wish = Wish("video", MediaKind.VIDEO, as_json, csv, semicolons, clips=out)
    _serve(context, wish, files, recursive, language, profile)


def _serve(
    context: typer.Context, wish: Wish, files: Sequence[Path], recursive: bool, language: str | None,
    profile: str | None, texts: Sequence[str] = (),
) -> None:  # fmt: skip
    given = context.obj
    settings = (
        given if isinstance(given, Settings) else load(given, {"profile": profile} if profile else None)
    )
    say = Texts(settings.bot.language).say(language or terminal_language(settings))
    if not files and not texts:
        raise ConfigError(say("analyze-nothing-given"))
    if not all(map(str.strip, texts)):
        raise ConfigError(say("analyze-empty-text"))
    with (
        _ended_by_sigterm(),
        tempfile.TemporaryDirectory(prefix="chutko-", ignore_cleanup_errors=True) as name,
    ):
        folder = Path(name)
        if Path(PIPE) in files:
            # Not in the event loop, where Ctrl+C would not end the waiting.
            with places.whole(folder / PIPE, say):
                take_pipe(folder)
        found = asyncio.run(find_items(wish.kind, files, folder, say, recursive=recursive))
        outcomes = _outcomes(settings, wish, [*map(text_item, texts), *found], say, folder)
    _hand_out(wish, outcomes, say)
    if any(outcome.failed for outcome in outcomes):
        raise typer.Exit(1)


def _outcomes(
    settings: Settings, wish: Wish, items: Sequence[Item], say: Speaker, folder: Path
) -> list[Outcome]:
    # What cannot be written is said before the work and not after it.
    if wish.csv and _file(wish.csv) is None and wish.as_json and not wish.report:
        raise ConfigError(say("analyze-screen-taken"))
    if wish.report and wish.csv and wish.report.absolute() == wish.csv.absolute():
        raise ConfigError(say("analyze-same-results", name=str(wish.csv)))
    for path in filter(None, (wish.report, _file(wish.csv))):
        places.refuse(path, items, say)
    clips = places.clip_paths(items, wish.clips, say) if wish.kind is MediaKind.VIDEO else []
    charts = places.chart_paths(items, wish.chart, say) if wish.chart else []
    drawn = places.chart_paths(items, wish.spectrogram, say, "spectrogram") if wish.spectrogram else []
    if both := set(charts) & set(drawn):
        raise ConfigError(say("analyze-same-pictures", name=str(both.pop())))
    if any(item.media for item in items):
        store, _, cards = open_models(settings)
        fetch_missing(store, [cards[wish.skill].id], say)
    try:
        return asyncio.run(analyze(settings, wish.skill, items, say, folder, clips, charts, drawn))
    except asyncio.CancelledError:
        raise typer.Exit(_TERMINATED) from None


def _hand_out(wish: Wish, outcomes: Sequence[Outcome], say: Speaker) -> None:
    rows = [outcome.row for outcome in outcomes]
    screen_taken = wish.csv is not None and _file(wish.csv) is None
    # What has the screen comes first: it is seen also where a disk is full.
    with places.whole(None, say):
        if screen_taken and sys.stdout:  # None where it is closed
            write_csv(sys.stdout, wish.skill, rows, semicolons=wish.semicolons)
        elif not (screen_taken or wish.report):
            _report(sys.stdout, wish, outcomes, say)
    if wish.report:
        with places.whole(wish.report, say), wish.report.open("w", encoding="utf-8") as file:
            _report(file, wish, outcomes, say)
    if wish.csv and not screen_taken:
        # Spreadsheets take a file without this mark for one in an old encoding.
        with places.whole(wish.csv, say), wish.csv.open("w", encoding="utf-8-sig", newline="") as file:
            write_csv(file, wish.skill, rows, semicolons=wish.semicolons)
    if (wish.report or screen_taken or wish.as_json) and any(outcome.failed for outcome in outcomes):
        typer.echo(total(outcomes, say), err=True)


def _report(file: TextIO, wish: Wish, outcomes: Sequence[Outcome], say: Speaker) -> None:
    if wish.as_json:
        print(json.dumps([outcome.row for outcome in outcomes], ensure_ascii=False, indent=2), file=file)
        return
    console = Console(file=file)
    console.print(table(wish.skill, outcomes, say))
    if len(outcomes) > 1:
        console.print(Text(total(outcomes, say)))


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """The temporary files are removed, too, when the system ends the program."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _file(path: Path | None) -> Path | None:
    """None for the screen."""
    return None if str(path) == PIPE else path
