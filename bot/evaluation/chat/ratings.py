"""What people think of the answers, and how far they agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from .questions import RATINGS, Question

Item = tuple[str, str, str]
"""System text, prompt and answer: what is rated."""


@dataclass(frozen=True, slots=True)
class Rated:
    """One of RATINGS."""

    mean: float
    """Over the answers, each counting the same however many have rated it."""
    answers: int
    raters: int
    difference: float | None
    """Mean distance between two ratings of one answer; None if nobody has rated what another has."""
    alpha: float | None
    """Krippendorff's alpha for intervals: 1 is agreement, 0 chance; None where it has no meaning."""


def rated(files: Sequence[Sequence[Question]]) -> dict[str, Rated]:
    """By name, those that anybody has given. Each file is of another rater, or of those in its column `rater`.

    Whoever has no name there, and stands in a file twice with one answer, is taken for two people.
    """
    given: dict[str, dict[Item, dict[str, float]]] = {name: defaultdict(dict) for name in RATINGS}
    for number, questions in enumerate(files):
        seen: Counter[tuple[Item, str]] = Counter()
        for question in questions:
            item = item_of(question)
            seen[item, question.rater] += 1
            # A name is one person in all files.
            who = question.rater or f"{number}:"
            rater = f"{who}{seen[item, question.rater]}"
            for name, rating in question.ratings.items():
                given[name][item][rater] = rating
    return {name: _one(list(items.values())) for name, items in given.items() if items}


def item_of(question: Question) -> Item:
    """What is the same for all who rate it."""
    return question.system, question.prompt, question.answer or ""


def _one(items: Sequence[dict[str, float]]) -> Rated:
    pairs = [abs(a - b) for item in items for a, b in combinations(item.values(), 2)]
    return Rated(
        mean=fmean(fmean(item.values()) for item in items),
        answers=len(items),
        raters=len({rater for item in items for rater in item}),
        difference=fmean(pairs) if pairs else None,
        alpha=_alpha(items) if pairs else None,
    )


def _alpha(items: Sequence[dict[str, float]]) -> float | None:
    import krippendorff

    raters = sorted({rater for item in items for rater in item})
    table = [[item.get(rater, float("nan")) for item in items] for rater in raters]
    if len({rating for item in items if len(item) > 1 for rating in item.values()}) < 2:
        return None  # all ratings are the same: there is nothing to tell apart
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="interval"))
