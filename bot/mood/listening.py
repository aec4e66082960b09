"""Overheard voice messages become words, where a group's admins have chosen so."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from bot.downloads import Downloads
from bot.media_kind import media_kind
from bot.mood.scoring import TURN_KEY, Run
from bot.mood.waiting import Waiting
from bot.routing import What
from skills import BadInput, Busy, Media, MediaKind

log = logging.getLogger(__name__)

MOST_WAITING = 50
TRIES = 3
"""So often a voice message asks for its turn."""
SPEECH_FROM_S = 0.4
"""Less speech than this is a cough; transcribers invent words for it."""
LONGEST_S = 180.0
"""A longer recording would keep the machine from those who wait for an answer."""


class Listening:
    """One recording after the other. It lies in a folder of its own meanwhile; the words never touch the disk."""

    def __init__(self, run: Run, downloads: Downloads, hand_on: Callable[[Waiting], None]) -> None:
        """`hand_on` is given every message once its words are known."""
        self._run = run
        self._downloads = downloads
        self._hand_on = hand_on
        self._line: deque[Waiting] = deque()
        self._at_work: Waiting | None = None
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.left_out = 0

    def __len__(self) -> int:
        return len(self._line) + (self._at_work is not None)

    def put(self, item: Waiting) -> None:
        self._line.append(item)
        self._news.set()
        if len(self._line) > MOST_WAITING:
            self._line.popleft()
            self.left_out += 1

    def keep(self, wanted: Callable[[Waiting], bool]) -> None:
        """Drop everything else."""
        self._line = deque(filter(wanted, self._line))
        if self._at_work is not None and not wanted(self._at_work):
            self._at_work = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._line.clear()

    async def _work(self) -> None:
        while True:
            while self._line:
                item = self._at_work = self._line.popleft()
                try:
                    words = await self._words(item)
                except Exception as error:
                    log.info("an overheard voice message was not understood: %s", type(error).__name__)
                    words = ""
                    self.left_out += not item.text
                if self._at_work is item:
                    # Without words, too: those that were under it may have been taken away.
                    self._hand_on(replace(item, text=f"{item.text}\n{words}".strip(), voice=None))
                self._at_work = None
            self._news.clear()
            await self._news.wait()

    async def _words(self, item: Waiting) -> str:
        """What is said, "" if nobody speaks."""
        voice = item.voice
        assert voice is not None
        if voice.duration_s > LONGEST_S:
            raise BadInput(reason="too-long")
        with self._downloads.job_folder() as folder:
            path = await self._downloads.fetch(voice.file_id, voice.size_bytes, folder)
            if await media_kind(path, What.VOICE) is not MediaKind.AUDIO:
                raise BadInput(reason="not-audio")
            size_bytes = path.stat().st_size
            media = Media(MediaKind.AUDIO, path, size_bytes, voice.duration_s, language=item.language)

            async def ask(skill: str) -> object:
                for _ in range(TRIES - 1):
                    try:
                        return await self._run(skill, media, folder=folder, turn_key=TURN_KEY)
                    except Busy as busy:
                        await asyncio.sleep(busy.retry_after_s)
                return await self._run(skill, media, folder=folder, turn_key=TURN_KEY)

            sounds = await ask("sounds")
            if getattr(sounds, "speech_s", 0.0) < SPEECH_FROM_S:
                return ""
            return str(getattr(await ask("speech"), "text", ""))
