"""In which language a group and its admins are told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from telegram import User

from bot.mood.readers import Audience
from bot.texts import Texts
from storage.database import Database
from storage.mood_groups import MoodGroups
from storage.preferences import Preferences


def user(number: int, language: str | None = None) -> User:
    return User(number, f"Person {number}", is_bot=False, language_code=language)


async def test_who_has_told_no_language_that_is_spoken_is_told_in_the_groups(tmp_path: Path) -> None:
    async def get_chat_administrators(_: int) -> list[Any]:
        return [SimpleNamespace(user=user(number)) for number in (1, 2, 3)]

    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'db.sqlite3'}")
    try:
        telegram: Any = SimpleNamespace(get_chat_administrators=get_chat_administrators)
        group = await MoodGroups(database).ensure(-1, "Group")
        audience = Audience(telegram, Texts("en"), Preferences(database))

        async def languages() -> list[str]:
            readers = (await audience.readers(group, "digest")).wanting
            return [one.say.language for one in (*readers, await audience.everyone(group))]

        assert await languages() == ["en", "en", "en", "en"]
        await audience.learn(user(1, "en"))
        await audience.learn(user(2, "de"))
        await audience.learn(user(9, "ru"), group.chat_id)
        await audience.learn(user(8, "de"), group.chat_id)
        assert await languages() == ["en", "ru", "ru", "ru"]
        await audience.learn(user(1, "en"), group.chat_id)
        assert await languages() == ["en", "en", "en", "en"]
    finally:
        await database.close()
