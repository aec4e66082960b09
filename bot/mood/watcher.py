"""Watches groups: hears every message, and keeps of each a score and nothing else.

What was heard waits in memory, is scored there, and is gone. No text is stored or logged, also when something fails.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.mood.listening import Listening
from bot.mood.overhear import Heard, TopicName, chat_of, heard, moved_to, title_of, topic_name
from bot.mood.periods import slot
from bot.mood.pseudonyms import Pseudonyms
from bot.mood.scoring import Scoring
from bot.mood.waiting import Waiting
from bot.mood.watched import Watched, watched_groups
from bot.routing import Json, Me
from storage.mood_groups import MoodGroups

log = logging.getLogger(__name__)

MOST_AHEAD_S = 60.0
"""A message from later than this has a broken clock."""
REFRESH_S = 60.0
"""Another copy of the bot may have changed the groups."""


@dataclass(frozen=True, slots=True)
class WatcherStats:
    """Since the start."""

    groups: int
    """Watched now."""
    scored: int
    waiting: int
    left_out: int
    """Messages that there was no time for, or that could not be read."""


class Watcher:
    """`start` it before the first update comes, `refresh` it after any change of groups or opt-outs, `close` it."""

    def __init__(
        self,
        me: Me,
        groups: MoodGroups,
        pseudonyms: Pseudonyms,
        scoring: Scoring,
        listening: Listening,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._me = me
        self._groups = groups
        self._pseudonyms = pseudonyms
        self._scoring = scoring
        self._listening = listening
        self._now = now
        self._watched: dict[int, Watched] = {}
        """By chat."""
        self._topics: list[tuple[int, TopicName]] = []
        self._titles: list[tuple[int, str]] = []
        self._news = asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._deaf = False

    async def start(self) -> None:
        """From now on messages are heard."""
        await self.refresh()
        self._scoring.start()
        self._listening.start()
        self._task = asyncio.create_task(self._keep_books())

    async def refresh(self) -> None:
        """Look again which groups are watched, and who does not want to be.

        What waits and must not be scored any more is dropped.
        """
        async with self._refreshing:
            self._watched = await watched_groups(self._groups)
        groups = {watched.id: watched for watched in self._watched.values()}

        def wanted(item: Waiting) -> bool:
            group = groups.get(item.group_id)
            if group is None or item.person in group.opted_out:
                return False
            return item.voice is None or group.transcripts

        self._keep(wanted)

    async def migrate_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup: its series moves along."""
        await self._groups.migrate_chat(old_chat_id, new_chat_id)
        await self.refresh()

    def forget(self, group_id: int, person: int | None = None) -> None:
        """Drop what was heard in a group (of one person) and is not stored yet; then what is stored can be erased."""
        self._keep(lambda item: item.group_id != group_id or person not in (None, item.person))

    def hear(self, update: Json) -> None:
        """Take note of any update. Returns at once and never raises."""
        if self._deaf or not self._watched:
            return
        chat_id = chat_of(update)
        if chat_id is None or chat_id not in self._watched:
            return
        if (new_chat_id := moved_to(update)) is not None:
            self._watched[new_chat_id] = self._watched.pop(chat_id)
            return
        watched = self._watched[chat_id]
        if (title := title_of(update)) not in ("", watched.title):
            watched.title = title
            self._titles.append((watched.id, title))
            self._news.set()
        if (topic := topic_name(update)) is not None:
            self._learn_topic(watched, topic)
        if (said := heard(update, self._me)) is not None:
            self._take(watched, said)

    def busy(self) -> int:
        """How many messages wait or are worked on."""
        return len(self._scoring) + len(self._listening)

    def stats(self) -> WatcherStats:
        left_out = self._scoring.left_out + self._listening.left_out
        return WatcherStats(len(self._watched), self._scoring.scored, self.busy(), left_out)

    async def close(self) -> None:
        """Hear nothing more; score what waits, for a few seconds, then drop it."""
        self._deaf = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._listening.close()
        await self._scoring.close()

    def _take(self, watched: Watched, said: Heard) -> None:
        ids = (watched.id, *watched.merged)
        names = [self._pseudonyms.person(group_id, said.person_id) for group_id in ids]
        if not watched.opted_out.isdisjoint(names) or said.at > self._now() + MOST_AHEAD_S:
            return
        voice = said.voice if watched.transcripts else None
        counts = said.text or voice is not None
        if not counts and not said.edited:
            return
        # Also what is not to be scored now may have been, and is then taken back.
        if counts and said.edited and not watched.watched_then(said.at):
            return
        item = Waiting(
            group_id=watched.id,
            at=said.at,
            slot=slot(said.at, watched.zone),
            message=self._pseudonyms.message(watched.id, said.message_id),
            person=names[0],
            thread_id=said.thread_id,
            text=said.text,
            voice=voice,
            language=said.language,
        )
        if voice is None:
            self._scoring.put(item)
        else:
            self._listening.put(item)

    def _learn_topic(self, watched: Watched, topic: TopicName) -> None:
        known = watched.topics.get(topic.thread_id)
        if topic.name != known and (known is None or not topic.original):
            watched.topics[topic.thread_id] = topic.name
            self._topics.append((watched.id, topic))
            self._news.set()

    def _keep(self, wanted: Callable[[Waiting], bool]) -> None:
        self._scoring.keep(wanted)
        self._listening.keep(wanted)

    async def _keep_books(self) -> None:
        """Store new names, and look again at the groups now and then."""
        while True:
            try:
                async with asyncio.timeout(REFRESH_S):
                    await self._news.wait()
            except TimeoutError:
                await self._carefully(self.refresh())
            self._news.clear()
            await self._carefully(self._store_names())

    async def _store_names(self) -> None:
        topics, self._topics = self._topics, []
        titles, self._titles = self._titles, []
        for group_id, title in titles:
            await self._groups.set(group_id, title=title)
        for group_id, topic in topics:
            await self._groups.name_topic(group_id, topic.thread_id, topic.name)

    @staticmethod
    async def _carefully(work: Awaitable[None]) -> None:
        """What fails here is tried again with the next message or minute, and ends nothing."""
        try:
            await work
        except Exception as error:
            log.warning("groups that are watched: %s", type(error).__name__)
