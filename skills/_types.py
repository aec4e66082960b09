"""The words that skills, models and their callers share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

InputT = TypeVar("InputT")
ResultT = TypeVar("ResultT")


class MediaKind(StrEnum):
    """What a thing is, by its content and not by its name."""

    TEXT = "text"
    AUDIO = "audio"
    PHOTO = "photo"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Media:
    """One thing to look at: a text, or a file on disk whose size has been checked."""

    kind: MediaKind
    path: Path | None = None
    """The file; None for a text."""
    size_bytes: int = 0
    duration_s: float | None = None
    """Seconds, where the sender named them; never trusted as a limit."""
    text: str = ""
    """The text itself (kind TEXT); empty for files."""
    language: str = ""
    """The sender's language, as `ru`: a hint for a skill in doubt; empty if unknown."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A class and how sure the model is of it."""

    label: str
    """The model's own label, English."""
    score: float
    """Probability or score in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The data of a picture; who draws it is the front's affair."""

    kind: str
    """`bars`, `timeline` or another name that the drawing side knows."""
    data: Mapping[str, Any]
    """Plain numbers, strings and lists."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished video file that goes back to the person."""

    path: Path
    width_px: int
    height_px: int
    duration_s: float
    thumbnail: Path | None = None
    """JPEG, at most 320 px a side."""
    silent: bool = False
    """True if the clip has no sound (it may be sent as an animation)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a skill has to say, in a person's language. Knows nothing of any messenger."""

    blocks: tuple[str, ...]
    """Paragraphs of plain text; the first is the headline."""
    memory: str
    """One line that the conversation remembers of what was seen or heard."""
    chart: Chart | None = None
    clip: Clip | None = None


class Say(Protocol):
    """The translator: a message id and its arguments to a sentence in the person's language.

    `say("photo-headline", label="cat", percent=94)`. Labels of the models are translated by
    `say.label("photo", "Egyptian cat")`, which gives the label itself where no translation is known.
    """

    def __call__(self, message_id: str, /, **arguments: str | float | int) -> str: ...

    def label(self, domain: str, label: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Job:
    """Where one job may write, and how it reports."""

    folder: Path
    """The job's own folder; removed by the caller when the reply has been sent."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the skill (config.toml, its section)."""
    progress: Callable[[float], None] = lambda done: None
    """Call with the share done, in [0, 1]; cheap, may be called often."""


class Model(Protocol):
    """A loaded model. It exists only when loaded: `load()` returns one or raises."""

    def predict(self, batch: Sequence[Any], /) -> Sequence[Any]:
        """Results of the same length, in the same order."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class SkillSpec:
    """What a skill is, without loading anything."""

    name: str
    takes: MediaKind
    icon: str
    """One emoji, shown in lists."""
    max_batch: int = 1
    """Most items that the worker is given at once."""
    timeout_s: float = 60.0
    """Default limit of one job; a setting overrides it."""


class Skill(Generic[InputT, ResultT]):
    """One ability. Cheap to import: heavy libraries are loaded by the model, in the worker.

    `prepare` and `infer` run in the worker process, `render` in the caller's.
    """

    spec: SkillSpec

    def prepare(self, media: Media, job: Job) -> InputT:
        """Read and check the media. Raises BadInput."""
        raise NotImplementedError

    def infer(self, model: Model, inputs: Sequence[InputT], jobs: Sequence[Job]) -> Sequence[ResultT]:
        """Results of the same length and order; `jobs[i]` belongs to `inputs[i]`."""
        return model.predict(inputs)

    def render(self, result: ResultT, say: Say) -> Reply:
        """Put a result into words."""
        raise NotImplementedError


class ChatMessage(Protocol):
    """One turn of a prompt."""

    @property
    def role(self) -> str: ...
    @property
    def content(self) -> str: ...


class StreamingSkill(Protocol):
    """A skill whose work is waiting for somebody else's (the LLM server), so it lives in the event loop."""

    spec: SkillSpec

    def stream(self, messages: Sequence[ChatMessage], /) -> AsyncIterator[str]:
        """Pieces of text as they are made. Closing the iterator stops the generation."""
        ...
