"""What the scores of a recording say: classes over the whole, events with times, loudness, how much speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skills._audio import SILENT_DBFS, level_dbfs, loudness_dbfs
from skills._log_mel import Spectrogram
from skills._media_waveform import SAMPLE_RATE_HZ
from skills._types import Scored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skills._media_waveform import Waveform

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
_SPEECH_SCORE = 0.3
_FAINT = 0.1
"""A class that never reaches this is not named, unless nothing else is heard."""


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
    spoken = scores[:, columns].max(axis=1, initial=0.0) >= _SPEECH_SCORE
    spans = [_times(first, last, len(scores), duration_s) for first, last in _stretches(spoken)]
    return round(sum((end_s - start_s for start_s, end_s in spans), 0.0), 2)


def _scored_json(several: Sequence[Scored]) -> list[dict[str, Any]]:
    return [{"label": scored.label, "score": round(scored.score, 4)} for scored in several]
