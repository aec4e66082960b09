"""Time zones as people name them: a city in English or Russian, `Europe/Moscow`, `UTC+3`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

MOST_SUGGESTIONS = 6
COMMON: Mapping[str, tuple[str, ...]] = {
    "ru": (
        "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
        "Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok",
        "Asia/Magadan", "Asia/Kamchatka", "Europe/Minsk", "Asia/Almaty", "Asia/Tashkent", "Asia/Tbilisi",
        "Europe/Berlin", "UTC",
    ),
    "en": (
        "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Sao_Paulo",
        "Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Moscow", "Africa/Lagos", "Asia/Dubai",
        "Asia/Kolkata", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
        "Pacific/Auckland", "UTC",
    ),
}  # fmt: skip
"""Zones that are offered by language."""
_OTHER_CITIES = {
    "Europe/Moscow": "мск, санкт-петербург, питер, спб, saint petersburg, st petersburg, нижний новгород, казань, "
    "ростов-на-дону, ростов, краснодар, воронеж, сочи, ярославль, тула, рязань, пенза, липецк, курск, белгород, "
    "брянск, тверь, иваново, махачкала, ставрополь, архангельск, мурманск, петрозаводск, севастополь, владимир",
    "Europe/Samara": "тольятти, ижевск",
    "Asia/Yekaterinburg": "челябинск, уфа, пермь, тюмень, оренбург, магнитогорск, сургут, курган, екб",
    "Asia/Krasnoyarsk": "абакан, кызыл",
    "Asia/Novokuznetsk": "кемерово",
    "Asia/Irkutsk": "улан-удэ",
    "Asia/Yakutsk": "благовещенск",
    "Asia/Vladivostok": "хабаровск, комсомольск-на-амуре",
    "Asia/Almaty": "астана, нур-султан, astana",
    "Europe/Kyiv": "киев, kiev, харьков, одесса, днепр, львов, odesa, lviv, kharkiv",
    "Europe/Minsk": "гомель, брест, витебск, гродно",
    "Europe/Berlin": "мюнхен, гамбург, munich, hamburg, frankfurt, cologne",
    "Asia/Shanghai": "пекин, beijing, shenzhen",
    "Asia/Kolkata": "дели, мумбаи, delhi, mumbai, bangalore, bengaluru",
    "America/New_York": "вашингтон, бостон, майами, washington, boston, miami, philadelphia, atlanta",
    "America/Los_Angeles": "сан-франциско, сиэтл, san francisco, seattle, san diego",
    "Europe/Rome": "милан, milan",
    "Europe/Madrid": "барселона, barcelona",
    "Europe/Istanbul": "анкара, анталья, ankara, antalya",
    "Asia/Jerusalem": "тель-авив, tel aviv, хайфа, haifa",
}
"""Cities that name no zone, and are asked for all the same."""
_OFFSET = re.compile(r"(?:(?:utc|gmt)\s*)?([+-])\s*(\d{1,2})(?::?00)?")
_MOST_HOURS = {"+": 14, "-": 12}


def find(text: str) -> tuple[str, ...]:
    """The zone that is meant: one, none, or several of the same name."""
    if offset := _OFFSET.fullmatch(text.strip().casefold().replace("\N{MINUS SIGN}", "-")):
        sign, hours = offset[1], int(offset[2])
        if hours > _MOST_HOURS[sign]:
            return ()
        # The names of these zones count westwards.
        return (f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC",)
    return _names().get(_plain(text), ())


def near(text: str) -> tuple[str, ...]:
    """Zones whose names begin like this, or are written almost like this."""
    wanted, names = _plain(text), _names()
    found = [name for name in names if len(wanted) > 2 and name.startswith(wanted)]
    found += difflib.get_close_matches(wanted, names, MOST_SUGGESTIONS, 0.75)
    return tuple(dict.fromkeys(zone for name in found for zone in names[name]))[:MOST_SUGGESTIONS]


def words(zone: str, language: str, now: float) -> str:
    """As `Moscow (UTC+3)`: with the offset that holds now."""
    offset = offset_words(zone, now)
    if zone == "UTC" or zone.startswith("Etc/"):
        return offset
    return f"{city(zone, language)} ({offset})"


def city(zone: str, language: str) -> str:
    """Its name in a language, or in English where that is not known."""
    known = Locale.parse(language).time_zones
    # Names lie under what a zone was called when it was first named.
    older = (old for old, new in get_global("zone_aliases").items() if new == zone and old in known)
    named = known.get(zone if zone in known else next(older, zone)) or {}
    return str(named.get("city") or zone.rpartition("/")[2].replace("_", " "))


def offset_words(zone: str, now: float) -> str:
    ahead = datetime.fromtimestamp(now, ZoneInfo(zone)).utcoffset()
    minutes = int(ahead.total_seconds()) // 60 if ahead else 0
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """What a zone may be called, in plain letters."""
    aliases = get_global("zone_aliases")
    named: dict[str, dict[str, None]] = {}

    def note(name: str, zone: str) -> None:
        named.setdefault(_plain(name), {})[zone] = None

    known = available_timezones()
    for zone in sorted(known):
        if zone.startswith(("Etc/", "posix", "right", "SystemV")) or zone in ("Factory", "localtime"):
            continue
        canonical = aliases.get(zone, zone)
        canonical = canonical if canonical in known else zone
        canonical = "UTC" if canonical.startswith("Etc/") else canonical
        note(zone, canonical)
        if "/" in zone:
            note(zone.rpartition("/")[2], canonical)
            for language in ("en", "ru"):
                note(city(canonical, language), canonical)
    for zone, cities in _OTHER_CITIES.items():
        if zone in known:
            for name in cities.split(", "):
                note(name, zone)
    return {name: tuple(zones) for name, zones in named.items()}


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-.]+", " ", text.casefold().replace("ё", "е")).strip()
