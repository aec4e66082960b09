"""What people write after /mood."""

from __future__ import annotations

import pytest

from bot.mood.asking import UnknownTopic, action_of, code, decoded, wish
from bot.mood.periods import PeriodError, parse

NOW = 1_791_900_000  # 13 October 2026
ZONE = "Europe/Moscow"
TOPICS = {7: "News", 9: "The last day"}


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("", "see"), ("week", "see"), ("ON", "on"), ("выключи", "off"), ("Me month", "me"), ("я", "me"),
        ("export", "export"), ("настройки", "settings"), ("zone Europe/Moscow", "zone"), ("quiet 22-8", "quiet"),
        ("onward", "see"),
    ],
)  # fmt: skip
def test_the_first_word_says_what_is_wanted(words: str, action: str) -> None:
    assert action_of(words)[0] == action


@pytest.mark.parametrize(
    ("words", "period", "thread_id"),
    [
        ("", "week", None), ("month", "month", None), ("month news", "month", 7), ("NEWS", "week", 7),
        ("news month", "month", 7), ("week here", "week", 5), ("здесь", "week", 5), ("the last day", "day", None),
        ("week the last day", "week", 9), ("1-5 october news", "range", 7), ("за последний месяц", "month", None),
        ("week General", "week", 0), ("общая тема месяц", "month", 0), ("week new", "week", 7),
        ("last d month", "month", 9),
    ],
)  # fmt: skip
def test_period_and_topic_come_in_any_order(words: str, period: str, thread_id: int | None) -> None:
    wished = wish(words, NOW, ZONE, TOPICS, here=5)
    assert (wished.period.name, wished.thread_id) == (period, thread_id)


@pytest.mark.parametrize("words", ["week new", "week ne", "week ews"])
def test_a_part_of_a_name_means_a_topic_only_if_it_means_no_other(words: str) -> None:
    with pytest.raises(UnknownTopic):
        wish(words, NOW, ZONE, {7: "News", 8: "Newcomers"})


@pytest.mark.parametrize("words", ["Monday news", "monday new"])
def test_a_topic_that_is_named_like_a_period_is_a_topic(words: str) -> None:
    wished = wish(words, NOW, ZONE, {7: "Monday news"})
    assert (wished.period.name, wished.thread_id) == ("week", 7)


def test_what_is_neither_says_which_it_might_have_been() -> None:
    with pytest.raises(UnknownTopic) as topic:
        wish("week gossip", NOW, ZONE, TOPICS)
    assert topic.value.name == "gossip"
    for words, reason in (
        ("gossip", "unreadable"),
        ("31.02.2026", "no-such-date"),
        ("x " * 99, "unreadable"),
    ):
        with pytest.raises(PeriodError) as period:
            wish(words, NOW, ZONE, TOPICS)
        assert period.value.reason == reason
    with pytest.raises(UnknownTopic):
        wish("week here", NOW, ZONE, {})


@pytest.mark.parametrize("words", ["day", "week", "month", "2026-09-28..2026-10-04", "3 october", "2026-10"])
def test_a_button_carries_a_period_in_few_bytes(words: str) -> None:
    period = parse(words, NOW, ZONE)
    assert decoded(code(period), NOW, ZONE) == period
    assert len(code(period)) <= 17


@pytest.mark.parametrize(
    "text", ["", "x", "day", "20261001", "20261001-", "20269999-20261001", "٢٠٢٦١٠٠١-20261001"]
)
def test_invented_periods_of_buttons_are_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        decoded(text, NOW, ZONE)
