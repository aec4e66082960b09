"""What moves in a video: objects found, followed, and shown in a clip that any messenger plays."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from skills._errors import BadInput
from skills._types import Clip, Job, Media, MediaKind, Model, Reply, Say, Skill, SkillSpec

if TYPE_CHECKING:
    from skills._clip import Schedule
    from skills._media_video import Film
    from skills._tracking import Followed
    from skills._watching import Detector, Watched

_WATCHING_SHARE = 0.7
"""Of the whole work, for progress: the rest is drawing and encoding."""
_JOIN_S = 0.5
"""A class that is gone for less was there all the time."""
_LINES = 8
_SPANS = 4


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which a class is seen."""

    label: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class SeenObject:
    """One object, followed while it is seen."""

    number: int
    """From 1, in order of appearance."""
    label: str
    score: float
    """Of its best detection, in [0, 1]."""
    start_s: float
    end_s: float
    sightings: tuple[tuple[float, float, float, float, float], ...]
    """Where the detector saw it: (time in seconds, left, top, right, bottom in pixels of the clip)."""


@dataclass(frozen=True, slots=True)
class VideoDetections:
    """What a video shows."""

    clip: Clip
    """With a box and a name around every object in every frame."""
    counts: Mapping[str, int]
    """Distinct objects of each class that were followed, most frequent first. A cut ends an object."""
    most_at_once: Mapping[str, int]
    """The largest number of objects of each class in one frame."""
    spans: tuple[Span, ...]
    """When each class is seen, in the order of their start."""
    objects: tuple[SeenObject, ...]
    frames: int
    detected_frames: int
    """Frames that the detector itself looked at; in the others objects were followed."""
    duration_s: float
    fps: float
    """Frames a second, on average."""

    def to_json(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts),
            "most_at_once": dict(self.most_at_once),
            "spans": [{"label": s.label, "start_s": s.start_s, "end_s": s.end_s} for s in self.spans],
            "objects": [
                {
                    "number": o.number,
                    "label": o.label,
                    "score": round(o.score, 4),
                    "start_s": o.start_s,
                    "end_s": o.end_s,
                    "sightings": [
                        {"time_s": time_s, "box_xyxy_px": [round(side, 1) for side in box]}
                        for time_s, *box in o.sightings
                    ],
                }
                for o in self.objects
            ],
            "frames": self.frames,
            "detected_frames": self.detected_frames,
            "duration_s": round(self.duration_s, 3),
            "fps": round(self.fps, 3),
            "width_px": self.clip.width_px,
            "height_px": self.clip.height_px,
            "clip": str(self.clip.path),
        }


class VideoSkill(Skill["Film", VideoDetections]):
    """Options: `every` (0: by the machine's speed), `threshold` (0.45), `max_side_px` (1280) of the clip,
    `labels` (English name -> the name that is drawn), `upload_mb` (50); limits of the input: `video_s` (180),
    `video_pixels` (8.3 million), `video_frames` (120 a second); `budget_s` (600) for finding objects;
    `threads` (1).
    """

    spec = SkillSpec(name="video", takes=MediaKind.VIDEO, icon="🎬", timeout_s=900)

    def prepare(self, media: Media, job: Job) -> Film:
        from skills._media_video import FilmLimits, look

        if media.path is None:
            raise BadInput("no file", reason="no-picture-track")
        longest_s = float(job.options.get("video_s", 180))
        limits = FilmLimits(
            duration_s=longest_s,
            pixels=int(job.options.get("video_pixels", 3840 * 2160)),
            frames=int(job.options.get("video_frames", 120 * max(longest_s, 10))),
        )
        return look(media.path, limits)

    def infer(self, model: Model, inputs: Sequence[Film], jobs: Sequence[Job]) -> list[VideoDetections]:
        detector = cast("Detector", model)
        return [_detect(film, detector, job) for film, job in zip(inputs, jobs, strict=True)]

    def render(self, result: VideoDetections, say: Say) -> Reply:
        seconds = max(1, round(result.duration_s))
        if not result.counts:
            memory = say("video-nothing-memory", seconds=seconds)
            return Reply(blocks=(say("video-nothing"),), memory=memory, clip=result.clip)
        seen = ", ".join(_count(result, label, say) for label in list(result.counts)[:_LINES])
        blocks = [say("video-seen", seen=seen)]
        if result.duration_s >= 2:
            lines = [
                say("video-line", label=say.label("video", label), times=_times(result, label))
                for label in list(result.counts)[:_LINES]
            ]
            blocks.append("\n".join((say("video-when"), *lines)))
        return Reply(tuple(blocks), say("video-memory", seconds=seconds, seen=seen), clip=result.clip)


