"""The figures as pictures, PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.evaluation.pictures import BLUE, GREEN, new_figure, png
from bot.texts import Speaker

from .figures import ChatFigures

BINS = 20


def of_chat(figures: ChatFigures, say: Speaker) -> dict[str, bytes]:
    """Title -> PNG; only of what there is."""
    compared = [one.overlap for one in figures.answers if one.overlap]
    timed = [one.exchange for one in figures.answers if one.exchange.response_s is not None]
    pictures: dict[str, bytes] = {}
    if compared:
        pictures[say("evaluate-overlap")] = _histogram(
            {"ROUGE-L": [one.rouge_l for one in compared], "BLEU": [one.bleu for one in compared]},
            say("evaluate-one-is-reference"),
            say("evaluate-answers-count"),
            (0, 1),
        )
    if figures.perplexities:
        pictures[say("evaluate-surprise")] = _spread(list(figures.perplexities.values()), say)
    if timed:
        pictures[say("evaluate-how-long")] = _histogram(
            {
                say("evaluate-first-token"): [one.first_token_s or 0.0 for one in timed],
                say("evaluate-whole-answer"): [one.response_s or 0.0 for one in timed],
            },
            say("evaluate-seconds-axis"),
            say("evaluate-answers-count"),
        )
    if figures.ratings:
        pictures[say("evaluate-opinions")] = _bars(
            {say(f"evaluate-{name}"): rated.mean for name, rated in figures.ratings.items()},
            say("evaluate-mean-rating"),
        )
    return pictures


def _histogram(
    series: Mapping[str, Sequence[float]], label: str, counted: str, limits: tuple[float, float] | None = None
) -> bytes:
    top = max(max(values) for values in series.values()) or 1.0
    low, high = limits or (0.0, top)
    edges = [low + (high - low) * number / BINS for number in range(BINS + 1)]
    figure = new_figure(6, 3.5)
    axes = figure.add_subplot()
    axes.hist(
        [[min(value, high) for value in values] for values in series.values()],
        bins=edges,
        color=[BLUE, GREEN][: len(series)],
        label=list(series),
    )
    axes.set(xlim=(low, high), xlabel=label, ylabel=counted)
    axes.yaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]  # of the usual locator
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(series))
    return png(figure)


def _spread(values: Sequence[float], say: Speaker) -> bytes:
    """Of perplexities, on a logarithmic axis: they differ by orders of magnitude."""
    low, high = min(values), max(values)
    ratio = (high / low) ** (1 / BINS) if high > low else 1.1
    edges = [low * ratio**number for number in range(BINS)] + [max(high, low * ratio**BINS)]
    figure = new_figure(6, 3.5)
    axes = figure.add_subplot()
    axes.hist(values, bins=edges, color=BLUE)
    axes.set(xscale="log", xlabel=say("evaluate-perplexity-axis"), ylabel=say("evaluate-texts-axis"))
    for formatter in (axes.xaxis.set_major_formatter, axes.xaxis.set_minor_formatter):
        formatter(lambda value, _: f"{value:.3g}")
    axes.yaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]  # of the usual locator
    return png(figure)


def _bars(means: Mapping[str, float], label: str) -> bytes:
    figure = new_figure(7, 0.9 + 0.5 * len(means))
    axes = figure.add_subplot()
    axes.barh(list(means), list(means.values()), color=GREEN)
    axes.set(xlim=(0, 1), xlabel=label)
    axes.invert_yaxis()
    return png(figure)
