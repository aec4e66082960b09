"""Finished clips written with libav (PyAV): H.264 and AAC in MP4, the index first, so that any messenger
plays them.

Nothing of the source's metadata is taken over: films from telephones name the place where they were made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skills._errors import BadInput
from skills._media import open_media

if TYPE_CHECKING:
    from PIL.Image import Image

CRF = 23
PRESET = "veryfast"
"""docs/decisions/video-detection.md has the measurements."""
_AAC_RATES_HZ = (48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
_COPIED_MOST_BITS_PER_S = 640_000
_COPIED_PROFILES = ("LC", "HE-AAC", "HE-AACv2")
_ENCODED_BITS_PER_S = {1: 64_000, 2: 128_000}
_TIGHT_BITS_PER_S = {1: 32_000, 2: 48_000}
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


class Sound:
    """The sound of a file, as packets that fit into an MP4: copied if they are AAC, encoded to AAC
    otherwise."""

    def __init__(self, path: Path, *, start_s: float, limit_s: float, tight: bool = False) -> None:
        """`start_s`: what of the file's time becomes zero; `limit_s`: the most that is taken.

        `tight`: encode it with few bits, since the file must be small.
        """
        self._opened = open_media(path)
        self._start_s = start_s
        self._limit_s = limit_s
        self._tight = tight
        self._container: Any = None
        self._packets: Iterator[Any] = iter(())
        self._held: Any = None
        self.end_s = 0.0

    def __enter__(self) -> Sound:
        self._container = self._opened.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, error, trace)

    def attach(self, output: Any) -> bool:
        """Make a stream for it in `output`. False if the file has no sound that can be used."""
        source = self._container.streams.best("audio")
        if source is None or source.codec_context is None:
            return False
        codec = source.codec_context
        if not self._tight and _can_be_copied(source):
            target = output.add_stream_from_template(source)
            self._packets = self._copied(source, target)
        else:
            rate_hz = next((rate for rate in _AAC_RATES_HZ if codec.sample_rate >= rate), _AAC_RATES_HZ[-1])
            channels = 1 if codec.channels == 1 else 2
            target = output.add_stream("aac", rate=rate_hz, layout="mono" if channels == 1 else "stereo")
            target.codec_context.bit_rate = (_TIGHT_BITS_PER_S if self._tight else _ENCODED_BITS_PER_S)[
                channels
            ]
            self._packets = self._encoded(source, target)
        return True

    def until(self, time_s: float) -> Iterator[Any]:
        """The packets up to a time of the clip."""
        while True:
            if self._held is None:
                self._held = next(self._packets, None)
            packet = self._held
            if packet is None or float(packet.pts * packet.time_base) > time_s:
                return
            self._held = None
            self.end_s = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            yield packet

    def _copied(self, source: Any, target: Any) -> Iterator[Any]:
        shift = round(self._start_s / source.time_base)
        last_dts: int | None = None
        for packet in _reading(self._container, source):
            # What the decoder refuses now, a player would stumble over later.
            if packet.pts is None or not _decoded(packet):
                continue
            packet.pts -= shift
            packet.dts = packet.pts
            if packet.pts < 0 or (last_dts is not None and packet.dts <= last_dts):
                continue
            last_dts = packet.dts
            if packet.pts * source.time_base > self._limit_s:
                return
            packet.stream = target
            yield packet

    def _encoded(self, source: Any, target: Any) -> Iterator[Any]:
        encoder = target.codec_context
        for frame in self._resampled(source, encoder):
            yield from target.encode(frame)
        yield from target.encode(None)

    def _resampled(self, source: Any, encoder: Any) -> Iterator[Any]:
        """Frames as the encoder wants them, from time zero on; gaps become silence."""
        graph: Any = None
        key: tuple[object, ...] = ()
        samples = 0
        encoder.open()
        for frame in self._frames(source):
            if not 1_000 <= frame.sample_rate <= 768_000:
                continue
            now = (frame.format.name, frame.layout.name, frame.sample_rate)
            if graph is not None and now != key:
                continue  # a change of format in the middle: rare, and silence is an honest answer
            if graph is None:
                key = now
                graph = _resampler(frame, source.time_base, encoder)
            frame.pts = None if frame.pts is None else frame.pts - round(self._start_s / frame.time_base)
            if frame.pts is None or frame.pts + frame.samples / frame.sample_rate / frame.time_base <= 0:
                continue
            graph.push(frame)
            for ready in _pulled(graph):
                if samples / encoder.sample_rate > self._limit_s:
                    return
                ready.pts, ready.time_base = samples, Fraction(1, encoder.sample_rate)
                samples += ready.samples
                yield ready
        if graph is not None:
            graph.push(None)
            for ready in _pulled(graph):
                ready.pts, ready.time_base = samples, Fraction(1, encoder.sample_rate)
                samples += ready.samples
                yield ready

    def _frames(self, source: Any) -> Iterator[Any]:
        for packet in _reading(self._container, source):
            yield from _decoded(packet)


def save_thumbnail(yuv: NDArray[np.uint8], like: Any, path: Path, *, side_px: int) -> None:
    """A frame, as `ClipWriter.write` takes it, as a JPEG with no side longer than `side_px`."""
    import av

    frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
    frame.colorspace, frame.color_range = like.colorspace, like.color_range
    image: Image = frame.to_image()  # type: ignore[no-untyped-call]
    image.thumbnail((side_px, side_px))
    image.save(path, "JPEG", quality=80)


def sound_bytes(path: Path) -> int:
    """How large the packets of a file's sound are, all together; 0 if it has none that can be decoded."""
    with open_media(path) as container:
        source = container.streams.best("audio")
        if source is None or source.codec_context is None:
            return 0
        heard, total = False, 0
        for packet in _reading(container, source):
            heard = heard or bool(_decoded(packet))
            total += packet.size
        return total if heard else 0


def _reading(container: Any, source: Any) -> Iterator[Any]:
    import av

    try:
        for packet in container.demux(source):
            if packet.size:
                yield packet
    except av.FFmpegError:
        return  # the rest is cut off


def _decoded(packet: Any) -> list[Any]:
    """Frames of a packet; none if it is damaged."""
    import av

    try:
        return list(packet.decode())
    except av.FFmpegError:
        return []


def _can_be_copied(source: Any) -> bool:
    """AAC as an MP4 holds it: with its own header, which it has not in MPEG-TS (ADTS)."""
    codec = source.codec_context
    return (
        codec.name == "aac"
        and codec.profile in _COPIED_PROFILES
        and bool(codec.extradata)
        and 0 < codec.channels <= 6
        and codec.sample_rate in _AAC_RATES_HZ
        and (codec.bit_rate or 0) <= _COPIED_MOST_BITS_PER_S
    )


def _resampler(frame: Any, tick_s: Fraction, encoder: Any) -> Any:
    import av

    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name, time_base=tick_s
    )
    nodes = [
        source,
        graph.add("aresample", f"{encoder.sample_rate}:async=1:first_pts=0"),
        graph.add("aformat", f"sample_fmts={encoder.format.name}:channel_layouts={encoder.layout.name}"),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*nodes)
    graph.configure()
    graph.set_audio_frame_size(encoder.frame_size or 1024)
    return graph


def _pulled(graph: Any) -> Iterator[Any]:
    import av

    while True:
        try:
            yield graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return


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
