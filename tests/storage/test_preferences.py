from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.preferences import Preferences


@pytest.fixture
def preferences(database: Database) -> Preferences:
    return Preferences(database)


async def test_what_was_chosen_last_counts_until_it_is_taken_back(preferences: Preferences) -> None:
    assert await preferences.get("person", 1, "language") is None
    assert await preferences.get("person", 1, "language", "en") == "en"
    await preferences.set("person", 1, "language", "ru")
    await preferences.set("person", 1, "language", "en")
    assert await preferences.get("person", 1, "language") == "en"
    await preferences.set("person", 1, "language", None)
    assert await preferences.get("person", 1, "language", "ru") == "ru"


@pytest.mark.parametrize("value", [False, 0, "", [1, "два"], {"model": "x"}, 1.5])
async def test_values_come_back_as_they_were(preferences: Preferences, value: object) -> None:
    await preferences.set("chat", -5, "key", value)
    assert await preferences.get("chat", -5, "key", "default") == value


async def test_people_and_chats_with_one_id_are_two(preferences: Preferences) -> None:
    await preferences.set("person", 1, "a", 1)
    await preferences.set("chat", 1, "a", 3)
    assert await preferences.get("person", 1, "a") == 1
    assert await preferences.get("chat", 1, "a") == 3


async def test_a_group_that_became_a_supergroup_keeps_its_choices(preferences: Preferences) -> None:
    await preferences.set("chat", -5, "a", 1)
    await preferences.set("chat", -1005, "a", 2)
    await preferences.set("chat", -1005, "b", 3)
    await preferences.migrate_chat(-5, -1005)
    assert [await preferences.get("chat", -1005, key) for key in "ab"] == [1, 3]
    assert [await preferences.get("chat", -5, key) for key in "ab"] == [None, None]


async def test_there_are_no_other_scopes(preferences: Preferences) -> None:
    with pytest.raises(IntegrityError):
        await preferences.set("planet", 1, "a", 1)  # type: ignore[arg-type]
