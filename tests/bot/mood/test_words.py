"""What is said about a mood, and what is not said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mood.periods import Period, parse
from bot.mood.picture import mood_chart
from bot.mood.view import Estimate, Interval, Topic
from bot.mood.wording import change, changed, period_words, points, signed, word
from bot.mood.words import sentences
from bot.texts import Texts
from tests.bot.mood.views import EMPTY, NOW, ZONE, about, made

TEXTS = Texts()
RU, EN = TEXTS.say("ru"), TEXTS.say("en")


def topic(name: str, mean: float | None, reach: float = 0.1) -> Topic:
    known = None if mean is None else about(mean, reach)
    return Topic(len(name), name, 50, mean, 0.3, known)


def test_how_the_mood_is_and_how_sure_that_is() -> None:
    assert sentences(made(level=0.24, before=0.22), EN) == (
        "The mood was rather good: +24 on a scale from −100 to +100, likely between +19 and +29 (28 people). "
        "Compared with the period before, nothing has clearly changed."
    )
    assert sentences(made(level=-0.02, before=0.0), RU) == (
        "Настроение ровное: −2 по шкале от −100 до +100, вероятно, от −7 до +3 (28 человек). "
        "По сравнению с предыдущим периодом заметных перемен нет."
    )


def test_a_person_is_told_of_their_own_messages() -> None:
    view = replace(made(level=0.24, before=None), messages=2, people=1)
    assert sentences(view, EN, own=True).startswith("Your mood was rather good: +24")
    assert "(2 messages of yours)" in sentences(view, EN, own=True)
    assert "(2 ваших сообщения)" in sentences(view, RU, own=True)


def test_a_mood_that_may_be_bad_as_well_as_good_has_no_name() -> None:
    view = replace(made(before=None), whole=about(0.34, 1.2, people=3))
    assert sentences(view, EN).startswith("The mood was unclear: +34 on a scale")
    assert sentences(view, RU).startswith("Настроение неясное: +34 по шкале")
    assert mood_chart(view, RU, "").data["now"]["word"] == "неясное"
    assert "rather low" in sentences(replace(view, whole=about(-0.2, 0.3)), EN)


def test_the_picture_does_not_deny_a_shift_that_it_marks() -> None:
    picture = mood_chart(made(level=0.0, shifts=(15,)), RU, "")
    assert picture.data["before"]["words"] == "перелом 8 нояб."


def test_a_change_is_told_only_if_the_intervals_leave_no_doubt() -> None:
    assert "That is 28 points better than in the period before." in sentences(made(level=0.24), EN)
    assert "Это на 21 пункт хуже, чем за предыдущий период." in sentences(made(level=-0.25), RU)
    assert "nothing has clearly changed" in sentences(made(level=0.02), EN)
    assert "There is nothing earlier to compare it with yet." in sentences(made(before=None), EN)


def test_a_change_is_as_sure_as_its_own_interval() -> None:
    view = made(level=0.0, before=-0.04)
    assert changed(view) is None
    assert changed(replace(view, change=Interval(0.01, 0.07))) == 4
    assert changed(replace(view, change=None)) is None
    assert changed(replace(view, change=Interval(0.01, 0.07), whole=about(-0.0399))) is None


def test_the_turn_is_dated_if_it_went_the_same_way() -> None:
    view = made(level=0.24, shifts=(15,))
    assert sentences(view, EN).endswith("in the period before, and the turn came on November 8.")
    assert sentences(view, RU).endswith("; перелом пришёлся на 8 ноября.")
    assert "turn" not in sentences(made(level=-0.4, shifts=(15,)), EN)
    assert sentences(made(level=0.0, shifts=(15,)), EN).endswith("On November 8 it rose from −2 to +26.")


def test_a_topic_is_named_if_it_lies_clearly_apart() -> None:
    topics = (topic("General", 0.12), topic("Repairs", -0.31), topic("Holidays", 0.2))
    text = sentences(made(before=None, topics=topics), EN)
    assert text.endswith("compare it with yet; in the topic “Repairs” it was clearly worse: −31.")
    doubtful = (topic("Repairs", -0.31, reach=0.5), topic("", -0.8), topic("Small", None))
    assert "topic" not in sentences(made(topics=doubtful), EN)


def test_of_many_topics_each_has_to_be_surer() -> None:
    now, other = about(0.0, 0.1), about(0.16, 0.1)
    assert change(now, other, among=1)
    assert not change(now, other, among=6)


def test_what_is_not_known_is_said() -> None:
    assert "; 3 из 30 дней прошли без наблюдения)" in sentences(made(gaps=(5, 6, 7)), RU)
    assert "; nothing is known of 3 of 30 days)" in sentences(made(gaps=(5, 6, 7)), EN)
    assert (
        sentences(made("week", gaps=range(7)), EN)
        == "I was not watching in this time, and know nothing of it."
    )
    assert sentences(EMPTY, EN) == "Nobody wrote anything in this time."
    assert sentences(EMPTY, RU, own=True) == "Вы за это время ничего не написали."
    few = sentences(made("week", few=range(7)), RU)
    assert (
        few == "Писало слишком мало людей, чтобы показать настроение и никого этим не выдать (28 сообщений)."
    )


def test_no_two_neighbouring_scores_skip_a_word_and_the_words_mirror() -> None:
    names = [word(score, EN) for score in range(-100, 101)]
    assert list(dict.fromkeys(names)) == [
        "very low", "low", "rather low", "even", "rather good", "good", "very good",
    ]  # fmt: skip
    assert [name.replace("low", "good") for name in names] == [
        name.replace("low", "good") for name in names[::-1]
    ]
    assert (signed(18), signed(0), signed(-4)) == ("+18", "0", "−4")


def test_periods_are_said_in_their_own_zone() -> None:
    assert (
        period_words(parse("2026-11-09..2026-11-15", NOW, "Asia/Kathmandu"), RU) == "9–15 нояб. 2026\u00a0г."
    )
    assert period_words(parse("day", NOW, "Asia/Tokyo"), EN) == "24 hours until 01:00 on November 23"
    assert period_words(parse("day", NOW, ZONE), RU) == "сутки до 19:00, 22 ноября"
    midnight = Period("day", 1_795_294_800, 1_795_381_200, ZONE, "hour")
    assert period_words(midnight, RU) == "сутки до 00:00, 23 ноября"


@given(
    mean=st.floats(-1, 1),
    before=st.floats(-1, 1),
    reach=st.floats(0, 1),
    gaps=st.sets(st.integers(0, 6)),
    name=st.text(max_size=80),
)
def test_any_numbers_make_whole_sentences(
    mean: float, before: float, reach: float, gaps: set[int], name: str
) -> None:
    view = replace(
        made("week", gaps=gaps, before=before, topics=(topic(name, -mean, reach),)), whole=about(mean, reach)
    )
    for say in (RU, EN):
        text = sentences(view, say).replace(name, "")
        assert "{" not in text
        assert "None" not in text
        assert text.endswith(".")
        assert all(-100 <= score <= 100 for score in scores(text))


@given(mean=st.floats(-1, 1), low=st.floats(0, 1), high=st.floats(0, 1))
def test_a_mood_never_differs_from_itself(mean: float, low: float, high: float) -> None:
    one = Estimate(mean, mean - low, mean + high, 5)
    assert change(one, one) is None
    assert change(one, None) is None


@pytest.mark.parametrize(("mean", "score"), [(-0.134, -13), (0.0049, 0), (-0.0049, 0), (1.0, 100)])
def test_the_scale_is_of_whole_points(mean: float, score: int) -> None:
    assert points(mean) == score


def scores(text: str) -> Iterator[int]:
    for found in re.findall(r"[+−]\d+", text):
        yield int(found.replace("−", "-"))
