"""`chutko analyze`: what the bot sees and hears, for files and texts, without Telegram."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from bot.cli.models import fetch_missing
from bot.config import ConfigError, Settings, load
from bot.errors import explain
from bot.lanes import chosen_models, lane_configs
from bot.texts import Speaker, Texts
from skills import Media, MediaKind, Registry, Runtime, SkillError, Store, load_catalog

analyze_app = typer.Typer(help="Analyze texts and files without Telegram.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="Files to look at.", metavar="FILE", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON list, an object per item, in order.")]
Language = Annotated[
    Literal["en", "ru"] | None,
    typer.Option(help="Language of the words: en or ru.", show_default="that of your settings"),
]
Output = Annotated[Path | None, typer.Option("--out", "-o", help="Where the result goes; - is the screen.")]
Profile = Annotated[str | None, typer.Option(help="lite or full.")]

MOST_BARS = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to analyze."""

    media: Media
    name: str
    """How a person calls it: the file, or the text itself."""


@analyze_app.command()
def text(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files with one text a line; - reads the input.", metavar="FILE"),
    ] = None,
    texts: Annotated[
        list[str] | None, typer.Option("--text", "-t", help="A text itself; may be repeated.")
    ] = None,
    as_json: AsJson = False,
    out: Output = None,
    language: Language = None,
    profile: Profile = None,
) -> None:
    """The mood of texts: negative, neutral or positive, with probabilities."""
    lines = [*(texts or ()), *(line for file in files or () for line in _lines(file))]
    if not lines:
        raise typer.BadParameter("Give a file with one text a line, or --text.")
    items = [Item(Media(MediaKind.TEXT, text=line, size_bytes=len(line.encode())), line) for line in lines]
    _analyze(context.obj, "sentiment", items, as_json, out, language, profile)


@analyze_app.command()
def audio(
    context: typer.Context, files: Files, as_json: AsJson = False, out: Output = None,
    language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """The sounds in recordings, and when they are heard."""
    _analyze(context.obj, "sounds", _media(MediaKind.AUDIO, files), as_json, out, language, profile)


@analyze_app.command()
def speech(
    context: typer.Context, files: Files, as_json: AsJson = False, out: Output = None,
    language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """The words in recordings."""
    _analyze(context.obj, "speech", _media(MediaKind.AUDIO, files), as_json, out, language, profile)


@analyze_app.command()
def photo(
    context: typer.Context, files: Files, as_json: AsJson = False, out: Output = None,
    language: Language = None, profile: Profile = None,
) -> None:  # fmt: skip
    """What is in pictures."""
    _analyze(context.obj, "photo", _media(MediaKind.PHOTO, files), as_json, out, language, profile)


@analyze_app.command()
def video(
    context: typer.Context,
    files: Files,
    as_json: AsJson = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The clip with boxes; a folder if there are several videos."),
    ] = None,
    language: Language = None,
    profile: Profile = None,
) -> None:
    """The objects in videos; writes NAME_detected.mp4 into this folder, or where -o says."""
    _analyze(context.obj, "video", _media(MediaKind.VIDEO, files), as_json, out, language, profile)


def _lines(file: Path) -> list[str]:
    if str(file) == "-":
        source = sys.stdin.read()
    elif not file.is_file():
        raise typer.BadParameter(f"There is no file {file}.")
    else:
        source = file.read_text(encoding="utf-8-sig", errors="replace")
    return [line.strip() for line in source.splitlines() if line.strip()]


def _media(kind: MediaKind, files: Sequence[Path]) -> list[Item]:
    # A file that is missing is told as an error of that item; the others go on.
    return [
        Item(Media(kind, file, file.stat().st_size if file.is_file() else 0), str(file)) for file in files
    ]


def _analyze(
    config: Path | None, skill: str, items: Sequence[Item], as_json: bool, out: Path | None,
    language: str | None, profile: str | None,
) -> None:  # fmt: skip
    settings = load(config, {"profile": profile} if profile else None)
    say = Texts(settings.bot.language).say(language or settings.bot.language)
    report = None if skill == "video" or str(out) == "-" else out
    # What cannot be written is said before the work and not after it.
    clips = _clip_paths(items, out) if skill == "video" else []
    if report:
        _try_to_write(report)
    try:
        rows = asyncio.run(_run(settings, skill, items, say, clips))
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
    try:
        with report.open("w", encoding="utf-8") if report else nullcontext(sys.stdout) as file:
            if as_json:
                print(json.dumps(rows, ensure_ascii=False, indent=2), file=file)
            else:
                Console(file=file).print(_table(skill, rows, say))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(f"{report or 'The output'} cannot be written: {error.strerror}.") from None
    if any("error" in row for row in rows):
        raise typer.Exit(1)


async def _run(
    settings: Settings, skill: str, items: Sequence[Item], say: Speaker, clips: Sequence[Path]
) -> list[dict[str, Any]]:
    task = asyncio.current_task()
    with suppress(NotImplementedError):  # Windows
        # Ends as with Ctrl+C, so that no temporary files stay.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: task and task.cancel())
    catalog = load_catalog()
    store = Store(settings.models.root, catalog, settings.models.index_url)
    cards = chosen_models(settings, catalog)
    await asyncio.to_thread(fetch_missing, store, [cards[skill].id])
    registry = Registry.find()
    work = Path(tempfile.mkdtemp(prefix="chutko-"))
    runtime = Runtime(registry, lane_configs(settings, store, cards, (skill,)), work)
    window = asyncio.Semaphore(max(1, getattr(settings.lanes, skill).queue))
    bars = _Bars(items)

    async def one(number: int, item: Item) -> dict[str, Any]:
        folder = work / f"job-{number}"
        key = "text" if skill == "sentiment" else "file"
        async with window:
            try:
                if item.media.path is not None and not item.media.path.is_file():
                    return {key: item.name, "error": f"There is no file {item.name}."}
                folder.mkdir()
                progress = partial(bars.move, number)
                result = await runtime.run(skill, item.media, folder=folder, progress=progress)
                row: dict[str, Any] = {key: item.name, **result.to_json()}
                if clips:
                    shutil.move(result.clip.path, clips[number])
                    row["output"] = str(clips[number])
                return row
            except SkillError as error:
                return {key: item.name, "error": explain(error, say)}
            except OSError as error:
                return {key: item.name, "error": f"{item.name}: {error.strerror}."}
            finally:
                bars.move(number, 1.0)
                shutil.rmtree(folder, ignore_errors=True)

    try:
        with bars:
            await runtime.start()
            return list(await asyncio.gather(*(one(number, item) for number, item in enumerate(items))))
    finally:
        await runtime.close()
        shutil.rmtree(work, ignore_errors=True)


class _Bars:
    """Signs of life in a terminal: a bar for every file, or one for many."""

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
        names = [Path(item.name).name[:40] for item in items] if self._each else [str(len(items))]
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


def _clip_paths(items: Sequence[Item], out: Path | None) -> list[Path]:
    """Where every clip goes, no two to the same place. Raises ConfigError where that cannot be."""
    if str(out) == "-":
        raise ConfigError("A video cannot be written to the screen: give -o a name.")
    folder = Path() if out is None else out
    paths: list[Path] = []
    if out is not None and len(items) == 1 and not out.is_dir():
        folder, paths = out.parent, [out]
    for item in items[len(paths) :]:
        stem = f"{Path(item.name).stem}_detected"
        names = (f"{stem}-{number}.mp4" if number > 1 else f"{stem}.mp4" for number in count(1))
        paths.append(next(path for name in names if (path := folder / name) not in paths))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"The folder {folder} cannot be made: {error.strerror}.") from None
    for path in paths:
        if any(path.exists() and Path(item.name).exists() and path.samefile(item.name) for item in items):
            raise ConfigError(f"{path} is one of the videos to look at: choose another name.")
        _try_to_write(path)
    return paths


def _try_to_write(path: Path) -> None:
    existed = path.exists()
    try:
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from None


def _table(skill: str, rows: Sequence[dict[str, Any]], say: Speaker) -> Table:
    table = Table(show_lines=skill != "sentiment")
    table.add_column(say("table-item"), overflow="fold")
    table.add_column(say("table-result"), overflow="fold")
    for row in rows:
        result = row.get("error") or summary(skill, row, say)
        table.add_row(Text(str(row.get("file", row.get("text")))), Text(result))
    return table


def summary(skill: str, row: dict[str, Any], say: Speaker) -> str:
    """The result of one item in a few words."""
    if skill == "sentiment":
        return say("sentiment-line", label=row["label"], percent=round(row["confidence"] * 100))
    if skill == "speech":
        return str(row["text"])
    if skill == "video":
        counts = ", ".join(f"{say.label('video', label)} – {count}" for label, count in row["counts"].items())
        return f"{counts}\n{row['output']}"
    return "\n".join(f"{say.label(skill, each['label'])} {each['score']:.0%}" for each in row["top"])
