"""Pictures of results. What is drawn is data (`skills.Chart`) with every word in the person's language.

Run as `python -m bot.charts` it is the process that draws (`bot.painter`): matplotlib takes memory, so the bot's own
process never imports any of this.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.charts.canvas import styled
from bot.charts.mood import mood
from bot.charts.mood_groups import mood_groups
from bot.charts.palette import DARK, LIGHT, Palette
from bot.charts.results import bars, spectrogram, timeline
from skills import Chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DARK", "LIGHT", "Palette", "draw"]

_PAINTERS: Mapping[str, Callable[[Mapping[str, Any], Palette], Figure]] = {
    "bars": bars,
    "timeline": timeline,
    "spectrogram": spectrogram,
    "mood": mood,
    "mood-me": mood,
    "mood-groups": mood_groups,
}


def draw(chart: Chart, *, dark: bool = False) -> bytes:
    """A PNG. Raises ValueError for a kind of chart that is not known here; what each is told, its painter says."""
    if chart.kind not in _PAINTERS:
        raise ValueError(f"no chart is called {chart.kind!r}")
    palette = DARK if dark else LIGHT
    with styled(palette):
        out = io.BytesIO()
        # A Figure without pyplot has the Agg canvas.
        _PAINTERS[chart.kind](chart.data, palette).savefig(out, format="png")
    return out.getvalue()
