"""`chutko analyze`: what the bot sees and hears, for files and texts, without Telegram."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from bot.analysis import places
from bot.analysis.items import PIPE, Item, find_items, text_item
from bot.analysis.running import Row, analyze
from bot.analysis.tables import table, write_csv
from bot.cli.models import fetch_missing
from bot.config import ConfigError, Settings, load
from bot.offline import open_models
from bot.texts import Speaker, Texts
from skills import MediaKind

analyze_app = typer.Typer(help="Analyze texts and files without Telegram.", no_args_is_help=True)


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
Language = Annotated[
    Literal["en", "ru"] | None,
    typer.Option(help="Language of the words: en or ru.", show_default="that of your settings"),
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
    recursive: Recursive = False, as_json: AsJson = False, csv: Csv = None, out: Output = None,
    language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """The mood of texts: negative, neutral or positive, with probabilities."""
    if not files and not texts:
        raise typer.BadParameter("Give a file with one text a line, or --text.")
    if any(not one.strip() for one in texts or ()):
        raise typer.BadParameter("A --text is empty.")
    wish = Wish("sentiment", MediaKind.TEXT, as_json, csv, _file(out))
    _serve(context, wish, files or (), recursive, language, profile, [text_item(one) for one in texts or ()])


@analyze_app.command()
def audio(
    context: typer.Context, files: Files, recursive: Recursive = False, as_json: AsJson = False,
    csv: Csv = None, chart: Chart = None, spectrogram: Spectrogram = None, out: Output = None,
    language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """The sounds in recordings, and when they are heard."""
    wish = Wish("sounds", MediaKind.AUDIO, as_json, csv, _file(out), chart=chart, spectrogram=spectrogram)
    _serve(context, wish, files, recursive, language, profile)


@analyze_app.command()
def speech(
    context: typer.Context, files: Files, recursive: Recursive = False, as_json: AsJson = False,
    csv: Csv = None, out: Output = None, language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """The words in recordings."""
    wish = Wish("speech", MediaKind.AUDIO, as_json, csv, _file(out))
    _serve(context, wish, files, recursive, language, profile)


@analyze_app.command()
def photo(
    context: typer.Context, files: Files, recursive: Recursive = False, as_json: AsJson = False,
    csv: Csv = None, chart: Chart = None, out: Output = None, language: Language = None,
    profile: Profile = None,
) -> None:  # fmt: skip
    """What is in pictures."""
    wish = Wish("photo", MediaKind.PHOTO, as_json, csv, _file(out), chart=chart)
    _serve(context, wish, files, recursive, language, profile)


@analyze_app.command()
def video(
    context: typer.Context,
    files: Files,
    recursive: Recursive = False,
    as_json: AsJson = False,
    csv: Csv = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The clip with boxes; a folder if there are several videos."),
    ] = None,
    language: Language = None,
    profile: Profile = None,
) -> None:
    """The objects in videos; writes output_detected.mp4, of several NAME_detected.mp4, or where -o says."""
    wish = Wish("video", MediaKind.VIDEO, as_json, csv, clips=out)
    _serve(context, wish, files, recursive, language, profile)


def _serve(
    context: typer.Context, wish: Wish, files: Sequence[Path], recursive: bool, language: str | None,
    profile: str | None, texts: Sequence[Item] = (),
) -> None:  # fmt: skip
    given = context.obj
    settings = (
        given if isinstance(given, Settings) else load(given, {"profile": profile} if profile else None)
    )
    say = Texts(settings.bot.language).say(language or settings.bot.language)
    with tempfile.TemporaryDirectory(prefix="chutko-", ignore_cleanup_errors=True) as folder:
        found = asyncio.run(find_items(wish.kind, files, Path(folder), recursive=recursive))
        rows = _rows(settings, wish, [*texts, *found], say, Path(folder))
    _hand_out(wish, rows, say)
    if any("error" in row for row in rows):
        raise typer.Exit(1)


def _rows(settings: Settings, wish: Wish, items: Sequence[Item], say: Speaker, folder: Path) -> list[Row]:
    # What cannot be written is said before the work and not after it.
    if wish.csv and _file(wish.csv) is None and wish.as_json and not wish.report:
        raise typer.BadParameter("--json and --csv - cannot both have the screen.")
    if wish.report and wish.csv and wish.report.absolute() == wish.csv.absolute():
        raise ConfigError(f"{wish.csv} cannot hold both results: give them different names.")
    for path in filter(None, (wish.report, _file(wish.csv))):
        places.refuse_source(path, items)
        places.try_to_write(path)
    clips = places.clip_paths(items, wish.clips) if wish.kind is MediaKind.VIDEO else []
    charts = places.chart_paths(items, wish.chart) if wish.chart else []
    drawn = places.chart_paths(items, wish.spectrogram, "spectrogram") if wish.spectrogram else []
    if both := set(charts) & set(drawn):
        raise ConfigError(f"{both.pop()} cannot hold both pictures: give them different names.")
    if any(item.media for item in items):
        store, _, cards = open_models(settings)
        fetch_missing(store, [cards[wish.skill].id])
    try:
        return asyncio.run(analyze(settings, wish.skill, items, say, folder, clips, charts, drawn))
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None


def _hand_out(wish: Wish, rows: Sequence[Row], say: Speaker) -> None:
    screen_taken = wish.csv is not None and _file(wish.csv) is None
    name = wish.csv
    try:
        if screen_taken:
            write_csv(sys.stdout, wish.skill, rows)
        elif wish.csv:
            # Spreadsheets take a file without this mark for one in an old encoding.
            with wish.csv.open("w", encoding="utf-8-sig", newline="") as file:
                write_csv(file, wish.skill, rows)
        name = wish.report
        if wish.report or not screen_taken:
            with wish.report.open("w", encoding="utf-8") if wish.report else nullcontext(sys.stdout) as file:
                if wish.as_json:
                    print(json.dumps(rows, ensure_ascii=False, indent=2), file=file)
                else:
                    Console(file=file).print(table(wish.skill, rows, say))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(f"{name or 'The output'} cannot be written: {error.strerror}.") from None


def _file(path: Path | None) -> Path | None:
    """None for the screen."""
    return None if str(path) == PIPE else path
