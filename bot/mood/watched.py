"""What a watcher must know of a group to hear a message of it: read once, and looked up for every message."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.mood.periods import zone_of
from storage.mood_groups import MoodGroup, MoodGroups

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
    opted_out: frozenset[int]
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
    """All of them, by chat."""
    return {group.chat_id: await _watched(groups, group) for group in await groups.all() if group.watched}


async def _watched(groups: MoodGroups, group: MoodGroup) -> Watched:
    stretches = await groups.watches(group.id, 0, _ALL_TIMES)
    since = stretches.pop()[0] if stretches else group.created_at
    return Watched(
        id=group.id,
        merged=group.merged,
        title=group.title,
        zone=zone_of(group.settings.time_zone),
        transcripts=group.settings.transcripts,
        opted_out=await groups.opted_out_all(group.id),
        stretches=[*stretches, (since, _ALL_TIMES)],
        topics=await groups.topic_names(group.id),
    )
