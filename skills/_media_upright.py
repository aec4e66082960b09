"""Decoded frames of any size, format and orientation made upright yuv420p of one size, by a libav filter graph."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from skills._clip import fit_size


@dataclass(frozen=True, slots=True)
class Decoded:
    """A frame as it is in the file."""

    frame: Any
    """`av.VideoFrame`."""
    pts: int
    tick_s: Fraction
    """Unit of `pts`, seconds."""
    pixel_shape: Fraction
    """Width of a pixel over its height."""
    duration: int
    """In ticks; 0 if unknown."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame."""

    pts: int
    tick_s: Fraction
    """Unit of `pts`, seconds."""
    frame: Any
    """`av.VideoFrame`, yuv420p, limited range. The decoder may still need its memory: do not write."""
    duration: int
    """In ticks; 0 if unknown."""

    @property
    def time_s(self) -> float:
        return float(self.pts * self.tick_s)


class Upright:
    """Push decoded frames, take upright ones; `flush` gives what the graph still holds."""

    def __init__(self, max_side_px: int, size_px: tuple[int, int] | None) -> None:
        self._max_side_px = max_side_px
        self._size_px = size_px
        self._graph: Any = None
        self._key: tuple[object, ...] = ()
        self._rotation = 0
        self._turn: tuple[str, ...] = ()
        self._durations: dict[int, int] = {}
        self._tick_s = Fraction(1)

    def push(self, decoded: Decoded) -> Iterator[Shot]:
        frame = _opaque(decoded.frame)
        # Looking at side data makes a cycle that keeps the frame until garbage is collected: once is enough.
        rotation = decoded.frame.rotation
        if self._graph is None or rotation != self._rotation:
            self._rotation, self._turn = rotation, _turn(decoded.frame)
        turn = self._turn
        # Once a film is known to be interlaced it is treated so to its end: single frames may be marked
        # otherwise.
        interlaced = bool(decoded.frame.interlaced_frame) or "interlaced" in self._key[-1:]
        key = (
            frame.width,
            frame.height,
            frame.format.name,
            frame.color_range,
            frame.colorspace,
            decoded.pixel_shape,
            turn,
            "interlaced" if interlaced else "progressive",
        )
        if key != self._key:
            yield from self.flush()
            self._tick_s = decoded.tick_s
            self._graph = self._built(frame, decoded, turn, interlaced)
            self._key = key
        frame.pts = decoded.pts
        frame.time_base = decoded.tick_s
        self._durations[decoded.pts] = decoded.duration
        self._graph.vpush(frame)
        yield from self._ready()

    def flush(self) -> Iterator[Shot]:
        if self._graph is not None:
            self._graph.vpush(None)
            yield from self._ready()
            self._graph = None

    def _ready(self) -> Iterator[Shot]:
        import av

        while True:
            try:
                frame = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            # The deinterlacer counts in half ticks.
            pts = round(frame.pts * frame.time_base / self._tick_s)
            yield Shot(pts, self._tick_s, frame, self._durations.pop(pts, 0))

    def _built(self, frame: Any, decoded: Decoded, turn: tuple[str, ...], interlaced: bool) -> Any:
        import av

        shape = decoded.pixel_shape
        width_px, height_px = frame.width, frame.height
        if turn and turn[0].startswith("transpose"):
            width_px, height_px, shape = height_px, width_px, 1 / shape
        if self._size_px is None:
            self._size_px = fit_size(width_px, height_px, max_side_px=self._max_side_px, pixel_shape=shape)
        filters = ["bwdif=mode=send_frame:parity=auto:deint=interlaced"] if interlaced else []
        filters += turn
        wide, high = self._size_px
        if 0 <= width_px - wide <= 1 and 0 <= height_px - high <= 1 and shape == 1:
            # Odd sides: one line less is crisper than resampling all of them.
            filters += [f"crop={wide}:{high}:0:0"] if (wide, high) != (width_px, height_px) else []
            filters += ["scale=out_range=tv"]
        else:
            filters += [f"scale={wide}:{high}:flags=bicubic:out_range=tv"]
        if not frame.format.name.startswith("yuv"):
            filters[-1] += ":out_color_matrix=bt709"
        filters += ["format=yuv420p"]
        tick_s = decoded.tick_s
        source = f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}"
        source += f":time_base={tick_s.numerator}/{tick_s.denominator}"
        if frame.color_range in (1, 2):
            source += f":range={frame.color_range}"
        if frame.colorspace not in (0, 2, 3) or not frame.format.name.startswith("yuv"):
            source += f":colorspace={frame.colorspace}"
        graph = av.filter.Graph()
        nodes = [graph.add("buffer", source)]
        nodes += [graph.add(*text.split("=", 1)) for text in filters]
        nodes.append(graph.add("buffersink"))
        graph.link_nodes(*nodes)
        graph.configure()
        return graph


def _opaque(frame: Any) -> Any:
    """The frame itself, or laid on white if it may be transparent."""
    import av
    import numpy as np

    if not any(part.is_alpha for part in frame.format.components) and frame.format.name != "pal8":
        return frame
    rgba = frame.to_ndarray(format="rgba").astype(np.uint16)
    alpha = rgba[..., 3:]
    rgb = (rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return av.VideoFrame.from_ndarray(rgb.astype(np.uint8), format="rgb24")


# Signs of the display matrix (a, b, c, d) -> what turns the picture upright; ISO/IEC 14496-12, 6.2.2.
_TURNS: dict[tuple[int, int, int, int], tuple[str, ...]] = {
    (0, 1, -1, 0): ("transpose=clock",),
    (-1, 0, 0, -1): ("hflip", "vflip"),
    (0, -1, 1, 0): ("transpose=cclock",),
    (-1, 0, 0, 1): ("hflip",),
    (1, 0, 0, -1): ("vflip",),
    (0, 1, 1, 0): ("transpose=cclock_flip",),
    (0, -1, -1, 0): ("transpose=clock_flip",),
}


def _turn(frame: Any) -> tuple[str, ...]:
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX":
            a, b, _, c, d = struct.unpack("=5i", bytes(data)[:20])
            most = max(abs(value) for value in (a, b, c, d)) or 1
            signs = tuple(round(value / most) for value in (a, b, c, d))
            return _TURNS.get(signs, ())
    return ()
