from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mood.schedule import (
    LATE_S,
    Pauses,
    cleaning_day,
    digest_due,
    is_quiet,
    last_whole_day,
)
from storage.mood_groups import GroupSettings

DAY_S = 86_400
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Moscow",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Asia/Beirut",
        "America/Havana",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        "Africa/Casablanca",
        "Antarctica/Troll",
    ]
)


@given(
    zone=ZONES,
    hour=st.integers(0, 23),
    start=st.integers(1_293_000_000, 1_900_000_000),
    cadence=st.sampled_from(["daily", "weekly"]),
    weekday=st.integers(0, 6),
    step_s=st.integers(900, LATE_S),
)
@settings(max_examples=100)
def test_a_digest_is_due_exactly_once_per_local_day(
    zone: str, hour: int, start: int, cadence: Literal["daily", "weekly"], weekday: int, step_s: int
) -> None:
    chosen = GroupSettings(time_zone=zone, digest=cadence, digest_hour=hour, digest_weekday=weekday)
    tz = ZoneInfo(zone)
    found = []
    for now in range(start, start + 9 * DAY_S, step_s):
        due = digest_due(chosen, now)
        if due is not None and due not in found:
            assert 0 <= now - due.at <= LATE_S
            assert not any(due.told_by(one.cadence, one.period.until) for one in found)
            found.append(due)
    local = [datetime.fromtimestamp(due.at, tz) for due in found]
    days = [at.date() for at in local]
    assert len(set(days)) == len(days)
    first = datetime.fromtimestamp(start, tz).date() + timedelta(1)
    wanted = [
        day
        for day in (first + timedelta(n) for n in range(7))
        if exists(day, tz) and (cadence == "daily" or day.weekday() == weekday)
    ]
    assert [day for day in days if day in wanted] == wanted
    for due, at in zip(found, local, strict=True):
        assert at.hour == hour or not clock_has(at.date(), hour, tz)
        ended = datetime.fromtimestamp(due.period.until, tz)
        assert ended.date() == at.date()
        assert datetime.fromtimestamp(due.period.until - 1, tz).date() < at.date()
        length = (at.date() - datetime.fromtimestamp(due.period.since, tz).date()).days
        assert length in ((1, 2) if cadence == "daily" else (7, 8))


def exists(day: date, tz: ZoneInfo) -> bool:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=tz)
    return datetime.fromtimestamp(noon.timestamp(), tz).date() == day


def clock_has(day: date, hour: int, tz: ZoneInfo) -> bool:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=tz)
    return datetime.fromtimestamp(at.timestamp(), tz).hour == hour


def test_a_time_that_the_clock_skips_comes_when_it_has() -> None:
    chosen = GroupSettings(time_zone="Europe/Berlin", digest="daily", digest_hour=2)
    due = digest_due(chosen, at("2026-03-29 12:00"))
    assert due is None  # more than six hours late
    due = digest_due(chosen, at("2026-03-29 03:30"))
    assert due is not None
    assert due.at == at("2026-03-29 01:00")  # 03:00 in Berlin


def test_a_time_that_comes_twice_counts_the_first_time() -> None:
    chosen = GroupSettings(time_zone="Europe/Berlin", digest="daily", digest_hour=2)
    times = [at("2026-10-25 00:00"), at("2026-10-25 01:00"), at("2026-10-25 02:30")]
    assert {due.at for due in (digest_due(chosen, now) for now in times) if due} == {times[0]}


def test_a_digest_is_left_out_when_it_is_six_hours_late_and_not_before() -> None:
    chosen = GroupSettings(digest="daily", digest_hour=20)
    assert digest_due(chosen, at("2026-11-22 01:59")) is not None  # after midnight, of the evening before
    assert digest_due(chosen, at("2026-11-22 02:01")) is None
    assert digest_due(GroupSettings(), at("2026-11-22 09:00")) is None


def test_another_hour_or_zone_makes_no_second_digest_of_the_same_day() -> None:
    now = at("2026-11-22 18:00")
    first = digest_due(GroupSettings(digest="daily", digest_hour=17), now)
    assert first is not None
    for zone in ("UTC", "Europe/Moscow", "America/New_York"):
        for hour in range(24):
            again = digest_due(GroupSettings(time_zone=zone, digest="daily", digest_hour=hour), now)
            assert again is None or again.told_by("daily", first.period.until)
    weekly = digest_due(GroupSettings(digest="weekly", digest_hour=17, digest_weekday=6), now)
    assert weekly is not None
    assert not weekly.told_by("daily", first.period.until)


def test_what_a_clock_that_was_years_ahead_has_told_does_not_silence_the_bot() -> None:
    due = digest_due(GroupSettings(digest="daily"), at("2026-11-22 09:00"))
    assert due is not None
    assert not due.told_by("daily", due.period.until + 400 * DAY_S)
    assert due.told_by("daily", due.period.until + DAY_S)  # it was set back by a few hours


@pytest.mark.parametrize(
    ("first", "end", "quiet"),
    [
        (22, 8, {22, 23, *range(8)}),
        (1, 5, {1, 2, 3, 4}),
        (0, 0, set()),
        (7, 7, set()),
        (0, 23, set(range(23))),
    ],
)
def test_quiet_hours_may_go_over_midnight_or_not_be_at_all(first: int, end: int, quiet: set[int]) -> None:
    chosen = GroupSettings(time_zone="Asia/Kolkata", quiet_from=first, quiet_until=end)
    start = datetime(2026, 11, 22, tzinfo=ZoneInfo("Asia/Kolkata")).timestamp()
    assert {hour for hour in range(24) if is_quiet(chosen, start + hour * 3600)} == quiet


def test_a_day_is_over_when_its_last_messages_have_their_scores() -> None:
    chosen = GroupSettings(time_zone="Europe/Moscow")
    assert last_whole_day(chosen, at("2026-11-21 21:09")) == date(2026, 11, 20)
    assert last_whole_day(chosen, at("2026-11-21 21:10")) == date(2026, 11, 21)
    assert cleaning_day(chosen, at("2026-11-22 00:59")) < cleaning_day(chosen, at("2026-11-22 01:00"))


def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    assert "Mars/Olympus" not in available_timezones()
    due = digest_due(GroupSettings(time_zone="Mars/Olympus", digest="daily"), at("2026-11-22 09:10"))
    assert due is not None
    assert due.at == at("2026-11-22 09:00")


def test_a_pause_ends_by_itself_and_when_the_clock_is_set_back() -> None:
    pauses = Pauses(300)
    assert not pauses.holds("x", 1000)
    pauses.begin("x", 1000)
    assert pauses.holds("x", 1299)
    assert not pauses.holds("x", 1300)
    pauses.begin("x", 1000)
    assert not pauses.holds("x", 10)


def at(text: str) -> float:
    """Unix time of what a clock in UTC shows."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
