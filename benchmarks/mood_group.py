"""A group of thirty people over sixty days, through the playground: what the bot makes of it, and when it tells.

    python -m benchmarks.mood_group --texts rusentitweet_train.csv [--quiet 2]

Real Russian sentences (a table with `text` and `label`) are said at a simulated time by people of different tempers and
habits. At three days the mood of everybody shifts; beside it live groups in which nothing happens. For two days the bot
is away. Everything goes its usual way: the whole bot, a Bot API server, HTTP, the real model of sentiment. Writes
benchmarks/results/mood_group.json, and what an administrator sees of the last month into docs/images.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median, stdev
from typing import Any

from benchmarks import _report
from benchmarks._grouplife import ZONE, Planted, Said, Texts, lives, read_texts
from bot.mood.analyst import Analyst
from bot.mood.periods import Period
from bot.mood.view import MoodView
from storage.database import Database
from storage.mood_groups import MoodGroups
from tests.bot.house import House, house

FIRST = datetime(2025, 3, 3, tzinfo=ZONE)
"""A Monday; the same people say the same at every run."""
DAYS, PEOPLE, SEED = 60, 30, 7
SHIFTS = (Planted(20, -0.25), Planted(33, +0.36), Planted(47, -0.18))
AWAY = (41, 43)
"""From the beginning of the first to that of the second day, nobody hears what is said."""
ADMIN = 1
HOUR_S, DAY_S = 3600, 86_400
STEP_S = 4 * HOUR_S
TALKING_AT_ONCE = 16
LONGEST_DELAY_DAYS = 13
"""What is told later belongs to no planted shift."""
IMAGES = Path(__file__).parents[1] / "docs" / "images"
PICTURES = {"en": ("mood-month.png", "Riverside gardeners"), "ru": ("mood-month-ru.png", "Садоводы у реки")}


@dataclass
class Clock:
    """The simulated time, Unix seconds."""

    at: float

    def __call__(self) -> float:
        return self.at


@dataclass(frozen=True, slots=True)
class Told:
    """An alert that left."""

    at: float
    since: float
    """The day from which on the mood is said to be another."""
    by: float


@dataclass
class Group:
    """One that lives in the playground."""

    title: str
    said: list[Said]
    shifts: Sequence[Planted] = ()
    chat: int = 0
    topic: int = 0
    told: list[Told] = field(default_factory=list)


@dataclass
class Toll:
    """What it took."""

    messages: int = 0
    seconds: float = 0.0
    """Saying and scoring them."""
    alerts: int = 0
    """Messages to the administrator."""


async def move_in(home: House, groups: Sequence[Group], people: int) -> None:
    """People come together in supergroups with a topic, and an administrator has their mood watched."""
    for number in range(4, people + 1):
        await home.people.post("/play/people", json={"name": f"Guest {number}", "language_code": "ru"})
    for group in groups:
        made = {"type": "supergroup", "title": group.title, "members": list(range(1, people + 1))}
        group.chat = int((await home.people.post("/play/chats", json=made)).json()["id"])
        topic = await home.people.post(f"/play/chats/{group.chat}/topics", json={"name": "Рассада"})
        group.topic = int(topic.json()["message_thread_id"])
        for words in ("/mood on", f"/mood zone {ZONE.key}"):
            await home.answers(await home.post(group.chat, **{"from": ADMIN}, text=words))


async def live(
    home: House,
    clock: Clock,
    groups: Sequence[Group],
    until: float,
    toll: Toll | None = None,
    step_s: float = STEP_S,
) -> None:
    """What is said, a few hours at a time, and after each whatever the bot does by the clock."""
    toll = toll or Toll()
    home.bot.clockwork.every_s = step_s
    database = await Database.open(f"sqlite+aiosqlite:///{home.folder / 'chutko.sqlite3'}")
    try:
        while clock.at < until:
            begin, clock.at = clock.at, clock.at + step_s
            began_s = time.perf_counter()
            saying = [(group, said) for group in groups for said in group.said if begin <= said.at < clock.at]
            saying.sort(key=lambda one: one[1].at)
            for n in range(0, len(saying), TALKING_AT_ONCE):
                some = saying[n : n + TALKING_AT_ONCE]
                await asyncio.gather(*(_say(home, group, said) for group, said in some))
            toll.messages += len(saying)
            await home.quiet()
            toll.seconds += time.perf_counter() - began_s
            await home.bot.clockwork.tick()
            for group in groups:
                await _note_told(MoodGroups(database), group)
    finally:
        await database.close()
    alerts = await home.messages(ADMIN)
    toll.alerts = sum("photo" in message and message["from"]["is_bot"] for message in alerts)


async def _say(home: House, group: Group, said: Said) -> None:
    thread = {"thread": group.topic} if said.in_topic else {}
    await home.post(group.chat, **{"from": said.person + 1}, text=said.text, date=said.at, **thread)


async def _note_told(groups: MoodGroups, group: Group) -> None:
    known = await groups.get(group.chat)
    event = await groups.last_event(known.id, "shift") if known else None
    if event is not None and event.told_at is not None:
        shift = event.data["shift"]
        told = Told(event.told_at, shift["at"], shift["after"] - shift["before"])
        if told not in group.told:
            group.told.append(told)


def matched(group: Group, first: datetime) -> tuple[list[dict[str, Any]], int]:
    """Of each planted shift when it was told, and how many alarms there were without one."""
    left = list(group.told)
    found: list[dict[str, Any]] = []
    for shift in group.shifts:
        day = (first + timedelta(days=shift.day)).timestamp()
        right = (
            told
            for told in left
            if 0 < told.at - day <= LONGEST_DELAY_DAYS * DAY_S and told.by * shift.by > 0
        )
        told = next(right, None)
        if told is not None:
            left.remove(told)
        found.append(
            {
                "day": shift.day,
                "by": shift.by,
                "told_after_days": round((told.at - day) / DAY_S, 1) if told else None,
                "said_to_begin_days_off": round((told.since - day) / DAY_S) if told else None,
                "said_to_be": round(told.by, 2) if told else None,
            }
        )
    return found, len(left)


async def simulate(texts: Texts, quiet: int, folder: Path) -> dict[str, Any]:
    first, clock = FIRST, Clock(FIRST.timestamp())
    end = (first + timedelta(days=DAYS)).timestamp()
    groups = [
        Group(PICTURES["en"][1], lives(texts, SEED, first, DAYS, PEOPLE, SHIFTS), SHIFTS),
        *(Group(f"Quiet {n + 1}", lives(texts, SEED + n, first, DAYS, PEOPLE)) for n in range(quiet)),
    ]
    toll = Toll()
    absent, back = ((first + timedelta(days=day)).timestamp() for day in AWAY)
    stored = folder / "chutko.sqlite3"
    async with house(folder, mood=True, now=clock) as home:
        await home.people.patch(f"/play/people/{ADMIN}", json={"language_code": "ru"})
        await home.ask("/start")
        await move_in(home, groups, PEOPLE)
        begun_bytes = await _size(stored)
        await live(home, clock, groups, absent, toll)
    clock.at = back
    async with house(folder, mood=True, now=clock) as home:
        # The last evening is still going on, so that the month ends with the last of the days.
        await live(home, clock, groups, end - STEP_S, toll)
        grown_bytes = await _size(stored) - begun_bytes
        month_s = [await _picture(home, groups[0], language) for language in PICTURES]
    views = await _views(stored, groups, first, clock.at)
    sd = median(stdev(_levels(view)) for view in views[1:])
    shifts, false_alarms = matched(groups[0], first)
    for shift, size in zip(shifts, _sizes(views[0], SHIFTS, first), strict=True):
        shift["measured"] = round(size, 3)
        shift["measured_sd"] = round(size / sd, 1)
    scenarios = json.loads((_report.RESULTS / "mood_shifts.json").read_text())["scenarios"]
    rate = scenarios["30 people"]["ours"]["false_alarms_per_year"]
    quiet_days = quiet * DAYS
    return {
        "days": DAYS,
        "people": PEOPLE,
        "messages": toll.messages,
        "messages_a_day_and_group": round(toll.messages / len(groups) / (DAYS - (AWAY[1] - AWAY[0]))),
        "messages_per_s": round(toll.messages / toll.seconds),
        "database_bytes_per_message": round(grown_bytes / toll.messages, 1),
        "month_s": [round(seconds, 2) for seconds in month_s],
        "sd_of_quiet_days": round(sd, 3),
        "shifts": shifts,
        "alarms_without_a_shift": false_alarms,
        "quiet": {
            "groups": quiet,
            "alarms": sum(len(group.told) for group in groups[1:]),
            "expected_alarms": round(rate * quiet_days / 365, 2),
            "stated_alarms_per_year": rate,
        },
        "alerts_sent": toll.alerts,
        "days_shown_as_gaps": [n for n, point in enumerate(views[0].points) if point.gap],
    }


async def _size(path: Path) -> int:
    """Bytes of a database, once everything is in its file."""
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    try:
        await database.scrub()
    finally:
        await database.close()
    return (await asyncio.to_thread(path.stat)).st_size


async def _picture(home: House, group: Group, language: str) -> float:
    """Ask for the month as an administrator of this language; seconds until the picture is there. It is kept."""
    name, title = PICTURES[language]
    await home.people.patch(f"/play/people/{ADMIN}", json={"language_code": language})
    await home.people.post(f"/play/chats/{group.chat}/title", json={"from": ADMIN, "title": title})
    last = (await home.messages(ADMIN))[-1]["message_id"]
    began_s = time.perf_counter()
    await home.post(group.chat, **{"from": ADMIN}, text="/mood month")
    there = False
    while not there:
        new = await home.people.get(f"/play/chats/{ADMIN}/messages", params={"after": last, "wait": 30})
        there = any("photo" in message for message in new.json())
    took_s = time.perf_counter() - began_s
    # In a chat it is a JPEG, as in Telegram; this is what was drawn.
    asked = {"period": "month", "language_code": language}
    png = await home.people.get(f"/play/mood/{group.chat}/picture.png", params=asked)
    png.raise_for_status()
    (IMAGES / name).write_bytes(png.content)
    return took_s


async def _views(stored: Path, groups: Sequence[Group], first: datetime, now: float) -> list[MoodView]:
    """Every group over the whole time, day by day."""
    url = f"sqlite+aiosqlite:///{stored}"
    period = Period("range", int(first.timestamp()), int(now), ZONE.key, "day")
    analyst = Analyst(url, 3, now=lambda: now)
    database = await Database.open(url)
    try:
        known = [await MoodGroups(database).get(group.chat) for group in groups]
        return [await analyst.view(one.id, period) for one in known if one is not None]
    finally:
        await database.close()
        await analyst.close()


def _levels(view: MoodView) -> list[float]:
    return [point.estimate.mean for point in view.points if point.estimate is not None]


def _sizes(view: MoodView, shifts: Sequence[Planted], first: datetime) -> list[float]:
    """By how much the scores shifted: the model does not hear everything that people mean."""
    bounds = [0, *(shift.day for shift in shifts), DAYS]
    stretches = [
        median(point.estimate.mean for point in view.points[begin:end] if point.estimate is not None)
        for begin, end in pairwise(bounds)
    ]
    return [after - before for before, after in pairwise(stretches)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--quiet", type=int, default=2, help="groups in which nothing happens")
    args = parser.parse_args()
    if args.texts is None or not args.texts.is_file():
        print("Nothing is measured without sentences: name a table with text and label by --texts.")
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(simulate(read_texts(args.texts), max(1, args.quiet), Path(folder)))
    _report.write("mood_group", figures)


if __name__ == "__main__":
    main()
