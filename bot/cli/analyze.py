"""`chutko analyze`: what the bot sees and hears, for files and texts, without Telegram."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from bot.cli.models import fetch_missing
from bot.config import Settings, load
from bot.errors import explain
from bot.lanes import chosen_models, lane_configs
from bot.texts import Speaker, Texts
from skills import Media, MediaKind, Registry, Runtime, SkillError, Store, load_catalog

analyze_app = typer.Typer(help="Analyze texts and files without Telegram.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="Files to look at.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON list, an object per item, in order.")]
Language = Annotated[str, typer.Option(help="Language of the words: en or ru.")]
Output = Annotated[Path | None, typer.Option("--out", "-o", help="Where the result goes; - is the screen.")]
Profile = Annotated[str | None, typer.Option(help="lite or full.")]


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
        list[Path] | None, typer.Argument(help="Files with one text a line; - reads the input.")
    ] = None,
    texts: Annotated[
        list[str] | None, typer.Option("--text", "-t", help="A text itself; may be repeated.")
    ] = None,
    as_json: AsJson = False,
    out: Output = None,
    language: Language = "en",
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
    language: Language = "en", profile: Profile = None,
) -> None:  # fmt: skip
    """The sounds in recordings, and when they are heard."""
    _analyze(context.obj, "sounds", _media(MediaKind.AUDIO, files), as_json, out, language, profile)


@analyze_app.command()
def speech(
    context: typer.Context, files: Files, as_json: AsJson = False, out: Output = None,
    language: Language = "en", profile: Profile = None,
) -> None:  # fmt: skip
    """The words in recordings."""
    _analyze(context.obj, "speech", _media(MediaKind.AUDIO, files), as_json, out, language, profile)


@analyze_app.command()
def photo(
    context: typer.Context, files: Files, as_json: AsJson = False, out: Output = None,
    language: Language = "en", profile: Profile = None,
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
    language: Language = "en",
    profile: Profile = None,
) -> None:
    """The objects in videos; writes NAME_detected.mp4 beside you, or where -o says."""
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
    config: Path | None, skill: str, items: Sequence[Item], as_json: bool, out: Path | None, language: str,
    profile: str | None,
) -> None:  # fmt: skip
    settings = load(config, {"profile": profile} if profile else None)
    say = Texts(settings.bot.language).say(language)
    rows = asyncio.run(_run(settings, skill, items, say, out))
    if as_json:
        _write(json.dumps(rows, ensure_ascii=False, indent=2), None if skill == "video" else out)
    else:
        _table(skill, rows, say, None if skill == "video" else out)
    if any("error" in row for row in rows):
        raise typer.Exit(1)


async def _run(
    settings: Settings, skill: str, items: Sequence[Item], say: Speaker, out: Path | None
) -> list[dict[str, Any]]:
    catalog = load_catalog()
    store = Store(settings.models.root, catalog, settings.models.index_url)
    cards = chosen_models(settings, catalog)
    await asyncio.to_thread(fetch_missing, store, [cards[skill].id])
    registry = Registry.find()
    work = Path(tempfile.mkdtemp(prefix="chutko-"))
    runtime = Runtime(registry, lane_configs(settings, store, cards, (skill,)), work)
    window = asyncio.Semaphore(max(1, getattr(settings.lanes, skill).queue))
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        console=Console(stderr=True),
        transient=True,
    )

    async def one(number: int, item: Item) -> dict[str, Any]:
        task = bar.add_task(Path(item.name).name[:40], total=1.0, visible=len(items) < 20)
        folder = work / f"job-{number}"
        folder.mkdir()
        try:
            async with window:
                if item.media.path is not None and not item.media.path.is_file():
                    return {"file": item.name, "error": f"There is no file {item.name}."}
                result = await runtime.run(
                    skill, item.media, folder=folder, progress=lambda done: bar.update(task, completed=done)
                )
                row: dict[str, Any] = {"text": item.name} if skill == "sentiment" else {"file": item.name}
                row |= result.to_json()
                if skill == "video":
                    row["output"] = str(_keep(result.clip.path, Path(item.name), out, len(items) > 1))
                return row
        except SkillError as error:
            key = "text" if skill == "sentiment" else "file"
            return {key: item.name, "error": explain(error, say)}
        finally:
            bar.update(task, completed=1.0)
            shutil.rmtree(folder, ignore_errors=True)

    try:
        await runtime.start()
        with bar:
            return list(await asyncio.gather(*(one(number, item) for number, item in enumerate(items))))
    finally:
        await runtime.close()
        shutil.rmtree(work, ignore_errors=True)


def _keep(clip: Path, source: Path, out: Path | None, several: bool) -> Path:
    """Move a finished clip to where the person wants it."""
    if out is None:
        target = Path(f"{source.stem}_detected.mp4")
    elif several or out.is_dir():
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{source.stem}_detected.mp4"
    else:
        target = out
        target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(clip, target)
    return target


def _table(skill: str, rows: Sequence[dict[str, Any]], say: Speaker, out: Path | None) -> None:
    table = Table(show_lines=skill != "sentiment")
    table.add_column(say("table-item"), overflow="fold")
    table.add_column(say("table-result"), overflow="fold")
    for row in rows:
        table.add_row(str(row.get("text", row.get("file"))), row.get("error") or summary(skill, row, say))
    with out.open("w", encoding="utf-8") if out and str(out) != "-" else sys.stdout as file:
        Console(file=file).print(table)


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


def _write(text: str, out: Path | None) -> None:
    if out is None or str(out) == "-":
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
