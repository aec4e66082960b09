"""Overheard messages become scores: many at once, in turns with those who wait for an answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.mood.waiting import Line, Waiting
from skills import Busy, Media, MediaKind, ModelUnavailable, ShuttingDown
from skills.sentiment import Sentiment
from storage.moods import Moods, Score

log = logging.getLogger(__name__)

TURN_KEY = "overheard"
"""In every lane all that was overheard is one customer among many."""
MOST_AT_ONCE = 32
BATCH_S = 0.1
"""Batches are so small that they take about this long: an answer that comes just after one waits for it."""
AWAY_PAUSE_S = 5.0
"""A model that is not there is asked for again after this."""
STORE_PAUSES_S = (0.5, 2.0, 8.0)
"""Between the tries to store scores."""
COMPLAIN_S = 60.0
CLOSE_S = 3.0
"""What was heard before a stop in good order is scored for so long; the rest is dropped."""
LABELS = {"negative": -1, "neutral": 0, "positive": 1}

Run = Callable[..., Awaitable[Any]]
"""`Runtime.run`."""


class Scoring:
    """Texts wait here in memory, are scored, and are gone. Errors are noted by type: their words may quote the text."""

    def __init__(self, run: Run, folder: Path, moods: Moods, most_waiting: int) -> None:
        """`folder` is named to the skill as a place for files; it makes none of texts."""
        self._run = run
        self._folder = folder
        self._moods = moods
        self._line = Line(most_waiting)
        self._batch: list[Waiting] = []
        """Being scored. Whoever is taken out of it meanwhile is not stored."""
        self._at_once = 1
        """How many fit into BATCH_S, as far as is known yet."""
        self._news = asyncio.Event()
        self._end = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._complained_s = -COMPLAIN_S
        self._complained_of = 0
        self._failed = 0
        self.scored = 0

    def __len__(self) -> int:
        """How many wait or are being scored."""
        return len(self._line) + len(self._batch)

    @property
    def left_out(self) -> int:
        """For how many there was no time, or no way to score or store them."""
        return self._line.dropped + self._failed

    def put(self, item: Waiting) -> None:
        self._line.put(item)
        self._news.set()

    def keep(self, wanted: Callable[[Waiting], bool]) -> None:
        """Drop everything else."""
        self._line.keep(wanted)
        self._batch = list(filter(wanted, self._batch))

    def start(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        """Score what waits, for a few seconds; then drop it."""
        self._end.set()
        self._news.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=CLOSE_S)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.keep(lambda item: False)

    async def _work(self) -> None:
        while self._line or not self._end.is_set():
            if not self._line:
                self._news.clear()
                await self._news.wait()
                continue
            try:
                pause_s = await self._score_some()
            except Exception as error:
                log.warning("overheard messages could not be scored: %s", type(error).__name__)
                pause_s = AWAY_PAUSE_S
            finally:
                self._batch = []
            self._complain()
            if pause_s:
                if self._end.is_set():
                    return
                await self._pause(pause_s)

    async def _score_some(self) -> float:
        """One batch; for how long to wait before the next."""
        # Of a message and its correction, only what it says now.
        latest = {(item.group_id, item.message): item for item in self._line.take(self._at_once)}
        self._batch = list(latest.values())
        started_s = time.monotonic()
        items, scores, again, pause_s = list(self._batch), [], [], 0.0
        wordless = []
        failures: Counter[str] = Counter()
        for item, answer in zip(items, await self._answers(items), strict=True):
            match answer:
                case Sentiment():
                    scores.append((item, answer))
                case None:
                    wordless.append(item)
                case Busy():
                    again.append(item)
                    pause_s = max(pause_s, answer.retry_after_s)
                case ModelUnavailable() | ShuttingDown():
                    again.append(item)
                    pause_s = AWAY_PAUSE_S
                case _:
                    failures[type(answer).__name__] += 1
        if failures:
            self._failed += failures.total()
            log.warning("overheard messages could not be scored: %s", dict(failures))
        if again:
            self._line.put_back([item for item in again if item in self._batch])
        else:
            took_s = max(time.monotonic() - started_s, 1e-6)
            self._at_once = max(1, min(MOST_AT_ONCE, int(len(items) * BATCH_S / took_s)))
        await self._store(scores, wordless)
        return pause_s

    async def _answers(self, items: Iterable[Waiting]) -> list[Sentiment | BaseException | None]:
        return await asyncio.gather(*map(self._ask, items), return_exceptions=True)

    async def _ask(self, item: Waiting) -> Sentiment | None:
        """None if there is nothing to score."""
        if not item.text:
            return None
        size = len(item.text.encode("utf-8", "replace"))
        media = Media(MediaKind.TEXT, text=item.text, size_bytes=size, language=item.language)
        answer = await self._run("sentiment", media, folder=self._folder, turn_key=TURN_KEY)
        assert isinstance(answer, Sentiment)
        return answer

    async def _store(self, scored: list[tuple[Waiting, Sentiment]], wordless: list[Waiting]) -> None:
        """Keep these scores, and none of messages that have lost their words."""
        keys = [(item.group_id, item.at, item.message) for item in wordless]
        for pause_s in (*STORE_PAUSES_S, None):
            scores = [_score(item, sentiment) for item, sentiment in scored if item in self._batch]
            try:
                await self._moods.put(scores)
                if keys:
                    await self._moods.remove(keys)
            except Exception as error:
                log.warning("scores of overheard messages could not be stored: %s", type(error).__name__)
                if pause_s is None:
                    self._failed += len(scores)
                else:
                    await self._pause(pause_s)
            else:
                self.scored += len(scores)
                return

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the bot runs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._end.wait()

    def _complain(self) -> None:
        """Say, now and then, that more is heard than can be scored."""
        dropped = self._line.dropped - self._complained_of
        if dropped and time.monotonic() - self._complained_s >= COMPLAIN_S:
            self._complained_s, self._complained_of = time.monotonic(), self._line.dropped
            log.warning("%d overheard messages were left out: there was no time to score them", dropped)


def _score(item: Waiting, sentiment: Sentiment) -> Score:
    shares = sentiment.probabilities
    return Score(
        group_id=item.group_id,
        at=item.at,
        slot=item.slot,
        message=item.message,
        person=item.person,
        thread_id=item.thread_id,
        label=LABELS[sentiment.label],
        score=round(1000 * (shares["positive"] - shares["negative"])),
    )
