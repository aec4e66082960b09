"""What a file is, told from its first bytes. Cheap: no media library is loaded, so any process may ask.

The name of a file is never looked at. What is not recognized here is not opened at all: playlists (`.m3u8`,
concat, SDP) and other text that could make a media library open further files have no entry on purpose.

Magic numbers: https://www.garykessler.net/library/file_sigs.html and the specifications of the formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skills._types import MediaKind

HEADER_BYTES = 65_536
"""How much of a file `sniff_header` wants to see; less is fine for nearly everything."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A recognized format."""

    name: str
    """Pillow's format name for pictures (`JPEG`), libav's demuxer for the rest (`mov`)."""
    mime: str
    kind: MediaKind | None
    """None for containers that hold either sound or moving pictures: one must look inside."""

    @property
    def is_picture(self) -> bool:
        """True where Pillow reads it, moving or not."""
        return self.name.isupper()


_PICTURE, _AUDIO, _VIDEO = MediaKind.PHOTO, MediaKind.AUDIO, MediaKind.VIDEO

_JPEG = FileFormat("JPEG", "image/jpeg", _PICTURE)
_PNG = FileFormat("PNG", "image/png", _PICTURE)
_GIF = FileFormat("GIF", "image/gif", None)
_WEBP = FileFormat("WEBP", "image/webp", _PICTURE)
_BMP = FileFormat("BMP", "image/bmp", _PICTURE)
_TIFF = FileFormat("TIFF", "image/tiff", _PICTURE)
_HEIF = FileFormat("HEIF", "image/heif", _PICTURE)
_AVIF = FileFormat("AVIF", "image/avif", _PICTURE)
_WAV = FileFormat("wav", "audio/x-wav", _AUDIO)
_MP3 = FileFormat("mp3", "audio/mpeg", _AUDIO)
_AAC = FileFormat("aac", "audio/aac", _AUDIO)
_FLAC = FileFormat("flac", "audio/flac", _AUDIO)
_MOV = FileFormat("mov", "video/mp4", None)
_M4A = FileFormat("mov", "audio/mp4", None)
_MPEG_TS = FileFormat("mpegts", "video/mp2t", None)

_BY_PREFIX: tuple[tuple[bytes, FileFormat], ...] = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"II*\x00", _TIFF),
    (b"MM\x00*", _TIFF),
    (b"OggS", FileFormat("ogg", "application/ogg", None)),
    (b"fLaC", _FLAC),
    (b"\x1a\x45\xdf\xa3", FileFormat("matroska", "video/x-matroska", None)),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileFormat("asf", "video/x-ms-asf", None)),
    (b"FLV\x01", FileFormat("flv", "video/x-flv", None)),
    (b"\x00\x00\x01\xba", FileFormat("mpeg", "video/mpeg", None)),
    (b"\x00\x00\x01\xb3", FileFormat("mpegvideo", "video/mpeg", _VIDEO)),
    (b"DKIF", FileFormat("ivf", "video/x-ivf", _VIDEO)),
    (b"#!AMR", FileFormat("amr", "audio/amr", _AUDIO)),
    (b".snd", FileFormat("au", "audio/basic", _AUDIO)),
    (b"caff", FileFormat("caf", "audio/x-caf", _AUDIO)),
    (b"wvpk", FileFormat("wv", "audio/x-wavpack", _AUDIO)),
    (b"MAC ", FileFormat("ape", "audio/x-ape", _AUDIO)),
    (b"TTA1", FileFormat("tta", "audio/x-tta", _AUDIO)),
    (b"\x0b\x77", FileFormat("ac3", "audio/ac3", _AUDIO)),
)

_BY_RIFF_TYPE = {b"WAVE": _WAV, b"AVI ": FileFormat("avi", "video/x-msvideo", None), b"WEBP": _WEBP}

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"F4A ", b"F4B "}
# Atoms that an MP4 or a QuickTime file may begin with.
_MOV_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def sniff_header(header: bytes) -> FileFormat | None:
    """The format of a file that begins with `header`; None if it is none that Chutko reads."""
    for prefix, form in _BY_PREFIX:
        if header.startswith(prefix):
            return form
    if header[:4] in (b"RIFF", b"RF64", b"BW64"):
        return _BY_RIFF_TYPE.get(header[8:12])
    if header[:4] == b"FORM" and header[8:12] in (b"AIFF", b"AIFC"):
        return FileFormat("aiff", "audio/aiff", _AUDIO)
    if header[4:8] == b"ftyp":
        return _iso_media(header)
    if header[4:8] in _MOV_ATOMS:
        return FileFormat("mov", "video/quicktime", None)
    if header[:2] == b"BM" and int.from_bytes(header[14:18], "little") in (12, 40, 52, 56, 64, 108, 124):
        return _BMP
    return _transport_stream(header) or _mpeg_audio(header)


def read_header(path: Path) -> bytes:
    """The first `HEADER_BYTES` of a file."""
    with path.open("rb") as file:
        return file.read(HEADER_BYTES)


