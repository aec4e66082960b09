from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bot.mood.robust import difference, estimate, spread


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=60))
def test_the_mean_is_scipys_trimmed_mean_and_lies_in_its_interval(means: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = estimate(np.array(means))
    assert found is not None
    assert found.mean == pytest.approx(stats.trim_mean(means, 0.2), abs=1e-12)
    assert -1 <= found.low <= found.mean <= found.high <= 1
    assert found.low < found.high
    assert found.people == len(means)


def test_by_hand_for_five_people() -> None:
    # One is left out at either end: the mean of 0, 0.2 and 0.4. Winsorized: 0 0 0.2 0.4 0.4, whose squared distances
    # from 0.2 sum to 0.16. With the prior 0.09 of one more degree: (0.16 + 0.09) / (2 + 1), and t for 3 degrees.
    found = estimate(np.array([-1, 0, 0.2, 0.4, 1.0]))
    assert found is not None
    assert found.mean == pytest.approx(0.2)
    reach = 3.1824463 * (0.25 / 3 / 3) ** 0.5
    assert found.high - found.mean == pytest.approx(reach)
    assert found.mean - found.low == pytest.approx(reach)


def test_among_many_people_the_interval_is_that_of_the_trimmed_t_test() -> None:
    means = np.random.default_rng(7).normal(0.1, 0.3, 400)
    found = estimate(means)
    low, high = stats.mstats.trimmed_mean_ci(means, limits=(0.2, 0.2), alpha=0.05)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.001)


def test_that_three_people_agree_does_not_make_it_certain() -> None:
    found = estimate(np.array([0.9, 0.9, 0.9]))
    assert found is not None
    assert found.low < 0.7


def test_one_person_says_nothing_about_a_group() -> None:
    found = estimate(np.array([0.4]))
    assert found is not None
    assert (found.low, found.high) == (-1, 1)
    assert estimate(np.array([])) is None


def test_the_more_people_agree_the_surer() -> None:
    widths = [found.high - found.low for n in (3, 6, 12, 25, 50, 100) if (found := estimate(np.zeros(n)))]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("n", [3, 5, 9, 30])
def test_the_interval_holds_the_truth_nineteen_times_of_twenty_and_more_where_few_speak(n: int) -> None:
    draws = np.random.default_rng(n).normal(0.1, 0.25, (2000, n))
    held = [found.low <= 0.1 <= found.high for row in draws if (found := estimate(row))]
    assert 0.94 <= np.mean(held) <= (1 if n < 30 else 0.975)


def test_one_person_of_five_cannot_bend_the_average() -> None:
    calm = estimate(np.array([0.1, 0.1, 0.1, 0.1, 0.1]))
    angry = estimate(np.array([0.1, 0.1, 0.1, 0.1, -1.0]))
    assert calm is not None
    assert angry is not None
    assert angry.mean == pytest.approx(calm.mean)


def places(first: int, end: int) -> npt.NDArray[np.intp]:
    return np.arange(first, end)


NOBODY = places(0, 0), places(0, 0)


def test_among_different_people_the_difference_is_that_of_yuens_test() -> None:
    random = np.random.default_rng(5)
    now, before = random.normal(0.1, 0.3, 500), random.normal(0, 0.3, 500)
    found = difference(now, before, NOBODY)
    test = stats.ttest_ind(now, before, equal_var=False, trim=0.2).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((test.low, test.high), abs=0.001)


def test_what_people_are_like_both_times_does_not_hide_that_all_have_changed() -> None:
    temper = np.random.default_rng(2).normal(0, 0.4, 30)
    moved = temper + 0.06 + np.random.default_rng(3).normal(0, 0.03, 30)
    paired = difference(moved, temper, (places(0, 30), places(0, 30)))
    assert 0 < paired.low < 0.06 < paired.high
    apart = difference(moved, temper, NOBODY)
    assert apart.low < 0 < apart.high


def test_by_hand_for_three_people_who_wrote_both_times() -> None:
    # Nobody is left out. They moved by 0.1, 0.2 and 0.3: a variance of 0.01, and of their mean 0.01 / 3; with the prior
    # of 2 * 0.2 ** 2 / 3 to the weight of one degree beside their two, and t for 3 degrees.
    now, before = np.array([0.1, 0.5, 0.9]), np.array([0.6, 0.0, 0.3])
    found = difference(now, before, (np.array([0, 1, 2]), np.array([1, 2, 0])))
    reach = 3.1824463 * ((2 * 0.04 / 3 + 2 * 0.01 / 3) / 3) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.2 - reach, 0.2 + reach))


@pytest.mark.parametrize("people", [3, 8, 30])
@pytest.mark.parametrize("same", [0.0, 0.5, 1.0])
def test_the_difference_lies_in_its_interval_nineteen_times_of_twenty(people: int, same: float) -> None:
    random = np.random.default_rng(people)
    stay = round(same * people)
    both = places(people - stay, people), places(0, stay)
    held = 0
    for _ in range(1000):
        temper = random.normal(0.1, 0.25, 2 * people - stay)
        now, before = (
            some + random.normal(0, 0.3, people) for some in (temper[:people], temper[people - stay :])
        )
        found = difference(now, before, both)
        held += found.low <= 0 <= found.high
    assert 0.935 <= held / 1000 <= (1 if people < 30 else 0.975)


@given(
    st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.lists(st.floats(-1, 1), min_size=1, max_size=40)
)
def test_every_difference_has_an_interval(now: list[float], before: list[float]) -> None:
    stay = places(0, min(len(now), len(before)))
    for same in (NOBODY, (stay, stay)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = difference(np.array(now), np.array(before), same)
        by = stats.trim_mean(now, 0.2) - stats.trim_mean(before, 0.2)
        assert found.low < by < found.high


def test_spread_agrees_with_the_standard_deviation_and_ignores_what_is_far_off() -> None:
    values = np.random.default_rng(3).normal(0, 2, 20_000)
    assert spread(values) == pytest.approx(2, rel=0.02)
    values[:200] = 1000
    assert spread(values) == pytest.approx(2, rel=0.05)
    assert spread(np.array([1.0])) == spread(np.full(30, 5.0)) == 0
