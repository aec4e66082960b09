"""Films read frame by frame with libav (PyAV): upright, square pixels, even sides, of a bounded size.

Anything that moves comes through here: MP4, MOV, WebM, MKV, AVI, GIF, animated WebP and PNG, ... Damaged
packets are passed over as players do, a cut-off file gives what it has. A whole film is never in memory.

Reasons of BadInput besides those of `skills._media`: no-picture-track (sound alone), no-frames (nothing can
be decoded), too-many-pixels (`limit_megapixels`), too-long (`limit_s`), too-many-frames (`limit_frames`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from skills._errors import BadInput
from skills._media import open_media, packets, video_stream
from skills._media_upright import Decoded, Shot, Upright
from skills._sniff import FileFormat, is_moving_gif, read_header, sniff_header
from skills._types import MediaKind

_SLACK_S = 1.0
"""A film may be this much longer than the limit: headers and last frames are seldom exact."""
_FALLBACK_RATE_HZ = Fraction(25)
_MOST_RATE_HZ = 1000
_MS = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class FilmLimits:
    """How much of a stranger's file is worked on."""

    duration_s: float
    pixels: int
    """Largest frame, width times height, before anything is scaled."""
    frames: int


@dataclass(frozen=True, slots=True)
class Film:
    """What a file's header says; all of it may be wrong but the stream's existence."""

    path: Path
    limits: FilmLimits
    rate_hz: Fraction | None
    """Frames a second, where the container knows one rate for all."""
    duration_s: float | None
    is_picture: bool
    """An animation that Pillow reads: WebP, PNG."""
    has_sound: bool


def look(path: Path, limits: FilmLimits) -> Film:
    """Check a file's header. Raises BadInput; decodes nothing."""
    form = sniff_header(read_header(path))
    if form is not None and form.is_picture and form.name != "GIF":
        return _look_at_picture(path, form, limits)
    if form is not None and form.kind is MediaKind.AUDIO:
        raise BadInput("a recording has no picture", reason="no-picture-track")
    if form is not None and form.name == "GIF" and not is_moving_gif(path):
        raise BadInput("a still picture", reason="no-picture-track")
    with open_media(path) as container:
        stream = _picture_track(container)
        _check_pixels(stream.width, stream.height, limits)
        lengths = [stream.duration * stream.time_base if stream.duration and stream.time_base else 0]
        lengths.append(Fraction(container.duration or 0, 1_000_000))
        duration_s = float(max(lengths)) or None
        # The picture's own length if it names one: sound alone after it may be cut.
        _check_length(float(lengths[0] or lengths[1]), limits)
        rate_hz = stream.average_rate or stream.guessed_rate
        if rate_hz is not None and not 0 < rate_hz <= _MOST_RATE_HZ:
            rate_hz = None
        return Film(path, limits, rate_hz, duration_s, False, bool(container.streams.audio))


def shots(
    film: Film, *, max_side_px: int, threads: int = 1, size_px: tuple[int, int] | None = None
) -> Iterator[Shot]:
    """Every frame that can be decoded, in order of showing, scaled down to `max_side_px` (or to `size_px`).

    Raises BadInput (too-long, too-many-frames, too-many-pixels, broken-file).
    """
    frames = _animation(film) if film.is_picture else _decoded(film, threads)
    upright = Upright(max_side_px, size_px)
    start_s: float | None = None
    for count, shot in enumerate(_flushed(frames, upright), start=1):
        start_s = shot.time_s if start_s is None else min(start_s, shot.time_s)
        _check_length(shot.time_s - start_s, film.limits)
        if count > film.limits.frames:
            raise BadInput(
                f"more than {film.limits.frames} frames",
                reason="too-many-frames",
                limit_frames=film.limits.frames,
            )
        yield shot


def _flushed(frames: Iterator[Decoded], upright: Upright) -> Iterator[Shot]:
    for decoded in frames:
        yield from upright.push(decoded)
    yield from upright.flush()


def _picture_track(container: Any) -> Any:
    stream = video_stream(container)
    if stream is None:
        has_picture = any(s.codec_context is None for s in container.streams.video)
        reason = "unsupported-format" if has_picture else "no-picture-track"
        raise BadInput("no moving picture in it", reason=reason)
    return stream


def _decoded(film: Film, threads: int) -> Iterator[Decoded]:
    import av

    with open_media(film.path) as container:
        stream = _picture_track(container)
        decoder = _decoder(stream)
        decoder.options = {"max_pixels": str(2 * film.limits.pixels)}
        decoder.thread_count = threads
        decoder.thread_type = "AUTO"
        rate_hz = film.rate_hz or _FALLBACK_RATE_HZ
        step = max(1, round(1 / (rate_hz * stream.time_base)))
        pts: int | None = None
        for packet in _packets(container, stream):
            try:
                frames = decoder.decode(packet)
            except av.FFmpegError:
                continue
            for frame in frames:
                _check_pixels(frame.width, frame.height, film.limits)
                # Some AVI files have no times at all.
                following = 0 if pts is None else pts + step
                pts = following if frame.pts is None else frame.pts
                shape = stream.sample_aspect_ratio or decoder.sample_aspect_ratio or Fraction(1)
                yield Decoded(frame, pts, stream.time_base, shape, frame.duration or 0)


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    """All packets of a stream, and the empty one that asks a decoder for what it still holds."""
    yield from packets(container, stream)
    yield None


def _decoder(stream: Any) -> Any:
    """libvpx where the film has transparency (stickers), which libav's own decoder does not see."""
    import av

    own = stream.codec_context
    names = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
    if stream.metadata.get("alpha_mode", stream.metadata.get("ALPHA_MODE")) == "1" and own.name in names:
        try:
            return av.CodecContext.create(names[own.name], "r")
        except (av.FFmpegError, ValueError):
            return own
    return own


def _look_at_picture(path: Path, form: FileFormat, limits: FilmLimits) -> Film:
    from skills._image import open_picture

    with open_picture(path, max_pixels=limits.pixels) as image:
        frames = getattr(image, "n_frames", 1)
        if frames < 2 or form.name not in ("WEBP", "PNG", "AVIF"):
            raise BadInput("a still picture", reason="no-picture-track")
    return Film(path, limits, None, None, True, False)


def _animation(film: Film) -> Iterator[Decoded]:
    """Frames of an animated picture, transparency laid on white."""
    import av
    import numpy as np

    from skills._image import open_picture

    with open_picture(film.path, max_pixels=film.limits.pixels) as image:
        pts = 0
        for index in range(getattr(image, "n_frames", 1)):
            try:
                image.seek(index)
                rgba = image.convert("RGBA")
            except (OSError, EOFError, ValueError):
                return
            # As browsers do: a frame that names no time, or hardly any, is shown for a tenth of a second.
            shown_ms = int(image.info.get("duration") or 0)
            shown_ms = shown_ms if shown_ms > 10 else 100
            frame = av.VideoFrame.from_ndarray(np.asarray(rgba), format="rgba")
            yield Decoded(frame, pts, _MS, Fraction(1), shown_ms)
            pts += shown_ms


def _check_pixels(width_px: int, height_px: int, limits: FilmLimits) -> None:
    if width_px * height_px > limits.pixels:
        megapixels = round(limits.pixels / 1e6)
        raise BadInput(f"{width_px}x{height_px}", reason="too-many-pixels", limit_megapixels=megapixels)


def _check_length(duration_s: float, limits: FilmLimits) -> None:
    if duration_s > limits.duration_s + _SLACK_S:
        raise BadInput(f"{duration_s:.0f} s of film", reason="too-long", limit_s=limits.duration_s)