def is_moving_gif(path: Path) -> bool:
    """True if a GIF has more than one frame. Walks its blocks without decoding a pixel."""
    with path.open("rb") as file:
        file.seek(6)
        screen = file.read(7)
        if len(screen) < 7:
            return False
        if screen[4] & 0x80:
            file.seek(3 << ((screen[4] & 7) + 1), 1)
        frames = 0
        while (mark := file.read(1)) in (b"!", b","):
            if mark == b"!":
                file.seek(1, 1)
            else:
                frames += 1
                if frames > 1:
                    return True
                image = file.read(9)
                if len(image) < 9:
                    return False
                palette_bytes = 3 << ((image[8] & 7) + 1) if image[8] & 0x80 else 0
                file.seek(palette_bytes + 1, 1)
            while size := file.read(1)[:1]:
                if size == b"\x00":
                    break
                file.seek(size[0], 1)
    return False


def is_encrypted(path: Path) -> bool:
    """True for an MP4 or ASF whose tracks are locked (DRM): nothing in it can be decoded."""
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
        if header.startswith(b"\x30\x26\xb2\x75"):
            # Content Encryption Object of ASF, its GUID as stored.
            return bytes.fromhex("fbb31122 23bdd211 b4b700a0c955fc6e") in header
        if header[4:8] != b"ftyp" and header[4:8] not in _MOV_ATOMS:
            return False
        file.seek(0)
        while len(head := file.read(8)) == 8:
            size = int.from_bytes(head[:4], "big")
            body = size - 8
            if size == 1:
                body = int.from_bytes(file.read(8), "big") - 16
            if head[4:] == b"moov":
                moov = file.read(min(max(body, 0), 16_000_000))
                # A sample entry: its type, then six reserved bytes.
                return any(entry + bytes(6) in moov for entry in (b"enca", b"encv", b"drms", b"drmi"))
            if body < 0:  # a size of 0: this one reaches to the end of the file
                return False
            file.seek(body, 1)
    return False


def _iso_media(header: bytes) -> FileFormat:
    size = min(int.from_bytes(header[:4], "big"), len(header))
    major = header[8:12]
    brands = {major, *(header[i : i + 4] for i in range(16, size - 3, 4))}
    if major in _HEIF_BRANDS or major in _AVIF_BRANDS:
        return _AVIF if brands & _AVIF_BRANDS else _HEIF
    if major in _AUDIO_BRANDS:
        return _M4A
    return FileFormat("mov", "video/quicktime", None) if major == b"qt  " else _MOV


def _transport_stream(header: bytes) -> FileFormat | None:
    for packet_bytes, start in ((188, 0), (192, 4)):
        marks = header[start : start + 5 * packet_bytes : packet_bytes]
        if len(marks) >= 3 and set(marks) == {0x47}:
            return _MPEG_TS
    return None


def _mpeg_audio(header: bytes) -> FileFormat | None:
    """MP3 (also layers I and II) or AAC in ADTS: an ID3 tag, or frames that follow each other."""
    start = 0
    tagged = header.startswith(b"ID3") and len(header) >= 10
    if tagged:
        # The size of a tag is written in four bytes of seven bits.
        start = 10 + sum((header[6 + i] & 0x7F) << (21 - 7 * i) for i in range(4))
        if start + 4 > len(header):
            return _MP3
        if header[start : start + 4] == b"fLaC":
            return _FLAC
    for at in range(start, min(len(header) - 4, start + 8192)):
        if header[at] == 0xFF and (form := _frames_at(header, at)):
            return form
    return _MP3 if tagged else None


def _frames_at(header: bytes, at: int) -> FileFormat | None:
    """The format, if three frames in a row fit, or all that there are where they begin the file."""
    first = _mpeg_frame(header, at)
    if first is None:
        return None
    form, seen, offset = first[0], 0, at
    while offset + 6 <= len(header) and seen < 3:
        frame = _mpeg_frame(header, offset)
        if frame is None or frame[0] is not form:
            return None
        seen, offset = seen + 1, offset + frame[1]
    return form if seen == 3 or (seen and at == 0) else None


_BITRATES_KBPS = {
    # (MPEG-1?, layer): ISO/IEC 11172-3 and 13818-3
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mpeg_frame(header: bytes, at: int) -> tuple[FileFormat, int] | None:
    """Format and length in bytes of the frame whose header stands at `at`."""
    head = header[at : at + 6]
    if len(head) < 6 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:  # ADTS: layer bits are zero
        size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return (_AAC, size) if size > 7 and (head[2] >> 2) & 15 < 13 else None
    version, layer = (head[1] >> 3) & 3, 4 - ((head[1] >> 1) & 3)
    bitrate_index, rate_index = head[2] >> 4, (head[2] >> 2) & 3
    if head[1] & 0xE0 != 0xE0 or version == 1 or layer == 4 or bitrate_index in (0, 15) or rate_index == 3:
        return None
    rate_hz = (44100, 48000, 32000)[rate_index] >> {3: 0, 2: 1, 0: 2}[version]
    bits_per_s = _BITRATES_KBPS[version == 3, layer][bitrate_index - 1] * 1000
    padding = (head[2] >> 1) & 1
    if layer == 1:
        return _MP3, (12 * bits_per_s // rate_hz + padding) * 4
    samples = 1152 if version == 3 or layer == 2 else 576
    return _MP3, samples // 8 * bits_per_s // rate_hz + padding
