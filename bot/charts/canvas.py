"""What every picture is drawn on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from bot.charts.palette import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 100


def styled(palette: Palette) -> AbstractContextManager[None]:
    """Matplotlib's settings while a picture is made."""
    import matplotlib as mpl

    # DejaVu comes with matplotlib and has Cyrillic; a `$` in a label is a `$`.
    return mpl.rc_context({"font.family": "DejaVu Sans", "text.parse_math": False, "text.color": palette.ink})


def blank(width_px: int, height_px: int, palette: Palette) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width_px / DPI, height_px / DPI), dpi=DPI, facecolor=palette.paper)


def bare_axes(figure: Figure, box: tuple[float, float, float, float], palette: Palette) -> Axes:
    axes = figure.add_axes(box, facecolor=palette.paper)
    axes.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes
