"""Opt-outs are hashed: with another key they would be lost without anybody noticing."""

from __future__ import annotations

from pathlib import Path

from bot.mood.key_change import heed_another_key
from bot.mood.pseudonyms import Pseudonyms
from storage.database import Database
from storage.mood_groups import MoodGroups
from storage.preferences import Preferences

ME = 7


async def test_with_another_key_no_group_is_watched_until_its_admins_say_so_anew(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}")
    try:
        groups, preferences = MoodGroups(database), Preferences(database)
        old, new = Pseudonyms(bytes(32)), Pseudonyms(bytes([1] * 32))
        await heed_another_key(old, groups, preferences, ME)
        group = await groups.ensure(-100, "Garden")
        await groups.set(group.id, watched=True)

        await heed_another_key(old, groups, preferences, ME)
        assert [each.watched for each in await groups.all()] == [True]

        await heed_another_key(new, groups, preferences, ME)
        assert [each.watched for each in await groups.all()] == [False]

        await groups.set(group.id, watched=True)
        await heed_another_key(new, groups, preferences, ME)
        assert [each.watched for each in await groups.all()] == [True]
    finally:
        await database.close()
