from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from bot.mood.shifts import Day, Detector
from bot.mood.view import Shift

DAY_S = 86_400
MONDAY = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())


def days(means: Sequence[float], *, without: Sequence[int] = ()) -> list[Day]:
    return [
        Day(MONDAY + n * DAY_S, MONDAY + (n + 1) * DAY_S, n % 7, float(mean))
        for n, mean in enumerate(means)
        if n not in without
    ]


def quiet(seed: int, count: int, sd: float = 0.05) -> np.ndarray:
    return 0.1 + sd * np.random.default_rng(seed).standard_normal(count)


def found(means: Sequence[float], **more: Sequence[int]) -> list[Shift]:
    return Detector().find(days(means, **more))


def test_three_planted_shifts_of_three_sigmas_are_found_within_days_and_each_once() -> None:
    means = quiet(1, 80)
    means[20:40] += 0.15
    means[60:] -= 0.15
    shifts = found(means)
    assert [round((shift.at - MONDAY) / DAY_S) for shift in shifts] == pytest.approx([20, 40, 60], abs=1)
    assert all(shift.found_at - shift.at <= 6 * DAY_S for shift in shifts)
    assert [np.sign(shift.size_sd) for shift in shifts] == [1, -1, -1]
    assert shifts[0].before == pytest.approx(0.1, abs=0.05)
    assert shifts[0].after == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("seed", range(8))
def test_a_shift_of_one_sigma_is_found_within_some_weeks(seed: int) -> None:
    means = quiet(seed, 110)
    means[60:] -= 0.06
    shift = next(shift for shift in found(means) if shift.found_at > MONDAY + 60 * DAY_S)
    assert shift.size_sd < 0


def test_quiet_groups_are_hardly_ever_alarmed() -> None:
    alarms = sum(len(found(quiet(100 + seed, 180))) for seed in range(10))
    assert alarms <= 5  # five group-years; docs/mood.md states the rate


def test_the_same_is_found_whenever_one_looks() -> None:
    means = quiet(5, 70)
    means[35:] += 0.15
    final = found(means)
    assert final
    for known in range(70):
        now = MONDAY + known * DAY_S
        assert found(means[:known]) == [shift for shift in final if shift.found_at <= now]


def test_nothing_is_found_in_the_first_fortnight() -> None:
    assert found([0.0] * 7 + [0.9] * 6) == []
    assert found([]) == found([0.5]) == []


def test_weekends_are_no_shifts() -> None:
    means = quiet(11, 150)
    means[np.arange(150) % 7 >= 5] += 0.15
    assert found(means) == []


@pytest.mark.parametrize("seed", range(5))
def test_an_awful_day_is_no_shift(seed: int) -> None:
    means = quiet(seed, 60)
    means[40] = -1.0
    worse = [shift for shift in found(means) if shift.size_sd < 0]
    assert not [shift for shift in worse if 37 <= (shift.at - MONDAY) / DAY_S <= 43]


def test_days_left_out_neither_hide_a_shift_nor_make_one() -> None:
    means = quiet(13, 90)
    gaps = [*range(20, 30), *range(45, 52), 61]
    assert found(means, without=gaps) == []
    means[55:] += 0.15
    (shift,) = found(means, without=gaps)
    assert round((shift.at - MONDAY) / DAY_S) in (54, 55, 56)


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 0.3])
def test_a_group_that_never_changes_is_no_reason_for_a_warning(value: float) -> None:
    assert found([value] * 100) == []


def test_a_hundredth_is_no_shift_in_the_steadiest_of_groups() -> None:
    assert found([0.1] * 30 + [0.11] * 30) == []
    assert len(found([0.1] * 30 + [0.2] * 30)) == 1
