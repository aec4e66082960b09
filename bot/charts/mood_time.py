"""Mood over time with what is sure of it, and the messages below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from bot.charts.mood_grid import has_hollow
from bot.charts.mood_marks import box, inks
from bot.charts.sheet import Sheet

_TOP_PX = 50
_FLAG_PX = 38
_PLOT_PX = 264
_VOLUME_PX = 68
_LEGEND_PX = 40
_AXIS_PX = 84
"""Left of the plots, for the scale."""
_LEAST_HEIGHT = 40
_MOST_DOTS = 45
_MOST_DAYS = 120
"""Of longer periods the week around each day is drawn, too."""
_COLOURFUL = 30
"""The points at which a line has its full colour."""
_STEPS = (10, 20, 25, 50)
_HATCH = "////"


def time_px(data: Mapping[str, Any]) -> int:
    return _TOP_PX + _FLAG_PX * _rows_of_flags(data) + _PLOT_PX + 42 + _VOLUME_PX + 44 + _LEGEND_PX + 14


def over_time(sheet: Sheet, data: Mapping[str, Any], x_px: float, y_px: float) -> None:
    """From its title at `y_px` to the legend."""
    wide = sheet.width_px - 2 * x_px - _AXIS_PX
    left_px = x_px + _AXIS_PX
    series = Series.of(data["points"])
    right_px = sheet.width_px - x_px
    title_px = sheet.text(x_px, y_px + 20, data["over_time"], 30, weight="bold", most_px=right_px - x_px)

    plot_px = y_px + _TOP_PX + _FLAG_PX * _rows_of_flags(data)
    axes = sheet.axes(left_px, plot_px, wide, _PLOT_PX)
    axes.set_xlim(0, len(series.mean) or 1)
    low, high = series.reach()
    axes.set_ylim(low, high)
    if series.known.any():
        rest_px = right_px - x_px - title_px - 24
        sheet.text(
            right_px, y_px + 20, data["scale"], 25, colour=sheet.palette.faint, ha="right", most_px=rest_px
        )
        _scale(sheet, axes, x_px, plot_px)
    hatch_gaps(axes, series, sheet)
    draw_series(axes, series, sheet)
    _flags(sheet, axes, data, left_px, plot_px, wide)

    volume_px = plot_px + _PLOT_PX + 42
    sheet.text(left_px, volume_px - 20, data["volume"], 25, colour=sheet.palette.faint, most_px=wide)
    below = sheet.axes(left_px, volume_px, wide, _VOLUME_PX)
    below.set_xlim(*axes.get_xlim())
    hollow = _volume(below, series, sheet, wide / (len(series.mean) or 1))
    hatch_gaps(below, series, sheet)
    _ticks(sheet, data, left_px, volume_px + _VOLUME_PX + 24, wide)
    hollow = hollow or has_hollow(data["grid"])
    _legend(sheet, data["legend"], series, hollow, x_px, volume_px + _VOLUME_PX + 66)


@dataclass(frozen=True, slots=True)
class Series:
    """A value for each bucket; nan where nothing is shown."""

    messages: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    gap: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Series:
        table = np.array(
            [[np.nan if value is None else value for value in row] for row in rows], dtype=np.float64
        )
        table = table.reshape(len(rows), 5)
        return cls(table[:, 0], table[:, 1], table[:, 2], table[:, 3], table[:, 4] > 0)

    @property
    def middle(self) -> NDArray[np.float64]:
        return np.arange(len(self.mean), dtype=np.float64) + 0.5

    @property
    def known(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.mean)

    def stretches(self) -> list[slice]:
        """Runs of buckets whose mood is known."""
        return _runs(self.known)

    def smooth(self) -> Series:
        """The means of a week around each day; nan where fewer than three of its days are known, or the day is not."""
        known = self.known.astype(float)
        around = np.convolve(known, np.ones(7), "same")
        total = np.convolve(np.nan_to_num(self.mean), np.ones(7), "same")
        mean = np.where(self.known & (around >= 3), total / np.maximum(around, 1), np.nan)
        return replace(self, mean=mean)

    def reach(self) -> tuple[float, float]:
        """Of the scale: every mean, 0, and all but the widest of the intervals."""
        if not self.known.any():
            return -_LEAST_HEIGHT / 2, _LEAST_HEIGHT / 2
        low = min(0, np.nanmin(self.mean), np.nanquantile(self.low, 0.15))
        high = max(0, np.nanmax(self.mean), np.nanquantile(self.high, 0.85))
        room = max(0.06 * (high - low), (_LEAST_HEIGHT - (high - low)) / 2)
        return max(-104, low - room), min(104, high + room)


def draw_series(axes: Axes, series: Series, sheet: Sheet, *, thin: bool = False) -> None:
    """The line, coloured by mood, on its band; broken where nothing is known. A day between unknown ones is a dot."""
    palette, many = sheet.palette, thin or len(series.mean) > _MOST_DOTS
    runs, line = series.stretches(), series
    for run in runs:
        x, low, high = series.middle[run], series.low[run], series.high[run]
        if len(x) > 1:
            axes.fill_between(x, low, high, color=palette.faint, alpha=0.2, linewidth=0)
        else:
            axes.vlines(x, low, high, color=palette.faint, alpha=0.35, linewidth=3)
    if len(series.mean) > _MOST_DAYS:
        line = series.smooth()
        for run in runs:
            axes.plot(series.middle[run], series.mean[run], color=palette.faint, alpha=0.6, linewidth=0.8)
    for run in line.stretches():
        corners = np.column_stack([line.middle[run], line.mean[run]])
        pieces = LineCollection(
            list(pairwise(corners)), cmap=inks(palette), linewidth=2.4 if thin else 3.6, capstyle="round"
        )
        pieces.set_array((corners[1:, 1] + corners[:-1, 1]) / 2)
        pieces.set_clim(-_COLOURFUL, _COLOURFUL)
        axes.add_collection(pieces, autolim=False)
    dotted = (
        [run.start for run in runs if run.stop - run.start == 1] if many else np.flatnonzero(series.known)
    )
    axes.scatter(
        series.middle[dotted],
        series.mean[dotted],
        c=series.mean[dotted],
        cmap=inks(palette),
        vmin=-_COLOURFUL,
        vmax=_COLOURFUL,
        s=18 if many else 55,
        edgecolors=palette.paper,
        linewidths=0.5 if many else 1.5,
        zorder=3,
    )


def _runs(there: NDArray[np.bool_]) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], there.astype(int), [0]))))
    return [slice(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _scale(sheet: Sheet, axes: Axes, x_px: float, y_px: float) -> None:
    low, high = axes.get_ylim()
    step = next((step for step in _STEPS if (high - low) / step <= 5), _STEPS[-1])
    for score in range(int(np.ceil(low / step)) * step, int(high) + 1, step):
        axes.axhline(
            score,
            color=sheet.palette.faint if not score else sheet.palette.rail,
            linewidth=1.4 if not score else 1,
            zorder=0.5,
        )
        level_px = y_px + (high - score) / (high - low) * _PLOT_PX
        words = f"{score:+d}".replace("-", "−") if score else "0"
        sheet.text(x_px + _AXIS_PX - 14, level_px, words, 25, colour=sheet.palette.faint, ha="right")


def hatch_gaps(axes: Axes, series: Series, sheet: Sheet) -> None:
    for run in _runs(series.gap):
        axes.axvspan(
            run.start,
            run.stop,
            facecolor="none",
            edgecolor=sheet.palette.faint,
            alpha=0.35,
            hatch=_HATCH,
            linewidth=0,
            zorder=0.4,
        )


def _volume(axes: Axes, series: Series, sheet: Sheet, bucket_px: float) -> bool:
    """Bars; hollow where the mood may not be shown. Whether there are such."""
    palette, wide = sheet.palette, 0.8
    most = max(1.0, float(series.messages.max(initial=0)))
    hollow = ~series.known & (series.messages > 0)
    full = series.known & (series.messages > 0)
    axes.bar(series.middle[full], series.messages[full], wide, color=palette.faint, alpha=0.75, linewidth=0)
    narrow = wide * bucket_px < 6
    axes.bar(
        series.middle[hollow],
        np.maximum(series.messages[hollow], 0.09 * most),  # high enough to be seen as hollow
        wide,
        facecolor=palette.rail if narrow else "none",
        edgecolor=palette.faint,
        linewidth=0 if narrow else 1.3,
    )
    axes.axhline(0, color=palette.faint, linewidth=1.2)
    axes.set_ylim(0, most * 1.04)
    return bool(hollow.any())


def _ticks(sheet: Sheet, data: Mapping[str, Any], x_px: float, y_px: float, wide: float) -> None:
    """Every one, every second and so on, so that they keep apart."""
    scale = wide / (len(data["points"]) or 1)
    placed = [(x_px + at * scale, words, sheet.measured(words, 25) / 2) for at, words in data["ticks"]]
    shown = placed
    for step in range(1, len(placed) + 1):
        shown = placed[::step]
        if all(b - b_half - a - a_half >= 18 for (a, _, a_half), (b, _, b_half) in pairwise(shown)):
            break
    for at, words, half in shown:
        at = min(max(at, half + 4), sheet.width_px - half - 4)
        sheet.text(at, y_px, words, 25, colour=sheet.palette.faint, ha="center")


def _rows_of_flags(data: Mapping[str, Any]) -> int:
    return min(2, len(data["shifts"]))


def _flags(sheet: Sheet, axes: Axes, data: Mapping[str, Any], x_px: float, y_px: float, wide: float) -> None:
    """A thin line for each shift, and above the plot its label, where there is room for it."""
    scale = wide / (len(data["points"]) or 1)
    taken = [0.0] * _rows_of_flags(data)
    for at, words in data["shifts"]:
        axes.axvline(at, color=sheet.palette.ink, linewidth=1.4, linestyle=(0, (4, 3)), zorder=2)
        width_px = sheet.measured(words, 25)
        centre_px = x_px + at * scale
        start_px = min(max(centre_px - width_px / 2, x_px), x_px + wide - width_px)
        for row in range(len(taken)):
            if taken[row] + 20 <= start_px:
                taken[row] = start_px + width_px
                sheet.text(start_px, y_px - 20 - row * _FLAG_PX, words, 25)
                break


def _legend(
    sheet: Sheet, words: Mapping[str, str], series: Series, hollow: bool, x_px: float, y_px: float
) -> None:
    """Only what is in the picture."""
    faint = sheet.palette.faint
    looks: list[tuple[str, float, dict[str, Any]]] = []
    if len(series.mean) > _MOST_DAYS and series.known.any():
        looks.append((words["smooth"], 6, {"facecolor": faint, "linewidth": 0}))
    if series.known.any():
        looks.append((words["band"], 22, {"facecolor": faint, "alpha": 0.3, "linewidth": 0}))
    if series.gap.any():
        hatched = {"facecolor": "none", "edgecolor": faint, "alpha": 0.6, "hatch": _HATCH, "linewidth": 0}
        looks.append((words["gap"], 22, hatched))
    if hollow and words["few"]:
        looks.append((words["few"], 22, {"facecolor": "none", "edgecolor": faint, "linewidth": 1.3}))
    swatch_px, space_px, size_px = 32, 28, 25.0
    for_words_px = sheet.width_px - 2 * x_px - len(looks) * (swatch_px + 10 + space_px) + space_px
    wanted_px = sum(sheet.measured(label, size_px) for label, *_ in looks)
    size_px *= min(1, for_words_px / max(wanted_px, 1))
    for label, high_px, look in looks:
        box(sheet, x_px, y_px - high_px / 2, swatch_px, high_px, **look)
        x_px += swatch_px + 10
        x_px += sheet.text(x_px, y_px, label, size_px, colour=faint) + space_px
