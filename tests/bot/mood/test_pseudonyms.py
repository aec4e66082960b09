"""Numbers that stand for people and messages, and lead back to nobody."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.mood.pseudonyms import KEY_FILE, Pseudonyms, known_as
from storage.database import Database
from storage.mood_groups import MoodGroups


def test_they_stay_the_same_from_start_to_start(tmp_path: Path) -> None:
    first, second = Pseudonyms.load(tmp_path), Pseudonyms.load(tmp_path)
    assert first.person(1, 42) == second.person(1, 42)
    assert first.message(1, 42) == second.message(1, 42)


def test_the_key_is_for_the_bot_alone(tmp_path: Path) -> None:
    Pseudonyms.load(tmp_path)
    key = tmp_path / KEY_FILE
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_nobody_can_be_followed_from_group_to_group() -> None:
    names = Pseudonyms(bytes(32))
    assert len({names.person(group, 42) for group in range(100)}) == 100


async def test_whoever_comes_to_a_group_made_of_two_is_known_by_one_name(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}")
    groups, names = MoodGroups(database), Pseudonyms(bytes(32))
    await groups.ensure(-5, "Group")
    newer = await groups.ensure(-1005, "Supergroup")
    await groups.opt_out(newer.id, names.person(newer.id, 42))
    await groups.migrate_chat(-5, -1005)
    (group,) = await groups.all()
    person = await known_as(names, groups, group, 42)
    assert await groups.opted_out_all(group.id) == {person} == {names.person(group.id, 42)}
    await groups.opt_in(group.id, person)
    assert await groups.opted_out_all(group.id) == frozenset()
    await database.close()


def test_a_person_is_never_a_message() -> None:
    names = Pseudonyms(bytes(32))
    assert {names.person(1, id_) for id_ in range(1000)}.isdisjoint(
        names.message(1, id_) for id_ in range(1000)
    )


def test_another_key_gives_other_names(tmp_path: Path) -> None:
    assert Pseudonyms(bytes(32)).person(1, 42) != Pseudonyms(bytes([1] * 32)).person(1, 42)


def test_they_fit_into_a_database_whatever_the_id() -> None:
    names = Pseudonyms(bytes(32))
    for id_ in (0, 1, -1, -1001234567890, 2**63 - 1, -(2**63)):
        assert -(2**63) <= names.person(3, id_) < 2**63


@pytest.mark.parametrize("damage", [b"", b"short", bytes(33)])
def test_a_damaged_key_is_said_and_not_replaced(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(damage)
    with pytest.raises(ConfigError, match="damaged"):
        Pseudonyms.load(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == damage


def test_a_start_that_was_cut_short_leaves_no_half_key(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).with_suffix(".new").write_bytes(b"half")
    Pseudonyms.load(tmp_path)
    assert len((tmp_path / KEY_FILE).read_bytes()) == 32
