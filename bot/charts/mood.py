"""The picture of a mood, to be read on a phone: the headline, the mood over time, the shares, the weekdays' hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from bot.charts.mood_grid import GRID_PX, grid
from bot.charts.mood_marks import arrow, legend_of_shares, share_bar, tone
from bot.charts.mood_time import over_time, time_px
from bot.charts.palette import Palette
from bot.charts.sheet import Sheet, readable

WIDTH_PX = 1080
MARGIN_PX = 56
_HEAD_PX = 194
_HEADLINE_PX = 126
_BAR_PX = 42
_BAR_GAP_PX = 12


def mood(data: Mapping[str, Any], palette: Palette) -> Figure:
    """1080 pixels wide, as high as there is something to show (about 1400). See `bot.mood.picture` for the data.

    Scores are points from -100 to 100. `title`, `untitled` (if nothing of the title can be shown), `lines` below
    it; `now`: `score`, `number`, `word`, `range`; `before`: `change` (None: none to speak of), `words`, `before`;
    `points` of [messages, mean, low, high, gap]; `ticks` and `shifts` of [place counted in points, words];
    `over_time`, `scale` and `volume`, titles; `legend`: `smooth`, `band`, `gap`, `few`; `words` for negative,
    neutral, positive; `shares_title`; `shares` of [label, negative, neutral, positive]; `grid`: `title`, `days`,
    `hours` of [hour, words], `cells` of [messages, mean].
    """
    shares_px = 54 + (_BAR_PX + _BAR_GAP_PX) * len(data["shares"]) + 18 if data["shares"] else 0
    grid_px = GRID_PX if data["grid"] else 0
    sheet = Sheet(
        WIDTH_PX, round(_HEAD_PX + _HEADLINE_PX + time_px(data) + shares_px + grid_px + 20), palette
    )
    _head(sheet, data)
    _headline(sheet, data, _HEAD_PX)
    y_px = _HEAD_PX + _HEADLINE_PX
    over_time(sheet, data, MARGIN_PX, y_px)
    y_px += time_px(data)
    if shares_px:
        _shares(sheet, data, y_px)
    if grid_px:
        grid(sheet, data["grid"], MARGIN_PX, y_px + shares_px)
    return sheet.figure


def _head(sheet: Sheet, data: Mapping[str, Any]) -> None:
    wide = sheet.width_px - 2 * MARGIN_PX
    sheet.text(
        MARGIN_PX, 64, readable(data["title"], data["untitled"]), 50, weight="bold", most_px=wide, least=0.68
    )
    for at_px, line in zip((120, 160), data["lines"], strict=False):
        sheet.text(MARGIN_PX, at_px, readable(line, ""), 30, colour=sheet.palette.faint, most_px=wide)


def _headline(sheet: Sheet, data: Mapping[str, Any], y_px: float) -> None:
    """How it is at the left, what has changed at the right."""
    now, before, faint = data["now"], data["before"], sheet.palette.faint
    if now["score"] is None:
        sheet.text(
            MARGIN_PX, y_px + 46, now["word"], 36, weight="bold", most_px=sheet.width_px - 2 * MARGIN_PX
        )
        return
    right_px = sheet.width_px - MARGIN_PX
    reserved_px = 0.0
    if before:
        changed, words = before["change"] or 0, before["words"]
        words, size_px = (f"{arrow(changed)} {words}", 42) if changed else (words, 30)
        colour = tone(changed, sheet.palette)
        wide = [
            sheet.text(
                right_px, y_px + 30, words, size_px, colour=colour, weight="bold", ha="right", most_px=340
            ),
            sheet.text(right_px, y_px + 80, before["before"], 28, colour=faint, ha="right", most_px=340),
        ]
        reserved_px = max(wide) + 30
    number_px = sheet.text(
        MARGIN_PX - 4, y_px + 52, now["number"], 96, weight="bold", colour=tone(now["score"], sheet.palette)
    )
    left_px = MARGIN_PX + number_px + 26
    most_px = right_px - reserved_px - left_px
    sheet.text(left_px, y_px + 30, now["word"], 36, weight="bold", most_px=most_px)
    sheet.text(left_px, y_px + 80, now["range"], 28, colour=faint, most_px=most_px)


def _shares(sheet: Sheet, data: Mapping[str, Any], y_px: float) -> None:
    right_px = sheet.width_px - MARGIN_PX
    legend_px = legend_of_shares(sheet, data["words"], right_px, y_px + 20, 25)
    sheet.text(
        MARGIN_PX,
        y_px + 22,
        data["shares_title"],
        30,
        weight="bold",
        most_px=right_px - legend_px - MARGIN_PX - 20,
    )
    labels_px = max(sheet.measured(label, 26) for label, *_ in data["shares"])
    labels_px = min(labels_px, 200) + 20
    for rank, (label, *counts) in enumerate(data["shares"]):
        top_px = y_px + 50 + rank * (_BAR_PX + _BAR_GAP_PX)
        sheet.text(
            MARGIN_PX, top_px + _BAR_PX / 2, label, 26, colour=sheet.palette.faint, most_px=labels_px - 20
        )
        share_bar(sheet, counts, MARGIN_PX + labels_px, top_px, right_px - MARGIN_PX - labels_px, _BAR_PX)
