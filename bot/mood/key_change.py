"""What follows from a key of the moods that is not the one of before."""

from __future__ import annotations

import logging

from bot.mood.pseudonyms import Pseudonyms
from storage.mood_groups import MoodGroups
from storage.preferences import Preferences

log = logging.getLogger(__name__)

KEY = "mood-key"


async def heed_another_key(
    pseudonyms: Pseudonyms, groups: MoodGroups, preferences: Preferences, bot_id: int
) -> None:
    """With another key nobody knows any more who has opted out: no group is watched until its admins say so anew.

    That is announced in front of everybody, so that people can opt out again. Call it before anything is heard.
    """
    mark = pseudonyms.mark()
    known = await preferences.get("person", bot_id, KEY)
    if known == mark:
        return
    if known is not None:
        watched = [group for group in await groups.all() if group.watched]
        for group in watched:
            await groups.set(group.id, watched=False)
        log.warning(
            "mood.key is not the one that the moods were kept with, and opt-outs are hashed with it: "
            "%d groups are no longer watched. Put the old key back, or have their admins send /mood on.",
            len(watched),
        )
    await preferences.set("person", bot_id, KEY, mark)
