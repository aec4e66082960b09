"""`chutko evaluate`: how right the models are on labelled data."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.config import ConfigError, Settings, load
from bot.errors import explain
from bot.offline import open_models
from bot.texts import Texts
from skills import Media, MediaKind, ModelUnavailable, Registry

if TYPE_CHECKING:
    from bot.evaluation.classification import Judged
    from bot.evaluation.labelled import Example, Fault
    from bot.evaluation.page import Sheet

evaluate_app = typer.Typer(help="Measure how right the models are on labelled data.", no_args_is_help=True)

Csv = Annotated[
    Path, typer.Argument(help="A CSV file with a heading.", metavar="DATA", exists=True, dir_okay=False)
]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Where the report goes, one HTML file.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")]
Limit = Annotated[int, typer.Option(min=0, help="Only so many rows, from the first on; 0 is all.")]
Profile = Annotated[str | None, typer.Option(help="lite or full.")]
LabelColumn = Annotated[str, typer.Option(help="Column of the labels.")]
FileColumn = Annotated[str, typer.Option(help="Column of the files, named relative to the table.")]
EVERY_CLASS = 1_000_000
MOST_SHOWN = 15
"""Rows of a long table in the terminal; the report has them all."""
LONGEST_CELL = 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """One evaluation, ready to be shown."""

    figures: dict[str, Any]
    sheets: list[Sheet]
    pictures: dict[str, bytes]
    faults: list[Fault]
    notes: list[str]
    seconds: float


@evaluate_app.command()
def sentiment(
    context: typer.Context, data: Csv, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    text_column: Annotated[str, typer.Option(help="Column of the texts.")] = "text",
    label_column: LabelColumn = "label", profile: Profile = None,
) -> None:  # fmt: skip
    """The mood of texts: columns text and label (negative, neutral, positive)."""
    _classify(
        context.obj, "sentiment", MediaKind.TEXT, data, (text_column, label_column), limit, out, as_json, profile
    )  # fmt: skip


@evaluate_app.command()
def sounds(
    context: typer.Context, data: Csv, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    file_column: FileColumn = "file", label_column: LabelColumn = "label", profile: Profile = None,
) -> None:  # fmt: skip
    """The sounds in recordings: columns file and label (a class of the model)."""
    _classify(
        context.obj, "sounds", MediaKind.AUDIO, data, (file_column, label_column), limit, out, as_json, profile
    )  # fmt: skip


@evaluate_app.command()
def photo(
    context: typer.Context, data: Csv, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    file_column: FileColumn = "file", label_column: LabelColumn = "label", profile: Profile = None,
) -> None:  # fmt: skip
    """What is in pictures: columns file and label (a class of the model)."""
    _classify(
        context.obj, "photo", MediaKind.PHOTO, data, (file_column, label_column), limit, out, as_json, profile
    )  # fmt: skip


@evaluate_app.command()
def video(
    context: typer.Context,
    data: Annotated[
        Path,
        typer.Argument(help="Annotations in COCO's JSON form.", metavar="DATA", exists=True, dir_okay=False),
    ],
    out: Out = None,
    as_json: AsJson = False,
    limit: Limit = 0,
    images: Annotated[
        Path | None, typer.Option(help="Folder of the pictures; else they lie beside the annotations.")
    ] = None,
    profile: Profile = None,
) -> None:
    """The detector of videos, on single frames with annotated boxes."""
    settings = _ready(context.obj, profile, ("sklearn", "pycocotools"), out)

    async def work(progress: Progress) -> Outcome:
        return await _detected(settings, data, images, limit, progress)

    _show(settings, "video", data, work, out, as_json)


def _classify(
    config: Any, skill: str, kind: MediaKind, data: Path, columns: tuple[str, str], limit: int,
    out: Path | None, as_json: bool, profile: str | None,
) -> None:  # fmt: skip
    settings = _ready(config, profile, ("sklearn",), out)

    async def work(progress: Progress) -> Outcome:
        return await _classified(settings, skill, kind, data, columns, limit, progress)

    _show(settings, skill, data, work, out, as_json)


def _ready(config: Any, profile: str | None, libraries: Sequence[str], out: Path | None) -> Settings:
    """The settings; ends the program if something is missing, before any work is done."""
    settings = (
        config if isinstance(config, Settings) else load(config, {"profile": profile} if profile else None)
    )
    missing = [name for name in libraries if importlib.util.find_spec(name) is None]
    if missing:
        names = " and ".join({"sklearn": "scikit-learn"}.get(name, name) for name in missing)
        typer.echo(f"Evaluating needs {names}: install Chutko with its extra `evaluate`.", err=True)
        raise typer.Exit(1)
    if out is not None:
        from bot.analysis.places import try_to_write

        try_to_write(out)
    return settings


async def _classified(
    settings: Settings, skill: str, kind: MediaKind, data: Path, columns: tuple[str, str], limit: int,
    progress: Progress,
) -> Outcome:  # fmt: skip
    from bot.evaluation import pictures, sheets
    from bot.evaluation.classification import classify
    from bot.evaluation.labelled import Fault, only_labels, read_table

    table = read_table(data, kind, *columns, limit=limit)
    examples, notes = list(table.examples), []
    if skill == "sentiment":  # all its models have these classes; other labels need no looking at
        examples, note = only_labels(examples, {"negative", "neutral", "positive"})
        notes.append(note)
    started_s = time.monotonic()
    results = await _predicted(
        settings, Registry.find(), skill, [example.media for example in examples], progress
    )
    seconds = time.monotonic() - started_s
    faults = [
        *table.faults,
        *(Fault(e.row, e.name, r) for e, r in zip(examples, results, strict=True) if isinstance(r, str)),
    ]
    judged, note = _judged(
        skill, [(e, r) for e, r in zip(examples, results, strict=True) if not isinstance(r, str)]
    )
    if not judged:
        raise _nothing(data, [*notes, note], faults)
    figures = classify(judged)
    drawn = pictures.of_classification(figures)
    return Outcome(
        figures.to_json(), sheets.of_classification(figures), drawn, faults, [*notes, note], seconds
    )


def _judged(skill: str, pairs: Sequence[tuple[Example, Any]]) -> tuple[list[Judged], str]:
    """What can be judged, and a note on labels that are no class of the model."""
    from bot.evaluation.classification import Judged
    from bot.evaluation.labelled import only_labels

    if not pairs:
        return [], ""
    classes = {label.casefold(): label for label in _scores(skill, pairs[0][1])}
    kept, note = only_labels([example for example, _ in pairs], classes)
    rows = {example.row for example in kept}
    return [
        Judged(e.row, e.name, classes[e.label.casefold()], _scores(skill, result))
        for e, result in pairs
        if e.row in rows
    ], note


def _scores(skill: str, result: Any) -> dict[str, float]:
    """Of every class. ImageNet has two classes of one name here and there: then the likelier counts."""
    if skill == "sentiment":
        return dict(result.probabilities)
    scores: dict[str, float] = {}
    for scored in result.top:
        scores[scored.label] = max(scored.score, scores.get(scored.label, 0.0))
    return scores


async def _detected(
    settings: Settings, data: Path, images: Path | None, limit: int, progress: Progress
) -> Outcome:
    from bot.evaluation import pictures, sheets
    from bot.evaluation.coco import read_coco, unknown_labels
    from bot.evaluation.detecting import DetectSkill
    from bot.evaluation.detection import detect
    from bot.evaluation.labelled import Fault

    annotated = read_coco(data, images, limit=limit)
    media = [Media(MediaKind.PHOTO, frame.path, frame.path.stat().st_size) for frame in annotated.frames]
    started_s = time.monotonic()
    results = await _predicted(settings, Registry([DetectSkill()]), "video", media, progress)
    seconds = time.monotonic() - started_s
    pairs = list(zip(annotated.frames, results, strict=True))
    faults = [*annotated.faults, *(Fault(f.number, f.name, r) for f, r in pairs if isinstance(r, str))]
    seen = [(frame, result) for frame, result in pairs if not isinstance(result, str)]
    note = unknown_labels(
        (frame for frame, _ in seen), {name.casefold() for _, r in seen[:1] for name in r.classes}
    ) if seen else ""  # fmt: skip
    try:
        figures = detect(seen, settings.video.threshold)
    except ValueError:
        raise _nothing(data, [note], faults) from None
    drawn = pictures.of_detection(figures)
    return Outcome(figures.to_json(), sheets.of_detection(figures), drawn, faults, [note], seconds)


async def _predicted(
    settings: Settings, registry: Registry, skill: str, media: Sequence[Media], progress: Progress
) -> list[Any]:
    from bot.cli.models import fetch_missing
    from bot.evaluation.predicting import predict

    if not media:
        return []
    store, _, cards = open_models(settings)
    await asyncio.to_thread(fetch_missing, store, [cards[skill].id])
    progress.start() if progress.console.is_terminal else None
    task = progress.add_task(cards[skill].id, total=len(media))
    try:
        return await predict(
            settings, registry, skill, media, {"top": EVERY_CLASS}, lambda: progress.advance(task)
        )
    except ModelUnavailable as error:
        raise ConfigError(explain(error, Texts("en").say("en"))) from None
    finally:
        progress.stop()


def _nothing(data: Path, notes: Sequence[str], faults: Sequence[Fault]) -> Exception:
    reasons = [*filter(None, notes), *(f"Row {fault.row}: {fault.error}" for fault in faults[:3])]
    return ConfigError("\n".join([f"Nothing in {data} could be evaluated.", *reasons]))


def _show(settings: Settings, skill: str, data: Path, work: Any, out: Path | None, as_json: bool) -> None:
    from bot.evaluation.labelled import DataError
    from bot.evaluation.page import page
    from bot.evaluation.sheets import of_faults
    from bot.machine import circumstances, in_words

    try:
        outcome: Outcome = asyncio.run(work(Progress(console=Console(stderr=True), transient=True)))
    except DataError as error:
        raise ConfigError(str(error)) from None
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
    _, _, cards = open_models(settings)
    around = circumstances()
    sheets = [*outcome.sheets, *([of_faults(outcome.faults)] if outcome.faults else [])]
    notes = [note for note in outcome.notes if note]
    title = f"{cards[skill].title} on {data.name}"
    if out is not None:
        about = f"{around['date']}, {outcome.seconds:.1f} s; {in_words(around)}"
        out.write_text(page(title, sheets, outcome.pictures, notes, about), encoding="utf-8")
    if as_json:
        report = {
            "skill": skill,
            "model": cards[skill].id,
            "data": str(data),
            **outcome.figures,
            "failed": [fault.to_json() for fault in outcome.faults],
            "notes": notes,
            "seconds": round(outcome.seconds, 3),
            **around,
        }
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(title, sheets, notes, out)
    if outcome.faults:
        raise typer.Exit(1)


def _print(title: str, sheets: Sequence[Sheet], notes: Sequence[str], out: Path | None) -> None:
    console = Console()
    console.print(Text(title, style="bold"))
    for note in notes:
        console.print(Text(note))
    for sheet in sheets:
        if not sheet.rows:
            continue
        table = Table(title=sheet.title, title_justify="left", box=None, pad_edge=False)
        for name in sheet.heading:
            table.add_column(name, no_wrap=True, min_width=len(name))
        for row in sheet.rows[:MOST_SHOWN]:
            table.add_row(*(Text(_short(cell)) for cell in row))
        console.print()
        console.print(table)
        if len(sheet.rows) > MOST_SHOWN:
            console.print(f"… and {len(sheet.rows) - MOST_SHOWN} more", style="dim")
    if out is not None:
        console.print(Text(f"\nThe report with pictures: {out}"))


def _short(cell: str) -> str:
    text = " ".join(cell.split())
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
