"""The pictures of a recording, as data."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from skills._log_mel import BANDS, Spectrogram, band_of
from skills._types import Chart, Say, Scored

_MARKS_HZ = (250, 500, 1000, 2000, 4000, 7000)
_SECONDS_UP_TO_S = 120
"""Beyond it the time is read as on a clock."""
_STRIPS = 3
_PARTS = 400
"""Of a strip; what lies closer together than one of them is not told apart."""


def bars(heard: Sequence[Scored], say: Say) -> Chart:
    """How sure each class is."""
    rows = [[say.label("sounds", scored.label), scored.score] for scored in heard]
    return Chart("bars", {"title": say("sounds-chart-title"), "rows": rows})


def timeline(
    rows: Sequence[tuple[str, Sequence[float]]],
    loudness_dbfs: Sequence[float],
    hop_s: float,
    duration_s: float,
    say: Say,
) -> Chart:
    """Classes over time, a score for each hop, and the loudness."""
    return Chart(
        "timeline",
        {
            "title": say("sounds-chart-title"),
            "loudness_label": say("sounds-chart-loudness"),
            "time_label": say("sounds-chart-time"),
            "duration_s": duration_s,
            "hop_s": hop_s,
            "rows": [[say.label("sounds", label), list(scores)] for label, scores in rows],
            "loudness_dbfs": list(loudness_dbfs),
        },
    )


def spectrogram(
    drawn: Spectrogram,
    events: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    duration_s: float,
    say: Say,
) -> Chart:
    """Time, pitch and strength; the first few of `events`, a class and its times, are named."""
    clock = duration_s > _SECONDS_UP_TO_S
    return Chart(
        "spectrogram",
        {
            "title": say("spectrogram-title"),
            "time_label": say("spectrogram-minutes" if clock else "spectrogram-seconds"),
            "clock": clock,
            "pitch_label": say("spectrogram-pitch"),
            "duration_s": duration_s,
            "columns": drawn.columns,
            "bands": BANDS,
            "levels": base64.b64encode(drawn.levels).decode(),
            "marks": [[band_of(mark_hz), str(mark_hz)] for mark_hz in _MARKS_HZ],
            "rows": [
                [say.label("sounds", label), _joined(spans, duration_s / _PARTS)]
                for label, spans in events[:_STRIPS]
            ],
        },
    )


def _joined(spans: Sequence[tuple[float, float]], gap_s: float) -> list[list[float]]:
    """Spans in order of time, those with less than `gap_s` between them as one."""
    joined: list[list[float]] = []
    for start_s, end_s in spans:
        if joined and start_s - joined[-1][1] < gap_s:
            joined[-1][1] = max(joined[-1][1], end_s)
        else:
            joined.append([start_s, end_s])
    return joined
