"""Groups side by side: a row for each, with its last days, its average and the share of its messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from bot.charts.mood_marks import arrow, legend_of_shares, share_bar, tone
from bot.charts.mood_time import Series, draw_series, hatch_gaps
from bot.charts.palette import Palette
from bot.charts.sheet import Sheet, readable

WIDTH_PX = 1080
_MARGIN_PX = 56
_TOP_PX = 200
_ROW_PX = 166
_LINE_PX = 74
_GUTTER_PX = 40


def mood_groups(data: Mapping[str, Any], palette: Palette) -> Figure:
    """1080 pixels wide. `title`, a `line` below it, `untitled`, `scale` and `words` as of `mood`; `rows` of `title`,
    `counts`, `now`, `before` and `points` as there, and `shares` (negative, neutral, positive; or None).

    All lines have the same scale, so that one group can be held against another.
    """
    rows = data["rows"]
    sheet = Sheet(WIDTH_PX, _TOP_PX + _ROW_PX * len(rows) + 16, palette)
    wide = WIDTH_PX - 2 * _MARGIN_PX
    sheet.text(_MARGIN_PX, 64, data["title"], 50, weight="bold", most_px=wide)
    period_px = sheet.text(_MARGIN_PX, 120, data["line"], 30, colour=palette.faint, most_px=wide)
    if any(row["shares"] for row in rows):
        rest_px = wide - period_px - 30
        sheet.text(
            WIDTH_PX - _MARGIN_PX, 120, data["scale"], 25, colour=palette.faint, ha="right", most_px=rest_px
        )
        legend_of_shares(sheet, data["words"], WIDTH_PX - _MARGIN_PX, 166, 25)
    series = [Series.of(row["points"]) for row in rows]
    reaches = [one.reach() for one in series if one.known.any()] or [(-20.0, 20.0)]
    reach = min(low for low, _ in reaches), max(high for _, high in reaches)
    for rank, (row, one) in enumerate(zip(rows, series, strict=True)):
        _row(sheet, row, one, reach, data["untitled"], _TOP_PX + rank * _ROW_PX)
    return sheet.figure


def _row(
    sheet: Sheet,
    row: Mapping[str, Any],
    series: Series,
    reach: tuple[float, float],
    untitled: str,
    y_px: float,
) -> None:
    palette = sheet.palette
    right_px = sheet.width_px - _MARGIN_PX
    half_px = (right_px - _MARGIN_PX - _GUTTER_PX) / 2
    rule = sheet.axes(_MARGIN_PX, y_px, right_px - _MARGIN_PX, 2)
    rule.set_facecolor(palette.rail)

    number_px = _average(sheet, row, right_px, y_px + 40)
    sheet.text(
        _MARGIN_PX,
        y_px + 40,
        readable(row["title"], untitled),
        32,
        weight="bold",
        most_px=right_px - number_px - 24 - _MARGIN_PX,
    )
    axes = sheet.axes(_MARGIN_PX, y_px + 72, half_px, _LINE_PX)
    axes.set_xlim(0, len(series.mean) or 1)
    axes.set_ylim(*reach)
    axes.axhline(0, color=palette.faint, linewidth=1, alpha=0.6)
    hatch_gaps(axes, series, sheet)
    draw_series(axes, series, sheet, thin=True)

    left_px = _MARGIN_PX + half_px + _GUTTER_PX
    if row["shares"]:
        share_bar(sheet, row["shares"], left_px, y_px + 72, half_px, 36)
    sheet.text(left_px, y_px + 130, row["counts"], 25, colour=palette.faint, most_px=half_px)


def _average(sheet: Sheet, row: Mapping[str, Any], right_px: float, y_px: float) -> float:
    """The number, what has changed, or why there is none; at the right. How wide that is."""
    now, before, faint = row["now"], row["before"], sheet.palette.faint
    if now["score"] is None:
        return sheet.text(right_px, y_px, now["word"], 26, colour=faint, ha="right", most_px=520)
    wide = 0.0
    if before and before["change"]:
        changed = f"{arrow(before['change'])} {before['words']}"
        colour = tone(before["change"], sheet.palette)
        wide = sheet.text(right_px, y_px, changed, 30, colour=colour, ha="right") + 20
    colour = tone(now["score"], sheet.palette)
    number_px = sheet.text(right_px - wide, y_px, now["number"], 44, colour=colour, weight="bold", ha="right")
    return wide + number_px
