"""Pictures as Telegram stores them: photos in several sizes, stickers as WebP."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

# Sides in pixels of the sizes that a photo is kept in.
_SIDES_PX = (90, 320, 800, 1280, 2560)
_STICKER_SIDE_PX = 512
_QUALITY = 87
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombError)


class PictureError(Exception):
    """The picture cannot be used; the message is Telegram's wording."""


@dataclass(frozen=True, slots=True)
class Size:
    width_px: int
    height_px: int
    data: bytes
    """JPEG, or WebP of a sticker."""


def dimensions(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels as shown, from the header alone; None if it is no picture."""
    try:
        with _open(path) as image:
            width, height = image.size
            return (height, width) if image.getexif().get(0x0112) in (5, 6, 7, 8) else (width, height)
    except _BROKEN:
        return None


def photo_sizes(path: Path) -> list[Size]:
    """The sizes of a photo, smallest first. Raises PictureError."""
    try:
        with _open(path) as image:
            width, height = image.size
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise PictureError("PHOTO_INVALID_DIMENSIONS")
            upright = image.getexif().get(0x0112, 1) == 1
            as_is = image.format in ("JPEG", "MPO") and upright and max(width, height) <= _SIDES_PX[-1]
            image.draft("RGB", (_SIDES_PX[-1], _SIDES_PX[-1]))
            picture = _flat(ImageOps.exif_transpose(image))
    except _BROKEN as error:
        raise PictureError("IMAGE_PROCESS_FAILED") from error
    longest = max(picture.size)
    sides = [side for side in _SIDES_PX if side < longest]
    sizes = [_jpeg(picture, side) for side in sides]
    if longest <= _SIDES_PX[-1]:
        sizes.append(Size(*picture.size, path.read_bytes()) if as_is else _jpeg(picture, longest))
    else:
        sizes.append(_jpeg(picture, _SIDES_PX[-1]))
    return sizes


def sticker(path: Path) -> Size:
    """A picture as a static sticker. Raises PictureError."""
    try:
        with _open(path) as image:
            if image.width + image.height > 10_000:
                raise PictureError("PHOTO_INVALID_DIMENSIONS")
            if image.format == "WEBP" and max(image.size) <= _STICKER_SIDE_PX:
                return Size(*image.size, path.read_bytes())
            picture = ImageOps.exif_transpose(image).convert("RGBA")
    except _BROKEN as error:
        raise PictureError("IMAGE_PROCESS_FAILED") from error
    picture.thumbnail((_STICKER_SIDE_PX, _STICKER_SIDE_PX))
    data = io.BytesIO()
    picture.save(data, "WEBP", quality=90)
    return Size(*picture.size, data.getvalue())


def _open(path: Path) -> Image.Image:
    with warnings.catch_warnings():
        # Large pictures are refused by their dimensions, with Telegram's own words.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(path, formats=_FORMATS)


def _flat(image: Image.Image) -> Image.Image:
    """RGB, with white where the picture is transparent."""
    if image.mode == "RGB":
        return image
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    if image.mode.startswith("I;16") or image.mode == "I":
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGB")


def _jpeg(picture: Image.Image, side_px: int) -> Size:
    small = picture.copy() if max(picture.size) > side_px else picture
    small.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.save(data, "JPEG", quality=_QUALITY)
    return Size(*small.size, data.getvalue())
