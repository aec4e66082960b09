"""Boxes and names drawn into the planes of a video frame (YUV 4:2:0), without a detour over RGB.

What is not drawn upon stays exactly as it was. Names are set by Pillow, so that any script shows, once for
each text; after that drawing is a few slices of arrays.
"""

from __future__ import annotations

import colorsys
import importlib.util
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Rgb = tuple[int, int, int]

_BT709 = 1
_HUES = 20
_SEED = 31_474
# Of all seeds tried the one that sets people, vehicles, cats and dogs furthest apart.
# Weights of red and blue in luma: ITU-R BT.709 and BT.601.
_WEIGHTS = {True: (0.2126, 0.0722), False: (0.299, 0.114)}


@dataclass(frozen=True, slots=True)
class Mark:
    """One object in one frame."""

    box_xyxy_px: tuple[float, float, float, float]
    text: str
    rgb: Rgb


def colour_of(label: str) -> Rgb:
    """The colour of a class: always the same, bright, and seldom that of another."""
    place = zlib.crc32(label.encode(), _SEED)
    hue = (place % _HUES) / _HUES
    saturation, value = ((0.85, 0.95), (0.60, 1.0), (0.95, 0.78))[place // _HUES % 3]
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def read_planes(frame: Any) -> Plane:
    """A copy of a yuv420p `av.VideoFrame`: shape (height * 3 / 2, width)."""
    return np.ascontiguousarray(frame.to_ndarray())


class Painter:
    """Draws on frames of one size."""

    def __init__(self, width_px: int, height_px: int, *, colorspace: int) -> None:
        """`colorspace` as in libav: 1 is BT.709; where it is not said (2), size decides, as players do."""
        self._width_px = width_px
        self._height_px = height_px
        hd = colorspace == _BT709 or (colorspace == 2 and min(width_px, height_px) >= 720)
        self._weights = _WEIGHTS[hd]
        short_px = min(width_px, height_px)
        self._line_px = max(2, round(short_px / 200) // 2 * 2)
        # Large enough on a telephone, and small beside the objects of a large picture.
        self._font_px = max(9, round(7 + short_px / 48))
        self._chips: dict[tuple[str, Rgb], tuple[Plane, Plane, Plane]] = {}

    def draw(self, planes: Plane, marks: Sequence[Mark]) -> None:
        """All marks, the first ones topmost. `planes` as `read_planes` gives them; changed in place."""
        taken: list[tuple[int, int, int, int]] = []
        chips = []
        for mark in marks:
            chip = self._chip(mark)
            x, y = self._chip_place(mark, chip[0], taken)
            taken.append((x, y, x + chip[0].shape[1], y + chip[0].shape[0]))
            chips.append((chip, x, y))
        for mark, (chip, x, y) in reversed(list(zip(marks, chips, strict=True))):
            self._frame(planes, mark)
            self._paste(planes, chip, x, y)

    def _split(self, planes: Plane) -> tuple[Plane, Plane, Plane]:
        height_px, width_px = self._height_px, self._width_px
        chroma = planes[height_px:].reshape(2, height_px // 2, width_px // 2)
        return planes[:height_px], chroma[0], chroma[1]

    def _frame(self, planes: Plane, mark: Mark) -> None:
        colour = to_yuv(mark.rgb, self._weights)
        left, top, right, bottom = self._even(mark.box_xyxy_px)
        line = self._line_px
        luma, *_ = self._split(planes)
        # A dark edge inside keeps the line visible on a ground of its own colour.
        for rows, columns in _sides(left + line, top + line, right - line, bottom - line, 1):
            luma[rows, columns] = (luma[rows, columns] >> 1) + 8
        for plane, value, step in zip(self._split(planes), colour, (1, 2, 2), strict=True):
            box = (left // step, top // step, right // step, bottom // step)
            for rows, columns in _sides(*box, max(1, line // step)):
                plane[rows, columns] = value

    def _even(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        """The box on even pixels, where luma and chroma meet; in the picture, and never empty."""
        left, top, right, bottom = (round(side / 2) * 2 for side in box)
        least = 2 * self._line_px + 2
        left = min(max(left, 0), max(0, self._width_px - least))
        top = min(max(top, 0), max(0, self._height_px - least))
        right = min(max(right, left + least), self._width_px)
        bottom = min(max(bottom, top + least), self._height_px)
        return left, top, right, bottom

    def _chip(self, mark: Mark) -> tuple[Plane, Plane, Plane]:
        key = (mark.text, mark.rgb)
        if key not in self._chips:
            if len(self._chips) > 2000:
                self._chips.clear()
            rgb = _chip_image(mark.text, mark.rgb, self._font_px, self._width_px, self._height_px)
            self._chips[key] = _planes_of(rgb, self._weights)
        return self._chips[key]

    def _chip_place(
        self, mark: Mark, luma: Plane, taken: Sequence[tuple[int, int, int, int]]
    ) -> tuple[int, int]:
        """Above the box, else inside at its top, else below it: the first place that is free and in the
        picture."""
        left, top, _, bottom = self._even(mark.box_xyxy_px)
        high, wide = luma.shape
        x = max(0, min(left, self._width_px - wide) // 2 * 2)
        line = self._line_px
        places = [top - high, top + line, bottom - line - high, bottom]
        inside = [y for y in places if 0 <= y <= self._height_px - high] or [0]
        free = (y for y in inside if not any(_meet((x, y, x + wide, y + high), other) for other in taken))
        return x, next(free, inside[0]) // 2 * 2

    def _paste(self, planes: Plane, chip: tuple[Plane, Plane, Plane], x: int, y: int) -> None:
        for plane, part, step in zip(self._split(planes), chip, (1, 2, 2), strict=True):
            target = plane[y // step : y // step + part.shape[0], x // step : x // step + part.shape[1]]
            target[:] = part[: target.shape[0], : target.shape[1]]


def to_yuv(rgb: Rgb, weights: tuple[float, float]) -> tuple[int, int, int]:
    """Limited range, 8 bits."""
    planes = _planes_of(np.full((2, 2, 3), rgb, np.uint8), weights)
    return int(planes[0][0, 0]), int(planes[1][0, 0]), int(planes[2][0, 0])


def _sides(left: int, top: int, right: int, bottom: int, line: int) -> list[tuple[slice, slice]]:
    if right - left <= 2 * line or bottom - top <= 2 * line:
        return []
    return [
        (slice(top, top + line), slice(left, right)),
        (slice(bottom - line, bottom), slice(left, right)),
        (slice(top, bottom), slice(left, left + line)),
        (slice(top, bottom), slice(right - line, right)),
    ]


def _meet(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _planes_of(rgb: NDArray[np.uint8], weights: tuple[float, float]) -> tuple[Plane, Plane, Plane]:
    """Luma (h, w) and both chromas (h / 2, w / 2), limited range, of a picture with even sides."""
    red_share, blue_share = weights
    red, green, blue = np.moveaxis(rgb.astype(np.float32) / 255, -1, 0)
    luma = red_share * red + (1 - red_share - blue_share) * green + blue_share * blue
    height_px, width_px = luma.shape

    def halved(chroma: NDArray[np.float32]) -> Plane:
        means = chroma.reshape(height_px // 2, 2, width_px // 2, 2).mean(axis=(1, 3))
        return np.asarray(np.rint(128 + 224 * means), np.uint8)

    return (
        np.rint(16 + 219 * luma).astype(np.uint8),
        halved((blue - luma) / (2 * (1 - blue_share))),
        halved((red - luma) / (2 * (1 - red_share))),
    )


def _chip_image(text: str, rgb: Rgb, font_px: int, width_px: int, height_px: int) -> NDArray[np.uint8]:
    """The text on a ground of the class's colour, even sides, no larger than the picture."""
    from PIL import Image, ImageDraw

    while True:
        font = _font(font_px)
        left, _, right, _ = font.getbbox(text)
        pad = max(2, font_px // 5)
        # The height of a line and not of these letters: chips of one film are alike.
        ascent, descent = font.getmetrics()
        size = (int(right - left) + 2 * pad, ascent + descent + pad // 2)
        if (size[0] <= width_px and size[1] <= height_px // 2) or font_px <= 7:
            break
        font_px -= 1
    size = (min(size[0], width_px) // 2 * 2, min(size[1], height_px) // 2 * 2)
    image = Image.new("RGB", size, rgb)
    light = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]
    ink = (0, 0, 0) if light > 130 else (255, 255, 255)
    ImageDraw.Draw(image).text((pad - left, pad // 4), text, fill=ink, font=font)
    return np.asarray(image)


@lru_cache(maxsize=32)
def _font(size_px: int) -> Any:
    """DejaVu Sans Bold, which matplotlib carries: Latin, Cyrillic, Greek and more."""
    from PIL import ImageFont

    spec = importlib.util.find_spec("matplotlib")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder, "mpl-data", "fonts", "ttf", "DejaVuSans-Bold.ttf")
        if path.is_file():
            return ImageFont.truetype(path, size_px)
    return ImageFont.load_default(size_px)
