"""BLEU and ROUGE-L, beside values that were worked out by hand."""

from __future__ import annotations

import pytest

from bot.evaluation.chat.overlap import Words, overlaps

ANSWER, REFERENCE = "the cat sat on the mat", "the cat is on the mat"
BY_HAND = (5 / 6 * 3 / 5 * 1 / 4 * 1 / 6) ** (1 / 4)
"""Of 6, 5, 4, 3 n-grams 5, 3, 1, 0 are in the reference; none of three counts as half a one; the length is right."""


def test_bleu_is_what_it_is_by_hand() -> None:
    found = overlaps([ANSWER], [[REFERENCE]])
    assert found.corpus.bleu == pytest.approx(BY_HAND)
    assert found.each[0].bleu == pytest.approx(BY_HAND)
    assert "tok:13a" in found.bleu_signature


def test_bleu_of_a_corpus_counts_all_n_grams_together() -> None:
    found = overlaps([ANSWER, "one two three four"], [[REFERENCE], ["one two three four"]])
    assert found.corpus.bleu == pytest.approx((9 / 10 * 6 / 8 * 3 / 6 * 1 / 4) ** (1 / 4))


def test_an_answer_that_is_too_short_for_bleu_pays_for_it() -> None:
    found = overlaps(["a b c d"], [["a b c d e f g h"]])
    assert found.corpus.bleu == pytest.approx(2.718281828 ** (1 - 8 / 4))


def test_rouge_l_is_what_it_is_by_hand() -> None:
    assert overlaps([ANSWER], [[REFERENCE]]).corpus.rouge_l == pytest.approx(5 / 6)
    (one,) = overlaps(["a b"], [["a x b y"]]).each
    assert one.rouge_l == pytest.approx(2 * (2 / 2) * (2 / 4) / (2 / 2 + 2 / 4))


def test_russian_counts_as_english_does() -> None:
    found = overlaps(["Кошка СИДИТ на окне."], [["кошка спит на окне"]])
    assert found.corpus.rouge_l == pytest.approx(3 / 4)
    same = overlaps(["Кошка сидит на окне."], [["Кошка сидит на окне."]])
    assert (same.corpus.bleu, same.corpus.rouge_l) == (pytest.approx(1), 1)


def test_of_several_references_the_nearest_counts_and_their_number_may_differ() -> None:
    found = overlaps(["a b c d", "Париж"], [["x", "a b c d"], ["Париж"]])
    assert [one.rouge_l for one in found.each] == [1, 1]
    assert found.corpus.bleu == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ёлка — это «дерево», да?", ["ёлка", "это", "дерево", "да"]),
        ("и\u0306од", ["йод"]),
        ("हिन्दी", ["हिन्दी"]),
        ("3 кг, т. е. 3000 г", ["3", "кг", "т", "е", "3000", "г"]),
        ("…", []),
    ],
)
def test_words_are_those_of_any_language(text: str, words: list[str]) -> None:
    assert Words().tokenize(text) == words


def test_an_answer_without_a_word_shares_nothing() -> None:
    assert overlaps(["…"], [["слово"]]).corpus.rouge_l == 0
