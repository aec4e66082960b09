"""Figures of a classifier. scikit-learn computes them; here its functions are given what they ask for."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOP = 5
MOST_SHOWN = 20
"""Classes in the confusion matrix; more cannot be read."""
OTHER = "(other)"
MOST_MISTAKES = 30
BINS = 10


@dataclass(frozen=True, slots=True)
class Best:
    """What a model says of one example, as far as figures need it: of a thousand classes the others take gigabytes."""

    labels: tuple[str, ...]
    """The likeliest first, TOP at most."""
    confidence: float
    """Of the first, in [0, 1]."""
    classes: int
    """That the model knows."""


def best(scores: Mapping[str, float]) -> Best:
    """Of the scores of every class; of equal ones the first is the model's choice."""
    # Quantized models give many classes the same score: their own order decides, not the alphabet.
    labels = sorted(scores, key=scores.__getitem__, reverse=True)[:TOP]
    return Best(tuple(map(sys.intern, labels)), scores[labels[0]], len(scores))


@dataclass(frozen=True, slots=True)
class Judged:
    """One example and what the model said of it."""

    row: int
    name: str
    truth: str
    """A class of the model."""
    said: Best


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class that occurs in the data."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    """Examples of this class."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """An example that the model took for something else."""

    row: int
    name: str
    truth: str
    predicted: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Classification:
    """How right a classifier is."""

    used: int
    """Examples that were judged."""
    accuracy: float
    macro_f1: float
    """Mean of F1 over the classes that occur in the data."""
    top5_accuracy: float | None
    """Share of examples whose class is among the best five; None with five classes or fewer."""
    classes: tuple[ClassFigures, ...]
    """Most frequent first."""
    confusion_labels: tuple[str, ...]
    """Columns; rows are the same without `(other)`, which may be the last column."""
    confusion: tuple[tuple[int, ...], ...]
    """Examples by their class (row) and what they were taken for (column)."""
    reliability: tuple[tuple[float, float], ...]
    """(mean confidence, share that is right) of each tenth of the range of confidence that occurs."""
    mistakes: tuple[Mistake, ...]
    """The surest ones first, MOST_MISTAKES at most."""

    def to_json(self) -> dict[str, Any]:
        return {
            "used": self.used,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "top5_accuracy": self.top5_accuracy,
            "classes": [
                {"label": c.label, "precision": c.precision, "recall": c.recall, "f1": c.f1, "support": c.support}
                for c in self.classes
            ],
            "confusion": {"labels": list(self.confusion_labels), "counts": [list(r) for r in self.confusion]},
            "reliability": [{"confidence": c, "accuracy": a} for c, a in self.reliability],
            "mistakes": [
                {"row": m.row, "name": m.name, "truth": m.truth, "predicted": m.predicted, "confidence": m.confidence}
                for m in self.mistakes
            ],
        }  # fmt: skip


def classify(judged: Sequence[Judged]) -> Classification:
    """The figures of at least one example. Raises ValueError for none."""
    import numpy as np
    from sklearn import metrics

    if not judged:
        raise ValueError("no example was judged")
    truth = [one.truth for one in judged]
    predicted = [one.said.labels[0] for one in judged]
    confidence = np.array([one.said.confidence for one in judged])
    occurring = [label for label, _ in Counter(truth).most_common()]
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, predicted, labels=occurring, zero_division=0
    )
    top5 = None
    if judged[0].said.classes > TOP:
        nearest = [one.truth if one.truth in one.said.labels else one.said.labels[0] for one in judged]
        top5 = float(metrics.accuracy_score(truth, nearest))
    confusion_labels, confusion = _confusion(truth, predicted, occurring[:MOST_SHOWN])
    return Classification(
        used=len(judged),
        accuracy=float(metrics.accuracy_score(truth, predicted)),
        macro_f1=float(
            metrics.f1_score(truth, predicted, labels=occurring, average="macro", zero_division=0)
        ),
        top5_accuracy=top5,
        classes=tuple(
            ClassFigures(label, float(p), float(r), float(f), int(s))
            for label, p, r, f, s in zip(occurring, precision, recall, f1, support, strict=True)
        ),
        confusion_labels=confusion_labels,
        confusion=confusion,
        reliability=_reliability(truth, predicted, confidence),
        mistakes=_mistakes(judged, predicted, confidence),
    )


def _confusion(
    truth: Sequence[str], predicted: Sequence[str], shown: Sequence[str]
) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    from sklearn.metrics import confusion_matrix

    pairs = [(t, p if p in shown else OTHER) for t, p in zip(truth, predicted, strict=True) if t in shown]
    columns = (*shown, OTHER) if len(shown) == 1 or any(p == OTHER for _, p in pairs) else tuple(shown)
    counts = confusion_matrix([t for t, _ in pairs], [p for _, p in pairs], labels=columns)
    return columns, tuple(tuple(int(count) for count in row) for row in counts[: len(shown)])


def _reliability(
    truth: Sequence[str], predicted: Sequence[str], confidence: NDArray[np.float64]
) -> tuple[tuple[float, float], ...]:
    from sklearn.calibration import calibration_curve

    right = [int(t == p) for t, p in zip(truth, predicted, strict=True)]
    share, mean = calibration_curve(right, confidence.clip(0, 1), n_bins=BINS, pos_label=1)
    return tuple((float(m), float(s)) for m, s in zip(mean, share, strict=True))


def _mistakes(
    judged: Sequence[Judged], predicted: Sequence[str], confidence: NDArray[np.float64]
) -> tuple[Mistake, ...]:
    wrong = [
        Mistake(one.row, one.name, one.truth, label, float(sure))
        for one, label, sure in zip(judged, predicted, confidence, strict=True)
        if one.truth != label
    ]
    return tuple(sorted(wrong, key=lambda mistake: -mistake.confidence)[:MOST_MISTAKES])
