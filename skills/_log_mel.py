"""The log-mel spectrogram that YAMNet looks at, and its picture's data.

https://github.com/tensorflow/models/blob/master/research/audioset/yamnet/features.py: 16 kHz, periodic Hann
windows of 25 ms every 10 ms, magnitudes of a transform over 512 samples, 64 triangular bands from 125 to 7500 Hz
on the mel scale of HTK, natural logarithm of the magnitude + 0.001.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from skills._media_waveform import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skills._media_waveform import Waveform

WINDOW_SAMPLES = 400
ROW_SAMPLES = 160
ROW_S = ROW_SAMPLES / SAMPLE_RATE_HZ
BANDS = 64
LOWEST_HZ, HIGHEST_HZ = 125.0, 7500.0
MOST_COLUMNS = 1000
"""Of a picture; more would not be seen."""
_TRANSFORM_SAMPLES = 512
_OFFSET = 0.001
_ROWS_AT_ONCE = 6000
"""A minute: bounds the memory of the transform."""
_LEAST_SPAN = 3.0
"""The noise of an almost silent recording is not blown up to the brightness of a sound."""


@dataclass(frozen=True, slots=True)
class Spectrogram:
    """A log-mel spectrogram for the eye: small, however long the recording."""

    columns: int
    """At most MOST_COLUMNS, together the whole recording."""
    levels: bytes
    """Band by band from the lowest, BANDS x columns: 0 is the quietest of the picture, 255 the loudest."""


def log_mel(waveform: Waveform) -> NDArray[np.float32]:
    """Shape (rows, BANDS), a row each 10 ms as long as a window of 25 ms fits; natural logarithm.

    `waveform` is mono at 16 kHz.
    """
    import numpy as np

    if len(waveform) < WINDOW_SAMPLES:
        return np.zeros((0, BANDS), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(waveform, WINDOW_SAMPLES)[::ROW_SAMPLES]
    # np.hanning is symmetric; without its last point it is the periodic one.
    hann = np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)
    weights = _weights()
    rows = np.empty((len(windows), BANDS), np.float32)
    for first in range(0, len(windows), _ROWS_AT_ONCE):
        some = slice(first, first + _ROWS_AT_ONCE)
        magnitudes = np.abs(np.fft.rfft(windows[some] * hann, _TRANSFORM_SAMPLES))
        rows[some] = np.log(magnitudes @ weights + _OFFSET)
    return rows


def picture_of(rows: NDArray[np.float32], duration_s: float) -> Spectrogram:
    """The rows of `log_mel` within `duration_s`, each column the loudest of what it stands for."""
    import numpy as np

    rows = rows[: max(1, math.ceil(duration_s / ROW_S))]
    columns = min(len(rows), MOST_COLUMNS)
    starts = np.arange(columns) * len(rows) // columns
    pooled = np.maximum.reduceat(rows, starts)
    quietest, loudest = float(pooled.min()), float(pooled.max())
    shares = (pooled - quietest) / max(loudest - quietest, _LEAST_SPAN)
    return Spectrogram(columns, np.rint(shares.T * 255).astype(np.uint8).tobytes())


def band_of(frequency_hz: float) -> float:
    """Where a frequency lies among the bands: 0 is the middle of the lowest one, BANDS - 1 of the highest."""
    lowest, highest = _mel(LOWEST_HZ), _mel(HIGHEST_HZ)
    return (_mel(frequency_hz) - lowest) / (highest - lowest) * (BANDS + 1) - 1


def _mel(frequency_hz: float) -> float:
    return 1127.0 * math.log1p(frequency_hz / 700.0)


@cache
def _weights() -> NDArray[np.float32]:
    """How much each bin of the transform counts in each band: triangles, straight on the mel scale."""
    import numpy as np

    bins_hz = np.linspace(0.0, SAMPLE_RATE_HZ / 2, _TRANSFORM_SAMPLES // 2 + 1)[:, np.newaxis]
    bins = 1127.0 * np.log1p(bins_hz / 700.0)
    edges = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    weights = np.maximum(0.0, np.minimum(rising, falling))
    weights[0] = 0.0  # a constant offset is no sound
    return weights.astype(np.float32)
