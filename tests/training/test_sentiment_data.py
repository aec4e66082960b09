"""What the sentiment model is trained on: nothing that it is judged by."""

from __future__ import annotations

from skills.models._use_text import LABELS, clean
from training.sentiment_data import plain_sentences, synthetic
from training.sentiment_phrases import phrases

JUDGED_BY = [
    "Этот проект отличный!",
    "Мне совсем не понравилось выполнение задания.",
    "Результат нормальный, но можно улучшить.",
    "Просто ужасно — я не доволен.",
    "Замечательная работа! Всё получилось.",
    "Не могу нарадоваться",
    "Никаких проблем",
    "not bad",
    "can't complain",
]


def bare(text: str) -> str:
    return clean(text).lower().strip(".!? ")


def test_no_sentence_that_the_model_is_judged_by_is_learnt() -> None:
    learnt = {bare(text) for text, _ in synthetic(200, seed=1)}
    judged = {bare(text) for text, _, _ in plain_sentences()} | {bare(text) for text in JUDGED_BY}
    assert not learnt & judged


def test_the_same_seed_writes_the_same_phrases() -> None:
    assert phrases("ru", 4, 7) == phrases("ru", 4, 7)
    assert phrases("ru", 4, 7) != phrases("ru", 4, 8)


def test_each_language_has_phrases_of_every_label_and_no_slot_left_open() -> None:
    for language in ("ru", "en"):
        found = phrases(language, 8, 0)
        assert {label for _, label in found} == set(LABELS)
        assert not [text for text, _ in found if "{" in text or "|" in text or "*" in text]


def test_the_hand_written_sentences_are_distinct_and_in_both_languages() -> None:
    sentences = plain_sentences()
    assert len({text for text, _, _ in sentences}) == len(sentences) > 150
    assert {language for _, _, language in sentences} == {"ru", "en"}
