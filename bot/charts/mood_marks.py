"""The marks that all pictures of moods share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.patches import Rectangle

from bot.charts.palette import Palette
from bot.charts.sheet import Sheet

_CLEAR = 10
"""From here on a score is coloured; below it is as even as its word says."""


def shades(palette: Palette) -> LinearSegmentedColormap:
    """From all negative to all positive."""
    return LinearSegmentedColormap.from_list("mood", palette.moods)


def inks(palette: Palette) -> LinearSegmentedColormap:
    """The same for lines and dots: the neutral is dark enough to be seen on paper."""
    negative, _, positive = palette.moods
    return LinearSegmentedColormap.from_list("mood-ink", (negative, palette.faint, positive))


def tone(score: float, palette: Palette) -> str:
    """The colour of a number."""
    negative, _, positive = palette.moods
    if abs(score) < _CLEAR:
        return palette.ink
    return positive if score > 0 else negative


def arrow(change: float) -> str:
    return "↗" if change > 0 else "↘" if change < 0 else ""


def box(sheet: Sheet, x_px: float, y_px: float, width_px: float, height_px: float, **look: Any) -> Rectangle:
    """A rectangle; `y_px` is its upper edge."""
    w, h = sheet.width_px, sheet.height_px
    patch = Rectangle(
        (x_px / w, 1 - (y_px + height_px) / h),
        width_px / w,
        height_px / h,
        transform=sheet.figure.transFigure,
        **look,
    )
    sheet.figure.add_artist(patch)
    return patch


def share_bar(
    sheet: Sheet, counts: Sequence[int], x_px: float, y_px: float, width_px: float, height_px: float
) -> None:
    """Negative, neutral, positive, with their per cent where it fits."""
    size_px = height_px * 0.56
    for (share, percent), colour in zip(_percents(counts), sheet.palette.moods, strict=True):
        wide = share * width_px
        if wide <= 0:
            continue
        box(sheet, x_px, y_px, max(wide - 2, 1), height_px, facecolor=colour, linewidth=0)
        words = f"{percent}%"
        if sheet.measured(words, size_px) + 12 <= wide:
            sheet.text(
                x_px + wide / 2 - 1, y_px + height_px / 2, words, size_px, ha="center", colour=_on(colour)
            )
        x_px += wide


def legend_of_shares(
    sheet: Sheet, words: Sequence[str], right_px: float, y_px: float, size_px: float
) -> float:
    """A swatch and a word for each, ending at the right. How wide they are."""
    x_px = right_px
    for label, colour in reversed(list(zip(words, sheet.palette.moods, strict=True))):
        x_px -= (
            sheet.text(x_px, y_px, label, size_px, colour=sheet.palette.faint, ha="right", most_px=250) + 10
        )
        side_px = size_px * 0.8
        x_px -= side_px
        box(sheet, x_px, y_px - side_px / 2, side_px, side_px, facecolor=colour, linewidth=0)
        x_px -= 24
    return right_px - x_px


def _percents(counts: Sequence[int]) -> list[tuple[float, int]]:
    """Shares, and whole per cent that make 100 (the largest remainders are rounded up)."""
    total = sum(counts)
    if not total:
        return [(0.0, 0) for _ in counts]
    exact = [100 * count / total for count in counts]
    whole = [int(value) for value in exact]
    for index in sorted(range(len(exact)), key=lambda index: whole[index] - exact[index])[: 100 - sum(whole)]:
        whole[index] += 1
    return [(count / total, percent) for count, percent in zip(counts, whole, strict=True)]


def _on(colour: str) -> str:
    """Words on this colour: white or nearly black, whichever stands out."""
    red, green, blue = to_rgb(colour)
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.53 else "#17212b"
