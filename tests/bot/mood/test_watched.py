from __future__ import annotations

from pathlib import Path

from sqlalchemy import event

from bot.mood.watched import watched_groups
from storage.database import Database
from storage.mood_groups import GroupSettings, MoodGroups


async def test_what_a_watcher_must_know_is_asked_of_all_groups_at_once(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}")
    groups = MoodGroups(database)
    sent = 0

    def count(*_: object) -> None:
        nonlocal sent
        sent += 1

    event.listen(database._engine.sync_engine, "before_cursor_execute", count)
    asked = []
    for chat_id in range(-1, -40, -1):
        group = await groups.ensure(chat_id, f"Group {chat_id}", at=50)
        await groups.set(group.id, watched=True, settings=GroupSettings(transcripts=chat_id == -2))
        begun, sent = sent, 0
        await groups.beat(range(1, group.id + 1), 100 - chat_id, most_pause_s=60)
        known = await watched_groups(groups)
        asked.append(sent)
        sent = begun
    assert len(known) == 39
    assert len(set(asked[1:])) == 1, "as many questions for forty groups as for two"
    assert known[-2].stretches[0][0] == 102
    assert known[-2].transcripts
    assert not known[-3].transcripts
    await database.close()


async def test_each_group_has_its_own_people_topics_and_stretches(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'chutko.sqlite3'}")
    groups = MoodGroups(database)
    for chat_id in (-1, -2, -3):
        group = await groups.ensure(chat_id, "Group", at=50)
        await groups.set(group.id, watched=chat_id != -3)
    await groups.opt_out(1, 11)
    await groups.name_topic(2, 7, "Help")
    for at in (100, 130, 900):
        await groups.beat([2], at, most_pause_s=60)
    known = await watched_groups(groups)
    await database.close()
    assert known.keys() == {-1, -2}
    assert (known[-1].opted_out, known[-2].opted_out) == ({11}, set())
    assert (known[-1].topics, known[-2].topics) == ({}, {7: "Help"})
    assert [known[-2].watched_then(at) for at in (99, 110, 500, 10_000)] == [False, True, False, True]
    assert [known[-1].watched_then(at) for at in (49, 50, 10_000)] == [False, True, True]
