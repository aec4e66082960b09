"""A film shown again with its objects marked: the second pass, which draws and encodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skills._clip import affordable_size, video_bits_per_s
from skills._drawing import Mark, Painter, colour_of, read_planes
from skills._media_clip import ClipFormat, ClipWriter, save_thumbnail
from skills._media_clip_sound import Sound, sound_bytes
from skills._media_video import Film, shots
from skills._tracking import Followed
from skills._types import Clip
from skills._watching import Watched

THUMBNAIL_PX = 320
_SOUND_SHARE = 0.4
"""Sound that would take more of the limit than this is encoded with few bits."""
_TIGHT_BYTES_PER_S = 6_500
_TRIES = 3
_PROGRESS_EVERY_FRAMES = 10


@dataclass(frozen=True, slots=True)
class ClipWish:
    """What the clip is to be like, and where it goes."""

    folder: Path
    names: Mapping[str, str]
    """What is drawn for a label; the label itself if it is not in it."""
    max_side_px: int
    limit_bytes: int
    threads: int = 1


def make_clip(film: Film, watched: Watched, wish: ClipWish, progress: Callable[[float], None]) -> Clip:
    """Write `clip.mp4` and `clip.jpg` into the folder. Raises BadInput as `skills._media_video.shots`
    does."""
    limit_bytes = wish.limit_bytes
    for _ in range(_TRIES):
        clip = _written(film, watched, wish, limit_bytes, progress)
        size_bytes = clip.path.stat().st_size
        if size_bytes <= wish.limit_bytes:
            break
        # The encoder stepped over its bound (it may, in short clips): ask for as much less.
        limit_bytes = int(limit_bytes * 0.8 * wish.limit_bytes / size_bytes)
    return clip


def _written(
    film: Film, watched: Watched, wish: ClipWish, limit_bytes: int, progress: Callable[[float], None]
) -> Clip:
    schedule = watched.schedule
    path = wish.folder / "clip.mp4"
    sound, tight, bytes_of_sound = _sound_plan(film, schedule.end_s, limit_bytes)
    bits_per_s = video_bits_per_s(limit_bytes, bytes_of_sound, schedule.end_s)
    by_frame = _by_frame(watched.objects, len(schedule.pts))
    cover = _telling_frame(by_frame)
    writer: ClipWriter | None = None
    painter: Painter | None = None
    size = (0, 0)
    with ExitStack() as stack:
        for index, shot in enumerate(_sized(film, watched, wish, bits_per_s)):
            if index >= len(schedule.pts):
                break
            frame = shot.frame
            if writer is None or painter is None:
                size = (frame.width, frame.height)
                painter = Painter(*size, colorspace=frame.colorspace)
                form = ClipFormat(*size, schedule.tick_s, schedule.rate_hz, bits_per_s, wish.threads)
                heard = (
                    stack.enter_context(
                        Sound(film.path, start_s=watched.start_s, limit_s=film.limits.duration_s, tight=tight)
                    )
                    if sound
                    else None
                )
                writer = stack.enter_context(ClipWriter(path, form, heard))
            planes = read_planes(frame)
            painter.draw(planes, _marks(by_frame[index], index, watched, size, wish.names))
            if index == cover:
                save_thumbnail(planes, frame, wish.folder / "clip.jpg", side_px=THUMBNAIL_PX)
            writer.write(planes, frame, schedule.pts[index], schedule.duration(index))
            if index % _PROGRESS_EVERY_FRAMES == 0:
                progress(index / len(schedule.pts))
    assert writer is not None, "the first pass saw frames"
    return Clip(
        path,
        *size,
        duration_s=round(writer.duration_s, 3),
        thumbnail=wish.folder / "clip.jpg",
        silent=not writer.has_sound,
    )


def _sound_plan(film: Film, duration_s: float, limit_bytes: int) -> tuple[bool, bool, int]:
    """Whether there is sound, whether it must be made smaller, and how many bytes to put aside for it."""
    if not film.has_sound:
        return False, False, 0
    own_bytes = sound_bytes(film.path)
    if own_bytes > _SOUND_SHARE * limit_bytes:
        return True, True, int(_TIGHT_BYTES_PER_S * duration_s)
    # What is encoded anew may grow to 128 kbit/s.
    return own_bytes > 0, False, max(own_bytes, int(16_500 * duration_s) if own_bytes else 0)


def _sized(film: Film, watched: Watched, wish: ClipWish, bits_per_s: int) -> Any:
    """The frames again, at the size that the clip can afford."""
    first = next(shots(film, max_side_px=wish.max_side_px, threads=wish.threads)).frame
    size: tuple[int, int] | None = affordable_size(
        first.width, first.height, frames_per_s=float(watched.schedule.rate_hz), bits_per_s=bits_per_s
    )
    size = size if size != (first.width, first.height) else None
    return shots(film, max_side_px=wish.max_side_px, threads=wish.threads, size_px=size)


def _by_frame(objects: Sequence[Followed], frames: int) -> list[list[Followed]]:
    seen: list[list[Followed]] = [[] for _ in range(frames)]
    for one in objects:
        for frame in range(one.first, min(one.last + 1, frames)):
            seen[frame].append(one)
    return seen


def _marks(
    seen: Sequence[Followed], frame: int, watched: Watched, size_px: tuple[int, int], names: Mapping[str, str]
) -> list[Mark]:
    scale = np.array([size_px[0] / watched.width_px, size_px[1] / watched.height_px] * 2)
    marks = []
    for one in seen:
        left, top, right, bottom = (float(side) for side in one.boxes_xyxy_px[frame - one.first] * scale)
        percent = min(99, max(1, round(float(one.scores[frame - one.first]) * 100)))
        text = f"{names.get(one.label, one.label)} {percent}%"
        marks.append(Mark((left, top, right, bottom), text, colour_of(one.label)))
    return marks


def _telling_frame(by_frame: Sequence[Sequence[Followed]]) -> int:
    """The frame with the most to see, for the thumbnail; in the middle if nothing is found."""
    weights = [sum(float(one.scores[i - one.first]) for one in seen) for i, seen in enumerate(by_frame)]
    best = max(range(len(weights)), key=weights.__getitem__)
    return best if weights[best] > 0 else len(weights) // 2
