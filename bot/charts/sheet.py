"""A picture laid out in pixels from its upper left corner, with words that are measured before they are drawn."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties, findfont, get_font

from bot.charts.canvas import DPI, bare_axes, blank
from bot.charts.palette import Palette

_FAMILY = "DejaVu Sans"
_HALF_CAPITAL = 0.365
"""Half the height of a capital, of the size."""
Weight = Literal["normal", "bold"]


class Sheet:
    """`figure` is what has been drawn so far."""

    def __init__(self, width_px: int, height_px: int, palette: Palette) -> None:
        self.width_px, self.height_px, self.palette = width_px, height_px, palette
        self.figure = blank(width_px, height_px, palette)
        canvas: Any = FigureCanvasAgg(self.figure)
        self._renderer = canvas.get_renderer()

    def text(
        self,
        x_px: float,
        y_px: float,
        words: str,
        size_px: float,
        *,
        colour: str | None = None,
        weight: Weight = "normal",
        ha: Literal["left", "center", "right"] = "left",
        most_px: float | None = None,
        least: float = 0.8,
    ) -> float:
        """Words whose capitals have their middle at `y_px`; made smaller, and then cut, to `most_px`.

        `least` is how much smaller they may become before they are cut. How wide they came out.
        """
        most_px = self.width_px if most_px is None else most_px
        wide = self.measured(words, size_px, weight)
        if wide > most_px:
            size_px *= max(0.98 * most_px / wide, least)  # hinted letters do not shrink evenly
            words = self._cut(words, size_px, weight, most_px)
        if not words:
            return 0.0
        self.figure.text(
            x_px / self.width_px,
            1 - (y_px + _HALF_CAPITAL * size_px) / self.height_px,
            words,
            size=points(size_px),
            color=colour or self.palette.ink,
            weight=weight,
            ha=ha,
            va="baseline",
        )
        return self.measured(words, size_px, weight)

    def measured(self, words: str, size_px: float, weight: Weight = "normal") -> float:
        """How wide these words would be, in pixels."""
        font = FontProperties(family=_FAMILY, size=points(size_px), weight=weight)
        return float(self._renderer.get_text_width_height_descent(words, font, False)[0]) if words else 0.0

    def axes(self, x_px: float, y_px: float, width_px: float, height_px: float) -> Axes:
        """Bare axes; `y_px` is their upper edge."""
        w, h = self.width_px, self.height_px
        return bare_axes(
            self.figure, (x_px / w, 1 - (y_px + height_px) / h, width_px / w, height_px / h), self.palette
        )

    def _cut(self, words: str, size_px: float, weight: Weight, most_px: float) -> str:
        if self.measured(words, size_px, weight) <= most_px:
            return words
        fits, cut = 0, len(words)
        while cut - fits > 1:
            middle = (fits + cut) // 2
            if self.measured(f"{words[:middle].rstrip()}…", size_px, weight) <= most_px:
                fits = middle
            else:
                cut = middle
        return f"{words[:fits].rstrip()}…"


def points(size_px: float) -> float:
    """Matplotlib's sizes are in 1/72 inch."""
    return size_px * 72 / DPI


def readable(words: str, otherwise: str) -> str:
    """On one line, without what the font lacks (most emoji, Chinese); `otherwise` if no letter or digit is left."""
    known = [char if char in " \u00a0" or _drawable(char) else " " for char in words[:200]]
    shown = " ".join("".join(known).split())
    return shown if any(char.isalnum() for char in shown) else otherwise


def _drawable(char: str) -> bool:
    return unicodedata.category(char)[0] not in "CZ" and ord(char) in _glyphs()


@cache
def _glyphs() -> frozenset[int]:
    """What both weights have."""
    fonts = (
        get_font(findfont(FontProperties(family=_FAMILY, weight=weight))) for weight in ("normal", "bold")
    )
    return frozenset.intersection(*(frozenset(font.get_charmap()) for font in fonts))
