"""The figures of an evaluation as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from bot.texts import Speaker

from .classification import Classification
from .detection import Detection
from .page import Sheet
from .rows import Fault


def of_classification(figures: Classification, say: Speaker) -> list[Sheet]:
    overall = {
        "examples": str(figures.used),
        "accuracy": _percent(figures.accuracy),
        "top5": _percent(figures.top5_accuracy),
        "macro-f1": _percent(figures.macro_f1),
    }
    if figures.top5_accuracy is None:
        del overall["top5"]
    classes = [
        (c.label, _percent(c.precision), _percent(c.recall), _percent(c.f1), str(c.support))
        for c in figures.classes
    ]
    mistakes = [
        (str(m.row), m.name, m.truth, f"{m.predicted}, {_percent(m.confidence)}") for m in figures.mistakes
    ]
    words = partial(headed, say)
    return [
        of_figures(overall, say),
        Sheet(
            say("evaluate-classes"),
            (*words("class", "precision", "recall"), "F1", *words("examples")),
            classes,
        ),
        Sheet(say("evaluate-worst-mistakes"), words("row", "what", "label", "model"), mistakes),
    ]


def of_detection(figures: Detection, say: Speaker) -> list[Sheet]:
    overall = {
        "pictures": str(figures.used),
        "objects": str(figures.objects),
        "map": _percent(figures.mean_ap),
        "map50": _percent(figures.map50),
        "map75": _percent(figures.map75),
        "map-small": _percent(figures.mean_ap_small),
        "map-medium": _percent(figures.mean_ap_medium),
        "map-large": _percent(figures.mean_ap_large),
        "recall100": _percent(figures.recall100),
        "mean-iou": "–" if figures.mean_iou is None else f"{figures.mean_iou:.3f}",
    }
    classes = [
        (c.label, _percent(c.ap), _percent(c.ap50), _percent(c.recall50), str(c.support))
        for c in figures.classes
    ]
    mistakes = [
        (str(m.row), m.name, ", ".join(m.missed) or "–", ", ".join(m.invented) or "–")
        for m in figures.mistakes
    ]
    words = partial(headed, say)
    return [
        of_figures(overall, say),
        Sheet(
            say("evaluate-classes"), (*words("class"), "AP", "AP50", *words("recall50", "objects")), classes
        ),
        Sheet(say("evaluate-worst-pictures"), words("number", "picture", "missed", "invented"), mistakes),
    ]


def of_figures(values: Mapping[str, str], say: Speaker) -> Sheet:
    """The first sheet; `values` by the names of their words."""
    rows = [(say(f"evaluate-{name}"), value) for name, value in values.items()]
    return Sheet(say("evaluate-figures"), headed(say, "figure", "value"), rows)


def of_faults(faults: Sequence[Fault], say: Speaker) -> Sheet:
    rows = [(str(fault.row or ""), fault.name, fault.said(say)) for fault in faults]
    return Sheet(say("evaluate-unused"), headed(say, "row", "what", "why"), rows)


def headed(say: Speaker, *names: str) -> tuple[str, ...]:
    """Headings of columns."""
    return tuple(say(f"evaluate-{name}") for name in names)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
