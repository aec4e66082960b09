"""The pictures of what was heard and seen, 1000 x 600 pixels: bars, timeline, spectrogram."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.charts.canvas import bare_axes, blank
from bot.charts.palette import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_PX, HEIGHT_PX = 1000, 600
_QUIETEST_DB = -70


def _titled(data: Mapping[str, Any], palette: Palette) -> Figure:
    figure = blank(WIDTH_PX, HEIGHT_PX, palette)
    figure.text(0.05, 0.93, _fit(data["title"], 44), size=21, weight="bold", va="center")
    return figure


def bars(data: Mapping[str, Any], palette: Palette) -> Figure:
    """A label above each bar, so that a long one has the whole width, and its per cent at the right.

    `title`, `rows` of [label, share in 0..1].
    """
    figure = _titled(data, palette)
    rows = data["rows"]
    axes = bare_axes(figure, (0.05, 0.04, 0.9, 0.83), palette)
    axes.set_xlim(0, 1)
    axes.set_ylim(max(len(rows), 4), 0)
    for rank, (label, share) in enumerate(rows):
        colour = palette.colours[rank % len(palette.colours)]
        weight = "bold" if rank == 0 else "normal"
        axes.barh(rank + 0.68, 1, height=0.26, color=palette.rail)
        axes.barh(rank + 0.68, max(float(share), 0.004), height=0.26, color=colour)
        axes.text(0, rank + 0.32, _fit(label, 52), size=17, weight=weight, va="center")
        axes.text(1, rank + 0.32, _percent(float(share)), size=17, weight=weight, va="center", ha="right")
    return figure


def timeline(data: Mapping[str, Any], palette: Palette) -> Figure:
    """A strip for each class, the stronger the colour the surer; below them the loudness.

    `title`, `time_label`, `loudness_label`, `duration_s`, `hop_s`, `rows` of [label, scores], and `loudness_dbfs`;
    scores (0..1) and loudness are lists with a value for each hop_s.
    """
    from matplotlib.colors import LinearSegmentedColormap

    figure = _titled(data, palette)
    rows, duration_s, hop_s = data["rows"], float(data["duration_s"]), float(data["hop_s"])
    # Few strips leave room for the loudness.
    split = 0.30 + 0.57 * (1 - min(3, max(1, len(rows))) / 3)
    axes = bare_axes(figure, (0.05, split, 0.9, 0.87 - split), palette)
    for rank, (label, scores) in enumerate(rows):
        colour = palette.colours[rank % len(palette.colours)]
        shades = LinearSegmentedColormap.from_list("strip", [palette.rail, colour])
        if len(scores) * hop_s < duration_s:  # the last frame reaches beyond its hop
            scores = [*scores, scores[-1]]
        axes.imshow(
            [_columns(scores)],
            extent=(0, len(scores) * hop_s, rank + 0.92, rank + 0.5),
            cmap=shades,
            vmin=0,
            vmax=1,
            aspect="auto",
            interpolation="nearest",
        )
        axes.text(0, rank + 0.27, _fit(label, 52), size=17, va="center")
        best = _percent(max(scores))
        axes.text(duration_s, rank + 0.27, best, size=17, va="center", ha="right", color=palette.faint)
    # imshow has set limits of its own
    axes.set_xlim(0, duration_s)
    axes.set_ylim(max(len(rows), 1), 0)

    below = bare_axes(figure, (0.05, 0.12, 0.9, split - 0.18), palette)
    levels = [max(_QUIETEST_DB, float(level)) for level in data["loudness_dbfs"]]
    levels = levels[:1] + levels  # with step="pre" a level stands for the stretch before its time
    times_s = [min(index * hop_s, duration_s) for index in range(len(levels))]
    below.fill_between(times_s, levels, _QUIETEST_DB, color=palette.rail, linewidth=0, step="pre")
    below.step(times_s, levels, color=palette.faint, linewidth=1.5, where="pre")
    below.set_xlim(0, duration_s)
    below.set_ylim(_QUIETEST_DB, max(-30.0, *levels) + 5)
    figure.text(0.05, split - 0.03, data["loudness_label"], size=14, color=palette.faint, va="center")
    _time_axis(figure, below, duration_s, data["time_label"], palette, clock=duration_s > 4)
    return figure


def spectrogram(data: Mapping[str, Any], palette: Palette) -> Figure:
    """Time from left to right, pitch upwards, the stronger the colour the louder; above it what is heard when.

    `title`, `time_label`, `clock` (minutes and seconds, not seconds), `pitch_label`, `duration_s`, `columns`, `bands`,
    `levels` (Base64 of a byte for each, band by band from the lowest), `marks` of [band, words], `rows` of [label,
    [[start_s, end_s], ...]].
    """
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    figure = _titled(data, palette)
    rows, duration_s, bands = data["rows"], float(data["duration_s"]), int(data["bands"])
    left, width, bottom = 0.11, 0.84, 0.12
    top = 0.87 - 0.09 * len(rows)
    above = bare_axes(figure, (left, top, width, max(0.87 - top, 0.01)), palette)
    for rank, (label, spans) in enumerate(rows):
        colour = palette.colours[rank % len(palette.colours)]
        above.barh(rank + 0.69, duration_s, height=0.22, color=palette.rail)
        least_s = duration_s / 200  # a short one stays visible
        bars = [(start_s, max(end_s - start_s, least_s)) for start_s, end_s in spans]
        above.broken_barh(bars, (rank + 0.58, 0.22), color=colour)
        above.text(0, rank + 0.3, _fit(label, 52), size=15, va="center")
    above.set_xlim(0, duration_s)
    above.set_ylim(max(len(rows), 1), 0)

    axes = bare_axes(figure, (left, bottom, width, top - 0.035 - bottom), palette)
    levels = np.frombuffer(base64.b64decode(data["levels"]), np.uint8).reshape(bands, int(data["columns"]))
    axes.imshow(
        levels,
        extent=(0, duration_s, -0.5, bands - 0.5),
        origin="lower",
        cmap=LinearSegmentedColormap.from_list("loudness", palette.heat),
        vmin=0,
        vmax=255,
        aspect="auto",
        interpolation="bilinear",
    )
    axes.set_yticks([band for band, _ in data["marks"]], [words for _, words in data["marks"]])
    axes.tick_params(left=True, labelleft=True, labelsize=14, colors=palette.faint, length=4)
    pitch = data["pitch_label"]
    figure.text(left - 0.012, top + 0.005, pitch, size=14, color=palette.faint, ha="right", va="center")
    _time_axis(figure, axes, duration_s, data["time_label"], palette, clock=data["clock"])
    return figure


def _time_axis(
    figure: Figure, axes: Axes, duration_s: float, label: str, palette: Palette, *, clock: bool
) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(8, integer=duration_s > 4))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda seconds, _: _clock(seconds) if clock else f"{seconds:g}")
    )
    axes.tick_params(axis="x", bottom=True, labelbottom=True, labelsize=14, colors=palette.faint, length=4)
    figure.text(0.95, 0.025, label, size=14, color=palette.faint, ha="right", va="center")


def _columns(scores: Sequence[float], most: int = 450) -> list[float]:
    """At most so many columns, each with the highest of what it stands for: a short event stays visible."""
    step = -(-len(scores) // most)
    return [max(scores[at : at + step]) for at in range(0, len(scores), step)]


def _fit(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[: chars - 1].rstrip() + "…"


def _percent(share: float) -> str:
    return f"{min(99, round(share * 100))}%" if share >= 0.01 else "<1%"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
