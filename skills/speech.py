"""What is said in a recording: speech to text, with times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from skills._errors import BadInput
from skills._media_waveform import SAMPLE_RATE_HZ, read_waveform
from skills._types import Job, Media, MediaKind, Model, Reply, Say, Skill, SkillSpec

if TYPE_CHECKING:
    from skills._media_waveform import Waveform

_TIMES_FROM_S = 60.0
"""A longer recording is shown with the time of each paragraph."""
_PARAGRAPH_S = 30.0
_MEMORY_CHARS = 1500


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of speech, usually a sentence."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound ready for a transcriber."""

    waveform: Waveform
    """Mono float32 in [-1, 1], 16 kHz."""
    language: str | None
    """Language code as `ru`; None to recognize it."""
    language_hint: str | None
    """Taken if the language is not clear."""
    progress: Callable[[float], None]
    """Called with the share done, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a transcriber gives."""

    language: str
    """Language code; empty if nothing was said."""
    segments: tuple[Segment, ...]


class Transcriber(Protocol):
    """A model that this skill can work with."""

    def predict(self, batch: Sequence[Recording], /) -> Sequence[Heard]: ...


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said."""

    text: str
    """Empty if nobody speaks."""
    language: str
    """Language code as `ru`; empty if nobody speaks."""
    segments: tuple[Segment, ...]
    duration_s: float
    """Of the whole recording."""

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "language": self.language,
            "segments": [{"start_s": s.start_s, "end_s": s.end_s, "text": s.text} for s in self.segments],
            "duration_s": round(self.duration_s, 3),
        }


class SpeechSkill(Skill[Recording, Transcript]):
    """Options: `language` ("" recognizes it), `audio_s` (900) seconds at most."""

    spec = SkillSpec(name="speech", takes=MediaKind.AUDIO, icon="🎙", timeout_s=600)

    def prepare(self, media: Media, job: Job) -> Recording:
        if media.path is None:
            raise BadInput("no file", reason="not-audio")
        waveform = read_waveform(media.path, max_s=float(job.options.get("audio_s", 900)))
        return Recording(waveform, job.options.get("language") or None, media.language or None, job.progress)

    def infer(self, model: Model, inputs: Sequence[Recording], jobs: Sequence[Job]) -> list[Transcript]:
        heard = cast(Transcriber, model).predict(inputs)
        return [
            Transcript(
                " ".join(segment.text for segment in one.segments),
                one.language,
                one.segments,
                len(recording.waveform) / SAMPLE_RATE_HZ,
            )
            for one, recording in zip(heard, inputs, strict=True)
        ]

    def render(self, result: Transcript, say: Say) -> Reply:
        if not result.text:
            return Reply(blocks=(say("speech-nothing"),), memory=say("speech-nothing-memory"))
        text = _timed(result.segments) if result.duration_s > _TIMES_FROM_S else result.text
        return Reply(
            blocks=(say("speech-headline"), text),
            memory=say("speech-memory", text=_shortened(result.text)),
        )


def clock(seconds: float) -> str:
    """`1:05`, as players show it."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _timed(segments: Sequence[Segment]) -> str:
    """Paragraphs of half a minute, each with the time it begins at."""
    paragraphs: list[tuple[float, list[str]]] = []
    for segment in segments:
        if not paragraphs or segment.start_s - paragraphs[-1][0] >= _PARAGRAPH_S:
            paragraphs.append((segment.start_s, []))
        paragraphs[-1][1].append(segment.text)
    return "\n".join(f"{clock(start_s)}  {' '.join(texts)}" for start_s, texts in paragraphs)


def _shortened(text: str) -> str:
    return text if len(text) <= _MEMORY_CHARS else text[:_MEMORY_CHARS].rsplit(" ", 1)[0] + " …"
