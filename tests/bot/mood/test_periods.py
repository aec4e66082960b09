from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.mood.periods import (
    Period,
    PeriodError,
    day_start,
    edges,
    parse,
    previous,
    recent,
    slot,
    slot_end,
)

NOW = datetime(2026, 11, 22, 15, 40, tzinfo=UTC).timestamp()
MOSCOW = "Europe/Moscow"
ZONES = (
    "UTC", MOSCOW, "Europe/Berlin", "America/New_York", "America/Santiago", "America/Havana", "Asia/Kolkata",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "America/St_Johns",
)  # fmt: skip


def local(at: float, zone: str = MOSCOW) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("day", "2026-11-21 19:00", "2026-11-22 19:00"),
        ("сутки", "2026-11-21 19:00", "2026-11-22 19:00"),
        ("last 24 hours", "2026-11-21 19:00", "2026-11-22 19:00"),
        ("", "2026-11-16 00:00", "2026-11-22 19:00"),
        ("  За НЕДЕЛЮ ", "2026-11-16 00:00", "2026-11-22 19:00"),
        ("month", "2026-10-24 00:00", "2026-11-22 19:00"),
        ("за последний месяц", "2026-10-24 00:00", "2026-11-22 19:00"),
        ("today", "2026-11-22 00:00", "2026-11-22 19:00"),
        ("вчера", "2026-11-21 00:00", "2026-11-22 00:00"),
        ("last week", "2026-11-09 00:00", "2026-11-16 00:00"),
        ("прошлый месяц", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("эта неделя", "2026-11-16 00:00", "2026-11-22 19:00"),
        ("3 дня", "2026-11-20 00:00", "2026-11-22 19:00"),
        ("2 weeks", "2026-11-09 00:00", "2026-11-22 19:00"),
        ("2026-10-01..2026-10-31", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("2026-10-01-2026-10-31", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("01.10-31.10", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("01.10 – 31.10.2026", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("31.10.2026..01.10.2026", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("с 1 по 15 октября", "2026-10-01 00:00", "2026-10-16 00:00"),
        ("с 1-го по 15-е октября 2025 г.", "2025-10-01 00:00", "2025-10-16 00:00"),
        ("October 1st to 15th, 2025", "2025-10-01 00:00", "2025-10-16 00:00"),
        ("from 1 to 15 October", "2026-10-01 00:00", "2026-10-16 00:00"),
        ("с 25 по 5 октября", "2026-09-25 00:00", "2026-10-06 00:00"),
        ("25.12-05.01", "2025-12-25 00:00", "2026-01-06 00:00"),
        ("октябрь", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("в декабре", "2025-12-01 00:00", "2026-01-01 00:00"),
        ("Feb 2024", "2024-02-01 00:00", "2024-03-01 00:00"),
        ("10.2026", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("2025", "2025-01-01 00:00", "2026-01-01 00:00"),
        ("2026 год", "2026-01-01 00:00", "2026-11-22 19:00"),
        ("за год", "2025-11-23 00:00", "2026-11-22 19:00"),
        ("с 1 ноября", "2026-11-01 00:00", "2026-11-22 19:00"),
        ("2026-11-01..", "2026-11-01 00:00", "2026-11-22 19:00"),
        ("since 2026-11-01", "2026-11-01 00:00", "2026-11-22 19:00"),
        ("1 ноября - сегодня", "2026-11-01 00:00", "2026-11-22 19:00"),
        ("29.02", "2024-02-29 00:00", "2024-03-01 00:00"),
        ("20.11-31.12.2026", "2026-11-20 00:00", "2026-11-22 19:00"),
        ("15.11-1.11", "2026-11-01 00:00", "2026-11-16 00:00"),
        ("ноябрь - март", "2026-11-01 00:00", "2026-11-22 19:00"),
        ("01.11.-15.11.", "2026-11-01 00:00", "2026-11-16 00:00"),
        ("2026-11-01 2026-11-15", "2026-11-01 00:00", "2026-11-16 00:00"),
        ("на прошлой неделе", "2026-11-09 00:00", "2026-11-16 00:00"),
        ("за прошлый месяц", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("в этом году", "2026-01-01 00:00", "2026-11-22 19:00"),
        ("last year", "2025-01-01 00:00", "2026-01-01 00:00"),
        ("since Monday", "2026-11-16 00:00", "2026-11-22 19:00"),
        ("в прошлую пятницу", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("last Sunday", "2026-11-15 00:00", "2026-11-16 00:00"),
        ("since last Sunday", "2026-11-15 00:00", "2026-11-22 19:00"),
        ("пт-пн", "2026-11-13 00:00", "2026-11-17 00:00"),
        ("from Monday to yesterday", "2026-11-16 00:00", "2026-11-22 00:00"),
        ("20.11, 21.11.2026 г.", "2026-11-20 00:00", "2026-11-22 00:00"),
        ("the whole of October", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("в пятницу", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("с 1 ноября до вчера", "2026-11-01 00:00", "2026-11-22 00:00"),
        ("Mon 2 Nov - Thursday, 5 Nov", "2026-11-02 00:00", "2026-11-06 00:00"),
        ("вчера и сегодня", "2026-11-21 00:00", "2026-11-22 19:00"),
        ("последние две недели", "2026-11-09 00:00", "2026-11-22 19:00"),
        ("полгода", "2026-05-27 00:00", "2026-11-22 19:00"),
        ("48 hours", "2026-11-21 00:00", "2026-11-22 19:00"),
    ],
)
def test_a_period_is_named_as_people_name_it(text: str, since: str, until: str) -> None:
    period = parse(text, NOW, MOSCOW)
    assert (local(period.since), local(period.until)) == (since, until)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("настроение", "unreadable"),
        ("день рождения", "unreadable"),
        ("5", "unreadable"),
        ("0 days", "unreadable"),
        ("1..", "unreadable"),
        ("1.10-2.10-3.10", "unreadable"),
        ("'; DROP TABLE moods; --", "unreadable"),
        ("-" * 3000, "unreadable"),
        ("١.١٠", "unreadable"),
        ("31.02", "no-such-date"),
        ("2026-13-01", "no-such-date"),
        ("1969", "no-such-date"),
        ("2027", "future"),
        ("0001-01-01", "no-such-date"),
        ("9999-12-31", "no-such-date"),
        ("2024-01-01..2026-01-01", "too-long"),
        ("99999 days", "too-long"),
        ("401 день", "too-long"),
        ("2027-01-01..2027-02-01", "future"),
        ("завтра", "future"),
        ("all", "unreadable"),
        ("last", "unreadable"),
        ("100 лет", "too-long"),
        ("36 hours", "unreadable"),
    ],
)
def test_what_is_no_period_says_why(text: str, reason: str) -> None:
    with pytest.raises(PeriodError) as caught:
        parse(text, NOW, MOSCOW)
    assert caught.value.reason == reason


@given(st.text(max_size=60))
def test_any_text_is_a_period_or_a_reason(text: str) -> None:
    with suppress(PeriodError):
        period = parse(text, NOW, MOSCOW)
        assert period.since < period.until <= NOW + 3600


@given(
    st.dates(date(2010, 1, 1), date(2026, 11, 22)),
    st.integers(0, 399),
    st.sampled_from(ZONES),
)
def test_the_dates_of_a_period_name_it_again(first, days, zone) -> None:
    last = min(first + timedelta(days=days), datetime.fromtimestamp(NOW, ZoneInfo(zone)).date())
    if zone == "Pacific/Apia" and first <= date(2011, 12, 30) <= last:
        return  # that day was left out there
    for form in ("{:%Y-%m-%d}..{:%Y-%m-%d}", "с {:%d.%m.%Y} по {:%d.%m.%Y}", "{:%d %B %Y} - {:%d %b %Y}"):
        period = parse(form.format(first, last), NOW, zone)
        assert local(period.since, zone)[:10] == str(first)
        assert local(period.until - 1, zone)[:10] == str(last)


@settings(max_examples=60)
@given(
    st.integers(1_200_000_000, 1_900_000_000),
    st.sampled_from(("day", "week", "month")),
    st.sampled_from(ZONES),
)
@example(1_333_206_000, "week", "America/Santiago")
@example(1_325_300_000, "week", "Pacific/Apia")
def test_every_hour_and_day_is_covered_exactly_once(now, name, zone) -> None:
    tz = ZoneInfo(zone)
    period = recent(name, now, zone)
    bounds = edges(period)
    assert bounds[0] == period.since
    assert bounds[-1] == period.until
    assert all(start < end for start, end in pairwise(bounds))
    assert period.until - 3600 <= now < period.until
    if name == "day":
        assert all(slot(end - 1, tz) == slot(start, tz) == start for start, end in pairwise(bounds))
        assert len(bounds) - 1 in (22, 23, 24, 25, 26)
    else:
        for start, end in pairwise(bounds):
            assert local(start, zone)[:10] == local(end - 1, zone)[:10]
    before = previous(period)
    assert before.since < before.until <= period.since


@given(st.integers(0, 2_000_000_000), st.sampled_from(ZONES))
@example(1_775_314_800, "Australia/Lord_Howe")  # half an hour back
@example(1_759_591_800, "Australia/Lord_Howe")  # half an hour forward
@example(1_331_449_200, "America/New_York")
def test_slots_follow_each_other_without_holes(at, zone) -> None:
    tz = ZoneInfo(zone)
    start = slot(at, tz)
    end = slot_end(at, tz)
    assert start <= at < end <= start + 3600
    assert slot(start, tz) == start
    assert slot(end - 1, tz) == start
    assert slot(end, tz) == end


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_has_as_many_hours_as_its_clock_showed(day: str, hours: int) -> None:
    period = parse(day, NOW, "Europe/Berlin")
    assert period.until - period.since == hours * 3600
    assert len(edges(period)) - 1 == hours


def test_an_hour_of_india_begins_at_half_past() -> None:
    assert slot(NOW, ZoneInfo("Asia/Kolkata")) % 3600 == 1800


def test_a_day_whose_midnight_was_jumped_over_begins_with_its_first_moment() -> None:
    santiago = ZoneInfo("America/Santiago")
    start = day_start(date(2026, 9, 6), santiago)
    assert local(start, "America/Santiago") == "2026-09-06 01:00"
    assert local(start - 1, "America/Santiago") == "2026-09-05 23:59"


def test_the_period_before_ends_at_the_same_time_of_the_day() -> None:
    assert [local(at) for at in _ends(previous(recent("week", NOW, MOSCOW)))] == [
        "2026-11-09 00:00", "2026-11-15 19:00",
    ]  # fmt: skip
    assert [local(at) for at in _ends(previous(recent("day", NOW, MOSCOW)))] == [
        "2026-11-20 19:00", "2026-11-21 19:00",
    ]  # fmt: skip
    across_dst = previous(parse("2026-10-25", NOW, "Europe/Berlin"))
    assert across_dst.until - across_dst.since == 24 * 3600


def test_short_periods_are_shown_by_the_hour_and_long_ones_by_the_day() -> None:
    assert [parse(text, NOW, MOSCOW).buckets for text in ("вчера", "3 дня", "4 дня", "week")] == [
        "hour", "hour", "day", "day",
    ]  # fmt: skip


def test_a_period_turned_round_has_no_buckets() -> None:
    assert edges(Period("range", 100, 50, "UTC", "day")) == [100]


def _ends(period: Period) -> tuple[int, int]:
    return period.since, period.until
