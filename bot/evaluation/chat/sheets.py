"""The figures as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.evaluation.page import Sheet
from skills._cards import human_size

from .figures import ChatFigures, Seconds
from .ratings import Rated

REPORT: Mapping[str, str] = MappingProxyType(
    {
        "prompts answered": "100%",
        "BLEU": "0.42",
        "ROUGE-L": "0.61",
        "perplexity": "≈ 7.4",
        "coherence": "0.92",
        "relevance": "0.89",
        "fluency": "0.95",
        "first token, mean": "0.7 s",
        "tokens a second": "22",
        "an answer of 100 tokens, computed": "5.1 s",
        "memory": "8.3 GB",
    }
)
"""What the reference report says of Llama 3 8B, on prompts and a machine that it does not name."""


def of_chat(figures: ChatFigures) -> list[Sheet]:
    overall = _overall(figures)
    answers = [
        (
            str(one.exchange.question.row),
            _share(one.overlap.bleu if one.overlap else None),
            _share(one.overlap.rouge_l if one.overlap else None),
            _number(one.perplexity),
            _seconds(one.exchange.response_s),
            one.exchange.question.prompt,
            one.exchange.answer,
            next(iter(one.exchange.question.references), "–"),
        )
        for one in figures.answers
    ]
    rated = [_rated(name, one) for name, one in figures.ratings.items()]
    alone = {one.exchange.question.row for one in figures.answers}
    texts = [(str(row), _number(value)) for row, value in figures.perplexities.items() if row not in alone]
    others = [
        Sheet(
            "Ratings by people",
            ("what", "mean", "answers", "raters", "mean difference", "Krippendorff's alpha"),
            rated,
        ),
        Sheet(
            "Answers",
            ("row", "BLEU", "ROUGE-L", "perplexity", "time", "prompt", "answer", "reference"),
            answers,
        ),
        Sheet("Texts", ("row", "perplexity"), texts),
    ]
    return [
        Sheet("Figures", ("figure", "value", "reference report"), overall),
        *(sheet for sheet in others if sheet.rows),
    ]


def _overall(figures: ChatFigures) -> list[tuple[str, str, str]]:
    values: dict[str, str] = {}
    if figures.success_rate is not None:
        answered = f"{len(figures.answers)} of {figures.asked}"
        values["prompts answered"] = f"{figures.success_rate:.0%} ({answered})"
    if figures.overlaps is not None:
        bleu = figures.overlaps.corpus.bleu
        values["BLEU"] = f"{bleu:.3f} (of 1; {100 * bleu:.1f} of 100)"
        values["ROUGE-L"] = _share(figures.overlaps.corpus.rouge_l)
    if figures.likelihood is not None:
        values["perplexity"] = (
            f"{_number(figures.likelihood.perplexity)} ({figures.likelihood.tokens} tokens)"
        )
    values |= {name: _share(rated.mean) for name, rated in figures.ratings.items()}
    if figures.speed is not None:
        speed = figures.speed
        values |= _times("response", speed.response_s) | _times("first token", speed.first_token_s)
        if speed.tokens_per_s is not None:
            values["tokens a second"] = f"{speed.tokens_per_s:.3g}"
        if speed.hundred_tokens_s is not None:
            values["an answer of 100 tokens, computed"] = _seconds(speed.hundred_tokens_s)
        values["tokens of an answer, mean"] = f"{speed.mean_tokens:.3g}"
        values["answers cut at their longest"] = str(speed.cut)
    if figures.memory_bytes is not None:
        values["memory"] = human_size(figures.memory_bytes)
    if figures.overlaps is not None:
        values["BLEU's signature"] = figures.overlaps.bleu_signature
    return [(name, value, REPORT.get(name, "–")) for name, value in values.items()]


def _times(name: str, seconds: Seconds) -> dict[str, str]:
    return {
        f"{name}, mean": _seconds(seconds.mean),
        f"{name}, median": _seconds(seconds.p50),
        f"{name}, 95 of 100": _seconds(seconds.p95),
    }


def _rated(name: str, one: Rated) -> tuple[str, ...]:
    return (
        name, _share(one.mean), str(one.answers), str(one.raters), _share(one.difference), _share(one.alpha),
    )  # fmt: skip


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g} s"
