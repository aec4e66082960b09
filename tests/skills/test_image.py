from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skills import BadInput
from skills._image import read_rgb
from tests.skills.makers import gradient, tone, write_sound, write_video


def _read(path: Path, *, max_pixels: int = 50_000_000) -> tuple[Image.Image, tuple[int, int]]:
    return read_rgb(path, max_pixels=max_pixels, side_px=512)


def _reason(path: Path, *, max_pixels: int = 50_000_000) -> str:
    with pytest.raises(BadInput) as refusal:
        _read(path, max_pixels=max_pixels)
    return refusal.value.reason


def _close(image: Image.Image, expected: Image.Image, tolerance: float) -> bool:
    small = [np.asarray(one.convert("RGB").resize((32, 24)), np.float32) for one in (image, expected)]
    return bool(np.abs(small[0] - small[1]).mean() <= tolerance)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "HEIF", "AVIF", "GIF"])
def test_every_form_gives_the_same_rgb_picture(tmp_path: Path, form: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    gradient().save(tmp_path / "file", form)

    image, size_px = _read(tmp_path / "file")

    assert (image.mode, size_px) == ("RGB", (320, 240))
    assert _close(image, gradient(), 8)


@pytest.mark.parametrize("mode", ["P", "L", "LA", "1", "CMYK", "YCbCr", "I;16", "I", "F", "RGBA", "PA"])
def test_every_colour_model_becomes_rgb(tmp_path: Path, mode: str) -> None:
    source = gradient()
    grey = np.asarray(source.convert("L"))
    match mode:
        case "I;16":
            picture, expected = Image.fromarray(grey.astype(np.uint16) * 257), source.convert("L")
        case "I":
            picture, expected = Image.fromarray(grey.astype(np.int32) * 257), source.convert("L")
        case "F":
            stretched = (grey - grey.min()) / (int(grey.max()) - int(grey.min()))
            picture, expected = (
                Image.fromarray(stretched.astype(np.float32)),
                Image.fromarray((stretched * 255).astype(np.uint8)),
            )
        case "PA":
            picture, expected = source.convert("P"), source
            picture.info["transparency"] = 255
        case _:
            picture = source.convert(mode)
            expected = picture.convert("RGB")
    form = "TIFF" if mode in ("CMYK", "YCbCr", "F", "I") else "PNG"
    picture.save(tmp_path / "file", form)

    image, _ = _read(tmp_path / "file")

    assert image.mode == "RGB"
    assert _close(image, expected, 8)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_its_camera_says(tmp_path: Path, orientation: int, form: str) -> None:
    upright = gradient(320, 240)
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "file", form, exif=exif, quality=95)

    image, size_px = _read(tmp_path / "file")

    assert size_px == image.size == (320, 240)
    assert _close(image, upright, 4)


def test_a_damaged_exif_block_does_not_matter(tmp_path: Path) -> None:
    gradient().save(tmp_path / "file", "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7f" + b"\x99" * 40)

    assert _read(tmp_path / "file")[1] == (320, 240)


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(tmp_path / "file", "PNG")

    assert _read(tmp_path / "file")[0].getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["WEBP", "PNG", "GIF"])
def test_of_an_animation_the_first_frame_that_shows_anything_is_taken(tmp_path: Path, form: str) -> None:
    black = Image.new("RGB", (320, 240))
    black.save(tmp_path / "file", form, save_all=True, append_images=[gradient(), black], duration=100)

    assert _close(_read(tmp_path / "file")[0], gradient(), 8)


def test_an_animation_that_shows_nothing_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "file", "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    assert _read(tmp_path / "file")[0].getpixel((9, 9)) == (255, 0, 0)


def test_a_large_jpeg_is_decoded_smaller_but_its_size_is_told_truly(tmp_path: Path) -> None:
    gradient(4000, 3000).save(tmp_path / "file", "JPEG")

    image, size_px = _read(tmp_path / "file")

    assert size_px == (4000, 3000)
    assert 512 <= min(image.size) < 1500


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_odd_sizes_are_read(tmp_path: Path, size: tuple[int, int]) -> None:
    gradient(*size).save(tmp_path / "file", "PNG")

    assert _read(tmp_path / "file")[0].size == size


def test_a_bomb_is_refused_before_a_pixel_is_decoded(tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    for side_px in (8_000, 12_000, 30_000):
        header = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
        data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
        (tmp_path / "bomb").write_bytes(data + chunk(b"IEND", b""))

        with pytest.raises(BadInput) as refusal:
            _read(tmp_path / "bomb")

        assert refusal.value.reason == "too-many-pixels"
        assert refusal.value.details == {"limit_megapixels": 50}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF", "HEIF", "AVIF", "GIF", "BMP"])
def test_what_is_cut_off_or_scrambled_is_broken_and_nothing_worse(tmp_path: Path, form: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    gradient().save(buffer, form)
    data, random = buffer.getvalue(), np.random.default_rng(3)
    for keep in (16, len(data) // 3, len(data) - 20):
        (tmp_path / "file").write_bytes(data[:keep])
        _survives(tmp_path / "file")
    for _ in range(10):
        scrambled = bytearray(data)
        for at in random.integers(12, len(data), 12):
            scrambled[at] = random.integers(256)
        (tmp_path / "file").write_bytes(scrambled)
        _survives(tmp_path / "file")


def test_what_is_no_picture_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    write_sound(tmp_path / "sound.png", tone(0.5, 16_000), 16_000, "pcm_s16le", "wav")
    write_video(tmp_path / "video.png")

    assert _reason(tmp_path / "empty.png") == "empty-file"
    assert _reason(tmp_path / "text.png") == "unsupported-format"
    assert _reason(tmp_path / "sound.png") == "not-a-picture"
    assert _reason(tmp_path / "video.png") == "not-a-picture"


def _survives(path: Path) -> None:
    with contextlib.suppress(BadInput):
        assert _read(path)[0].mode == "RGB"
