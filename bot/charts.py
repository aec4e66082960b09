"""Pictures of results. What is drawn is data (`skills.Chart`) with every word in the person's language.

Run as `python -m bot.charts` it is the process that draws (`bot.painter`): matplotlib takes memory, so the
bot's own process never imports it. It is asked `{"kind", "data", "dark"}`, and answers with a PNG (`bot.side_process`).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.side_process import serve
from skills import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_PX, HEIGHT_PX = 1000, 600
_DPI = 100
_QUIETEST_DB = -70


@dataclass(frozen=True, slots=True)
class Palette:
    paper: str
    ink: str
    faint: str
    """Second-rank words."""
    rail: str
    """What a bar runs on."""
    heat: tuple[str, ...]
    """From nothing to the most."""
    colours: tuple[str, ...]
    """In the order of rank: the first stands out, and the same rank always has the same colour."""


LIGHT = Palette(
    paper="#ffffff",
    ink="#1c2733",
    faint="#6b7a89",
    rail="#eef2f6",
    heat=("#ffffff", "#d3e4fb", "#7fb1f4", "#2f80ed", "#1d4fa0", "#141f4a"),
    colours=("#2f80ed", "#27ae8f", "#f2a33a", "#9b6ddb", "#e5677f", "#56b4d9"),
)
DARK = Palette(
    paper="#17212b",
    ink="#f2f5f8",
    faint="#8fa1b3",
    rail="#24313f",
    heat=("#17212b", "#1d3c66", "#2f6fc4", "#5aa2ff", "#b9dcff", "#ffffff"),
    colours=("#5aa2ff", "#41c9a8", "#ffbe62", "#b893f0", "#ff8a9e", "#7fd0f0"),
)


def draw(chart: Chart, *, dark: bool = False) -> bytes:
    """A PNG of 1000 x 600 pixels. Raises ValueError for a kind of chart that is not known here.

    `bars`: `title`, `rows` of [label, share in 0..1].
    `timeline`: `title`, `time_label`, `loudness_label`, `duration_s`, `hop_s`, `rows` of [label, scores], and
    `loudness_dbfs`; scores (0..1) and loudness are lists with a value for each hop_s.
    `spectrogram`: `title`, `time_label`, `clock` (minutes and seconds, not seconds), `pitch_label`, `duration_s`,
    `columns`, `bands`, `levels` (Base64 of a byte for each, band by band from the lowest), `marks` of [band, words],
    `rows` of [label, [[start_s, end_s], ...]].
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    painters: Mapping[str, Callable[[Figure, Mapping[str, Any], Palette], None]] = {
        "bars": _bars,
        "timeline": _timeline,
        "spectrogram": _spectrogram,
    }
    if chart.kind not in painters:
        raise ValueError(f"no chart is called {chart.kind!r}")
    palette = DARK if dark else LIGHT
    # DejaVu comes with matplotlib and has Cyrillic; a `$` in a label is a `$`.
    with mpl.rc_context({"font.family": "DejaVu Sans", "text.parse_math": False, "text.color": palette.ink}):
        figure = Figure(figsize=(WIDTH_PX / _DPI, HEIGHT_PX / _DPI), dpi=_DPI, facecolor=palette.paper)
        figure.text(0.05, 0.93, _fit(chart.data["title"], 44), size=21, weight="bold", va="center")
        painters[chart.kind](figure, chart.data, palette)
        out = io.BytesIO()
        figure.savefig(out, format="png")  # a Figure without pyplot has the Agg canvas
    return out.getvalue()


def _bars(figure: Figure, data: Mapping[str, Any], palette: Palette) -> None:
    """A label above each bar, so that a long one has the whole width, and its per cent at the right."""
    rows = data["rows"]
    axes = _bare_axes(figure, (0.05, 0.04, 0.9, 0.83), palette)
    axes.set_xlim(0, 1)
    axes.set_ylim(max(len(rows), 4), 0)
    for rank, (label, share) in enumerate(rows):
        colour = palette.colours[rank % len(palette.colours)]
        weight = "bold" if rank == 0 else "normal"
        axes.barh(rank + 0.68, 1, height=0.26, color=palette.rail)
        axes.barh(rank + 0.68, max(float(share), 0.004), height=0.26, color=colour)
        axes.text(0, rank + 0.32, _fit(label, 52), size=17, weight=weight, va="center")
        axes.text(1, rank + 0.32, _percent(float(share)), size=17, weight=weight, va="center", ha="right")


def _timeline(figure: Figure, data: Mapping[str, Any], palette: Palette) -> None:
    """A strip for each class, the stronger the colour the surer; below them the loudness."""
    from matplotlib.colors import LinearSegmentedColormap

    rows, duration_s, hop_s = data["rows"], float(data["duration_s"]), float(data["hop_s"])
    # Few strips leave room for the loudness.
    split = 0.30 + 0.57 * (1 - min(3, max(1, len(rows))) / 3)
    axes = _bare_axes(figure, (0.05, split, 0.9, 0.87 - split), palette)
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

    below = _bare_axes(figure, (0.05, 0.12, 0.9, split - 0.18), palette)
    levels = [max(_QUIETEST_DB, float(level)) for level in data["loudness_dbfs"]]
    levels = levels[:1] + levels  # with step="pre" a level stands for the stretch before its time
    times_s = [min(index * hop_s, duration_s) for index in range(len(levels))]
    below.fill_between(times_s, levels, _QUIETEST_DB, color=palette.rail, linewidth=0, step="pre")
    below.step(times_s, levels, color=palette.faint, linewidth=1.5, where="pre")
    below.set_xlim(0, duration_s)
    below.set_ylim(_QUIETEST_DB, max(-30.0, *levels) + 5)
    figure.text(0.05, split - 0.03, data["loudness_label"], size=14, color=palette.faint, va="center")
    _time_axis(figure, below, duration_s, data["time_label"], palette, clock=duration_s > 4)


def _spectrogram(figure: Figure, data: Mapping[str, Any], palette: Palette) -> None:
    """Time from left to right, pitch upwards, the stronger the colour the louder; above it what is heard when."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    rows, duration_s, bands = data["rows"], float(data["duration_s"]), int(data["bands"])
    left, width, bottom = 0.11, 0.84, 0.12
    top = 0.87 - 0.09 * len(rows)
    above = _bare_axes(figure, (left, top, width, max(0.87 - top, 0.01)), palette)
    for rank, (label, spans) in enumerate(rows):
        colour = palette.colours[rank % len(palette.colours)]
        above.barh(rank + 0.69, duration_s, height=0.22, color=palette.rail)
        least_s = duration_s / 200  # a short one stays visible
        bars = [(start_s, max(end_s - start_s, least_s)) for start_s, end_s in spans]
        above.broken_barh(bars, (rank + 0.58, 0.22), color=colour)
        above.text(0, rank + 0.3, _fit(label, 52), size=15, va="center")
    above.set_xlim(0, duration_s)
    above.set_ylim(max(len(rows), 1), 0)

    axes = _bare_axes(figure, (left, bottom, width, top - 0.035 - bottom), palette)
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


def _bare_axes(figure: Figure, box: tuple[float, float, float, float], palette: Palette) -> Axes:
    axes = figure.add_axes(box, facecolor=palette.paper)
    axes.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


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


def main() -> None:
    """Draw what standard input asks for (`bot.side_process`)."""
    serve(lambda request: draw(Chart(request["kind"], request["data"]), dark=request["dark"]))


if __name__ == "__main__":
    main()
