"""`chutko evaluate video`: where the objects are, and where the detector finds them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from bot.config import Settings
from bot.offline import open_models
from bot.texts import Speaker, Texts
from skills import Media, MediaKind, Registry

from .looking import predicted, stopped
from .options import AsJson, Labels, Language, Limit, Out, Profile, ready
from .showing import Outcome, nothing, show


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
        Path | None,
        typer.Option(
            help="Folder of the pictures; else they lie beside the annotations.", exists=True, file_okay=False
        ),
    ] = None,
    labels: Labels = None,
    language: Language = None,
    profile: Profile = None,
) -> None:
    """The detector of videos, on single frames with annotated boxes."""
    settings, say = ready(context.obj, profile, language, [out], [data])

    async def work(progress: Progress) -> Outcome:
        return await _detected(settings, data, images, limit, labels or (), progress, say)

    show([data], work, out, as_json, say)


async def _detected(
    settings: Settings,
    data: Path,
    images: Path | None,
    limit: int,
    labels: Sequence[str],
    progress: Progress,
    say: Speaker,
) -> Outcome:
    from bot.evaluation import pictures, sheets
    from bot.evaluation.coco import of_classes, read_coco
    from bot.evaluation.detecting import DetectSkill
    from bot.evaluation.detection import detect
    from bot.evaluation.labels import meanings, translated
    from bot.evaluation.names import OBJECTS
    from bot.evaluation.rows import Fault
    from bot.evaluation.telling import told

    meant = meanings(labels)
    annotated = read_coco(data, images, limit=limit)
    media = [Media(MediaKind.PHOTO, frame.path, frame.path.stat().st_size) for frame in annotated.frames]
    started_s = time.monotonic()
    results = await predicted(settings, Registry([DetectSkill()]), "video", media, progress, say)
    seconds = time.monotonic() - started_s
    pairs = [(f, r) for f, r in zip(annotated.frames, results, strict=True) if r is not None]
    left = stopped(results)
    faults = [*annotated.faults, *(Fault(f.number, f.name, r) for f, r in pairs if isinstance(r, str))]
    found = [result for _, result in pairs if not isinstance(result, str)]
    frames, renamed = of_classes(
        [frame for frame, result in pairs if not isinstance(result, str)],
        found[0].classes if found else (),
        [*translated(Texts().say("ru"), "video"), *OBJECTS.items()],
        meant,
    )
    notes = [*annotated.notes, *renamed, *left]
    try:
        figures = detect(list(zip(frames, found, strict=True)), settings.video.threshold)
    except ValueError:
        raise nothing(data, notes or [told("no-objects")], faults, say) from None
    _, _, cards = open_models(settings)
    return Outcome(
        skill="video",
        model=cards["video"].id,
        title=say.label("models", cards["video"].title),
        figures=figures.to_json(),
        sheets=sheets.of_detection(figures, say),
        pictures=pictures.of_detection(figures, say),
        faults=faults,
        notes=notes,
        seconds=seconds,
        interrupted=bool(left),
    )
