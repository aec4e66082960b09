"""The mood of a text: negative, neutral or positive, in Russian and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._errors import BadInput
from ._types import Job, Media, MediaKind, Reply, Say, Skill, SkillSpec


@dataclass(frozen=True)
class Sentiment:
    """The mood of one text."""

    label: str
    """The likeliest class: negative, neutral or positive."""
    confidence: float
    """Probability of the label, 0 to 1, calibrated on texts that the model was not trained on."""
    probabilities: dict[str, float]
    """Probability of each of the three classes; they sum to 1."""

    def to_json(self) -> dict[str, Any]:
        return {"label": self.label, "confidence": self.confidence, "probabilities": dict(self.probabilities)}


class SentimentSkill(Skill[str, Sentiment]):
    """Reads the mood of texts, many at a time."""

    spec = SkillSpec("sentiment", MediaKind.TEXT, "🙂", max_batch=64, timeout_s=30)

    def prepare(self, media: Media, job: Job) -> str:
        """The text. Raises BadInput for one that is longer than `text_chars` of the options."""
        limit = int(job.options.get("text_chars", 0))
        if limit and len(media.text) > limit:
            raise BadInput("the text is over the limit", reason="text-too-long", limit_chars=limit)
        # Half a surrogate pair, which some clients send, is no text; nothing that reads UTF-8 takes it.
        return media.text.encode("utf-8", "replace").decode()

    def render(self, result: Sentiment, say: Say) -> Reply:
        line = say("sentiment-line", label=result.label, percent=round(result.confidence * 100))
        return Reply((line,), memory=say("sentiment-memory", label=result.label))
