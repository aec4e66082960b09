"""How loud a recording is, by pydub (which is never asked to read a file: that would need ffmpeg)."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from skills._media_waveform import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from skills._media_waveform import Waveform

FLOOR_DBFS = -96.0
"""Digital silence: below the last bit of 16."""
SILENT_DBFS = -60.0
"""A stretch quieter than this is silence to a listener."""


def loudness_dbfs(waveform: Waveform, hop_s: float) -> tuple[float, ...]:
    """RMS level of each stretch of `hop_s` (the last may be shorter): dBFS, at least FLOOR_DBFS."""
    segment = _segment(waveform)
    hop = int(hop_s * SAMPLE_RATE_HZ)
    stretches = (segment.get_sample_slice(at, at + hop) for at in range(0, len(waveform), hop))
    return tuple(_floored(stretch.dBFS) for stretch in stretches)


def level_dbfs(waveform: Waveform) -> float:
    """RMS level of the whole, dB below full scale, at least FLOOR_DBFS."""
    return _floored(_segment(waveform).dBFS)


def _floored(level_dbfs: float) -> float:
    return FLOOR_DBFS if math.isinf(level_dbfs) else max(FLOOR_DBFS, round(level_dbfs, 2))


def _segment(waveform: Waveform) -> Any:
    import numpy as np

    with warnings.catch_warnings():
        # It looks for ffmpeg when it is imported, which only its readers and writers of files would use.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    samples = np.rint(waveform * 32767.0).astype("<i2")
    return AudioSegment(data=samples.tobytes(), sample_width=2, frame_rate=SAMPLE_RATE_HZ, channels=1)
