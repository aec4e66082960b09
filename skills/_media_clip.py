"""Finished clips written with libav (PyAV): H.264 and AAC in MP4, the index first, so that any messenger
plays them.

Nothing of the source's metadata is taken over: films from telephones name the place where they were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skills._errors import BadInput
from skills._media_clip_sound import Sound

if TYPE_CHECKING:
    from PIL.Image import Image

CRF = 23
PRESET = "veryfast"
"""docs/decisions/video-detection.md has the measurements."""
_SOUND_AHEAD_S = 0.5


@dataclass(frozen=True, slots=True)
class ClipFormat:
    """What a clip is to be."""

    width_px: int
    height_px: int
    tick_s: Fraction
    """Unit of the frames' times."""
    rate_hz: Fraction
    """Frames a second, on average."""
    most_bits_per_s: int
    threads: int = 1


class ClipWriter:
    """An MP4 being written. `write` its frames in order, then leave the `with` block."""

    def __init__(self, path: Path, form: ClipFormat, sound: Sound | None = None) -> None:
        self._path = path
        self._form = form
        self._sound = sound
        self._output: Any = None
        self._stream: Any = None
        self._end = 0
        self._sings = False

    def __enter__(self) -> ClipWriter:
        import av

        self._output = av.open(str(self._path), "w", format="mp4", options={"movflags": "+faststart"})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._output.close()

    @property
    def duration_s(self) -> float:
        """How long the clip is so far, picture or sound."""
        return max(float(self._end * self._form.tick_s), self._sound.end_s if self._sound else 0.0)

    @property
    def has_sound(self) -> bool:
        """Whether any has been written."""
        return self._sound is not None and self._sound.end_s > 0

    def write(self, yuv: NDArray[np.uint8], like: Any, pts: int, duration: int) -> None:
        """One frame: planes as shape (height * 3 / 2, width); colours are tagged as those of the frame
        `like`."""
        import av

        frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.pts, frame.time_base, frame.duration = pts, self._form.tick_s, duration
        for name in ("colorspace", "color_range", "color_trc", "color_primaries"):
            setattr(frame, name, getattr(like, name))
        if self._stream is None:
            self._begin(like)
        self._end = max(self._end, pts + duration)
        self._mux(self._stream.encode(frame))
        self._mux_sound(float(pts * self._form.tick_s) + _SOUND_AHEAD_S)

    def _begin(self, like: Any) -> None:
        form = self._form
        # VBV holds the file below its limit, whatever is in the picture.
        options = {
            "preset": PRESET,
            "crf": str(CRF),
            "maxrate": str(form.most_bits_per_s),
            "bufsize": str(2 * form.most_bits_per_s),
        }
        stream = self._output.add_stream("libx264", rate=form.rate_hz, options=options)
        stream.width, stream.height, stream.pix_fmt = form.width_px, form.height_px, "yuv420p"
        codec = stream.codec_context
        codec.time_base = form.tick_s
        codec.thread_count = form.threads
        codec.sample_aspect_ratio = Fraction(1)
        for name in ("colorspace", "color_range", "color_trc", "color_primaries"):
            setattr(codec, name, getattr(like, name))
        self._stream = stream
        self._sings = self._sound is not None and self._sound.attach(self._output)

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            self._output.mux(packet)

    def _mux_sound(self, until_s: float) -> None:
        if self._sound is not None and self._sings:
            for packet in self._sound.until(until_s):
                self._output.mux(packet)

    def _finish(self) -> None:
        if self._stream is None:
            raise BadInput("not one frame could be decoded", reason="no-frames")
        self._mux(self._stream.encode(None))
        self._mux_sound(float("inf"))


def save_thumbnail(yuv: NDArray[np.uint8], like: Any, path: Path, *, side_px: int) -> None:
    """A frame, as `ClipWriter.write` takes it, as a JPEG with no side longer than `side_px`."""
    import av

    frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
    frame.colorspace, frame.color_range = like.colorspace, like.color_range
    image: Image = frame.to_image()  # type: ignore[no-untyped-call]
    image.thumbnail((side_px, side_px))
    image.save(path, "JPEG", quality=80)
