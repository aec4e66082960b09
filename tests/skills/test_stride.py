from __future__ import annotations

import pytest

from skills._stride import CLOSE, LEAST_S, PACE, Stride


def watched(look_s: float, *, duration_s: float, rate_hz: float = 25, every: int = 0) -> tuple[int, float]:
    """Looks at a film, and the seconds that they took, if each takes `look_s`; frames cost nothing."""
    stride = Stride(every, rate_hz=rate_hz, duration_s=duration_s, budget_s=600)
    frames = round(duration_s * rate_hz)
    index = looks = 0
    while index < frames:
        looks += 1
        stride.looked(look_s, spent_s=looks * look_s, done=index / frames)
        index += stride.frames
    return looks, looks * look_s


def test_a_fast_detector_looks_at_every_fourth_frame() -> None:
    assert watched(0.02, duration_s=20) == (500 / CLOSE, pytest.approx(2.5))


@pytest.mark.parametrize("look_s", [0.15, 0.6, 2.0, 7.0])
@pytest.mark.parametrize("duration_s", [1, 10, 60, 180])
def test_no_film_takes_long_however_slow_the_detector(look_s: float, duration_s: float) -> None:
    looks, took_s = watched(look_s, duration_s=duration_s)
    assert took_s <= max(LEAST_S, PACE * duration_s) + 2 * look_s
    assert looks >= min(duration_s * 25 / CLOSE, LEAST_S / look_s) * 0.8


def test_a_slow_moment_is_forgotten() -> None:
    stride = Stride(0, rate_hz=25, duration_s=60, budget_s=600)
    for took_s in (9.0, *[0.1] * 5):
        stride.looked(took_s, spent_s=0, done=0)
    assert stride.frames == CLOSE


def test_a_number_of_frames_that_was_wished_for_is_kept() -> None:
    assert watched(0.7, duration_s=10, every=7)[0] == 36


def test_films_of_many_frames_a_second_are_thinned() -> None:
    assert watched(0.001, duration_s=10, rate_hz=120)[0] == 75


def test_steps_grow_where_even_the_wish_would_not_fit_the_budget() -> None:
    looks, took_s = watched(2, duration_s=180, every=4)
    assert took_s < 900
    assert looks < 180 * 25 / 4


def test_a_film_of_unknown_length_is_paced_too() -> None:
    stride = Stride(0, rate_hz=30, duration_s=None, budget_s=600)
    stride.looked(1.5, spent_s=1.5, done=0)
    assert stride.frames == 15
