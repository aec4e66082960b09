"""Seven weekdays by 24 hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from bot.charts.mood_marks import shades
from bot.charts.sheet import Sheet

_ROW_PX = 30
_TOP_PX = 52
GRID_PX = _TOP_PX + 7 * _ROW_PX + 40
_LEAST_REACH = 20
_INSET = 0.1


def grid(sheet: Sheet, data: Mapping[str, Any], x_px: float, y_px: float) -> None:
    """The stronger the colour the clearer the mood; hollow where too few people wrote, nothing where nobody did."""
    palette = sheet.palette
    right_px = sheet.width_px - x_px
    days_px = min(90.0, max(sheet.measured(day, 25) for day in data["days"])) + 18
    messages = np.array([[count for count, _ in row] for row in data["cells"]])
    means = np.array([[np.nan if mean is None else mean for _, mean in row] for row in data["cells"]])
    reach = float(np.nanquantile(np.abs(means), 0.95))
    reach = max(_LEAST_REACH, min(100, 10 * np.ceil(reach / 10)))

    wide = right_px - x_px - days_px
    axes = sheet.axes(x_px + days_px, y_px + _TOP_PX, wide, 7 * _ROW_PX)
    axes.pcolormesh(
        np.arange(25),
        np.arange(8),
        np.ma.masked_invalid(means),
        cmap=shades(palette),
        vmin=-reach,
        vmax=reach,
        edgecolors=palette.paper,
        linewidth=2,
    )
    hollow = np.argwhere(np.isnan(means) & (messages > 0))
    squares = [
        Rectangle((hour + _INSET, day + _INSET), 1 - 2 * _INSET, 1 - 2 * _INSET) for day, hour in hollow
    ]
    axes.add_collection(
        PatchCollection(squares, facecolor="none", edgecolor=palette.faint, alpha=0.55, linewidth=1.1)
    )
    axes.set_xlim(0, 24)
    axes.set_ylim(7, 0)
    for row, day in enumerate(data["days"]):
        sheet.text(
            x_px, y_px + _TOP_PX + (row + 0.5) * _ROW_PX, day, 25, colour=palette.faint, most_px=days_px - 12
        )
    for hour, words in data["hours"]:
        hour_px = x_px + days_px + (hour + 0.5) / 24 * wide
        sheet.text(hour_px, y_px + _TOP_PX + 7 * _ROW_PX + 21, words, 25, colour=palette.faint, ha="center")
    legend_px = _scale(sheet, reach, right_px, y_px + 20)
    sheet.text(x_px, y_px + 20, data["title"], 30, weight="bold", most_px=right_px - legend_px - x_px - 20)


def has_hollow(data: Mapping[str, Any] | None) -> bool:
    return data is not None and any(count and mean is None for row in data["cells"] for count, mean in row)


def _scale(sheet: Sheet, reach: float, right_px: float, y_px: float) -> float:
    """What the colours stand for, at the right. How wide it is."""
    faint = sheet.palette.faint
    high_px = sheet.text(right_px, y_px, f"+{reach:.0f}", 25, colour=faint, ha="right")
    strip_px = 130
    left_px = right_px - high_px - 10 - strip_px
    axes = sheet.axes(left_px, y_px - 9, strip_px, 18)
    axes.imshow(np.linspace(0, 1, 64)[None, :], cmap=shades(sheet.palette), aspect="auto")
    low_px = sheet.text(left_px - 10, y_px, f"−{reach:.0f}", 25, colour=faint, ha="right")
    return right_px - left_px + 10 + low_px
