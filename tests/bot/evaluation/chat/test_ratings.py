"""What people think: means and agreement, beside values that were worked out by hand."""

from __future__ import annotations

import pytest

from bot.evaluation.chat.questions import Question
from bot.evaluation.chat.ratings import rated


def ratings(*fluency: float | None, rater: str = "") -> list[Question]:
    """A file in which somebody has rated one answer after the other."""
    return [
        Question(row, f"p{row}", (), answer="a", ratings={} if one is None else {"fluency": one}, rater=rater)
        for row, one in enumerate(fluency, 1)
    ]


def test_every_answer_counts_the_same() -> None:
    found = rated([ratings(1.0, 0.5), ratings(0.0, None)])["fluency"]
    assert (found.mean, found.answers, found.raters) == (0.5, 2, 2)  # (1 + 0) / 2 and 0.5


def test_one_rater_agrees_with_nobody() -> None:
    found = rated([ratings(1.0, 0.5)])["fluency"]
    assert (found.raters, found.difference, found.alpha) == (1, None, None)


def test_those_who_agree_agree() -> None:
    found = rated([ratings(1.0, 0.2), ratings(1.0, 0.2)])["fluency"]
    assert (found.difference, found.alpha) == (0, pytest.approx(1))


def test_alpha_is_what_it_is_by_hand() -> None:
    found = rated([ratings(0.0, 1.0), ratings(0.5, 1.0)])["fluency"]
    assert found.difference == pytest.approx(0.25)
    # Observed: (0.5² + 0.5²) / 4 values. Expected, of 0, 0.5, 1, 1: twice the squares 0.25, 1, 1, 0.25, 0.25, 0
    # of all six pairs, over 4 · 3.
    assert found.alpha == pytest.approx(1 - (0.5 / 4) / (2 * 2.75 / 12))


def test_where_all_say_the_same_of_everything_there_is_no_alpha() -> None:
    assert rated([ratings(1.0, 1.0), ratings(1.0, 1.0)])["fluency"].alpha is None


def test_raters_may_share_a_file_with_or_without_names() -> None:
    twice = rated([[*ratings(1.0), *ratings(0.0)]])["fluency"]
    named = rated([[*ratings(1.0, rater="Аня"), *ratings(0.0, rater="Боря")]])["fluency"]
    assert (twice.raters, twice.mean) == (named.raters, named.mean) == (2, 0.5)


def test_a_name_is_one_person_in_all_files() -> None:
    found = rated([ratings(1.0, rater="Аня"), ratings(None, 0.0, rater="Аня")])["fluency"]
    assert (found.raters, found.answers) == (1, 2)


def test_what_nobody_has_rated_has_no_figure() -> None:
    assert rated([ratings(None)]) == {}
