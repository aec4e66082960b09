"""What admins write to set their group."""

from __future__ import annotations

from typing import Any

import pytest

from bot.mood.choices import ChoiceError, changed
from bot.mood.zones import COMMON, find, near, words
from storage.mood_groups import GroupSettings


@pytest.mark.parametrize(
    ("field", "text", "chosen"),
    [
        ("digest", "weekly 9", {"digest": "weekly"}),
        ("digest", "Daily at 18:00", {"digest": "daily", "digest_hour": 18}),
        ("digest", "по пятницам в 9", {"digest": "weekly", "digest_weekday": 4}),
        ("digest", "Sunday, 6pm, to everybody",
         {"digest": "weekly", "digest_weekday": 6, "digest_hour": 18, "digest_to": "group"}),
        ("digest", "on", {"digest": "daily"}),
        ("digest", "да", {"digest": "daily"}),
        ("digest", "12am", {"digest": "daily", "digest_hour": 0}),
        ("digest", "ежедневно в 9 вечера", {"digest": "daily", "digest_hour": 21}),
        ("digest", "Monday 12 pm", {"digest": "weekly", "digest_hour": 12}),
        ("digest", "каждый день в полночь", {"digest": "daily", "digest_hour": 0}),
        ("quiet", "from 10pm to 8am", {}),
        ("quiet", "23.00 - 7.00", {"quiet_from": 23, "quiet_until": 7}),
        ("quiet", "с 11 вечера до 7 утра", {"quiet_from": 23, "quiet_until": 7}),
        ("quiet", "с 11 ночи до 5 утра", {"quiet_from": 23, "quiet_until": 5}),
        ("quiet", "с 12 вечера до 4 дня", {"quiet_from": 0, "quiet_until": 16}),
        ("quiet", "с 4 ночи до 12 дня", {"quiet_from": 4, "quiet_until": 12}),
        ("quiet", "23-7", {"quiet_from": 23, "quiet_until": 7}),
        ("quiet", "с 21:00 до 9:00", {"quiet_from": 21, "quiet_until": 9}),
        ("quiet", "off", {"quiet_from": 0, "quiet_until": 0}),
        ("quiet", "22–24", {"quiet_until": 0}),
        ("keep", "90", {"retention_days": 90}),
        ("keep", "3 месяца", {"retention_days": 90}),
        ("keep", "2 years", {"retention_days": 730}),
        ("keep", "полгода", {}),
        ("keep", "one month", {"retention_days": 30}),
        ("alerts", "off", {"alerts": False}),
        ("voices", "вкл", {"transcripts": True}),
        ("zone", "Europe/Moscow", {"time_zone": "Europe/Moscow"}),
    ],
)  # fmt: skip
def test_words_choose(field: str, text: str, chosen: dict[str, Any]) -> None:
    assert changed(GroupSettings(), field, text).to_json() == chosen


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("digest", "sometimes"), ("digest", "at"), ("digest", "daily 25"), ("digest", "13pm"), ("digest", "monthly"),
        ("digest", "21:30"), ("quiet", "22:30-7:30"), ("keep", "forever"), ("quiet", "22"),
        ("quiet", "22-25"), ("keep", "0"), ("keep", "99999"), ("keep", "20 years"), ("keep", "-5"), ("alerts", "maybe"),
        ("zone", "Nowhereville"), ("zone", ""), ("zone", "../../etc/passwd"), ("zone", "UTC+99"), ("nonsense", "1"),
    ],
)  # fmt: skip
def test_what_chooses_nothing_is_refused(field: str, text: str) -> None:
    with pytest.raises(ChoiceError) as error:
        changed(GroupSettings(), field, text)
    assert error.value.field == field


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Москва", "Europe/Moscow"), ("мск", "Europe/Moscow"), ("ПИТЕР", "Europe/Moscow"),
        ("europe/moscow", "Europe/Moscow"), ("new york", "America/New_York"), ("Нью-Йорк", "America/New_York"),
        ("киев", "Europe/Kyiv"), ("Kiev", "Europe/Kyiv"), ("Asia/Calcutta", "Asia/Kolkata"), ("utc", "UTC"),
        ("MSK", "Europe/Moscow"), ("по московскому времени", "Europe/Moscow"), ("Moscow time", "Europe/Moscow"),
        ("UTC+5:30", "Asia/Kolkata"), ("+05:45", "Asia/Kathmandu"), ("UTC3", "Etc/GMT-3"), ("МСК+2", "Etc/GMT-5"),
        ("EST", "America/New_York"), ("India", "Asia/Kolkata"), ("Беларусь", "Europe/Minsk"),
        ("нск", "Asia/Novosibirsk"),
        ("UTC+3", "Etc/GMT-3"), ("-4", "Etc/GMT+4"), ("\N{MINUS SIGN}04:00", "Etc/GMT+4"), ("gmt", "UTC"),
    ],
)  # fmt: skip
def test_a_zone_is_found_by_what_people_call_it(text: str, zone: str) -> None:
    assert find(text) == (zone,)


def test_what_is_written_almost_right_is_offered_and_not_taken() -> None:
    assert find("Масква") == ()
    assert "Europe/Moscow" in near("Масква")
    assert near("Berlin Germany") == ("Europe/Berlin",)
    assert len(find("Россия")) > 10
    assert find("") == find("3") == find("UTC+5:20") == find("UTC+15") == ()
    with pytest.raises(ChoiceError) as error:
        changed(GroupSettings(), "zone", "Novosib")
    assert error.value.zones == ("Asia/Novosibirsk",)


def test_zones_are_shown_by_their_city_in_ones_own_language() -> None:
    now = 1_791_900_000
    assert words("Europe/Moscow", "ru", now) == "Москва (UTC+3)"
    assert words("Asia/Kolkata", "ru", now) == "Калькутта (UTC+5:30)"
    assert words("Europe/Kyiv", "ru", now) == "Киев (UTC+3)"
    assert words("America/New_York", "en", now) == "New York (UTC\N{MINUS SIGN}4)"
    assert words("Etc/GMT-3", "en", now) == "UTC+3"


def test_every_zone_that_is_offered_by_a_button_can_be_chosen_by_it() -> None:
    for zone in {zone for zones in COMMON.values() for zone in zones}:
        assert changed(GroupSettings(), "zone", zone).time_zone == zone
        assert len(f"mood:set:123456789:zone:{zone}".encode()) <= 64
