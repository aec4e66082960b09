"""What is kept of messages in a watched group, and what is told of them.

No text, no name, and of Telegram's ids only the topic's.
"""

from __future__ import annotations

from dataclasses import dataclass

SLOT_S = 3600
"""Seconds of a slot."""


@dataclass(frozen=True, slots=True)
class Score:
    """What is kept of one message."""

    group_id: int
    """Row of `mood_groups`."""
    at: int
    """Unix time at which it was written."""
    slot: int
    """Unix time at which its hour of the group's local time began."""
    message: int
    """Keyed hash, signed 64 bits."""
    person: int
    """Keyed hash, signed 64 bits."""
    thread_id: int
    """Topic; 0 outside of topics."""
    label: int
    """-1 negative, 0 neutral, 1 positive."""
    score: int
    """P(positive) - P(negative) in thousandths."""


@dataclass(frozen=True, slots=True)
class HourRow:
    """Sums of one hour."""

    slot: int
    messages: int
    people: int
    negative: int
    positive: int
    total: int
    """Sum of scores, in thousandths."""
