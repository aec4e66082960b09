"""Moods and times as people say them: a scale from -100 to +100 with a word for each stretch, dates of their zone."""

from __future__ import annotations

from datetime import datetime
from html import escape
from math import hypot
from statistics import NormalDist

from babel.dates import format_interval, format_skeleton

from bot.mood.periods import Period, zone_of
from bot.mood.view import Estimate, MoodView
from bot.texts import Speaker
from storage.mood_groups import MoodGroup

TITLE_CHARS = 64

_STEPS = (10, 30, 60)
"""From here on a mood is rather good, good, very good; and the same downwards."""
_DEGREES = ("rather-", "", "very-")


def shortened(text: str, chars: int) -> str:
    """In one line of at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= chars else text[: chars - 1].rstrip() + "…"


def short_title(group: MoodGroup, chars: int = TITLE_CHARS) -> str:
    return shortened(group.title, chars) or "?"


def title_of(group: MoodGroup) -> str:
    """As HTML."""
    return escape(short_title(group), quote=False)


def points(mean: float) -> int:
    """A mean in [-1, 1] on the scale that people see."""
    return round(mean * 100)


def signed(score: int) -> str:
    """`+18`, `0`, `−4` with a true minus."""
    return f"{score:+d}".replace("-", "\N{MINUS SIGN}") if score else "0"


def word(score: int, say: Speaker) -> str:
    """What a score is called."""
    steps = sum(abs(score) >= step for step in _STEPS)
    if not steps:
        return say("mood-word-even")
    return say(f"mood-word-{_DEGREES[steps - 1]}{'good' if score > 0 else 'bad'}")


def verdict(known: Estimate, say: Speaker) -> str:
    """What a mood is called; unclear, if by its interval it may be bad as well as good."""
    if points(known.low) <= -_STEPS[1] and points(known.high) >= _STEPS[1]:
        return say("mood-word-unclear")
    return word(points(known.mean), say)


def changed(view: MoodView) -> int | None:
    """By how many points the mood is another than in the period before, if that is no chance; else None."""
    if view.whole is None or view.before_whole is None or view.change is None:
        return None
    by = points(view.whole.mean) - points(view.before_whole.mean)
    return by if by and not view.change.low <= 0 <= view.change.high else None


def change(now: Estimate | None, before: Estimate | None, among: int = 1) -> int | None:
    """By how many points two moods differ, if the 95 % interval of the difference leaves 0 out; else None.

    The interval is made of both averages' own (MOVER; Zou and Donner 2008), as if they were of different people:
    that some wrote in both makes it only wider than it need be. Of several comparisons made at once, `among`, each
    must be so much surer that all of them together are right in 95 of 100 (Bonferroni).
    """
    if now is None or before is None:
        return None
    if now.mean >= before.mean:
        reach = hypot(now.mean - now.low, before.high - before.mean)
    else:
        reach = hypot(now.high - now.mean, before.mean - before.low)
    reach *= _z(among) / _z(1)
    by = points(now.mean) - points(before.mean)
    return by if by and abs(now.mean - before.mean) > reach else None


def _z(among: int) -> float:
    return NormalDist().inv_cdf(1 - 0.025 / max(1, among))


def period_words(period: Period, say: Speaker) -> str:
    """`9-15 November 2026`, or the last day's hours; in the period's own zone."""
    zone = zone_of(period.zone)
    first, last = (
        datetime.fromtimestamp(at, zone).replace(tzinfo=None)
        for at in (period.since, max(period.since, period.until - 1))
    )
    if period.name != "day":
        shown = str(format_interval(first.date(), last.date(), "yMMMd", locale=say.language))
        return shown.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")  # which every font has
    until = datetime.fromtimestamp(period.until, zone)
    return say("mood-last-day", time=clock(until, say), date=day_words(period.until, period.zone, say))


def day_words(at: float, zone: str, say: Speaker) -> str:
    """`November 9`."""
    return _shown("MMMMd", datetime.fromtimestamp(at, zone_of(zone)), say)


def short_day(at: datetime, say: Speaker) -> str:
    return _shown("MMMd", at, say)


def weekday_and_day(at: datetime, say: Speaker) -> str:
    return _shown("Ed", at, say)


def month(at: datetime, say: Speaker) -> str:
    """Its short name; January's is the year."""
    return _shown("y" if at.month == 1 else "MMM", at, say)


def clock(at: datetime, say: Speaker) -> str:
    return _shown("Hm", at, say)


def _shown(skeleton: str, at: datetime, say: Speaker) -> str:
    # babel would turn a time that has a zone into UTC's
    return str(format_skeleton(skeleton, at.replace(tzinfo=None), locale=say.language))
