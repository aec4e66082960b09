"""Draws charts in a process of its own (`python -m bot.charts`), there only while charts are wanted."""

from __future__ import annotations

from bot.side_process import SideProcess, SideProcessFailed
from skills import Chart


class ChartFailed(Exception):
    """The picture could not be drawn; the words of the reply do without it."""


class Painter:
    """`png = await painter.draw(chart)`. One picture at a time; close it when the bot ends."""

    def __init__(self, *, timeout_s: float = 30.0, idle_s: float = 300.0) -> None:
        self._process = SideProcess("bot.charts", timeout_s=timeout_s, idle_s=idle_s)

    async def draw(self, chart: Chart, *, dark: bool = False) -> bytes:
        """A PNG. Raises ChartFailed."""
        try:
            png = await self._process.ask({"kind": chart.kind, "data": dict(chart.data), "dark": dark})
        except SideProcessFailed as error:
            raise ChartFailed(str(error)) from error
        if not png:
            raise ChartFailed(f"no picture came of the chart {chart.kind!r}")
        return png

    async def close(self) -> None:
        await self._process.close()
