"""What is on a photo: ImageNet classes with their probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from skills._errors import BadInput
from skills._image import read_rgb
from skills._types import Chart, Job, Media, MediaKind, Model, Reply, Say, Scored, Skill, SkillSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

SIDE_PX = 1024
"""Enough for any classifier: pictures with sides of twice this and more are read at a fraction of their size."""
_SURE = 0.6
_UNSURE = 0.25
_CONSIDERED = 1 / 3
"""Share of the best score from which another class is worth remembering."""


class Classifier(Protocol):
    """A model that this skill can work with."""

    labels: tuple[str, ...]
    """English class names, in the order of the outputs."""

    def view(self, image: Image, /) -> NDArray[Any]:
        """What the network looks at of an RGB picture of any size: its own scaling, crop and normalization."""
        ...

    def predict(self, batch: Sequence[NDArray[Any]], /) -> Sequence[NDArray[np.float32]]:
        """Probabilities, shape (classes,), for each view."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that has been read."""

    image: Image
    """RGB, upright; smaller than the file where that is very large."""
    width_px: int
    """Of the file, as it is shown."""
    height_px: int


@dataclass(frozen=True, slots=True)
class Photo:
    """What a photo shows."""

    top: tuple[Scored, ...]
    """The likeliest classes, likeliest first; probabilities over all classes sum to 1."""
    width_px: int
    """Of the file, as it is shown (after its EXIF turn)."""
    height_px: int

    def to_json(self) -> dict[str, Any]:
        return {
            "top": [{"label": scored.label, "score": round(scored.score, 4)} for scored in self.top],
            "width_px": self.width_px,
            "height_px": self.height_px,
        }


class PhotoSkill(Skill[Picture, Photo]):
    """Options: `top` (5) classes named, `photo_pixels` (50 million) at most in a picture."""

    spec = SkillSpec(name="photo", takes=MediaKind.PHOTO, icon="🖼", max_batch=8)

    def prepare(self, media: Media, job: Job) -> Picture:
        if media.path is None:
            raise BadInput("no file", reason="not-a-picture")
        max_pixels = int(job.options.get("photo_pixels", 50_000_000))
        image, (width_px, height_px) = read_rgb(media.path, max_pixels=max_pixels, side_px=SIDE_PX)
        return Picture(image, width_px, height_px)

    def infer(self, model: Model, inputs: Sequence[Picture], jobs: Sequence[Job]) -> list[Photo]:
        classifier = cast(Classifier, model)
        probabilities = classifier.predict([classifier.view(picture.image) for picture in inputs])
        return [
            Photo(
                _top(row, classifier.labels, int(job.options.get("top", 5))),
                picture.width_px,
                picture.height_px,
            )
            for row, picture, job in zip(probabilities, inputs, jobs, strict=True)
        ]

    def render(self, result: Photo, say: Say) -> Reply:
        best = result.top[0]
        sureness = "sure" if best.score >= _SURE else "maybe" if best.score >= _UNSURE else "unsure"
        headline = say(f"photo-{sureness}", label=say.label("photo", best.label), percent=_percent(best))
        lines = [
            say("photo-line", label=both_names(say, scored), percent=_percent(scored))
            for scored in result.top
        ]
        # What was barely considered would only mislead whoever is asked about the picture later.
        considered = [scored for scored in result.top[:3] if scored.score >= best.score * _CONSIDERED]
        seen = ", ".join(f"{say.label('photo', scored.label)} {_percent(scored)}%" for scored in considered)
        rows = [[say.label("photo", scored.label), round(scored.score, 4)] for scored in result.top]
        return Reply(
            blocks=(headline, "\n".join(lines)),
            memory=say("photo-memory", seen=seen),
            chart=Chart("bars", {"title": say("photo-chart-title"), "rows": rows}),
        )


def both_names(say: Say, scored: Scored) -> str:
    """The label in the person's language, then the model's own if it differs: either can be searched."""
    translated = say.label("photo", scored.label)
    return translated if translated == scored.label else f"{translated} ({scored.label})"


def _top(probabilities: NDArray[np.float32], labels: Sequence[str], count: int) -> tuple[Scored, ...]:
    order = probabilities.argsort()[::-1][:count]
    return tuple(Scored(labels[index], float(probabilities[index])) for index in order)


def _percent(scored: Scored) -> str:
    # Nothing is certain: 99.7 % is not said as 100, nor 0.3 % as nothing.
    return "<1" if scored.score < 0.01 else str(min(99, round(scored.score * 100)))
