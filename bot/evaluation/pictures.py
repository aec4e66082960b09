"""The pictures of a report, as PNG. Only a command draws them; the bot's own process never does."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.texts import Speaker

from .classification import OTHER, Classification
from .detection import Detection

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_BARS = 30
DPI = 160
"""Sharp on telephones, too."""
BLUE, GREEN, AMBER, FAINT = "#2f80ed", "#27ae8f", "#f2a33a", "#6b7a89"


def of_classification(figures: Classification, say: Speaker) -> dict[str, bytes]:
    """Title -> PNG."""
    return {
        say("evaluate-confusion"): _confusion(figures, say),
        say("evaluate-reliability"): _reliability(figures, say),
        say("evaluate-of-each-class"): _bars(
            [one.label for one in figures.classes],
            {
                say("evaluate-precision"): [one.precision for one in figures.classes],
                say("evaluate-recall"): [one.recall for one in figures.classes],
                "F1": [one.f1 for one in figures.classes],
            },
        ),
    }


def of_detection(figures: Detection, say: Speaker) -> dict[str, bytes]:
    """Title -> PNG."""
    return {
        say("evaluate-of-each-class"): _bars(
            [one.label for one in figures.classes],
            {
                "AP": [one.ap for one in figures.classes],
                "AP50": [one.ap50 for one in figures.classes],
                say("evaluate-recall50"): [one.recall50 for one in figures.classes],
            },
        ),
        say("evaluate-curve"): _curve(figures, say),
    }


def _confusion(figures: Classification, say: Speaker) -> bytes:
    rows = figures.confusion
    columns = [say("evaluate-other") if label == OTHER else label for label in figures.confusion_labels]
    side = max(4.0, 1.6 + 0.5 * len(columns))
    figure = new_figure(side + 1, side)
    axes = figure.add_subplot()
    # The colour is the share of the row, so that rare classes can be seen; the number is the count.
    shares = [[count / max(1, sum(row)) for count in row] for row in rows]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for y, row in enumerate(rows):
        for x, count in enumerate(row):
            if count:
                ink = "white" if shares[y][x] > 0.6 else "black"
                axes.text(x, y, str(count), ha="center", va="center", color=ink, size=9)
    axes.set_xticks(range(len(columns)), [_short(label) for label in columns], rotation=45, ha="right")
    axes.set_yticks(range(len(rows)), [_short(label) for label in columns[: len(rows)]])
    axes.set(xlabel=say("evaluate-said"), ylabel=say("evaluate-labelled"))
    return png(figure)


def _reliability(figures: Classification, say: Speaker) -> bytes:
    figure = new_figure(5, 4.5)
    axes = figure.add_subplot()
    axes.plot(
        [0, 1], [0, 1], color=FAINT, linestyle="--", linewidth=1, label=say("evaluate-as-sure-as-right")
    )
    axes.plot(
        *zip(*figures.reliability, strict=True), color=BLUE, marker="o", label=say("evaluate-the-model")
    )
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set(xlabel=say("evaluate-confidence"), ylabel=say("evaluate-share-right"))
    axes.legend(frameon=False)
    return png(figure)


def _bars(labels: Sequence[str], series: dict[str, list[float]]) -> bytes:
    labels = labels[:MOST_BARS]
    figure = new_figure(6, 1.4 + 0.45 * len(labels))
    axes = figure.add_subplot()
    height = 0.8 / len(series)
    for place, ((name, values), colour) in enumerate(zip(series.items(), (BLUE, GREEN, AMBER), strict=True)):
        where = [index + (place - 1) * height for index in range(len(labels))]
        axes.barh(where, values[:MOST_BARS], height=height, color=colour, label=name)
    axes.set_yticks(range(len(labels)), [_short(label) for label in labels])
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(series))
    return png(figure)


def _curve(figures: Detection, say: Speaker) -> bytes:
    figure = new_figure(5, 4.5)
    axes = figure.add_subplot()
    axes.plot(*zip(*figures.curve50, strict=True), color=BLUE)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.set(xlabel=say("evaluate-recall"), ylabel=say("evaluate-precision-50"))
    return png(figure)


def new_figure(width: float, height: float) -> Figure:
    """Inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, layout="tight")


def png(figure: Figure) -> bytes:
    """The picture, drawn."""
    import matplotlib as mpl

    out = io.BytesIO()
    with mpl.rc_context({"font.family": "DejaVu Sans"}):
        figure.savefig(out, format="png")
    return out.getvalue()


def _short(label: str) -> str:
    text = label.replace("$", r"\$")
    return text if len(text) <= 24 else text[:23] + "…"
