"""A watcher over a real database; the model is a function that says what its texts tell it to."""

from __future__ import annotations

import asyncio
import logging
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from bot.downloads import Downloads
from bot.mood import scoring
from bot.mood.listening import LONGEST_S, Listening
from bot.mood.pseudonyms import Pseudonyms
from bot.mood.scoring import Scoring
from bot.mood.watcher import Watcher
from skills import Busy, InferenceFailed, Media, ModelUnavailable
from skills.sentiment import Sentiment
from skills.speech import Transcript
from storage.database import Database
from storage.mood_groups import GroupSettings, MoodGroup, MoodGroups
from storage.moods import HourRow, Moods, Score
from tests.bot.mood.telegram import AT, CHAT, ME, message

NAMES = Pseudonyms(bytes(32))
SHARES = {"good": (0.0, 0.1, 0.9), "bad": (0.75, 0.25, 0.0)}
LABELS = ("negative", "neutral", "positive")
VOICE = {"file_id": "f", "file_unique_id": "u", "duration": 3, "file_size": 9000}


class Model:
    """The first word of a text says how it is to be scored, or what goes wrong."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.busy = 0
        self.away = False
        self.at_once = 0
        self.most_at_once = 0
        self.keys: set[Any] = set()
        self.speech_s = 2.0

    async def run(self, name: str, media: Media, *, folder: Path, turn_key: Any) -> Any:
        self.keys.add(turn_key)
        if name == "sounds":
            return self
        if name == "speech":
            return Transcript("good words", "en", (), 3.0)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            await self.hold.wait()
            return self._score(media)
        finally:
            self.at_once -= 1

    def _score(self, media: Media) -> Sentiment:
        if self.away:
            raise ModelUnavailable(reason="not-fetched")
        if self.busy:
            self.busy -= 1
            raise Busy(reason="queue-full", retry_after_s=0.01)
        if media.text.startswith("fail"):
            raise InferenceFailed(f"cannot read {media.text}", reason="model-raised")
        self.texts.append(media.text)
        shares = dict(zip(LABELS, SHARES.get(media.text.split()[0], (0.1, 0.8, 0.1)), strict=True))
        label = max(shares, key=lambda name: shares[name])
        return Sentiment(label, shares[label], shares)


class Telegram:
    """As a Bot API server on the same machine: it names the file."""

    def __init__(self, recording: Path) -> None:
        self._recording = recording

    async def get_file(self, file_id: str) -> Any:
        return SimpleNamespace(file_path=str(self._recording.absolute()))


@dataclass
class Bench:
    """A watcher at work, and what it has stored."""

    model: Model
    database: Database
    moods: Moods
    groups: MoodGroups
    group: MoodGroup
    watcher: Watcher
    folder: Path

    def hear(self, *texts: str, **fields: Any) -> list[dict[str, Any]]:
        updates = [message(text=text, **fields) for text in texts]
        for update in updates:
            self.watcher.hear(update)
        return updates

    async def scores(self) -> list[Score]:
        """Once nothing waits any more."""
        async with asyncio.timeout(10):
            while self.watcher.busy():
                await asyncio.sleep(0.005)
        people = {NAMES.person(self.group.id, id_) for id_ in (*range(10), CHAT)}
        found = [await self.moods.of_person(self.group.id, person, 0, 2**40) for person in people]
        return sorted((score for some in found for score in some), key=lambda score: score.at)


def watcher_of(
    database: Database,
    model: Model,
    folder: Path,
    queue: int = 1000,
    now: Callable[[], float] = lambda: AT + 60.0,
) -> Watcher:
    recording = folder / "recording.wav"
    with wave.open(str(recording), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(bytes(32_000))
    downloads = Downloads(cast(Any, Telegram(recording)), folder / "tmp", 20, httpx.AsyncClient())
    downloads.sweep()
    waiting = Scoring(model.run, folder, Moods(database), queue)
    listening = Listening(model.run, downloads, waiting.put)
    return Watcher(ME, MoodGroups(database), NAMES, waiting, listening, now)


@asynccontextmanager
async def watching(folder: Path, queue: int = 1000, **settings: Any) -> AsyncIterator[Bench]:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'db.sqlite3'}")
    groups, model = MoodGroups(database), Model()
    group = await groups.ensure(CHAT, "Friends", GroupSettings(**settings), at=AT - 1000)
    group = await groups.set(group.id, watched=True)
    watcher = watcher_of(database, model, folder, queue)
    await watcher.start()
    try:
        yield Bench(model, database, Moods(database), groups, group, watcher, folder)
    finally:
        await watcher.close()
        await database.close()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with watching(tmp_path) as bench:
        yield bench


async def test_of_a_message_a_score_is_kept(bench: Bench) -> None:
    [update] = bench.hear("good day", message_thread_id=40, is_topic_message=True)
    number = update["message"]["message_id"]
    assert await bench.scores() == [
        Score(
            group_id=bench.group.id,
            at=AT,
            slot=AT - AT % 3600,
            message=NAMES.message(bench.group.id, number),
            person=NAMES.person(bench.group.id, 1),
            thread_id=40,
            label=1,
            score=900,
        )
    ]


async def test_the_hour_is_that_of_the_groups_clock(tmp_path: Path) -> None:
    async with watching(tmp_path, time_zone="Asia/Kolkata") as bench:
        bench.hear("good day")
        [score] = await bench.scores()
    assert score.slot == (AT + 1800) // 3600 * 3600 - 1800


async def test_a_correction_changes_the_score_and_adds_none(bench: Bench) -> None:
    [update] = bench.hear("good day")
    await bench.scores()
    number = update["message"]["message_id"]
    bench.watcher.hear(message(edited=True, message_id=number, text="bad day", edit_date=AT + 30))
    [score] = await bench.scores()
    assert (score.label, score.score) == (-1, -750)


async def test_a_correction_counts_also_before_the_first_version_was_scored(bench: Bench) -> None:
    bench.model.busy = 5
    [update] = bench.hear("good day")
    number = update["message"]["message_id"]
    for text in ("plain day", "bad day"):
        bench.watcher.hear(message(edited=True, message_id=number, text=text))
    [score] = await bench.scores()
    assert score.label == -1


@pytest.mark.parametrize("scored", [True, False], ids=["already scored", "still waiting"])
@pytest.mark.parametrize(
    "left", [{"text": "12 345"}, {"text": None, "photo": [{}]}, {"text": None, "voice": VOICE}]
)
async def test_of_what_was_edited_to_say_nothing_no_score_stays(
    bench: Bench, left: dict[str, Any], scored: bool
) -> None:
    update, _ = bench.hear("good day", "bad day")
    assert not scored or len(await bench.scores()) == 2
    bench.watcher.hear(message(edited=True, message_id=update["message"]["message_id"], **left))
    assert [score.label for score in await bench.scores()] == [-1]
    assert await bench.moods.hours(bench.group.id, 0, 2**40) == [HourRow(AT - AT % 3600, 1, 1, 1, 0, -750)]


async def test_a_voice_that_loses_its_words_and_says_nothing_loses_its_score(tmp_path: Path) -> None:
    async with watching(tmp_path, transcripts=True) as bench:
        bench.model.speech_s = 0.0
        update = message(text=None, voice=VOICE, caption="good words")
        bench.watcher.hear(update)
        assert [score.label for score in await bench.scores()] == [1]
        number = update["message"]["message_id"]
        bench.watcher.hear(message(edited=True, message_id=number, text=None, voice=VOICE))
        assert await bench.scores() == []


async def test_words_that_are_taken_back_are_also_where_the_bot_was_away_when_they_were_said(
    bench: Bench,
) -> None:
    [update] = bench.hear("good day", date=AT - 5000)
    assert len(await bench.scores()) == 1
    number = update["message"]["message_id"]
    bench.watcher.hear(message(edited=True, message_id=number, date=AT - 5000, text="5"))
    assert await bench.scores() == []


async def test_a_correction_of_what_was_written_before_the_watching_is_left_out(bench: Bench) -> None:
    bench.watcher.hear(message(edited=True, date=AT - 5000, text="bad day"))
    assert await bench.scores() == []


async def test_a_correction_of_what_was_written_while_watching_was_off_is_left_out(bench: Bench) -> None:
    await bench.groups.begin(bench.group.id, AT - 900)
    await bench.groups.end(bench.group.id, AT - 800)
    await bench.groups.begin(bench.group.id, AT - 100)
    await bench.watcher.refresh()
    for ago_s in (850, 500, 50):
        bench.watcher.hear(message(edited=True, date=AT - ago_s, text="bad day"))
    assert [AT - score.at for score in await bench.scores()] == [850, 50]


async def test_a_message_from_the_future_is_left_out(bench: Bench) -> None:
    bench.hear("good day", date=AT + 119)
    bench.hear("good day", date=AT + 121)
    assert [score.at for score in await bench.scores()] == [AT + 119]


async def test_groups_that_are_not_watched_are_not_heard(bench: Bench) -> None:
    bench.hear("good day", chat={"id": -7, "type": "supergroup", "title": "Others"})
    assert bench.watcher.busy() == 0
    await bench.groups.set(bench.group.id, watched=False)
    await bench.watcher.refresh()
    bench.hear("good day")
    assert bench.watcher.busy() == 0


async def test_who_has_opted_out_is_not_even_remembered_for_a_moment(bench: Bench) -> None:
    await bench.groups.opt_out(bench.group.id, NAMES.person(bench.group.id, 1))
    await bench.watcher.refresh()
    [update] = bench.hear("bad day")
    bench.watcher.hear(message(edited=True, message_id=update["message"]["message_id"], text="good day"))
    assert bench.watcher.busy() == 0
    bench.hear("good day", **{"from": {"id": 2}})
    assert [score.person for score in await bench.scores()] == [NAMES.person(bench.group.id, 2)]


async def until_scoring(bench: Bench) -> None:
    async with asyncio.timeout(10):
        while not bench.model.at_once:
            await asyncio.sleep(0.002)


@pytest.mark.parametrize("how", ["opted out", "switched off", "forgotten"])
async def test_what_is_being_scored_is_dropped_when_it_must_not_be_kept(bench: Bench, how: str) -> None:
    bench.model.hold.clear()
    bench.hear("good day", "bad day", "plain day")
    await until_scoring(bench)
    person = NAMES.person(bench.group.id, 1)
    match how:
        case "opted out":
            await bench.groups.opt_out(bench.group.id, person)
            await bench.watcher.refresh()
            await bench.groups.opt_in(bench.group.id, person)
        case "switched off":
            await bench.groups.set(bench.group.id, watched=False)
            await bench.watcher.refresh()
        case _:
            bench.watcher.forget(bench.group.id, person)
    bench.model.hold.set()
    assert await bench.scores() == []


async def test_many_are_scored_together_and_in_one_turn_among_many(bench: Bench) -> None:
    bench.hear(*["plain day"] * 200)
    assert len(await bench.scores()) == 200
    assert 8 <= bench.model.most_at_once <= 32
    assert bench.model.keys == {"overheard"}


async def test_a_busy_lane_is_asked_again_and_nothing_is_lost(bench: Bench) -> None:
    bench.model.busy = 30
    bench.hear(*["plain day"] * 50)
    assert len(await bench.scores()) == 50
    assert bench.watcher.stats().left_out == 0


async def test_a_model_that_comes_later_scores_what_has_waited(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "AWAY_PAUSE_S", 0.01)
    bench.model.away = True
    bench.hear("good day")
    await asyncio.sleep(0.05)
    assert bench.watcher.busy() == 1
    bench.model.away = False
    assert len(await bench.scores()) == 1


async def test_what_the_model_cannot_read_is_left_out_and_not_quoted(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bench.hear("good day", "fail secretly", "bad day")
    assert len(await bench.scores()) == 2
    assert bench.watcher.stats().left_out == 1
    assert "InferenceFailed" in caplog.text
    assert "secretly" not in caplog.text


async def test_when_there_is_no_room_the_oldest_are_left_out(tmp_path: Path) -> None:
    async with watching(tmp_path, queue=10) as bench:
        bench.model.hold.clear()
        bench.hear(*(f"plain {number}" for number in range(25)))
        bench.model.hold.set()
        await bench.scores()
        assert sorted(bench.model.texts) == [f"plain {number}" for number in range(15, 25)]
        stats = bench.watcher.stats()
    assert (stats.scored, stats.waiting, stats.left_out) == (10, 0, 15)


async def test_a_database_that_refuses_is_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scoring, "STORE_PAUSES_S", (0.01, 0.01))
    put, refusals = Moods.put, [OSError("disk full"), OSError("disk full")]

    async def refusing(moods: Moods, scores: Any) -> int:
        if refusals:
            raise refusals.pop()
        return await put(moods, scores)

    monkeypatch.setattr(Moods, "put", refusing)
    bench.hear("good day")
    assert len(await bench.scores()) == 1
    assert "OSError" in caplog.text


async def test_a_stop_in_good_order_scores_what_was_heard(tmp_path: Path) -> None:
    async with watching(tmp_path) as bench:
        bench.hear(*["good day"] * 100)
        await bench.watcher.close()
        assert len(await bench.scores()) == 100
        bench.hear("too late")
        assert bench.watcher.busy() == 0


async def test_a_stop_in_good_order_waits_for_no_model_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "CLOSE_S", 0.05)
    async with watching(tmp_path) as bench:
        bench.model.hold.clear()
        bench.hear(*["good day"] * 100)
        async with asyncio.timeout(5):
            await bench.watcher.close()
        assert bench.watcher.busy() == 0


async def test_voices_count_only_where_admins_have_chosen_so(bench: Bench) -> None:
    bench.watcher.hear(message(text=None, voice=VOICE))
    assert bench.watcher.busy() == 0
    bench.watcher.hear(message(text=None, voice=VOICE, caption="bad words"))
    assert [score.label for score in await bench.scores()] == [-1]
    assert bench.model.texts == ["bad words"]


async def test_a_voice_is_listened_to_and_leaves_no_file(tmp_path: Path) -> None:
    async with watching(tmp_path, transcripts=True) as bench:
        bench.watcher.hear(message(text=None, voice=VOICE))
        assert [score.label for score in await bench.scores()] == [1]
        assert bench.model.texts == ["good words"]
        assert bench.model.keys == {"overheard"}
        assert list((tmp_path / "tmp").iterdir()) == []


async def test_a_cough_and_a_speech_of_an_hour_are_left_out(tmp_path: Path) -> None:
    async with watching(tmp_path, transcripts=True) as bench:
        bench.watcher.hear(message(text=None, voice={**VOICE, "duration": LONGEST_S + 1}))
        bench.model.speech_s = 0.1
        bench.watcher.hear(message(text=None, voice=VOICE))
        assert await bench.scores() == []
        assert bench.watcher.stats().left_out == 1


async def test_names_of_topics_and_groups_are_kept(bench: Bench) -> None:
    topic = {"is_topic_message": True, "message_thread_id": 40}
    once = {"forum_topic_created": {"name": "Work"}}
    bench.hear("good day", reply_to_message=once, **topic)
    bench.watcher.hear(message(text=None, forum_topic_edited={"name": "Play"}, **topic))
    bench.hear("good day", reply_to_message=once, **topic)
    renamed = {"id": CHAT, "type": "supergroup", "title": "Foes"}
    bench.watcher.hear(message(text=None, new_chat_title="Foes", chat=renamed))
    async with asyncio.timeout(10):
        while (group := await bench.groups.get(CHAT)) is None or group.title != "Foes":
            await asyncio.sleep(0.005)
        while await bench.groups.topic_names(bench.group.id) != {40: "Play"}:
            await asyncio.sleep(0.005)


async def test_a_group_that_becomes_a_supergroup_is_heard_without_a_pause(bench: Bench) -> None:
    bench.hear("good day")
    bench.watcher.hear(message(text=None, migrate_to_chat_id=-1002))
    moved = {"id": -1002, "type": "supergroup", "title": "Friends"}
    bench.hear("good day", chat=moved)
    await bench.watcher.migrate_chat(CHAT, -1002)
    bench.hear("good day", chat=moved)
    assert len(await bench.scores()) == 3
    assert await bench.groups.get(CHAT) is None


async def test_who_opted_out_stays_out_when_two_groups_become_one(bench: Bench) -> None:
    supergroup = -1009
    newer = await bench.groups.ensure(supergroup, "Friends again")
    await bench.groups.opt_out(newer.id, NAMES.person(newer.id, 5))
    await bench.watcher.migrate_chat(CHAT, supergroup)
    for person in (5, 6):
        chat = {"id": supergroup, "type": "supergroup", "title": "Friends"}
        bench.hear("good", chat=chat, **{"from": {"id": person, "is_bot": False}})
    assert [one.person for one in await bench.scores()] == [NAMES.person(bench.group.id, 6)]


async def test_a_zone_that_this_machine_does_not_know_is_no_reason_not_to_watch(tmp_path: Path) -> None:
    async with watching(tmp_path, time_zone="Mars/Olympus") as bench:
        bench.hear("good day")
        assert len(await bench.scores()) == 1
