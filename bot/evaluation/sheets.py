"""The figures of an evaluation as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from .classification import Classification
from .detection import Detection
from .page import Sheet
from .rows import Fault


def of_classification(figures: Classification) -> list[Sheet]:
    overall = [
        ("examples", str(figures.used)),
        ("accuracy", _percent(figures.accuracy)),
        ("macro-F1", _percent(figures.macro_f1)),
    ]
    if figures.top5_accuracy is not None:
        overall.insert(2, ("top-5 accuracy", _percent(figures.top5_accuracy)))
    classes = [
        (c.label, _percent(c.precision), _percent(c.recall), _percent(c.f1), str(c.support))
        for c in figures.classes
    ]
    mistakes = [
        (str(m.row), m.name, m.truth, f"{m.predicted}, {_percent(m.confidence)}") for m in figures.mistakes
    ]
    return [
        Sheet("Figures", ("figure", "value"), overall),
        Sheet("Classes", ("class", "precision", "recall", "F1", "examples"), classes),
        Sheet("Worst mistakes", ("row", "what", "label", "model"), mistakes),
    ]


def of_detection(figures: Detection) -> list[Sheet]:
    overall = [
        ("pictures", str(figures.used)),
        ("objects", str(figures.objects)),
        ("mAP (IoU 0.50 to 0.95)", _percent(figures.mean_ap)),
        ("mAP at IoU 0.50", _percent(figures.map50)),
        ("mAP at IoU 0.75", _percent(figures.map75)),
        ("mAP, small objects", _percent(figures.mean_ap_small)),
        ("mAP, medium objects", _percent(figures.mean_ap_medium)),
        ("mAP, large objects", _percent(figures.mean_ap_large)),
        ("recall, 100 boxes", _percent(figures.recall100)),
        ("mean IoU of found objects", "–" if figures.mean_iou is None else f"{figures.mean_iou:.3f}"),
    ]
    classes = [
        (c.label, _percent(c.ap), _percent(c.ap50), _percent(c.recall50), str(c.support))
        for c in figures.classes
    ]
    mistakes = [
        (str(m.row), m.name, ", ".join(m.missed) or "–", ", ".join(m.invented) or "–")
        for m in figures.mistakes
    ]
    return [
        Sheet("Figures", ("figure", "value"), overall),
        Sheet("Classes", ("class", "AP", "AP50", "recall at IoU 0.5", "objects"), classes),
        Sheet("Worst pictures", ("number", "picture", "missed", "invented"), mistakes),
    ]


def of_faults(faults: Sequence[Fault]) -> Sheet:
    rows = [(str(fault.row or ""), fault.name, fault.error) for fault in faults]
    return Sheet("Rows that could not be used", ("row", "what", "why"), rows)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
