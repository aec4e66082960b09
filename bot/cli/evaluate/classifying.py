"""`chutko evaluate sentiment|sounds|photo`: what is in the label, and what the model says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from bot.config import Settings
from bot.offline import open_models
from bot.texts import Speaker, Texts
from skills import MediaKind, Registry

from .looking import fetched, predicted, stopped
from .options import (
    AsJson,
    Data,
    DataOrFolder,
    FileColumn,
    Files,
    LabelColumn,
    Labels,
    Language,
    Limit,
    Out,
    Profile,
    ready,
)
from .showing import Outcome, nothing, show

if TYPE_CHECKING:
    from bot.evaluation.labelled import Columns, Example
    from bot.evaluation.telling import Told

MOODS = ("negative", "neutral", "positive")


def sentiment(
    context: typer.Context, data: Data, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    text_column: Annotated[str, typer.Option(help="Column of the texts.")] = "text",
    label_column: LabelColumn = "label", labels: Labels = None, language: Language = None,
    profile: Profile = None,
) -> None:  # fmt: skip
    """The mood of texts: columns text and label (negative, neutral, positive)."""
    source = _Source("sentiment", MediaKind.TEXT, data, text_column, label_column, None, labels or (), limit)
    _classify(context.obj, source, out, as_json, profile, language)


def sounds(
    context: typer.Context, data: DataOrFolder, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    file_column: FileColumn = "file", label_column: LabelColumn = "label", files: Files = None,
    labels: Labels = None, language: Language = None,
    profile: Profile = None,
) -> None:  # fmt: skip
    """The sounds in recordings: columns file and label (a class of the model, its number or AudioSet's id)."""
    source = _Source("sounds", MediaKind.AUDIO, data, file_column, label_column, files, labels or (), limit)
    _classify(context.obj, source, out, as_json, profile, language)


def photo(
    context: typer.Context, data: DataOrFolder, out: Out = None, as_json: AsJson = False, limit: Limit = 0,
    file_column: FileColumn = "file", label_column: LabelColumn = "label", files: Files = None,
    labels: Labels = None, language: Language = None,
    profile: Profile = None,
) -> None:  # fmt: skip
    """What is in pictures: columns file and label (a class of the model, its number from 0 on or WordNet's id)."""
    source = _Source("photo", MediaKind.PHOTO, data, file_column, label_column, files, labels or (), limit)
    _classify(context.obj, source, out, as_json, profile, language)


@dataclass(frozen=True, slots=True)
class _Source:
    """What is to be read, and how."""

    skill: str
    kind: MediaKind
    data: Path
    item_column: str
    label_column: str
    files: Path | None
    labels: Sequence[str]
    limit: int

    def columns(self) -> Columns:
        from bot.evaluation.labelled import Columns
        from bot.evaluation.labels import is_mood

        return Columns(self.item_column, self.label_column, self.files, is_mood)


def _classify(
    config: Any, source: _Source, out: Path | None, as_json: bool, profile: str | None, language: str | None
) -> None:
    settings, say = ready(config, profile, language, [out], [source.data])

    async def work(progress: Progress) -> Outcome:
        return await _classified(settings, source, progress, say)

    show([source.data], work, out, as_json, say)


async def _classified(settings: Settings, source: _Source, progress: Progress, say: Speaker) -> Outcome:
    from bot.evaluation import pictures, sheets
    from bot.evaluation.classification import Judged, best, classify
    from bot.evaluation.labelled import only_labels, read_labelled
    from bot.evaluation.labels import meanings, said
    from bot.evaluation.rows import Fault

    skill = source.skill
    meant = meanings(source.labels)
    table = read_labelled(source.data, source.kind, source.columns(), limit=source.limit)
    examples, classes, notes = await _named(settings, skill, said(table.examples, meant), say)
    examples, unknown = only_labels(examples, set(classes))
    notes = [*table.notes, *notes, *unknown]
    started_s = time.monotonic()
    results = await predicted(
        settings,
        Registry.find(),
        skill,
        [one.media for one in examples],
        progress,
        say,
        lambda result: best(_scores(skill, result)),
    )
    seconds = time.monotonic() - started_s
    pairs = [(e, r) for e, r in zip(examples, results, strict=True) if r is not None]
    left = stopped(results)
    notes += left
    faults = [*table.faults, *(Fault(e.row, e.name, r) for e, r in pairs if isinstance(r, str))]
    judged = [Judged(e.row, e.name, e.label, r) for e, r in pairs if not isinstance(r, str)]
    if not judged:
        raise nothing(source.data, notes, faults, say)
    figures = classify(judged)
    _, _, cards = open_models(settings)
    return Outcome(
        skill=skill,
        model=cards[skill].id,
        title=say.label("models", cards[skill].title),
        figures=figures.to_json(),
        sheets=sheets.of_classification(figures, say),
        pictures=pictures.of_classification(figures, say),
        faults=sorted(faults, key=lambda fault: fault.row),
        notes=notes,
        seconds=seconds,
        interrupted=bool(left),
    )


async def _named(
    settings: Settings, skill: str, examples: Sequence[Example], say: Speaker
) -> tuple[list[Example], Sequence[str], list[Told]]:
    """The examples under the model's own names, all its classes, and notes."""
    from bot.evaluation import labels

    if skill == "sentiment":  # all its models have these classes
        moods, note = labels.of_moods(examples)
        return moods, MOODS, note
    if not examples:
        return [], (), []
    store, card = await fetched(settings, skill, say)
    classes = labels.class_names(card, store.files(card.id))
    named, looked_up = (
        labels.of_audioset(examples, labels.audioset_names(store)) if skill == "sounds" else (examples, [])
    )
    others = [*labels.translated(Texts().say("ru"), skill), *(labels.synsets() if skill == "photo" else ())]
    known, note = labels.of_classes(named, classes, others)
    return known, classes, [*looked_up, *note]


def _scores(skill: str, result: Any) -> dict[str, float]:
    """Of every class. ImageNet has two classes of one name here and there: then the likelier counts."""
    if skill == "sentiment":
        return dict(result.probabilities)
    scores: dict[str, float] = {}
    for scored in result.top:
        scores[scored.label] = max(scored.score, scores.get(scored.label, 0.0))
    return scores
