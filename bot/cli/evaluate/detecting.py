"""`chutko evaluate video`: where the objects are, and where the detector finds them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from bot.config import Settings
from bot.offline import open_models
from skills import Media, MediaKind, Registry

from .looking import predicted
from .options import AsJson, Limit, Out, Profile, ready
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
        Path | None, typer.Option(help="Folder of the pictures; else they lie beside the annotations.")
    ] = None,
    profile: Profile = None,
) -> None:
    """The detector of videos, on single frames with annotated boxes."""
    settings = ready(context.obj, profile, [out], [data])

    async def work(progress: Progress) -> Outcome:
        return await _detected(settings, data, images, limit, progress)

    show([data], work, out, as_json)


async def _detected(
    settings: Settings, data: Path, images: Path | None, limit: int, progress: Progress
) -> Outcome:
    from bot.evaluation import pictures, sheets
    from bot.evaluation.coco import read_coco, unknown_labels
    from bot.evaluation.detecting import DetectSkill
    from bot.evaluation.detection import detect
    from bot.evaluation.rows import Fault

    annotated = read_coco(data, images, limit=limit)
    media = [Media(MediaKind.PHOTO, frame.path, frame.path.stat().st_size) for frame in annotated.frames]
    started_s = time.monotonic()
    results = await predicted(settings, Registry([DetectSkill()]), "video", media, progress)
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
        raise nothing(data, [annotated.note, note], faults) from None
    _, _, cards = open_models(settings)
    return Outcome(
        skill="video",
        model=cards["video"].id,
        title=cards["video"].title,
        figures=figures.to_json(),
        sheets=sheets.of_detection(figures),
        pictures=pictures.of_detection(figures),
        faults=faults,
        notes=[annotated.note, note],
        seconds=seconds,
    )
