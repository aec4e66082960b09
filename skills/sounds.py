"""What sounds in a recording: classes over the whole, events with times, loudness, how much speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, cast

from skills._audio import SILENT_DBFS, level_dbfs, loudness_dbfs
from skills._errors import BadInput
from skills._log_mel import Spectrogram, picture_of
from skills._media import SAMPLE_RATE_HZ, read_waveform
from skills._sound_charts import bars, spectrogram, timeline
from skills._types import Chart, Job, Media, MediaKind, Model, Reply, Say, Scored, Skill, SkillSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skills._media import Waveform

    Scores = NDArray[np.float32]

PATCH_S = 0.96
HOP_S = 0.48
SPEECH = frozenset(
    {
        "Speech",
        "Child speech, kid speaking",
        "Conversation",
        "Narration, monologue",
        "Shout",
        "Whispering",
    }
)
"""Classes that mean that words are said."""
# Classes near the root of AudioSet's tree: true, but a kind of them says more.
_GENERIC = frozenset(
    {
        "Animal",
        "Domestic animals, pets",
        "Wild animals",
        "Livestock, farm animals, working animals",
        "Vehicle",
    }
    | {"Musical instrument", "Inside, small room", "Inside, large room or hall", "Inside, public space"}
    | {"Outside, urban or manmade", "Outside, rural or natural", "Sound effect", "Noise"}
)
_AS_GOOD = 0.6
"""A kind is named before its generic class if it has this share of its score."""
_SURE = 0.5
_SPEECH_SCORE = 0.3
_FAINT = 0.1
"""A class that never reaches this is not named, unless nothing else is heard."""
_TRACKS = 6
"""Classes in the picture."""
_LINES, _NAMES_A_LINE, _TIMES_A_LINE = 6, 3, 4


class Heard(Protocol):
    """All that a model has to say of one waveform."""

    @property
    def scores(self) -> Scores:
        """As those of `Listener.predict`."""
        ...

    @property
    def log_mel(self) -> NDArray[np.float32]:
        """Shape (rows, 64), of `skills._log_mel`; what goes beyond the waveform is padding."""
        ...


class Listener(Protocol):
    """A model that this skill can work with."""

    labels: tuple[str, ...]
    """English class names, in the order of the outputs."""

    def predict(self, batch: Sequence[Waveform], /) -> Sequence[Scores]:
        """Scores in [0, 1], shape (frames, classes): a frame of PATCH_S begins every HOP_S."""
        ...

    def listen(self, waveform: Waveform, /) -> Heard:
        """The scores, and the spectrogram that they come from."""
        ...


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """A stretch of time in which a class is heard."""

    label: str
    start_s: float
    end_s: float
    score: float
    """The highest within the stretch."""


@dataclass(frozen=True, slots=True)
class Track:
    """One class over time."""

    label: str
    scores: tuple[float, ...]
    """One for each HOP_S."""

    @property
    def clearest(self) -> Scored:
        """The class as it is at its clearest."""
        return Scored(self.label, max(self.scores))


@dataclass(frozen=True, slots=True)
class Sounds:
    """What is heard in a recording."""

    top: tuple[Scored, ...]
    """Best classes by the mean score over the frames that are not silent, as YAMNet's reference has it."""
    events: tuple[SoundEvent, ...]
    """In the order of their start."""
    duration_s: float
    level_dbfs: float
    """RMS of the whole, dB below full scale."""
    loudness_dbfs: tuple[float, ...]
    """RMS of each HOP_S."""
    tracks: tuple[Track, ...]
    """The most present classes, most present first: what people are told and shown. A short clear sound is
    among them, which the mean over a long recording would bury."""
    speech_s: float
    """Seconds in which somebody speaks."""
    silent: bool
    """Nothing in it is louder than -60 dBFS."""
    spectrogram: Spectrogram | None = None
    """Only where it was asked for."""

    @property
    def heard(self) -> tuple[Scored, ...]:
        """The most present classes, each as it is at its clearest."""
        return tuple(track.clearest for track in self.tracks)

    def to_json(self) -> dict[str, Any]:
        return {
            "top": _scored_json(self.top),
            "heard": _scored_json(self.heard),
            "events": [
                {"label": e.label, "start_s": e.start_s, "end_s": e.end_s, "score": round(e.score, 4)}
                for e in self.events
            ],
            "duration_s": round(self.duration_s, 3),
            "level_dbfs": self.level_dbfs,
            "speech_s": self.speech_s,
            "silent": self.silent,
        }


