"""Figures of a detector, in the terms of COCO. pycocotools computes them (Lin et al. 2014, arXiv:1405.0312)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .coco import Frame
from .detecting import Found

SAME_IOU = 0.5
"""From this overlap on a box counts as found (COCO's AP50)."""
MOST_MISTAKES = 30
MOST_BOXES = 100
"""Boxes of a picture that count, best first; as COCO has it."""


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class that occurs in the data."""

    label: str
    ap: float
    """Mean of the average precision at IoU 0.50, 0.55 ... 0.95."""
    ap50: float
    recall50: float
    """Share of its objects that are found at IoU 0.5, however unsure the detector is."""
    support: int
    """Objects of this class."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A picture, and what went wrong on it with the threshold of the settings."""

    row: int
    name: str
    missed: tuple[str, ...]
    """Classes of the objects that were not found."""
    invented: tuple[str, ...]
    """Classes of boxes that hold no such object."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How right a detector is."""

    used: int
    """Pictures that were judged."""
    objects: int
    mean_ap: float
    """mAP at IoU 0.50 to 0.95: the figure that COCO's tables name."""
    map50: float
    map75: float
    mean_ap_small: float | None
    """Of objects under 32 x 32 pixels; None if there are none."""
    mean_ap_medium: float | None
    mean_ap_large: float | None
    """From 96 x 96 pixels on."""
    recall100: float
    """Mean over IoU 0.50 to 0.95, with a hundred boxes a picture."""
    mean_iou: float | None
    """Of found objects (IoU 0.5 or more) and their boxes; None if nothing was found."""
    classes: tuple[ClassFigures, ...]
    curve50: tuple[tuple[float, float], ...]
    """(recall, precision) at IoU 0.5, the mean over the classes."""
    mistakes: tuple[Mistake, ...]
    """The worst pictures first."""

    def to_json(self) -> dict[str, Any]:
        names = (
            "used objects mean_ap map50 map75 mean_ap_small mean_ap_medium mean_ap_large recall100 mean_iou"
        )
        return {
            **{name: getattr(self, name) for name in names.split()},
            "classes": [
                {"label": c.label, "ap": c.ap, "ap50": c.ap50, "recall50": c.recall50, "support": c.support}
                for c in self.classes
            ],
            "curve50": [{"recall": recall, "precision": precision} for recall, precision in self.curve50],
            "mistakes": [
                {"row": m.row, "name": m.name, "missed": list(m.missed), "invented": list(m.invented)}
                for m in self.mistakes
            ],
        }


def detect(pairs: Sequence[tuple[Frame, Found]], threshold: float) -> Detection:
    """The figures of at least one object of a class that the detector knows. Raises ValueError for none."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    classes = pairs[0][1].classes if pairs else ()
    number = {label.casefold(): index for index, label in enumerate(classes, start=1)}
    truths = _truths(pairs, number)
    occurring = sorted({t["category_id"] for t in truths if not t["iscrowd"]})
    if not occurring:
        raise ValueError("there is no object of a class that the model knows")
    with contextlib.redirect_stdout(io.StringIO()):  # the library talks
        truth = COCO()
        truth.dataset = {
            "info": {},
            "images": [{"id": index} for index in range(len(pairs))],
            "categories": [{"id": n, "name": label} for n, label in enumerate(classes, start=1)],
            "annotations": truths,
        }
        truth.createIndex()
        boxes = _boxes(pairs, number)
        seen = truth.loadRes(boxes) if boxes else COCO()
        if not boxes:
            seen.dataset = {**truth.dataset, "annotations": []}
            seen.createIndex()
        figures = COCOeval(truth, seen, "bbox")
        figures.params.catIds = occurring
        figures.evaluate()
        figures.accumulate()
        figures.summarize()
    stats = [float(value) if value >= 0 else None for value in figures.stats]
    return Detection(
        used=len(pairs),
        objects=sum(not t["iscrowd"] for t in truths),
        mean_ap=stats[0] or 0.0,
        map50=stats[1] or 0.0,
        map75=stats[2] or 0.0,
        mean_ap_small=stats[3],
        mean_ap_medium=stats[4],
        mean_ap_large=stats[5],
        recall100=stats[8] or 0.0,
        mean_iou=_mean_iou(figures),
        classes=_by_class(figures, classes, truths),
        curve50=_curve(figures),
        mistakes=_mistakes(figures, pairs, classes, truths, boxes, threshold),
    )


def _truths(pairs: Sequence[tuple[Frame, Found]], number: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "id": identity,
            "image_id": index,
            "category_id": number[truth.label.casefold()],
            "bbox": list(truth.box_xywh_px),
            "area": truth.area_px2 or truth.box_xywh_px[2] * truth.box_xywh_px[3],
            "iscrowd": int(truth.crowd),
        }
        for identity, (index, truth) in enumerate(
            (
                (index, truth)
                for index, (frame, _) in enumerate(pairs)
                for truth in frame.truths
                if truth.label.casefold() in number
            ),
            start=1,  # the library takes the id 0 for "nothing was matched"
        )
    ]


def _boxes(pairs: Sequence[tuple[Frame, Found]], number: dict[str, int]) -> list[dict[str, Any]]:
    """What was detected, in the pixels that the annotations count in."""
    boxes = []
    for index, (frame, found) in enumerate(pairs):
        wide = frame.width_px / found.width_px if frame.width_px else 1.0
        high = frame.height_px / found.height_px if frame.height_px else 1.0
        for (left, top, right, bottom), score, label in zip(
            found.boxes_xyxy_px, found.scores, found.labels, strict=True
        ):
            box = [left * wide, top * high, (right - left) * wide, (bottom - top) * high]
            category = number[label.casefold()]
            boxes.append({"image_id": index, "category_id": category, "bbox": box, "score": score})
    return boxes


def _by_class(
    figures: Any, classes: Sequence[str], truths: Sequence[dict[str, Any]]
) -> tuple[ClassFigures, ...]:
    """Precision has axes (IoU, recall, class, area, boxes), recall (IoU, class, area, boxes)."""
    precision, recall = figures.eval["precision"][:, :, :, 0, -1], figures.eval["recall"][:, :, 0, -1]
    found = [
        ClassFigures(
            classes[category - 1],
            float(precision[:, :, place].mean()),
            float(precision[0, :, place].mean()),
            float(recall[0, place]),
            sum(t["category_id"] == category and not t["iscrowd"] for t in truths),
        )
        for place, category in enumerate(figures.params.catIds)
    ]
    return tuple(sorted(found, key=lambda one: -one.support))


def _curve(figures: Any) -> tuple[tuple[float, float], ...]:
    precision = figures.eval["precision"][0, :, :, 0, -1].mean(axis=1)
    return tuple((float(r), float(p)) for r, p in zip(figures.params.recThrs, precision, strict=True))


def _matches(figures: Any) -> list[dict[str, Any]]:
    """Who was matched with whom, for each picture and class; objects of every size."""
    everything = list(figures.params.areaRng[0])
    return [one for one in figures.evalImgs if one is not None and list(one["aRng"]) == everything]


def _mean_iou(figures: Any) -> float | None:
    overlaps = []
    for one in _matches(figures):
        matrix = figures.ious[one["image_id"], one["category_id"]]
        truth_order = [t["id"] for t in figures._gts[one["image_id"], one["category_id"]]]
        for row, matched in enumerate(one["dtMatches"][0]):  # at IoU 0.5
            if matched and not one["dtIgnore"][0][row]:
                overlaps.append(float(matrix[row][truth_order.index(int(matched))]))
    return sum(overlaps) / len(overlaps) if overlaps else None


def _mistakes(
    figures: Any, pairs: Sequence[tuple[Frame, Found]], classes: Sequence[str],
    truths: Sequence[dict[str, Any]], boxes: Sequence[dict[str, Any]], threshold: float,
) -> tuple[Mistake, ...]:  # fmt: skip
    """Objects are missed, and boxes invented, with what the settings' threshold lets through."""
    hit: set[int] = set()
    invented: dict[int, list[str]] = {}
    for one in _matches(figures):
        for score, matched, ignored in zip(
            one["dtScores"], one["dtMatches"][0], one["dtIgnore"][0], strict=True
        ):
            if score >= threshold and matched:
                hit.add(int(matched))
            elif score >= threshold and not ignored:
                invented.setdefault(one["image_id"], []).append(classes[one["category_id"] - 1])
    # A class that nothing in the data has is not in the figures, but its boxes are invented all the same.
    for box in boxes:
        if box["score"] >= threshold and box["category_id"] not in figures.params.catIds:
            invented.setdefault(box["image_id"], []).append(classes[box["category_id"] - 1])
    missed: dict[int, list[str]] = {}
    for truth in truths:
        if not truth["iscrowd"] and truth["id"] not in hit:
            missed.setdefault(truth["image_id"], []).append(classes[truth["category_id"] - 1])
    found = [
        Mistake(frame.number, frame.name, tuple(missed.get(index, ())), tuple(invented.get(index, ())))
        for index, (frame, _) in enumerate(pairs)
        if index in missed or index in invented
    ]
    worst = sorted(found, key=lambda mistake: -len(mistake.missed) - len(mistake.invented))
    return tuple(worst[:MOST_MISTAKES])
