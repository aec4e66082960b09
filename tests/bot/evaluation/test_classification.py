"""The figures of a classifier agree with those worked out by hand."""

from __future__ import annotations

import pytest

from bot.evaluation.classification import OTHER, Judged, best, classify


def judged(truth: str, **scores: float) -> Judged:
    return Judged(1, f"a {truth}", truth, best(scores))


def four() -> list[Judged]:
    """Two cats (one taken for a dog, and that surely) and two dogs."""
    return [
        judged("cat", cat=0.92, dog=0.08, owl=0.0),
        judged("cat", cat=0.05, dog=0.95, owl=0.0),
        judged("dog", cat=0.2, dog=0.8, owl=0.0),
        judged("dog", cat=0.4, dog=0.6, owl=0.0),
    ]


def test_accuracy_and_macro_f1() -> None:
    figures = classify(four())
    assert figures.used == 4
    assert figures.accuracy == 0.75
    # cat: precision 1, recall 1/2, F1 2/3; dog: precision 2/3, recall 1, F1 4/5. No owl is in the data.
    assert figures.macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_precision_and_recall_of_each_class_that_occurs() -> None:
    rows = {c.label: (c.precision, c.recall, c.support) for c in classify(four()).classes}
    assert rows == {"cat": (1.0, 0.5, 2), "dog": (pytest.approx(2 / 3), 1.0, 2)}


def test_the_confusion_matrix_has_the_label_as_row_and_the_answer_as_column() -> None:
    figures = classify(four())
    assert figures.confusion_labels == ("cat", "dog")
    assert figures.confusion == ((1, 1), (0, 2))


def test_an_answer_that_no_label_has_gets_a_column_of_its_own() -> None:
    figures = classify([*four(), judged("cat", cat=0.0, dog=0.1, owl=0.9)])
    assert figures.confusion_labels == ("cat", "dog", OTHER)
    assert figures.confusion == ((1, 1, 1), (0, 2, 0))


def test_top_five_counts_where_there_are_more_than_five_classes() -> None:
    assert classify(four()).top5_accuracy is None
    scores = {letter: 1 - number / 10 for number, letter in enumerate("abcdefg")}
    figures = classify([Judged(1, "x", truth, best(scores)) for truth in "aef"])
    assert figures.top5_accuracy == pytest.approx(2 / 3)  # f is sixth
    assert figures.accuracy == pytest.approx(1 / 3)


def test_of_equal_scores_the_order_of_the_model_decides() -> None:
    scores = {"dog": 0.9, "animal": 0.9, "zebra": 0.1, "cow": 0.0, "bird": 0.0, "ant": 0.0}
    figures = classify([Judged(1, "x", "dog", best(scores)), Judged(2, "y", "ant", best(scores))])
    assert (figures.accuracy, figures.top5_accuracy) == (0.5, 0.5)


def test_reliability_compares_confidence_with_what_is_right() -> None:
    # 0.6 | 0.8 | 0.92 and 0.95, of which one is wrong
    means, shares = zip(*classify(four()).reliability, strict=True)
    assert means == pytest.approx((0.6, 0.8, 0.935))
    assert shares == (1.0, 1.0, 0.5)


def test_the_surest_mistake_comes_first() -> None:
    more = [*four(), judged("dog", cat=0.6, dog=0.4, owl=0.0)]
    mistakes = [(m.truth, m.predicted, m.confidence) for m in classify(more).mistakes]
    assert mistakes == [("cat", "dog", 0.95), ("dog", "cat", 0.6)]


def test_one_example_is_enough_and_none_is_not() -> None:
    assert classify(four()[:1]).accuracy == 1.0
    with pytest.raises(ValueError, match="no example"):
        classify([])
