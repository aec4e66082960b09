"""Pictures read with Pillow: any orientation, colour model and transparency to plain RGB; bombs refused."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from skills._errors import BadInput
from skills._sniff import read_header, sniff_header

if TYPE_CHECKING:
    from PIL.Image import Image

_FRAMES_LOOKED_AT = 12
_PLAIN_STDDEV = 4.0
"""Grey levels (of 256): below this spread a frame shows nothing (a fade from black, an empty first frame)."""


# What Pillow's decoders raise on damaged files.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    RuntimeError,
)


@contextmanager
def open_picture(path: Path, *, max_pixels: int | None) -> Iterator[Image]:
    """A picture whose header has been read and found harmless; no pixel is decoded yet.

    Raises BadInput (empty-file, not-a-picture, unsupported-format, broken-file, too-many-pixels); errors of
    the decoder inside the `with` block become broken-file.
    """
    from PIL import Image, UnidentifiedImageError

    header = read_header(path)
    if not header:
        raise BadInput("the file is empty", reason="empty-file")
    form = sniff_header(header)
    if form is None:
        raise BadInput("no picture format known", reason="unsupported-format")
    if not form.is_picture:
        raise BadInput(f"a picture was expected, this is {form.mime}", reason="not-a-picture")
    if form.name == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    limit_megapixels = round((max_pixels or Image.MAX_IMAGE_PIXELS or 0) / 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # JPEGs of some cameras hold several pictures, which Pillow knows as MPO.
            formats = ("JPEG", "MPO") if form.name == "JPEG" else (form.name,)
            with Image.open(path, formats=formats) as image:
                width_px, height_px = image.size
                if max_pixels is not None and width_px * height_px > max_pixels:
                    raise Image.DecompressionBombError(f"{width_px}x{height_px} pixels")
                yield image
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise BadInput(str(error), reason="too-many-pixels", limit_megapixels=limit_megapixels) from error
    except UnidentifiedImageError as error:
        raise BadInput(str(error), reason="broken-file") from error
    except _DECODER_ERRORS as error:
        raise BadInput(f"{type(error).__name__}: {error}", reason="broken-file") from error


def read_rgb(path: Path, *, max_pixels: int, side_px: int) -> tuple[Image, tuple[int, int]]:
    """The picture as RGB, upright, transparency laid on white; and its true size (width, height) in pixels.

    Large pictures come at a half, a third, ... of their size, with sides of `side_px` or more; JPEGs are
    decoded so. Of an animation the first frame that shows anything is taken. Raises BadInput as
    `open_picture` does.
    """
    from PIL import ImageOps

    with open_picture(path, max_pixels=max_pixels) as image:
        size_px = upright_size(image)
        if image.format == "JPEG":
            image.draft(None, (side_px, side_px))
        picture = _telling_frame(image)
        try:
            picture = ImageOps.exif_transpose(picture)
        except (*_DECODER_ERRORS, struct.error):  # a damaged EXIF block is no reason to refuse the picture
            picture = picture.copy()
        picture = _rgb(picture)
        factor = min(picture.size) // side_px
        return (picture.reduce(factor) if factor > 1 else picture), size_px


def upright_size(image: Image) -> tuple[int, int]:
    """Width and height as the picture is shown, that is after the turn its EXIF block asks for."""
    try:
        orientation = image.getexif().get(0x0112)
    except (*_DECODER_ERRORS, struct.error):
        orientation = None
    # Pillow turns a TIFF by itself, and gives its size after that.
    sideways = orientation in (5, 6, 7, 8) and image.format != "TIFF"
    return (image.height, image.width) if sideways else image.size


def _telling_frame(image: Image) -> Image:
    """The first frame that is not plain; of a still picture, itself."""
    frames = getattr(image, "n_frames", 1)
    if frames == 1 or image.format not in ("GIF", "WEBP", "PNG", "AVIF"):
        image.load()
        return image
    first: Image | None = None
    for index in range(min(frames, _FRAMES_LOOKED_AT)):
        try:
            image.seek(index)
            frame = image.copy()
        except (OSError, EOFError, ValueError):
            break
        if first is None:
            first = frame
        if not _is_plain(frame):
            return frame
    if first is None:
        image.seek(0)
        image.load()
        return image
    return first


def _is_plain(frame: Image) -> bool:
    from PIL import ImageStat

    small = _rgb(frame).resize((64, 64)).convert("L")
    return ImageStat.Stat(small).stddev[0] < _PLAIN_STDDEV


def _rgb(image: Image) -> Image:
    import PIL.Image

    if image.mode == "F" or image.mode.startswith("I"):
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = PIL.Image.new("RGBA", image.size, "white")
        return PIL.Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image) -> Image:
    """A picture of 16 or 32 bits a pixel as 8 bits; what is not 16-bit is stretched over its own range."""
    import numpy as np
    import PIL.Image

    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I") and low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0 if high > 255 else 255.0
    scaled = (values - low) * (255.0 / max(high - low, 1e-6))
    return PIL.Image.fromarray(scaled.clip(0, 255).astype(np.uint8))
