"""What is shown of a group's mood: plain numbers, and JSON there and back.

Means lie in [-1, 1]: -1 is all negative, 1 all positive. Times are Unix seconds. What would single a person out (fewer
people than the setting `least_people`) is None here already, so that no picture, digest or export can show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter

from bot.mood.periods import Period


@dataclass(frozen=True, slots=True)
class Estimate:
    """A robust average: the people's means, 20 % trimmed at either end. Each person counts once."""

    mean: float
    low: float
    high: float
    """`low` and `high` bound the 95 % interval of the mean, within [-1, 1]."""
    people: int


@dataclass(frozen=True, slots=True)
class Interval:
    """Where something lies in 95 of 100 cases."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Messages by label."""

    negative: int
    neutral: int
    positive: int

    @property
    def messages(self) -> int:
        return self.negative + self.neutral + self.positive


@dataclass(frozen=True, slots=True)
class Point:
    """One hour or one local day, [start, end)."""

    start: int
    end: int
    messages: int
    people: int
    estimate: Estimate | None
    """None: nobody wrote, or fewer people than may be shown."""
    gap: bool
    """The bot was away, or did not watch, for most of it: that nothing is known says nothing about the group."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one weekday."""

    messages: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Topic:
    thread_id: int
    """0 is what was said outside of topics."""
    name: str
    """Empty if it has never been heard."""
    messages: int
    mean: float | None
    negative: float | None
    """Share of its messages that are negative, in [0, 1]. None, as the mean, where too few people wrote, or where
    the mood of such a topic could be reckoned from it."""
    estimate: Estimate | None = None
    """The robust average, of the topics with most messages; None of the others."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The level of the daily averages changed, and stayed changed."""

    at: int
    """Start of the first local day of the new level."""
    before: float
    after: float
    """The levels, as medians of the daily averages before it and since."""
    size_sd: float
    """How far, in standard deviations of the group's own day-to-day variation."""
    found_at: int
    """End of the day after which it was first seen."""


@dataclass(frozen=True, slots=True)
class MoodView:
    """Everything about one group (or one topic of it, or one person in it) in one period."""

    group_id: int
    period: Period
    points: tuple[Point, ...]
    whole: Estimate | None
    shares: Shares | None
    """None, as the average, where it would single somebody out."""
    messages: int
    people: int
    before_whole: Estimate | None
    before_shares: Shares | None
    """The period before (`periods.previous`). None: nothing is known of it."""
    change: Interval | None
    """Of `whole` less `before_whole`, if both are known; narrower, the more people wrote in both."""
    grid: tuple[tuple[Cell, ...], ...]
    """Seven weekdays, Monday first, by 24 local hours."""
    topics: tuple[Topic, ...]
    """Most messages first. Empty unless somebody wrote in one."""
    shifts: tuple[Shift, ...]
    """Those that lie in the period, oldest first. Empty for a topic or a person: they are found for the whole group."""

    def to_json(self) -> str:
        return _adapter().dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> MoodView:
        """Raises ValueError."""
        return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[MoodView]:
    return TypeAdapter(MoodView)
