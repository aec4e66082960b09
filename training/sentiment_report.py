"""Figures of the sentiment model: scores, calibration, a picture of the confusion matrices."""

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from skills.models._use_text import LABELS

BEGIN, END = "<!-- figures: written by training/sentiment.py -->", "<!-- end of figures -->"


def figures(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, Any]:
    """Scores of probabilities (n, 3) against labels (n,)."""
    predicted = probabilities.argmax(axis=1)
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predicted, labels=[0, 1, 2], zero_division=0
    )
    bins = _reliability(predicted == truth, probabilities.max(axis=1))
    gap = sum(each["n"] * abs(each["confidence"] - each["right"]) for each in bins)
    return {
        "n": len(truth),
        "macro_f1": round(float(f1.mean()), 4),
        "accuracy": round(float((predicted == truth).mean()), 4),
        "classes": {
            label: {
                "precision": round(float(precision[i]), 3), "recall": round(float(recall[i]), 3),
                "f1": round(float(f1[i]), 3), "n": int(support[i]),
            }
            for i, label in enumerate(LABELS)
        },
        "confusion": confusion_matrix(truth, predicted, labels=[0, 1, 2]).tolist(),
        "expected_calibration_error": round(gap / len(truth), 4),
        "log_loss": round(float(-np.log(probabilities[np.arange(len(truth)), truth] + 1e-12).mean()), 4),
        "reliability": bins,
    }  # fmt: skip


def _reliability(right: np.ndarray, confidence: np.ndarray) -> list[dict[str, Any]]:
    """Ten bins of confidence: how sure the model was, how often it was right (Guo et al. 2017)."""
    bins = []
    for low in np.arange(10) / 10:
        inside = (confidence > low) & (confidence <= low + 0.1)
        if inside.any():
            mean, share = float(confidence[inside].mean()), float(right[inside].mean())
            bins.append({"confidence": round(mean, 3), "right": round(share, 3), "n": int(inside.sum())})
    return bins


def tables(results: dict[str, dict[str, Any]]) -> str:
    """Markdown of the figures of several data sets."""
    lines = [
        "| data | texts | macro-F1 | accuracy | calibration error | log loss |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, got in results.items():
        error = got["expected_calibration_error"]
        row = f"{got['n']} | {got['macro_f1']:.3f} | {got['accuracy']:.3f} | {error:.3f} | {got['log_loss']:.3f}"
        lines.append(f"| {name} | {row} |")
    for name, got in results.items():
        if "held out" not in name:
            continue
        lines += ["", f"{name}, by class (the last three columns count predictions):", ""]
        lines += [
            "| true class | precision | recall | F1 | negative | neutral | positive |",
            "| --- " * 7 + "|",
        ]
        for (label, scores), counts in zip(got["classes"].items(), got["confusion"], strict=True):
            row = [f"{scores[key]:.3f}" for key in ("precision", "recall", "f1")] + [
                str(count) for count in counts
            ]
            lines.append(f"| {label} | {' | '.join(row)} |")
        lines += ["", "| how sure | how often right | texts |", "| --- | --- | --- |"]
        lines += [
            f"| {bin_['confidence']:.2f} | {bin_['right']:.2f} | {bin_['n']} |" for bin_ in got["reliability"]
        ]
    return "\n".join(lines)


def write_into(document: Path, text: str) -> None:
    """Puts generated text between the two `figures` marks of a document."""
    before, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    document.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def draw(matrices: dict[str, list[list[int]]], path: Path) -> None:
    """Confusion matrices side by side: rows are true classes, columns predicted ones."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        1, len(matrices), figsize=(4.2 * len(matrices), 4), constrained_layout=True
    )
    for axis, (title, matrix) in zip(np.atleast_1d(axes), matrices.items(), strict=True):
        counts = np.array(matrix)
        shares = counts / counts.sum(axis=1, keepdims=True)
        axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axis.set(title=title, xlabel="predicted", ylabel="true", xticks=range(3), yticks=range(3))
        axis.set_xticklabels(LABELS)
        axis.set_yticklabels(LABELS, rotation=90, va="center")
        for row, column in np.ndindex(3, 3):
            colour = "white" if shares[row, column] > 0.5 else "black"
            text = f"{counts[row, column]}\n{shares[row, column]:.0%}"
            axis.text(column, row, text, ha="center", va="center", color=colour)
    figure.savefig(path, dpi=120)
