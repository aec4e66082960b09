"""`chutko evaluate sentiment|sounds|photo`: what is in the label, and what the model says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from bot.config import Settings
from bot.offline import open_models
from skills import MediaKind, Registry

from .looking import predicted
from .options import AsJson, Csv, FileColumn, LabelColumn, Limit, Out, Profile, ready
from .showing import Outcome, nothing, show

if TYPE_CHECKING:
    from bot.evaluation.classification import Judged
    from bot.evaluation.labelled import Example


def sentiment(
    context: typer.Context, data: Csv, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    text_column: Annotated[str, typer.Option(help="Column of the texts.")] = "text",
    label_column: LabelColumn = "label", profile: Profile = None,
) -> None:  # fmt: skip
    """The mood of texts: columns text and label (negative, neutral, positive)."""
    _classify(
        context.obj, "sentiment", MediaKind.TEXT, data, (text_column, label_column), limit, out, as_json, profile
    )  # fmt: skip


def sounds(
    context: typer.Context, data: Csv, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    file_column: FileColumn = "file", label_column: LabelColumn = "label", profile: Profile = None,
) -> None:  # fmt: skip
    """The sounds in recordings: columns file and label (a class of the model, its number or AudioSet's id)."""
    _classify(
        context.obj, "sounds", MediaKind.AUDIO, data, (file_column, label_column), limit, out, as_json, profile
    )  # fmt: skip


def photo(
    context: typer.Context, data: Csv, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    file_column: FileColumn = "file", label_column: LabelColumn = "label", profile: Profile = None,
) -> None:  # fmt: skip
    """What is in pictures: columns file and label (a class of the model, or its number from 0 on)."""
    _classify(
        context.obj, "photo", MediaKind.PHOTO, data, (file_column, label_column), limit, out, as_json, profile
    )  # fmt: skip


def _classify(
    config: Any, skill: str, kind: MediaKind, data: Path, columns: tuple[str, str], limit: int,
    out: Path | None, as_json: bool, profile: str | None,
) -> None:  # fmt: skip
    settings = ready(config, profile, [out], [data])

    async def work(progress: Progress) -> Outcome:
        return await _classified(settings, skill, kind, data, columns, limit, progress)

    show([data], work, out, as_json)


async def _classified(
    settings: Settings, skill: str, kind: MediaKind, data: Path, columns: tuple[str, str], limit: int,
    progress: Progress,
) -> Outcome:  # fmt: skip
    from bot.evaluation import labels, pictures, sheets
    from bot.evaluation.classification import classify
    from bot.evaluation.labelled import only_labels, read_table
    from bot.evaluation.rows import Fault

    table = read_table(data, kind, *columns, limit=limit)
    examples, notes = list(table.examples), []
    if skill == "sentiment":  # all its models have these classes; other labels need no looking at
        examples, numbered = labels.of_moods(examples)
        examples, note = only_labels(examples, {"negative", "neutral", "positive"})
        notes += [numbered, note]
    started_s = time.monotonic()
    results = await predicted(
        settings, Registry.find(), skill, [example.media for example in examples], progress
    )
    seconds = time.monotonic() - started_s
    faults = [
        *table.faults,
        *(Fault(e.row, e.name, r) for e, r in zip(examples, results, strict=True) if isinstance(r, str)),
    ]
    store, _, cards = open_models(settings)
    if skill != "sentiment" and store.has(cards[skill].id):  # the model's order of classes is here by now
        names = labels.class_names(cards[skill], store.files(cards[skill].id))
        examples, numbered = labels.of_classes(examples, names)
        notes.append(numbered)
    if skill == "sounds":
        examples, looked_up = labels.of_audioset(examples, labels.audioset_names(store))
        notes.append(looked_up)
    judged, note = _judged(
        skill, [(e, r) for e, r in zip(examples, results, strict=True) if not isinstance(r, str)]
    )
    if not judged:
        raise nothing(data, [*notes, note], faults)
    figures = classify(judged)
    return Outcome(
        skill=skill,
        model=cards[skill].id,
        title=cards[skill].title,
        figures=figures.to_json(),
        sheets=sheets.of_classification(figures),
        pictures=pictures.of_classification(figures),
        faults=faults,
        notes=[*notes, note],
        seconds=seconds,
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
