"""The figures as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from bot.evaluation.page import Sheet
from bot.evaluation.sheets import headed
from bot.quantities import size_words
from bot.texts import Speaker

from .figures import ChatFigures, Seconds
from .ratings import Rated

REPORT: Mapping[str, str] = MappingProxyType(
    {
        "answered": "100%",
        "bleu": "0.42",
        "rouge-l": "0.61",
        "perplexity": "≈ 7.4",
        "coherence": "0.92",
        "relevance": "0.89",
        "fluency": "0.95",
        "first-token-mean": "0.7",
        "tokens-per-s": "22",
        "hundred": "5.1",
        "memory": "8.3 GB",
    }
)
"""What the reference report says of Llama 3 8B, on prompts and a machine that it does not name; times in seconds."""
IN_SECONDS = ("first-token-mean", "hundred")


def of_chat(figures: ChatFigures, say: Speaker) -> list[Sheet]:
    answers = [
        (
            str(one.exchange.question.row),
            _share(one.overlap.bleu if one.overlap else None),
            _share(one.overlap.rouge_l if one.overlap else None),
            _number(one.perplexity),
            _seconds(one.exchange.response_s, say),
            one.exchange.question.prompt,
            one.exchange.answer,
            next(iter(one.exchange.question.references), "–"),
        )
        for one in figures.answers
    ]
    rated = [_rated(say(f"evaluate-{name}"), one) for name, one in figures.ratings.items()]
    alone = {one.exchange.question.row for one in figures.answers}
    texts = [(str(row), _number(value)) for row, value in figures.perplexities.items() if row not in alone]
    words = partial(headed, say)
    others = [
        Sheet(
            say("evaluate-ratings"),
            words("what", "mean", "answers-count", "raters", "difference", "alpha"),
            rated,
        ),
        Sheet(
            say("evaluate-answers"),
            (
                *words("row"), "BLEU", "ROUGE-L",
                *words("perplexity", "time", "prompt", "answer", "reference"),
            ),
            answers,
        ),
        Sheet(say("evaluate-texts"), words("row", "perplexity"), texts),
    ]  # fmt: skip
    overall = [
        (_name(name, say), value, _report(name, say)) for name, value in _overall(figures, say).items()
    ]
    return [
        Sheet(say("evaluate-figures"), words("figure", "value", "reference-report"), overall),
        *(sheet for sheet in others if sheet.rows),
    ]


def _overall(figures: ChatFigures, say: Speaker) -> dict[str, str]:
    """By the names of their words."""
    values: dict[str, str] = {}
    if figures.success_rate is not None:
        values["answered"] = say(
            "evaluate-answered-of",
            share=f"{figures.success_rate:.0%}",
            answered=len(figures.answers),
            asked=figures.asked,
        )
    if figures.overlaps is not None:
        bleu = figures.overlaps.corpus.bleu
        values["bleu"] = say("evaluate-bleu-of", share=f"{bleu:.3f}", percent=f"{100 * bleu:.1f}")
        values["rouge-l"] = _share(figures.overlaps.corpus.rouge_l)
    if figures.likelihood is not None:
        likely = figures.likelihood
        values["perplexity"] = say(
            "evaluate-perplexity-of", value=_number(likely.perplexity), tokens=likely.tokens
        )
    values |= {name: _share(rated.mean) for name, rated in figures.ratings.items()}
    if figures.speed is not None:
        speed = figures.speed
        values |= _times("response", speed.response_s, say) | _times("first-token", speed.first_token_s, say)
        if speed.tokens_per_s is not None:
            values["tokens-per-s"] = f"{speed.tokens_per_s:.3g}"
        if speed.hundred_tokens_s is not None:
            values["hundred"] = _seconds(speed.hundred_tokens_s, say)
        values["tokens-mean"] = f"{speed.mean_tokens:.3g}"
        values["cut"] = str(speed.cut)
    if figures.memory_bytes is not None:
        values["memory"] = size_words(say, figures.memory_bytes)
    if figures.overlaps is not None:
        values["signature"] = figures.overlaps.bleu_signature
    return values


def _name(name: str, say: Speaker) -> str:
    return {"bleu": "BLEU", "rouge-l": "ROUGE-L"}.get(name) or say(f"evaluate-{name}")


def _report(name: str, say: Speaker) -> str:
    value = REPORT.get(name, "–")
    return say("evaluate-seconds", value=value) if name in IN_SECONDS else say.label("bench", value)


def _times(name: str, seconds: Seconds, say: Speaker) -> dict[str, str]:
    return {
        f"{name}-mean": _seconds(seconds.mean, say),
        f"{name}-median": _seconds(seconds.p50, say),
        f"{name}-p95": _seconds(seconds.p95, say),
    }


def _rated(name: str, one: Rated) -> tuple[str, ...]:
    return (
        name, _share(one.mean), str(one.answers), str(one.raters), _share(one.difference), _share(one.alpha),
    )  # fmt: skip


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _seconds(value: float | None, say: Speaker) -> str:
    return "–" if value is None else say("evaluate-seconds", value=f"{value:.3g}")