class SoundsSkill(Skill["Waveform", Sounds]):
    """Options: `top` (5) classes named, `threshold` (0.25) of an event, `audio_s` (900) seconds at most, and of
    a single job `spectrogram` (False), which makes the reply its picture."""

    spec = SkillSpec(name="sounds", takes=MediaKind.AUDIO, icon="🎧", max_batch=4, timeout_s=120)

    def prepare(self, media: Media, job: Job) -> Waveform:
        if media.path is None:
            raise BadInput("no file", reason="not-audio")
        return read_waveform(media.path, max_s=float(job.options.get("audio_s", 900)))

    def infer(self, model: Model, inputs: Sequence[Waveform], jobs: Sequence[Job]) -> list[Sounds]:
        listener = cast(Listener, model)
        drawn = [bool(job.options.get("spectrogram")) for job in jobs]
        plain = iter(listener.predict([each for each, draw in zip(inputs, drawn, strict=True) if not draw]))
        results = []
        for waveform, job, draw in zip(inputs, jobs, drawn, strict=True):
            heard = listener.listen(waveform) if draw else None
            sounds = summarize(
                heard.scores if heard else next(plain),
                waveform,
                listener.labels,
                top=int(job.options.get("top", 5)),
                threshold=float(job.options.get("threshold", 0.25)),
            )
            if heard:
                sounds = replace(sounds, spectrogram=picture_of(heard.log_mel, sounds.duration_s))
            results.append(sounds)
        return results

    def render(self, result: Sounds, say: Say) -> Reply:
        """What is heard; of a result with a spectrogram, its picture."""
        if result.spectrogram is not None:
            return _picture(result, result.spectrogram, say)
        if result.silent:
            return Reply(blocks=(say("sounds-silence"),), memory=_memory(result, say))
        best = _most_telling(result.heard)
        sureness = "sure" if best.score >= _SURE else "maybe"
        headline = say(
            f"sounds-{sureness}", label=say.label("sounds", best.label), percent=_percent(best.score)
        )
        lines = [
            say("sounds-line", label=_both_names(say, scored.label), percent=_percent(scored.score))
            for scored in result.heard
        ]
        blocks = [headline, "\n".join(lines)]
        if result.duration_s > 2 * PATCH_S and (times := _event_lines(result, say)):
            blocks.append("\n".join((say("sounds-when"), *times)))
        return Reply(blocks=tuple(blocks), memory=_memory(result, say), chart=_chart(result, say))


def summarize(
    scores: Scores, waveform: Waveform, labels: Sequence[str], *, top: int, threshold: float
) -> Sounds:
    """Put the scores of the frames of one recording together. `scores` has shape (frames, classes)."""
    duration_s = len(waveform) / SAMPLE_RATE_HZ
    loudness = loudness_dbfs(waveform, HOP_S)
    # A frame spans two stretches of loudness (the last one or two of them may be padding).
    levels = [max(loudness[i : i + 2], default=SILENT_DBFS) for i in range(len(scores))]
    audible = [i for i, level in enumerate(levels) if level > SILENT_DBFS]
    mean = scores[audible or slice(None)].mean(axis=0)
    order = mean.argsort()[::-1]
    events = find_events(scores, labels, threshold=threshold, duration_s=duration_s) if audible else ()
    # Squares, so that a short clear sound comes before one that is faintly suspected all the time.
    present = (scores[audible] ** 2).sum(axis=0).argsort()[::-1][:top] if audible else ()
    return Sounds(
        top=tuple(Scored(labels[i], float(mean[i])) for i in order[:top]),
        events=events,
        duration_s=duration_s,
        level_dbfs=level_dbfs(waveform),
        loudness_dbfs=loudness,
        tracks=tuple(
            Track(labels[i], tuple(round(float(score), 3) for score in scores[:, i]))
            for rank, i in enumerate(present)
            if rank == 0 or scores[:, i].max() >= _FAINT
        ),
        speech_s=_speech_s(scores, labels, duration_s) if audible else 0.0,
        silent=not audible,
    )


def find_events(
    scores: Scores, labels: Sequence[str], *, threshold: float, duration_s: float
) -> tuple[SoundEvent, ...]:
    """Stretches in which a class reaches `threshold` and stays above half of it, save single weak frames."""
    events = []
    for index in (scores.max(axis=0) >= threshold).nonzero()[0]:
        column = scores[:, index]
        for first, last in _stretches(column >= threshold / 2):
            score = float(column[first : last + 1].max())
            if score >= threshold:
                start_s, end_s = _times(first, last, len(scores), duration_s)
                events.append(SoundEvent(labels[index], start_s, end_s, score))
    return tuple(sorted(events, key=lambda event: (event.start_s, -event.score)))


