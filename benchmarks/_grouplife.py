"""A group of people as it might live: who writes when, and in which mood. Pure, and the same for the same seed."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")
LABELS = ("negative", "neutral", "positive")
NEUTRAL_SHARE = 0.45
WEEKEND = 0.6
"""Of the messages of a working day."""
TOPIC_SHARE = 0.15
DAY_SD, TEMPER_SD = 0.03, 0.15
"""Of what a day, and a person, adds to the mood that everybody shares."""

Texts = Mapping[str, Sequence[str]]
"""Sentences by label."""


@dataclass(frozen=True, slots=True)
class Planted:
    """From this day on the mood of everybody is other by so much."""

    day: int
    by: float
    """Of the mean of -1 for negative, 0 for neutral, 1 for positive messages."""


@dataclass(frozen=True, slots=True)
class Said:
    at: int
    """Unix time."""
    person: int
    """From 0."""
    text: str
    in_topic: bool


@dataclass(frozen=True, slots=True)
class Person:
    temper: float
    messages_a_day: float
    peak_hour: float


def read_texts(path: Path) -> Texts:
    """Sentences by their label, from a table with `text` and `label`. Commands are left out."""
    texts: dict[str, list[str]] = {label: [] for label in LABELS}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = row["text"].strip()
            if row["label"] in texts and text and not text.startswith("/"):
                texts[row["label"]].append(text)
    return texts


def lives(
    texts: Texts,
    seed: int,
    first: datetime,
    days: int,
    people: int,
    shifts: Sequence[Planted] = (),
    messages_a_day: float = 5.0,
) -> list[Said]:
    """All that is said from the midnight `first` on, oldest first."""
    chance = random.Random(seed)
    members = [
        Person(
            temper=chance.gauss(0, TEMPER_SD),
            messages_a_day=messages_a_day * chance.lognormvariate(-0.25, 0.7),
            peak_hour=chance.gauss(15, 2.5),
        )
        for _ in range(people)
    ]
    said: list[Said] = []
    for day in range(days):
        midnight = first + timedelta(days=day)
        mood = sum(shift.by for shift in shifts if day >= shift.day) + chance.gauss(0, DAY_SD)
        busy = WEEKEND if midnight.weekday() >= 5 else 1.0
        for number, member in enumerate(members):
            for _ in range(_poisson(chance, busy * member.messages_a_day)):
                hour = chance.gauss(member.peak_hour, 3) % 24
                at = int((midnight + timedelta(hours=hour)).timestamp())
                label = _label(chance, mood + member.temper)
                said.append(Said(at, number, chance.choice(texts[label]), chance.random() < TOPIC_SHARE))
    return sorted(said, key=lambda one: one.at)


def _label(chance: random.Random, mean: float) -> str:
    """One whose mean is `mean`, as far as there are not more neutral messages than NEUTRAL_SHARE leaves."""
    positive = min(max((1 - NEUTRAL_SHARE + mean) / 2, 0), 1 - NEUTRAL_SHARE)
    drawn = chance.random()
    if drawn < positive:
        return "positive"
    return "neutral" if drawn < positive + NEUTRAL_SHARE else "negative"


def _poisson(chance: random.Random, mean: float) -> int:
    """By Knuth's multiplication, for small means."""
    count, product = 0, chance.random()
    while product > math.exp(-mean):
        count += 1
        product *= chance.random()
    return count
