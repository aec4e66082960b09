from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills._turns import Full, Turns


def test_everyone_gets_a_turn_before_anyone_gets_a_second() -> None:
    turns: Turns[str] = Turns(10)
    for key, item in [("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1")]:
        turns.put(key, item)
    assert turns.take(4) == ["a1", "b1", "c1", "a2"]
    assert turns.take(4) == ["a3"]


def test_a_full_queue_refuses_the_one_who_filled_it() -> None:
    turns: Turns[int] = Turns(2)
    turns.put("a", 1)
    turns.put("a", 2)
    with pytest.raises(Full):
        turns.put("a", 3)


def test_a_newcomer_takes_the_newest_place_of_the_longest_line() -> None:
    turns: Turns[int] = Turns(3)
    for item in (1, 2, 3):
        turns.put("flood", item)
    assert turns.put("newcomer", 4) == 3
    with pytest.raises(Full):  # two against one: nobody waits for much longer than the other
        turns.put("newcomer", 5)
    assert turns.take(9) == [1, 4, 2]


def test_a_place_given_up_is_free() -> None:
    turns: Turns[int] = Turns(1)
    turns.put("a", 1)
    assert turns.remove("a", 1)
    assert not turns.remove("a", 1)
    turns.put("b", 2)
    assert turns.drain() == [2]
    assert len(turns) == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3))), st.integers(1, 6))
def test_nothing_is_lost_or_doubled(steps: list[tuple[str, int]], places: int) -> None:
    turns: Turns[int] = Turns(places)
    accepted, out = set(), []
    for number, (key, take) in enumerate(steps):
        try:
            gave_way = turns.put(key, number)
            accepted.add(number)
            if gave_way is not None:
                accepted.remove(gave_way)
        except Full:
            assert len(turns) == places
        out += turns.take(take)
        assert len(turns) <= places
    out += turns.drain()
    assert sorted(out) == sorted(accepted)
