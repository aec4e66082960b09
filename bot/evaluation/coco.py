"""Objects in pictures, as the COCO data set writes them down (https://cocodataset.org/#format-data)."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .labelled import MOST_NAMED, unknown
from .labels import renamed
from .names import ClassNames
from .places import Places
from .rows import DataError, Fault
from .telling import Told, told


@dataclass(frozen=True, slots=True)
class Truth:
    """An object that is really there."""

    label: str
    box_xywh_px: tuple[float, float, float, float]
    """Left, top, width, height, in pixels of the picture."""
    crowd: bool
    """A crowd of objects in one box; finding one of them is neither right nor wrong."""
    area_px2: float = 0.0
    """Of the object itself, by which COCO tells small from large; 0 where the file does not say: that of the box."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture and all that is on it."""

    number: int
    """Place in the file, from 1."""
    name: str
    path: Path
    width_px: float
    """As the file of annotations has it; 0 where it does not say."""
    height_px: float
    truths: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """What a file of annotations holds."""

    frames: tuple[Frame, ...]
    faults: tuple[Fault, ...]
    """Pictures and boxes that cannot be used."""
    notes: tuple[Told, ...] = ()
    """On what is not where it should be."""


def read_coco(path: Path, folder: Path | None = None, *, limit: int = 0) -> Annotated:
    """The annotated pictures, which lie in `folder` (else beside the file). Raises DataError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(told("unreadable", path=str(path), reason=str(error.strerror))) from None
    except (ValueError, RecursionError) as error:
        raise DataError(told("no-json", path=str(path), reason=str(error))) from None
    if not isinstance(data, dict) or not all(
        isinstance(data.get(key), list) for key in ("images", "annotations", "categories")
    ):
        raise DataError(told("no-coco", path=str(path)))
    named = (c for c in data["categories"] if isinstance(c, dict) and isinstance(c.get("id"), int | str))
    names = {_key(category["id"]): str(category.get("name", "")) for category in named}
    faults: list[Fault] = []
    truths = _truths(data["annotations"], names, faults)
    images = data["images"][: limit or None]
    files = Places(path, folder).find(
        str(image["file_name"]) for image in images if isinstance(image, dict) and "file_name" in image
    )
    frames = []
    for number, image in enumerate(images, start=1):
        try:
            name = str(image["file_name"])
            file = files.get(name)
            width_px, height_px = (_size(image.get(key)) for key in ("width", "height"))
            found = tuple(truths.get(_key(image["id"]), ()))
        except (KeyError, TypeError, AttributeError, ValueError, OSError):
            faults.append(Fault(number, "", told("row-image")))
            continue
        if file is None:
            faults.append(Fault(number, name, told("row-no-file", name=name)))
            continue
        frames.append(Frame(number, name, file, width_px, height_px, found))
    nowhere = [told("none-found", option="--images")] if data["images"] and not frames else []
    return Annotated(tuple(frames), tuple(faults), (*nowhere, *_strays(data["images"], truths)))


def of_classes(
    frames: Sequence[Frame],
    classes: Sequence[str],
    others: Iterable[tuple[str, str]],
    meant: Mapping[str, str],
) -> tuple[list[Frame], list[Told]]:
    """The frames under the detector's own names, without objects of other classes; and notes on both.

    `others` are names as ClassNames knows them, `meant` as `meanings` has them.
    """
    names = ClassNames(classes, others)
    counts = Counter(truth.label for frame in frames for truth in frame.truths)
    found = {label: names.find(meant.get(label.casefold(), label)) for label in counts}
    own = {label: name for label, name in found.items() if name is not None}
    kept = [
        replace(frame, truths=tuple(replace(t, label=own[t.label]) for t in frame.truths if t.label in own))
        for frame in frames
    ]
    lost = Counter({label: count for label, count in counts.items() if label not in own})
    return kept, [*renamed(own), *unknown("unknown-objects", lost)]


def _strays(images: list[Any], truths: dict[str, list[Truth]]) -> list[Told]:
    listed = {str(image["id"]) for image in images if isinstance(image, dict) and "id" in image}
    strays = {image: len(found) for image, found in truths.items() if image not in listed}
    named = ", ".join([*strays][:MOST_NAMED])
    more = max(0, len(strays) - MOST_NAMED)
    return [told("strays", count=sum(strays.values()), named=named, more=more)] if strays else []


def _truths(annotations: list[Any], names: dict[str, str], faults: list[Fault]) -> dict[str, list[Truth]]:
    """By the id of their picture."""
    found: dict[str, list[Truth]] = {}
    for number, annotation in enumerate(annotations):
        try:
            left, top, width, height = (float(side) for side in annotation["bbox"])
            label = names[_key(annotation["category_id"])]
            image, crowd = _key(annotation["image_id"]), bool(annotation.get("iscrowd", 0))
            area_px2 = _size(annotation.get("area"))
        except (KeyError, TypeError, ValueError, AttributeError):
            faults.append(Fault(0, f"annotations[{number}]", told("row-annotation")))
            continue
        if not (all(map(math.isfinite, (left, top, width, height))) and width > 0 and height > 0):
            faults.append(Fault(0, f"annotations[{number}]", told("row-box")))
            continue
        found.setdefault(image, []).append(Truth(label, (left, top, width, height), crowd, area_px2))
    return found


def _key(value: Any) -> str:
    """Ids are numbers in one file and texts in another, and sometimes both in one."""
    if value is None or isinstance(value, list | dict):
        raise TypeError("an id is a number or a text")
    return str(value)


def _size(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) and value > 0 else 0.0
