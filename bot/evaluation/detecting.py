"""The detector of the video skill, on single pictures. Runs in the worker as the skills do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from skills import BadInput, Job, Media, MediaKind, Model, Skill, SkillSpec
from skills._image import read_rgb

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skills._watching import Detector

    Frame = NDArray[np.uint8]

SIDE_PX = 1333
"""Larger pictures are made smaller: no detector here looks at more."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for the detector."""

    frame: Frame
    """uint8 RGB, shape (height, width, 3)."""
    width_px: int
    """Of the file."""
    height_px: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the detector sees in one picture."""

    boxes_xyxy_px: tuple[tuple[float, ...], ...]
    """Left, top, right, bottom of each, in pixels of the file."""
    scores: tuple[float, ...]
    labels: tuple[str, ...]
    width_px: int
    height_px: int
    classes: tuple[str, ...]
    """All that the detector knows."""


class DetectSkill(Skill[Picture, Found]):
    """Options: `photo_pixels` (50 million) at most in a picture."""

    spec = SkillSpec(name="video", takes=MediaKind.PHOTO, icon="🖼")

    def prepare(self, media: Media, job: Job) -> Picture:
        import numpy as np

        if media.path is None:
            raise BadInput("no file", reason="not-a-picture")
        max_pixels = int(job.options.get("photo_pixels", 50_000_000))
        image, (width_px, height_px) = read_rgb(media.path, max_pixels=max_pixels, side_px=SIDE_PX)
        image.thumbnail((SIDE_PX, SIDE_PX))
        return Picture(np.asarray(image), width_px, height_px)

    def infer(self, model: Model, inputs: Sequence[Picture], jobs: Sequence[Job]) -> list[Found]:
        detector = cast("Detector", model)
        pairs = zip(inputs, detector.predict([picture.frame for picture in inputs]), strict=True)
        return [_found(picture, seen, detector.labels) for picture, seen in pairs]


def _found(picture: Picture, seen: Any, classes: Sequence[str]) -> Found:
    height_px, width_px = picture.frame.shape[:2]
    factors = (picture.width_px / width_px, picture.height_px / height_px) * 2
    return Found(
        tuple(tuple(float(s) * f for s, f in zip(box, factors, strict=True)) for box in seen.boxes_xyxy_px),
        tuple(map(float, seen.scores)),
        tuple(seen.labels),
        picture.width_px,
        picture.height_px,
        tuple(classes),
    )
