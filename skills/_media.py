"""Looking into media files with libav (PyAV): what a file is, and how it is opened.

Files come from strangers. The demuxer is chosen from the file's bytes (`skills._sniff`), libav may neither
guess another one nor open anything but this one file, and sizes are bounded before memory is spent on them.

Reasons of the BadInput that this module and its neighbours (`skills._image`, the skills) raise:

    empty-file          nothing in it: no bytes, or no single frame or sample
    unsupported-format  bytes of no format that Chutko reads
    broken-file         damaged or cut off so that nothing can be decoded
    protected-file      encrypted (DRM)
    not-audio           a picture or something else where sound was expected
    not-a-picture       sound, a video or something else where a picture was expected
    no-sound-track      a video without sound where sound was expected
    too-long            longer than `limit_s`
    too-many-pixels     a picture of more than `limit_megapixels`

`python -m skills._media probe FILE` prints `probe` as JSON: so asks a process that must stay small.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skills._errors import NO_ROOM, BadInput
from skills._sniff import FileFormat, is_encrypted, is_moving_gif, read_header, sniff_header
from skills._types import MediaKind

_MAX_STREAMS = 64
_WEBM_DECODERS = ("vp8", "vp9", "libvpx", "av1", "libdav1d", "libaom", "opus", "libopus", "vorbis")


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file holds. Numbers that the file does not say are None."""

    kind: MediaKind | None
    """None: nothing that Chutko takes."""
    mime: str
    width_px: int | None = None
    """As it is shown, after rotation."""
    height_px: int | None = None
    duration_s: float | None = None
    has_audio: bool = False
    has_video: bool = False
    """Moving pictures; the cover of a record does not count."""
    reason: str = ""
    """Why `kind` is None, a reason of BadInput."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def sniff(path: Path) -> MediaKind | None:
    """What a file is, by its content; None if it is nothing that Chutko takes. Never raises BadInput."""
    return probe(path).kind


def probe(path: Path) -> Probe:
    """Look at a file's headers. A file that cannot be used has kind None; BadInput is not raised."""
    header = read_header(path)
    form = sniff_header(header)
    if form is None:
        return Probe(
            None, "application/octet-stream", reason="unsupported-format" if header else "empty-file"
        )
    try:
        if form.is_picture and not (form.name == "GIF" and is_moving_gif(path)):
            return _probe_picture(path, form)
        return _probe_container(path, form)
    except BadInput as error:
        return Probe(None, form.mime, reason=error.reason)


@contextmanager
def open_media(path: Path) -> Iterator[Any]:
    """An `av.container.InputContainer` on sound or moving pictures that can open nothing else.

    Raises BadInput (empty-file, unsupported-format, broken-file, protected-file); errors of libav inside the
    `with` block become broken-file.
    """
    import av

    header = read_header(path)
    if not header:
        raise BadInput("the file is empty", reason="empty-file")
    form = sniff_header(header)
    if form is None or (form.is_picture and form.name != "GIF"):
        raise BadInput("no sound or video format known", reason="unsupported-format")
    if is_encrypted(path):
        raise BadInput("the tracks are encrypted", reason="protected-file")
    demuxer = form.name.lower()
    av.logging.set_level(None)  # libav's remarks on strangers' files are of no use in the log
    options = {
        "format_whitelist": demuxer,
        "protocol_whitelist": "file",
        "max_streams": str(_MAX_STREAMS),
        "enable_drefs": "0",  # an MP4 may name other files as its data
    }
    try:
        # `file:` keeps a path with a colon from being read as a protocol.
        with av.open(
            f"file:{path.absolute()}", format=demuxer, container_options=options, metadata_errors="replace"
        ) as container:
            yield container
    except av.FFmpegError as error:
        if error.errno in NO_ROOM:
            raise  # what is written within the block fails, and not this file
        raise BadInput(f"libav: {error}", reason="broken-file") from error


def audio_stream(container: Any) -> Any:
    """The sound track. Raises BadInput (no-sound-track, not-audio, unsupported-format)."""
    stream = container.streams.best("audio")
    if stream is None:
        reason = "no-sound-track" if video_stream(container) is not None else "not-audio"
        raise BadInput("there is no audio stream", reason=reason)
    if stream.codec_context is None:
        raise BadInput("there is no decoder for the audio stream", reason="unsupported-format")
    return stream


def video_stream(container: Any) -> Any | None:
    """The moving pictures of an open container, or None; covers and thumbnails are passed over."""
    from av.stream import Disposition

    still = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
    streams = (stream for stream in container.streams.video if not stream.disposition & still)
    return next((stream for stream in streams if stream.codec_context is not None), None)


def packets(container: Any, stream: Any) -> Iterator[Any]:
    """What a stream holds, up to where the file is cut off."""
    import av

    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except av.FFmpegError:
        return


def duration_s(container: Any) -> float | None:
    """How long an open container says it is."""
    if container.duration is not None and container.duration > 0:
        return float(container.duration) / 1_000_000
    lengths = [float(s.duration * s.time_base) for s in container.streams if s.duration and s.time_base]
    return max(lengths, default=None)


def _probe_picture(path: Path, form: FileFormat) -> Probe:
    from skills._image import open_picture, upright_size

    with open_picture(path, max_pixels=None) as image:
        width_px, height_px = upright_size(image)
    return Probe(MediaKind.PHOTO, form.mime, width_px, height_px)


def _probe_container(path: Path, form: FileFormat) -> Probe:
    with open_media(path) as container:
        video, audio = video_stream(container), container.streams.best("audio")
        kind = MediaKind.VIDEO if video is not None else MediaKind.AUDIO if audio is not None else None
        width_px, height_px = (video.width, video.height) if video is not None else (None, None)
        if video is not None and _rotation_deg(container, video) % 180:
            width_px, height_px = height_px, width_px
        return Probe(
            kind,
            _mime(form, kind, container),
            width_px or None,
            height_px or None,
            duration_s(container),
            has_audio=audio is not None,
            has_video=video is not None,
            reason="" if kind else "broken-file",
        )


def _rotation_deg(container: Any, stream: Any) -> int:
    """How far the first frame is turned, degrees; 0 if no frame can be decoded."""
    import av

    try:
        frame = next(container.decode(stream), None)
    except av.FFmpegError:
        return 0
    return int(frame.rotation) if frame is not None else 0


def _mime(form: FileFormat, kind: MediaKind | None, container: Any) -> str:
    family, _, subtype = form.mime.partition("/")
    if kind is None or family == "image":
        return form.mime
    if form.name == "matroska" and _is_webm(container):
        return f"{kind.value}/webm"
    if form.name == "ogg":
        return f"{kind.value}/ogg"
    return form.mime if family == kind.value else f"{kind.value}/{subtype}"


def _is_webm(container: Any) -> bool:
    names = {stream.codec_context.name for stream in container.streams if stream.codec_context is not None}
    return all(name.startswith(_WEBM_DECODERS) for name in names)


def main() -> int:
    """Print what `probe` finds as one line of JSON; status 1 if the file cannot be opened."""
    parser = argparse.ArgumentParser(prog="python -m skills._media", description="Say what a file holds.")
    parser.add_argument("command", choices=["probe"])
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    try:
        found = probe(arguments.file)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(found.to_json()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
