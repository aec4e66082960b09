"""What a watcher must know of a group to hear a message of it: read once, and looked up for every message."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.mood.periods import zone_of
from storage.mood_groups import MoodGroups

_ALL_TIMES = 2**62


@dataclass(slots=True)
class Watched:
    """A group whose mood is watched."""

    id: int
    merged: tuple[int, ...]
    """Ids of groups that became one with this."""
    title: str
    zone: ZoneInfo
    transcripts: bool
    opted_out: Set[int]
    """People (keyed hashes)."""
    stretches: list[tuple[int, int]]
    """When the bot was there and watching; the last one goes on."""
    topics: dict[int, str]
    """Names of topics."""

    def watched_then(self, at: int) -> bool:
        """Whether a message of this time was written while the group was watched.

        Nobody asked for what was written before or between, and correcting it now does not change that.
        """
        return any(since <= at < until for since, until in self.stretches)


async def watched_groups(groups: MoodGroups) -> dict[int, Watched]:
    """All of them, by chat: a few questions, however many there are."""
    watched = [group for group in await groups.all() if group.watched]
    stretches, opted_out = await groups.all_watches(), await groups.all_opted_out()
    topics = await groups.all_topic_names()
    return {
        group.chat_id: Watched(
            id=group.id,
            merged=group.merged,
            title=group.title,
            zone=zone_of(group.settings.time_zone),
            transcripts=group.settings.transcripts,
            opted_out=opted_out.get(group.id, set()),
            stretches=_going_on(stretches.get(group.id) or [(group.created_at, group.created_at)]),
            topics=topics.get(group.id, {}),
        )
        for group in watched
    }


def _going_on(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The last one has no end yet."""
    *ended, (since, _) = stretches
    return [*ended, (since, _ALL_TIMES)]
