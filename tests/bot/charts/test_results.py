from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from bot.charts import draw
from skills import Chart

BARS = Chart("bars", {"title": "Что на фото", "rows": [["египетская кошка", 0.94], ["$x$ рысь", 0.03]]})


def _timeline(duration_s: float, frames: int) -> Chart:
    return Chart(
        "timeline",
        {
            "title": "Что слышно",
            "time_label": "время",
            "loudness_label": "громкость, дБ",
            "duration_s": duration_s,
            "hop_s": 0.48,
            "rows": [["лай", [0.9] * frames], ["очень " * 30, [0.0] * frames]],
            "loudness_dbfs": [-96.0] + [-20.0] * (frames - 1),
        },
    )


def _spectrogram(duration_s: float, columns: int, rows: int = 0) -> Chart:
    return Chart(
        "spectrogram",
        {
            "title": "Спектрограмма",
            "time_label": "секунды",
            "clock": duration_s > 120,
            "pitch_label": "Гц",
            "duration_s": duration_s,
            "columns": columns,
            "bands": 64,
            "levels": base64.b64encode(bytes(range(64)) * columns).decode(),
            "marks": [[2.5, "250"], [62.4, "7000"]],
            "rows": [["лай " * 30, [[0.0, duration_s], [duration_s, duration_s]]]] * rows,
        },
    )


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    "chart",
    [
        BARS,
        Chart("bars", {"title": "", "rows": []}),
        Chart("bars", {"title": "x" * 500, "rows": [["ы" * 500, 1.0]] * 9}),
        _timeline(0.975, 1),
        _timeline(5.3, 10),
        _timeline(900.0, 1875),
        _spectrogram(0.01, 1),
        _spectrogram(7200.0, 1000, rows=3),
    ],
)
def test_every_chart_is_a_png_of_the_promised_size(chart: Chart, dark: bool) -> None:
    with Image.open(io.BytesIO(draw(chart, dark=dark))) as image:
        assert (image.format, image.size) == ("PNG", (1000, 600))


def test_the_same_data_gives_the_same_picture_and_dark_another() -> None:
    assert draw(BARS) == draw(BARS)
    assert draw(BARS) != draw(BARS, dark=True)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="pie"):
        draw(Chart("pie", {}))
