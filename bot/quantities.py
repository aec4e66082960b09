"""Sizes, times and days in words, in the language of their reader."""

from __future__ import annotations

import math
from datetime import date

from babel.dates import format_date

from .texts import Speaker


def size_words(say: Speaker, size_bytes: float) -> str:
    """Decimal units, as disks and downloads are counted."""
    if size_bytes >= 1e9:
        return say("size-gb", number=round(size_bytes / 1e9, 1))
    return say("size-mb", number=round(size_bytes / 1e6, 1 if size_bytes < 1e7 else None))


def seconds_words(say: Speaker, seconds: float) -> str:
    return say("seconds-short", number=rounded(seconds))


def day_words(say: Speaker, day: date) -> str:
    """`March 4, 2026`."""
    return str(format_date(day, "long", locale=say.language))


def rounded(number: float) -> float:
    """Two digits that count, and no false precision."""
    if number == 0 or not math.isfinite(number):
        return 0
    value = round(number, max(0, 1 - math.floor(math.log10(abs(number)))))
    return int(value) if value == int(value) else value