def _count(result: VideoDetections, label: str, say: Say) -> str:
    name, count, at_once = say.label("video", label), result.counts[label], result.most_at_once[label]
    if count == at_once:
        return say("video-count", label=name, count=count)
    return say("video-count-some", label=name, count=count, together=at_once)


def _times(result: VideoDetections, label: str) -> str:
    spans = [span for span in result.spans if span.label == label]
    named = ", ".join(f"{_clock(span.start_s)}–{_clock(math.ceil(span.end_s))}" for span in spans[:_SPANS])
    return f"{named}, …" if len(spans) > _SPANS else named


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _detect(film: Film, detector: Detector, job: Job) -> VideoDetections:
    from skills._showing import ClipWish, make_clip
    from skills._watching import Care, watch

    options = job.options
    care = Care(
        every=int(options.get("every", 0)),
        threshold=float(options.get("threshold", 0.45)),
        threads=int(options.get("threads", 1)),
        budget_s=float(options.get("budget_s", 600)),
    )
    wish = ClipWish(
        folder=job.folder,
        names=options.get("labels", {}),
        max_side_px=int(options.get("max_side_px", 1280)),
        limit_bytes=int(float(options.get("upload_mb", 50)) * 1_000_000),
        threads=int(options.get("threads", 1)),
    )
    watched = watch(film, detector, care, lambda done: job.progress(done * _WATCHING_SHARE))
    clip = make_clip(
        film, watched, wish, lambda done: job.progress(_WATCHING_SHARE + done * (1 - _WATCHING_SHARE))
    )
    return _summary(watched, clip)


def _summary(watched: Watched, clip: Clip) -> VideoDetections:
    from skills._tracking import most_at_once

    found, schedule = watched.objects, watched.schedule
    counts = Counter(seen.label for seen in found)
    scale = (clip.width_px / watched.width_px, clip.height_px / watched.height_px) * 2
    return VideoDetections(
        clip=clip,
        counts=dict(counts.most_common()),
        most_at_once={label: most_at_once(found, label) for label, _ in counts.most_common()},
        spans=_spans(found, schedule),
        objects=tuple(_seen(one, schedule, scale) for one in found),
        frames=len(schedule.pts),
        detected_frames=watched.detections,
        duration_s=clip.duration_s,
        fps=float(schedule.rate_hz),
    )


def _seen(one: Followed, schedule: Schedule, scale: tuple[float, ...]) -> SeenObject:
    sightings = []
    for frame in one.detected:
        left, top, right, bottom = (
            round(float(side) * factor, 1)
            for side, factor in zip(one.boxes_xyxy_px[frame - one.first], scale, strict=True)
        )
        sightings.append((round(schedule.at_s(frame), 3), left, top, right, bottom))
    start_s, end_s = round(schedule.at_s(one.first), 3), round(schedule.at_s(one.last + 1), 3)
    return SeenObject(one.number, one.label, one.score, start_s, end_s, tuple(sightings))


def _spans(found: Sequence[Followed], schedule: Schedule) -> tuple[Span, ...]:
    """The times of each class, its objects put together; short absences are none."""
    spans: dict[str, list[Span]] = {}
    for one in sorted(found, key=lambda one: one.first):
        start_s, end_s = round(schedule.at_s(one.first), 2), round(schedule.at_s(one.last + 1), 2)
        of_class = spans.setdefault(one.label, [])
        if of_class and start_s - of_class[-1].end_s <= _JOIN_S:
            of_class[-1] = replace(of_class[-1], end_s=max(end_s, of_class[-1].end_s))
        else:
            of_class.append(Span(one.label, start_s, end_s))
    return tuple(sorted((s for of_class in spans.values() for s in of_class), key=lambda s: s.start_s))
