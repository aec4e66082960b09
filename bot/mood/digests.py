"""The day or the week that has just ended, told at the hour that a group's admins have chosen; once.

Nothing is said where there is nothing to tell.
"""

from __future__ import annotations

import logging
from typing import Any

from bot.mood.analyst import Analyst
from bot.mood.letters import Post
from bot.mood.messages import DigestTo, digest_letter
from bot.mood.readers import Audience, Reader
from bot.mood.rounds import End, Rounds
from bot.mood.schedule import Due, digest_due
from bot.mood.view import MoodView
from storage.mood_events import MoodEvent
from storage.mood_groups import MoodGroup, MoodGroups
from storage.moods import Moods

log = logging.getLogger(__name__)


class Digests:
    def __init__(
        self,
        post: Post,
        groups: MoodGroups,
        moods: Moods,
        analyst: Analyst,
        audience: Audience,
        least_people: int,
    ) -> None:
        self._post = post
        self._groups = groups
        self._moods = moods
        self._analyst = analyst
        self._audience = audience
        self._least_people = least_people
        self._rounds = Rounds(groups)
        self._done: dict[int, Due] = {}
        """By group: what needs no more looking at."""
        self._chosen: dict[int, tuple[Any, float]] = {}
        """By group: when to send digests, and since when the bot knows that this was chosen."""

    def due(self, group: MoodGroup, now: float) -> Due | None:
        """The digest of a group that is to be sent now, if it was not."""
        since = self._chosen_since(group, now)
        due = digest_due(group.settings, now)
        return due if due is not None and due.at > since and self._done.get(group.id) != due else None

    async def tell(self, group: MoodGroup, due: Due, now: float) -> End:
        """Raises AnalystFailed, and TelegramError if the admins cannot be asked for."""
        event = await self._begun(group, due)
        if event is not None and event.told_at is not None:
            end = End.TOLD
        elif event is None and not await self._moods.hours(group.id, due.period.since, due.period.until):
            end = End.NOBODY  # there is nothing to tell them
        else:
            view = await self._analyst.view(group.id, due.period)
            event = event or await self._begin(group, due)
            end = await self._bring(group, event, view)
            if end is not End.NOT_YET:
                await self._rounds.close(event, now)
        if end is not End.NOT_YET:
            self._done[group.id] = due
        return end

    async def _begun(self, group: MoodGroup, due: Due) -> MoodEvent | None:
        """This digest, if it has been sent to anybody, or was about to be."""
        last = await self._groups.last_event(group.id, "digest")
        return last if last is not None and due.told_by(last.data["cadence"], last.data["until"]) else None

    async def _begin(self, group: MoodGroup, due: Due) -> MoodEvent:
        data = {"cadence": due.cadence, "until": due.period.until}
        number = await self._groups.remember_event(group.id, "digest", due.at, data)
        return MoodEvent(number, group.id, "digest", due.at, data, None)

    async def _bring(self, group: MoodGroup, event: MoodEvent, view: MoodView) -> End:
        """To the group or to its admins; to the admins also if the bot may not write in the group."""

        async def go(to: DigestTo, readers: tuple[Reader, ...]) -> End:
            write = digest_letter(group, view, self._least_people, to=to)
            return await self._rounds.go(event, readers, self._post.letters(write))

        in_group = group.settings.digest_to == "group"
        end = await go("group", (await self._audience.everyone(group),)) if in_group else End.NOBODY
        if end is End.NOBODY:
            readers = await self._audience.readers(group, "digest")
            end = await go("instead" if in_group else "admins", readers.wanting)
        if end is End.NOBODY:
            log.info("group %s: nobody can be sent its digest", group.id)
        return end

    def _chosen_since(self, group: MoodGroup, now: float) -> float:
        """Whoever chooses at eleven to be told at nine means tomorrow. What was chosen in an earlier life counts."""
        chosen = group.settings
        when = (chosen.time_zone, chosen.digest, chosen.digest_hour, chosen.digest_weekday)
        known, since = self._chosen.get(group.id, (when, float("-inf")))
        if known != when:
            since = now
        self._chosen[group.id] = when, min(since, now)
        return self._chosen[group.id][1]
