"""The sound of a clip: packets of the source as they are, or encoded to AAC."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

from skills._media import open_media, packets

_AAC_RATES_HZ = (48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
_COPIED_MOST_BITS_PER_S = 640_000
_COPIED_PROFILES = ("LC", "HE-AAC", "HE-AACv2")
_ENCODED_BITS_PER_S = {1: 64_000, 2: 128_000}
_TIGHT_BITS_PER_S = {1: 32_000, 2: 48_000}


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
        for packet in packets(self._container, source):
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
        for packet in packets(self._container, source):
            yield from _decoded(packet)


def sound_bytes(path: Path) -> int:
    """How large the packets of a file's sound are, all together; 0 if it has none that can be decoded."""
    with open_media(path) as container:
        source = container.streams.best("audio")
        if source is None or source.codec_context is None:
            return 0
        heard, total = False, 0
        for packet in packets(container, source):
            heard = heard or bool(_decoded(packet))
            total += packet.size
        return total if heard else 0


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
