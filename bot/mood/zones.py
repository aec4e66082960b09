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
MOST_FOUND = 14
"""Of the zones of one name, which may be that of a country."""
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
    "Europe/Moscow": "мск, msk, москве, московское, московскому, санкт-петербург, питер, спб, "
    "saint petersburg, st petersburg, нижний новгород, казань, "
    "ростов-на-дону, ростов, краснодар, воронеж, сочи, ярославль, тула, рязань, пенза, липецк, курск, белгород, "
    "брянск, тверь, иваново, махачкала, ставрополь, архангельск, мурманск, петрозаводск, севастополь, владимир",
    "Europe/Samara": "тольятти, ижевск",
    "Asia/Novosibirsk": "нск, новосиб",
    "Asia/Yekaterinburg": "челябинск, уфа, пермь, тюмень, оренбург, магнитогорск, сургут, курган, екб",
    "Asia/Krasnoyarsk": "абакан, кызыл",
    "Asia/Novokuznetsk": "кемерово",
    "Asia/Irkutsk": "улан-удэ",
    "Asia/Yakutsk": "благовещенск",
    "Asia/Vladivostok": "хабаровск, комсомольск-на-амуре",
    "Asia/Sakhalin": "сахалин, южно-сахалинск",
    "Asia/Kamchatka": "камчатка",
    "Asia/Almaty": "алма-ата, астана, нур-султан, astana",
    "Europe/Kyiv": "киев, kiev, харьков, одесса, днепр, львов, odesa, lviv, kharkiv",
    "Europe/Minsk": "гомель, брест, витебск, гродно",
    "Europe/Berlin": "cest, мюнхен, гамбург, munich, hamburg, frankfurt, cologne",
    "Asia/Shanghai": "cst, пекин, beijing, shenzhen",
    "Asia/Kolkata": "ist, дели, мумбаи, delhi, mumbai, bangalore, bengaluru",
    "Asia/Bangkok": "пхукет, паттайя, phuket, pattaya",
    "Asia/Makassar": "бали, денпасар, bali, denpasar",
    "Asia/Tokyo": "jst",
    "America/New_York": "est, edt, nyc, вашингтон, бостон, майами, washington, boston, miami, philadelphia, atlanta",
    "America/Chicago": "cst, cdt",
    "America/Denver": "mst, mdt",
    "America/Los_Angeles": "pst, pdt, la, сан-франциско, сиэтл, san francisco, seattle, san diego",
    "Europe/Rome": "милан, milan",
    "Europe/Madrid": "барселона, barcelona",
    "Europe/Istanbul": "анкара, анталья, ankara, antalya",
    "Asia/Jerusalem": "ist, тель-авив, tel aviv, хайфа, haifa",
}
"""Cities and abbreviations that name no zone, and are asked for all the same."""
_OFFSET = re.compile(r"(?:(utc|gmt|msk|мск)\s*)?([+-])?\s*(\d{1,2})(?:[:.]?(\d\d))?")
_MOSCOW_MINUTES = 180
_MINUTES = range(-12 * 60, 14 * 60 + 1)
_UNEVEN = {
    -570: "Pacific/Marquesas", -210: "America/St_Johns", 210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata",
    345: "Asia/Kathmandu", 390: "Asia/Yangon", 525: "Australia/Eucla", 570: "Australia/Darwin",
    630: "Australia/Lord_Howe", 765: "Pacific/Chatham",
}  # fmt: skip
"""Where the clock is so many minutes ahead of UTC: only whole hours have zones without a place."""
_FILLERS = re.compile(r"(?:^|(?<= ))(?:time|zone|по|время|времени)(?: |$)")
_NO_PLACES = ("Etc/", "posix", "right", "SystemV", "Factory", "localtime", "EST", "MST", "HST")
"""How names begin that are none. After American clocks are named zones of Panama, Phoenix and Honolulu."""


def find(text: str) -> tuple[str, ...]:
    """The zone that is meant: one, none, or several of the same name."""
    offset = _OFFSET.fullmatch(text.strip().casefold().replace("\N{MINUS SIGN}", "-"))
    if offset and (offset[1] or offset[2]):
        return _ahead(*offset.groups())
    return _names().get(_FILLERS.sub("", _plain(text)).strip(), ())


def near(text: str) -> tuple[str, ...]:
    """Zones whose names begin like this, or are written almost like this."""
    wanted, names = _plain(text), _names()
    found = [name for name in names if len(wanted) > 2 and name.startswith(wanted)]
    found += [name for name in names if len(name) > 2 and wanted.startswith(f"{name} ")]  # Berlin Germany
    found += difflib.get_close_matches(wanted, names, MOST_SUGGESTIONS, 0.75)
    return tuple(dict.fromkeys(zone for name in found for zone in names[name]))[:MOST_SUGGESTIONS]


def _ahead(base: str | None, sign: str | None, hours: str, rest: str | None) -> tuple[str, ...]:
    """The zone of `UTC+5:30`, or of `МСК+2`, as clocks are counted in Russia."""
    minutes = (int(hours) * 60 + int(rest or 0)) * (-1 if sign == "-" else 1)
    minutes += _MOSCOW_MINUTES if base in ("msk", "мск") else 0
    if minutes % 60 or minutes not in _MINUTES:
        return (_UNEVEN[minutes],) if minutes in _UNEVEN else ()
    # The names of these zones count westwards.
    return (f"Etc/GMT{-minutes // 60:+d}" if minutes else "UTC",)


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
    # What is lived by most comes first.
    for zone in dict.fromkeys((*COMMON["ru"], *COMMON["en"], *sorted(known))):
        if zone not in known or zone.startswith(_NO_PLACES):
            continue
        canonical = aliases.get(zone, zone)
        canonical = canonical if canonical in known else zone
        canonical = "UTC" if canonical.startswith("Etc/") else canonical
        note(zone, canonical)
        if "/" in zone:
            note(zone.rpartition("/")[2], canonical)
            for language in ("en", "ru"):
                note(city(canonical, language), canonical)
                note(_country(canonical, language), canonical)
    for zone, cities in _OTHER_CITIES.items():
        if zone in known:
            for name in cities.split(", "):
                note(name, zone)
    return {name: tuple(zones) for name, zones in named.items()}


def _country(zone: str, language: str) -> str:
    code = get_global("zone_territories").get(zone, "")
    return str(Locale.parse(language).territories.get(code, zone))


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-.]+", " ", text.casefold().replace("ё", "е")).strip()
