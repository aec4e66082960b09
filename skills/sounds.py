"""What sounds in a recording, put into words and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

from skills._errors import BadInput
from skills._hearing import HOP_S, PATCH_S, SoundEvent, Sounds, summarize
from skills._log_mel import Spectrogram, picture_of
from skills._media_waveform import read_waveform
from skills._sound_charts import bars, spectrogram, timeline
from skills._types import Chart, Job, Media, MediaKind, Model, Reply, Say, Scored, Skill, SkillSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skills._hearing import Scores
    from skills._media_waveform import Waveform

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


def _both_names(say: Say, label: str) -> str:
    translated = say.label("sounds", label)
    return translated if translated == label else f"{translated} ({label})"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _percent(score: float) -> int:
    return min(99, max(1, round(score * 100)))
