"""The figures as pictures, PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.evaluation.pictures import BLUE, GREEN, new_figure, png

from .figures import ChatFigures

BINS = 20


def of_chat(figures: ChatFigures) -> dict[str, bytes]:
    """Title -> PNG; only of what there is."""
    compared = [one.overlap for one in figures.answers if one.overlap]
    timed = [one.exchange for one in figures.answers if one.exchange.response_s is not None]
    pictures: dict[str, bytes] = {}
    if compared:
        pictures["How much the answers share with the references"] = _histogram(
            {"ROUGE-L": [one.rouge_l for one in compared], "BLEU": [one.bleu for one in compared]},
            "1 is the reference itself",
            (0, 1),
        )
    if figures.perplexities:
        pictures["How surprising the texts are to the model"] = _spread(list(figures.perplexities.values()))
    if timed:
        pictures["How long the answers take"] = _histogram(
            {
                "first token": [one.first_token_s or 0.0 for one in timed],
                "whole answer": [one.response_s or 0.0 for one in timed],
            },
            "seconds",
        )
    if figures.ratings:
        pictures["What people think of the answers"] = _bars(
            {name: rated.mean for name, rated in figures.ratings.items()}
        )
    return pictures


def _histogram(
    series: Mapping[str, Sequence[float]], label: str, limits: tuple[float, float] | None = None
) -> bytes:
    top = max(max(values) for values in series.values()) or 1.0
    low, high = limits or (0.0, top)
    edges = [low + (high - low) * number / BINS for number in range(BINS + 1)]
    figure = new_figure(7, 3.5)
    axes = figure.add_subplot()
    axes.hist(
        [[min(value, high) for value in values] for values in series.values()],
        bins=edges,
        color=[BLUE, GREEN][: len(series)],
        label=list(series),
    )
    axes.set(xlim=(low, high), xlabel=label, ylabel="answers")
    axes.yaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]  # of the usual locator
    axes.legend(frameon=False)
    return png(figure)


def _spread(values: Sequence[float]) -> bytes:
    """Of perplexities, on a logarithmic axis: they differ by orders of magnitude."""
    low, high = min(values), max(values)
    ratio = (high / low) ** (1 / BINS) if high > low else 1.1
    edges = [low * ratio**number for number in range(BINS)] + [max(high, low * ratio**BINS)]
    figure = new_figure(7, 3.5)
    axes = figure.add_subplot()
    axes.hist(values, bins=edges, color=BLUE)
    axes.set(xscale="log", xlabel="perplexity of a text", ylabel="texts")
    axes.yaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]  # of the usual locator
    return png(figure)


def _bars(means: Mapping[str, float]) -> bytes:
    figure = new_figure(7, 0.9 + 0.5 * len(means))
    axes = figure.add_subplot()
    axes.barh(list(means), list(means.values()), color=GREEN)
    axes.set(xlim=(0, 1), xlabel="mean rating")
    axes.invert_yaxis()
    return png(figure)