def _stretches(active: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last frame of each run of True; runs with one frame between them are one."""
    runs: list[tuple[int, int]] = []
    for frame in active.nonzero()[0].tolist():
        if runs and frame - runs[-1][1] <= 2:
            runs[-1] = (runs[-1][0], frame)
        else:
            runs.append((frame, frame))
    return runs


def _times(first: int, last: int, frames: int, duration_s: float) -> tuple[float, float]:
    """Start and end of a run of frames. Patches overlap: a frame speaks for the middle half of its own."""
    margin_s = (PATCH_S - HOP_S) / 2
    start_s = first * HOP_S + margin_s if first else 0.0
    end_s = min(last * HOP_S + PATCH_S - margin_s, duration_s) if last < frames - 1 else duration_s
    return round(start_s, 2), round(end_s, 2)


def _speech_s(scores: Scores, labels: Sequence[str], duration_s: float) -> float:
    """How long the frames last, put together, in which a class of SPEECH reaches _SPEECH_SCORE."""
    columns = [index for index, label in enumerate(labels) if label in SPEECH]
    spoken = scores[:, columns].max(axis=1) >= _SPEECH_SCORE
    spans = [_times(first, last, len(scores), duration_s) for first, last in _stretches(spoken)]
    return round(sum((end_s - start_s for start_s, end_s in spans), 0.0), 2)


def _most_telling(top: Sequence[Scored]) -> Scored:
    """The best class, or a more particular one that is about as likely."""
    if top[0].label not in _GENERIC:
        return top[0]
    telling = (s for s in top if s.label not in _GENERIC and s.score >= _AS_GOOD * top[0].score)
    return next(telling, top[0])


def _memory(result: Sounds, say: Say) -> str:
    if result.silent:
        return say("sounds-silence-memory")
    heard = ", ".join(f"{say.label('sounds', s.label)} {_percent(s.score)}%" for s in result.heard[:3])
    return say("sounds-memory", heard=heard, seconds=max(1, round(result.duration_s)))


def _event_lines(result: Sounds, say: Say) -> list[str]:
    """A line for each class worth naming, with its times; classes heard at the same times share one."""
    return [
        say(
            "sounds-event",
            label=", ".join(say.label("sounds", label) for label in labels[:_NAMES_A_LINE]),
            times=", ".join(_span(event) for event in events[:_TIMES_A_LINE]),
            more=max(0, len(events) - _TIMES_A_LINE),
        )
        for labels, events in _together(result)[:_LINES]
    ]


def _together(result: Sounds) -> list[tuple[list[str], list[SoundEvent]]]:
    """Classes that are heard at the same times, and these; surest first."""
    telling = [event for event in result.events if event.label not in _GENERIC] or list(result.events)
    by_label: dict[str, list[SoundEvent]] = {}
    for event in telling:
        by_label.setdefault(event.label, []).append(event)
    by_times: dict[tuple[str, ...], tuple[list[str], list[SoundEvent]]] = {}
    for label in sorted(by_label, key=lambda label: -max(event.score for event in by_label[label])):
        events = by_label[label]
        by_times.setdefault(tuple(map(_span, events)), ([], events))[0].append(label)
    return list(by_times.values())


def _span(event: SoundEvent) -> str:
    start_s = round(event.start_s)
    end_s = max(round(event.end_s), start_s + 1)
    return f"{_clock(start_s)}–{_clock(end_s)}"


def _chart(result: Sounds, say: Say) -> Chart:
    tracks = result.tracks[:_TRACKS]
    if result.duration_s <= 2 * PATCH_S:  # too short for a timeline
        return bars([track.clearest for track in tracks], say)
    rows = [(track.label, track.scores) for track in tracks]
    return timeline(rows, result.loudness_dbfs, HOP_S, result.duration_s, say)


def _picture(result: Sounds, drawn: Spectrogram, say: Say) -> Reply:
    """The spectrogram, with the surest events over it."""
    spans = [(labels[0], [(e.start_s, e.end_s) for e in events]) for labels, events in _together(result)]
    return Reply(
        blocks=(say("spectrogram-title"), say("spectrogram-reading")),
        memory=_memory(result, say),
        chart=spectrogram(drawn, spans, result.duration_s, say),
    )


def _scored_json(several: Sequence[Scored]) -> list[dict[str, Any]]:
    return [{"label": scored.label, "score": round(scored.score, 4)} for scored in several]


def _both_names(say: Say, label: str) -> str:
    translated = say.label("sounds", label)
    return translated if translated == label else f"{translated} ({label})"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _percent(score: float) -> int:
    return min(99, max(1, round(score * 100)))
