"""Films made for tests: a red square that moves to the right, in as many forms as people send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skills._boxes import Detections

SQUARE = 0.25
"""Side of the square as a share of the short side."""


def picture(width_px: int, height_px: int, share: float) -> NDArray[np.uint8]:
    """RGB; the square has come `share` of its way from the left. The ground has texture and does not move."""
    y, x = np.mgrid[:height_px, :width_px]
    rgb = np.stack([(x // 8 + y // 8) % 2 * 30 + 60, x * 120 // width_px + 60, y * 120 // height_px + 90], -1)
    left, top, right, bottom = square(width_px, height_px, share)
    rgb = rgb.astype(np.uint8)
    rgb[top:bottom, left:right] = (230, 20, 20)
    # Something in it that its movement can be seen by.
    rgb[top:bottom, left:right][::7] = (190, 10, 40)
    rgb[top:bottom, left:right][:, ::9] = (250, 40, 10)
    return rgb


def square(width_px: int, height_px: int, share: float) -> tuple[int, int, int, int]:
    side = round(min(width_px, height_px) * SQUARE)
    left = round((width_px - side) * (0.1 + 0.6 * share))
    top = (height_px - side) // 2
    return left, top, left + side, top + side


@dataclass
class SquareFinder:
    """A detector that really looks: what is red is a `cat`. Also counts how often it was asked."""

    labels: tuple[str, ...] = ("cat",)
    side_px: int = 640
    shapes: list[tuple[int, ...]] = field(default_factory=list)

    def predict(self, frames: Sequence[NDArray[np.uint8]]) -> list[Detections]:
        return [self._find(frame) for frame in frames]

    def close(self) -> None: ...

    def _find(self, frame: NDArray[np.uint8]) -> Detections:
        self.shapes.append(frame.shape)
        rgb = frame.astype(int)
        red = (rgb[..., 0] > 140) & (rgb[..., 1] < 90) & (rgb[..., 2] < 100)
        if red.sum() < 9:
            return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), ())
        rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
        box = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
        return Detections(np.array([box], np.float32), np.array([0.9], np.float32), ("cat",))


def write_film(
    path: Path,
    *,
    codec: str = "libx264",
    container: str = "mp4",
    size_px: tuple[int, int] = (320, 240),
    frames: int = 24,
    rate_hz: Fraction | int = 25,
    pix_fmt: str = "yuv420p",
    pts: Sequence[int] | None = None,
    tick_s: Fraction | None = None,
    sound: str = "",
    sound_s: float | None = None,
    rotation_deg: int = 0,
    pixel_shape: Fraction | None = None,
    interlaced: bool = False,
    **options: str,
) -> Path:
    """A film of the moving square; `pts` in `tick_s` are its times, if they are not regular."""
    width_px, height_px = size_px
    rate = Fraction(rate_hz)
    tick_s = tick_s or 1 / rate
    with av.open(str(path), "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, pix_fmt
        stream.codec_context.time_base = tick_s
        stream.codec_context.thread_count = 1
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        if pixel_shape is not None:
            stream.codec_context.sample_aspect_ratio = pixel_shape
        heard: Any = None
        if sound:
            heard = out.add_stream(sound, rate=48_000, layout="stereo")
        for index in range(frames):
            rgb = picture(width_px, height_px, index / max(1, frames - 1))
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format=pix_fmt)
            frame.pts, frame.time_base = (pts[index] if pts else index), tick_s
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if heard is not None:
            _sing(out, heard, sound_s if sound_s is not None else float(frames / rate))
    return path


def _sing(out: Any, stream: Any, seconds: float) -> None:
    times_s = np.arange(int(seconds * 48_000)) / 48_000
    tone = (0.3 * np.sin(2 * np.pi * 440 * times_s)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
    resampler = av.AudioResampler(stream.format, "stereo", 48_000, stream.codec_context.frame_size or 1024)
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        out.mux(stream.encode(piece))
    out.mux(stream.encode(None))


def write_animation(path: Path, *, frames: int = 8, shown_ms: int = 120, clear: bool = False) -> Path:
    """GIF, WebP or PNG by the name of the path; with `clear`, the ground is transparent."""
    images = []
    for index in range(frames):
        rgb = picture(120, 90, index / max(1, frames - 1))
        alpha = np.full((90, 120, 1), 255, np.uint8)
        if clear:
            left, top, right, bottom = square(120, 90, index / max(1, frames - 1))
            alpha[:] = 0
            alpha[top:bottom, left:right] = 255
        images.append(
            Image.fromarray(np.concatenate([rgb, alpha], -1), "RGBA" if clear else None).convert("RGBA")
        )
    lossless = {"lossless": True} if path.suffix == ".webp" else {}
    images[0].save(
        path, save_all=True, append_images=images[1:], duration=shown_ms, loop=0, disposal=2, **lossless
    )
    return path


@dataclass(frozen=True)
class Read:
    """What a finished clip holds, by decoding all of it."""

    codec: str
    pix_fmt: str
    size_px: tuple[int, int]
    pictures: list[NDArray[np.uint8]]
    """RGB."""
    times_s: list[float]
    rate_hz: Fraction
    sound_codec: str
    sound_s: float
    index_first: bool


def read_clip(path: Path) -> Read:
    raw = path.read_bytes()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        codec = stream.codec_context
        sound_codec, sound_s = "", 0.0
        size = (codec.width, codec.height)
        found = Read(
            codec.name,
            codec.pix_fmt or "",
            size,
            [frame.to_ndarray(format="rgb24") for frame in frames],
            [frame.time for frame in frames],
            stream.average_rate or Fraction(0),
            sound_codec,
            sound_s,
            raw.index(b"moov") < raw.index(b"mdat"),
        )
        heard = container.streams.audio[0] if container.streams.audio else None
    if heard is None:
        return found
    with av.open(str(path)) as container:
        heard = container.streams.audio[0]
        seconds = sum(frame.samples / frame.sample_rate for frame in container.decode(heard))
        return Read(**{**vars(found), "sound_codec": heard.codec_context.name, "sound_s": seconds})
