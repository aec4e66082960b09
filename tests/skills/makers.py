"""Media made for tests: sounds and pictures in as many forms as people send."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image


def tone(seconds: float, rate_hz: int, *, hz: float = 440.0, level: float = 0.5) -> NDArray[np.float32]:
    """A sine, mono float32, shape (samples,)."""
    times_s = np.arange(int(seconds * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * hz * times_s)).astype(np.float32)


def write_sound(
    path: Path,
    samples: NDArray[np.float32],
    rate_hz: int,
    codec: str,
    container: str,
    *,
    layout: str = "mono",
    picture: bool = False,
    **options: str,
) -> Path:
    """Encode mono `samples` into every channel of `layout`; with `picture`, beside a small moving one."""
    with av.open(str(path), "w", format=container, options=options) as out:
        video = None
        if picture:
            video = out.add_stream("mpeg4", rate=25)
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        stream: Any = out.add_stream(codec, rate=rate_hz, layout=layout)
        if video is not None:
            frames = max(1, int(len(samples) / rate_hz * 25))
            for index in range(frames):
                frame = av.VideoFrame.from_ndarray(
                    np.full((48, 64, 3), index % 256, np.uint8), format="rgb24"
                )
                frame.pts, frame.time_base = index, Fraction(1, 25)
                out.mux(video.encode(frame))
            out.mux(video.encode(None))
        stream.codec_context.bit_rate = 96_000
        channels = len(av.AudioLayout(layout).channels)
        block = np.repeat(samples[None], channels, axis=0)
        sound = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=layout)
        sound.sample_rate, sound.pts, sound.time_base = rate_hz, 0, Fraction(1, rate_hz)
        resampler = av.AudioResampler(stream.format, layout, rate_hz, stream.codec_context.frame_size or 1024)
        for piece in [*resampler.resample(sound), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return path


def write_video(path: Path, *, seconds: float = 1.0, size_px: tuple[int, int] = (64, 48)) -> Path:
    """A moving picture without sound, MPEG-4 in MP4."""
    width, height = size_px
    with av.open(str(path), "w", format="mp4") as out:
        stream: Any = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(int(seconds * 25)):
            pixels = np.full((height, width, 3), (index * 9) % 256, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode(None))
    return path


def gradient(width_px: int = 320, height_px: int = 240) -> Image.Image:
    """An RGB picture in which no two corners are alike: red grows to the right, green downwards."""
    x, y = np.meshgrid(np.linspace(0, 255, width_px), np.linspace(0, 255, height_px))
    return Image.fromarray(np.stack([x, y, np.full_like(x, 60)], axis=-1).astype(np.uint8))
