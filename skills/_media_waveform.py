"""The sound of a file as a waveform, decoded and resampled with libav (PyAV)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skills._errors import BadInput
from skills._media import audio_stream, duration_s, open_media
from skills._sniff import is_moving_gif, read_header, sniff_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Waveform = NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
"""What YAMNet and Whisper were trained on."""

_SAMPLE_RATES_HZ = range(1_000, 768_001)


def read_waveform(path: Path, *, max_s: float) -> Waveform:
    """The sound of any recording or video: mono float32 in [-1, 1] at 16 kHz, shape (samples,).

    Decoded and resampled piece by piece; channels are averaged. Damaged packets are skipped, as players do.
    Raises BadInput (not-audio, no-sound-track, too-long, and those of `open_media`).
    """
    import numpy as np

    form = sniff_header(read_header(path))
    if form is not None and form.is_picture:
        reason = "no-sound-track" if form.name == "GIF" and is_moving_gif(path) else "not-audio"
        raise BadInput("a picture has no sound", reason=reason)
    limit = int(max_s * SAMPLE_RATE_HZ)
    pieces: list[Waveform] = []
    total = 0
    with open_media(path) as container:
        stated_s = duration_s(container)
        # A header may be a little wrong (it often is for MP3), so only a gross length is taken at its word.
        if stated_s is not None and stated_s > 2 * max_s:
            raise BadInput(f"{stated_s:.0f} s of sound", reason="too-long", limit_s=max_s)
        for piece in _resampled(_decoded(container, audio_stream(container))):
            pieces.append(piece)
            total += piece.size
            if total > limit + SAMPLE_RATE_HZ // 2:
                raise BadInput(f"more than {max_s:.0f} s of sound", reason="too-long", limit_s=max_s)
    if not total:
        raise BadInput("no sample could be decoded", reason="broken-file")
    waveform = np.nan_to_num(np.concatenate(pieces), copy=False, posinf=0.0, neginf=0.0)
    # Float recordings may go beyond full scale; some are even written in units of 16-bit samples.
    peak = float(np.abs(waveform).max())
    if peak > 1.0:
        waveform /= peak
    return waveform


def _decoded(container: Any, stream: Any) -> Iterator[Any]:
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)  # None too after an error in reading: the rest is cut off
            if packet is None:
                return
            frames = packet.decode()
        except av.FFmpegError:
            continue
        yield from frames


def _resampled(frames: Iterator[Any]) -> Iterator[Waveform]:
    """Mono pieces at SAMPLE_RATE_HZ. A stream whose rate changes on the way is followed."""
    import av

    resampler, rate_hz, samples = None, 0, 0
    for frame in frames:
        if frame.sample_rate not in _SAMPLE_RATES_HZ:
            raise BadInput(f"sample rate {frame.sample_rate} Hz", reason="broken-file")
        if resampler is None or frame.sample_rate != rate_hz:
            if resampler is not None:
                yield from _flat(resampler.resample(None))
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
            rate_hz, samples = frame.sample_rate, 0
        mono = av.AudioFrame.from_ndarray(_mono(frame)[None], format="flt", layout="mono")
        mono.sample_rate = rate_hz
        mono.pts = samples
        samples += frame.samples
        yield from _flat(resampler.resample(mono))
    if resampler is not None:
        yield from _flat(resampler.resample(None))


def _flat(frames: list[Any]) -> Iterator[Waveform]:
    for frame in frames:
        yield frame.to_ndarray()[0].copy()


def _mono(frame: Any) -> Waveform:
    """One frame of any sample format and channel count as float32 of full scale 1, channels averaged."""
    import numpy as np

    samples = frame.to_ndarray()
    channels = samples if frame.format.is_planar else samples.reshape(-1, len(frame.layout.channels)).T
    if channels.dtype == np.uint8:
        scaled = (channels.astype(np.float32) - 128.0) / 128.0
    elif channels.dtype.kind == "i":
        scaled = channels.astype(np.float32) / -float(np.iinfo(channels.dtype).min)
    else:
        scaled = channels.astype(np.float32)
    return np.ascontiguousarray(scaled.mean(axis=0, dtype=np.float32))
