"""All figures of one evaluation of a language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

from .asking import Exchange
from .likelihood import Likelihood, together
from .overlap import Overlap, Overlaps, overlaps
from .questions import Question
from .ratings import Rated

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Seconds:
    """Of all answers."""

    mean: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Speed:
    """How long the model took."""

    response_s: Seconds
    """From a question to the end of its answer, as long as that is."""
    first_token_s: Seconds
    tokens_per_s: float | None
    """All tokens over all the time that they took; None if the answers are too short to tell."""
    hundred_tokens_s: float | None
    """An answer of 100 tokens, computed: the mean time to the first, and 99 more at this speed."""
    mean_tokens: float
    """Of an answer."""
    cut: int
    """Answers that were as long as allowed."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer with its own figures."""

    exchange: Exchange
    overlap: Overlap | None
    """None without a reference."""
    perplexity: float | None
    """Of its first reference."""


@dataclass(frozen=True, slots=True)
class ChatFigures:
    """What could not be, or was not measured is None or empty."""

    asked: int
    """Prompts that the model was given; 0 for answers and texts that were there already."""
    answers: tuple[Answered, ...]
    overlaps: Overlaps | None
    likelihood: Likelihood | None
    """Of the references, or of the texts, together."""
    perplexities: Mapping[int, float] = field(default_factory=dict)
    """By row."""
    speed: Speed | None = None
    ratings: Mapping[str, Rated] = field(default_factory=dict)
    memory_bytes: int | None = None
    """The most resident memory of the server's processes, or what a server of the owner's names."""

    @property
    def success_rate(self) -> float | None:
        return len(self.answers) / self.asked if self.asked else None

    def to_json(self) -> dict[str, Any]:
        corpus, likely = self.overlaps, self.likelihood
        return {
            "asked": self.asked,
            "answered": len(self.answers),
            "success_rate": self.success_rate,
            "bleu": corpus and corpus.corpus.bleu,
            "bleu_signature": corpus and corpus.bleu_signature,
            "rouge_l": corpus and corpus.corpus.rouge_l,
            "perplexity": likely and likely.perplexity,
            "mean_negative_log_likelihood": likely and -likely.logprob_sum / likely.tokens,
            "scored_tokens": likely.tokens if likely else 0,
            "speed": self.speed and asdict(self.speed),
            "memory_bytes": self.memory_bytes,
            "ratings": {name: asdict(rated) for name, rated in self.ratings.items()},
            "answers": [_answer(one) for one in self.answers],
            "perplexities": [{"row": row, "perplexity": value} for row, value in self.perplexities.items()],
        }


def evaluate(
    asked: int,
    exchanges: Sequence[Exchange],
    likelihoods: Mapping[int, Likelihood],
    *,
    ratings: Mapping[str, Rated] | None = None,
    memory_bytes: int | None = None,
) -> ChatFigures:
    """The figures of what there is: answers, likelihoods of rows, or both."""
    compared = [each for each in exchanges if each.question.references]
    found = (
        overlaps([each.answer for each in compared], [each.question.references for each in compared])
        if compared
        else None
    )
    by_row = dict(zip((id(each) for each in compared), found.each if found else (), strict=True))
    perplexities = {row: likely.perplexity for row, likely in likelihoods.items()}
    return ChatFigures(
        asked=asked,
        answers=tuple(
            Answered(each, by_row.get(id(each)), perplexities.get(each.question.row)) for each in exchanges
        ),
        overlaps=found,
        likelihood=together(list(likelihoods.values())),
        perplexities=perplexities,
        speed=_speed([each for each in exchanges if each.response_s is not None]),
        ratings=ratings or {},
        memory_bytes=memory_bytes,
    )


def _speed(timed: Sequence[Exchange]) -> Speed | None:
    if not timed:
        return None
    first = _seconds([each.first_token_s or 0.0 for each in timed])
    telling = [each for each in timed if each.tokens_per_s]
    spent_s = sum(each.tokens / each.tokens_per_s for each in telling)
    tokens_per_s = sum(each.tokens for each in telling) / spent_s if spent_s else None
    return Speed(
        response_s=_seconds([each.response_s or 0.0 for each in timed]),
        first_token_s=first,
        tokens_per_s=tokens_per_s,
        hundred_tokens_s=first.mean + (HUNDRED - 1) / tokens_per_s if tokens_per_s else None,
        mean_tokens=fmean(each.tokens for each in timed),
        cut=sum(each.cut for each in timed),
    )


def _seconds(values: Sequence[float]) -> Seconds:
    import numpy as np

    p50, p95 = np.percentile(values, (50, 95))
    return Seconds(fmean(values), float(p50), float(p95))


def _answer(one: Answered) -> dict[str, Any]:
    question, exchange = one.exchange.question, one.exchange
    return {
        **_question(question),
        "answer": exchange.answer,
        "bleu": one.overlap and one.overlap.bleu,
        "rouge_l": one.overlap and one.overlap.rouge_l,
        "perplexity": one.perplexity,
        "response_s": exchange.response_s,
        "first_token_s": exchange.first_token_s,
        "tokens": exchange.tokens,
        "tokens_per_s": exchange.tokens_per_s,
        "cut": exchange.cut,
    }


def _question(question: Question) -> dict[str, Any]:
    return {"row": question.row, "prompt": question.prompt, "references": list(question.references)}
