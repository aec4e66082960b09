"""Groups, who has opted out, when the bot was there, what was told."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.mood_groups import GroupSettings, MoodGroups
from storage.moods import Moods, Score
from storage.schema import mood_groups


@pytest.fixture
def groups(database: Database) -> MoodGroups:
    return MoodGroups(database)


def score(group_id: int, message: int, person: int = 1, at: int = 100) -> Score:
    return Score(group_id, at, 0, message, person, 0, 1, 500)


async def test_a_group_is_made_once_and_not_watched_unasked(groups: MoodGroups) -> None:
    assert await groups.get(-5) is None
    group = await groups.ensure(-5, "Кухня", GroupSettings(retention_days=90), at=7.9)
    assert (group.chat_id, group.title, group.watched, group.created_at) == (-5, "Кухня", False, 7)
    assert group.settings.retention_days == 90
    again = await groups.ensure(-5, "Кухня и сад", GroupSettings(retention_days=30))
    assert (again.id, again.title, again.settings) == (group.id, "Кухня и сад", group.settings)
    assert await groups.get(-5) == await groups.by_id(group.id) == again
    assert await groups.all() == [again]
    assert await groups.by_id(99) is None


async def test_what_is_set_changes_and_the_rest_stays(groups: MoodGroups) -> None:
    group = await groups.ensure(-5, "Group")
    chosen = GroupSettings(time_zone="Asia/Kathmandu", digest="weekly", alerts=False)
    group = await groups.set(group.id, watched=True, settings=chosen, by_person_id=77)
    assert (group.watched, group.settings, group.by_person_id) == (True, chosen, 77)
    group = await groups.set(group.id, watched=False)
    assert (group.watched, group.settings, group.title) == (False, chosen, "Group")
    assert await groups.set(group.id, settings=GroupSettings()) == await groups.by_id(group.id)
    assert await groups.set(group.id) == await groups.get(-5)
    with pytest.raises(KeyError):
        await groups.set(99, watched=True)


async def test_settings_keep_what_differs_and_ignore_what_they_do_not_know(
    groups: MoodGroups, database: Database
) -> None:
    assert GroupSettings().to_json() == {}
    assert GroupSettings(digest_hour=8, retention_days=180).to_json() == {"digest_hour": 8}
    group = await groups.ensure(-5, "Group")
    async with database.transaction() as connection:
        await connection.execute(update(mood_groups).values(settings={"alerts": False, "colour": "blue"}))
    found = await groups.by_id(group.id)
    assert found is not None
    assert found.settings == GroupSettings(alerts=False)


async def test_half_a_surrogate_pair_in_a_title_does_no_harm(groups: MoodGroups) -> None:
    group = await groups.ensure(-5, "cut \ud83d")
    assert group.title == "cut ?"
    assert (await groups.set(group.id, title="\udc00")).title == "?"
    await groups.name_topic(group.id, 7, "\ud83d")
    assert await groups.topic_names(group.id) == {7: "?"}


async def test_a_group_that_became_a_supergroup_keeps_its_series(
    groups: MoodGroups, database: Database
) -> None:
    group = await groups.ensure(-5, "Group")
    await Moods(database).put([score(group.id, 1)])
    await groups.opt_out(group.id, 8)
    await groups.migrate_chat(-5, -1005)
    assert await groups.get(-5) is None
    moved = await groups.get(-1005)
    assert moved is not None
    assert moved.id == group.id
    await groups.migrate_chat(-5, -1005)  # told twice: once in the old chat, once in the new one
    await groups.migrate_chat(-1005, -1005)
    assert await groups.all() == [moved]
    assert await Moods(database).first_at(moved.id) == 100
    assert await groups.opted_out(moved.id, 8)


async def test_if_both_groups_are_known_the_older_takes_all(groups: MoodGroups, database: Database) -> None:
    moods = Moods(database)
    old, new = await groups.ensure(-5, "Old"), await groups.ensure(-1005, "New")
    other = await groups.ensure(-6, "Other")
    await groups.set(new.id, watched=True)
    await moods.put([score(old.id, 1, at=1), score(new.id, 2, person=2, at=2), score(other.id, 3, at=3)])
    for group, person, topic in ((old, 1, "old"), (new, 1, "new"), (new, 2, "new")):
        await groups.opt_out(group.id, person)
        await groups.name_topic(group.id, person, topic)
    await groups.begin(new.id, 50)
    await groups.beat([new.id], 60, 30)
    event = await groups.remember_event(new.id, "shift", 55, {})
    await groups.migrate_chat(-5, -1005)
    assert [(group.id, group.chat_id, group.watched) for group in await groups.all()] == [
        (old.id, -1005, True),
        (other.id, -6, False),
    ]
    assert [row.messages for row in await moods.hours(old.id, 0, 9999)] == [2]
    assert len(await moods.of_person(old.id, 2, 0, 99)) == 1
    assert await moods.hours(new.id, 0, 9999) == []
    assert await groups.opted_out_all(old.id) == {1, 2}
    assert await groups.topic_names(old.id) == {1: "old", 2: "new"}
    assert await groups.watches(old.id, 0, 99) == [(50, 60)]
    assert [(found.id, found.group_id) for found in await groups.untold()] == [(event, old.id)]


async def test_groups_that_became_one_live_by_the_settings_that_the_watched_one_announced(
    groups: MoodGroups,
) -> None:
    await groups.ensure(-5, "Old", GroupSettings(retention_days=365))
    new = await groups.ensure(-1005, "New", GroupSettings(retention_days=30))
    await groups.set(new.id, watched=True, by_person_id=7)
    await groups.migrate_chat(-5, -1005)
    (one,) = await groups.all()
    assert (one.settings.retention_days, one.by_person_id, one.merged) == (30, 7, (new.id,))


async def test_a_person_of_two_groups_that_became_one_is_one_when_they_come(
    groups: MoodGroups, database: Database
) -> None:
    moods, old, other, stranger = Moods(database), 1, 2, 3
    group = await groups.ensure(-5, "Group")
    await moods.put([score(group.id, 1, person=old), score(group.id, 2, person=other)])
    await moods.put([score(group.id, 3, person=other, at=900), score(group.id, 4, person=stranger)])
    await groups.opt_out(group.id, other)
    await groups.tell_once(group.id, other)
    await groups.unite(group.id, old, [other])
    await groups.unite(group.id, old, [other])
    assert [one.message for one in await moods.of_person(group.id, old, 0, 9999)] == [1, 2, 3]
    assert await moods.of_person(group.id, other, 0, 9999) == []
    assert [row.messages for row in await moods.sums(group.id, 0, 3600) if row.person == old] == [3]
    assert await groups.opted_out_all(group.id) == {old}
    assert await groups.was_told(group.id, old)
    assert await moods.forget_person(group.id, old) == 3
    assert [row.people for row in await moods.hours(group.id, 0, 9999)] == [1]


async def test_opting_out_lasts_until_opting_in(groups: MoodGroups) -> None:
    person = -(2**63)
    await groups.opt_out(1, person)
    await groups.opt_out(1, person)
    await groups.opt_out(1, 5)
    assert await groups.opted_out(1, person)
    assert not await groups.opted_out(2, person)
    assert await groups.opted_out_all(1) == {person, 5}
    await groups.opt_in(1, person)
    await groups.opt_in(1, person)
    assert await groups.opted_out_all(1) == {5}


async def test_a_person_is_told_once_in_each_group(groups: MoodGroups) -> None:
    assert not await groups.was_told(1, 5)
    assert sorted(await asyncio.gather(*(groups.tell_once(1, 5) for _ in range(4)))) == [False] * 3 + [True]
    assert await groups.was_told(1, 5)
    assert not await groups.was_told(2, 5)
    assert await groups.tell_once(2, 5)


async def test_topics_have_the_name_that_they_were_given_last(groups: MoodGroups) -> None:
    await groups.name_topic(1, 7, "Talk")
    await groups.name_topic(1, 8, "Help")
    await groups.name_topic(2, 7, "Other")
    await groups.name_topic(1, 7, "Small talk")
    assert await groups.topic_names(1) == {7: "Small talk", 8: "Help"}


async def test_beats_extend_a_stretch_until_the_bot_is_away(groups: MoodGroups) -> None:
    await groups.begin(1, 100)
    for at in (130, 160, 190.7):
        await groups.beat([1, 2], at, most_pause_s=60)
    await groups.beat([1, 2], 300, most_pause_s=60)
    await groups.beat([1, 2], 330, most_pause_s=60)
    assert await groups.watches(1, 0, 1000) == [(100, 190), (300, 330)]
    assert await groups.watches(2, 0, 1000) == [(130, 190), (300, 330)]
    assert await groups.watches(1, 150, 310) == [(150, 190), (300, 310)]
    assert await groups.watches(1, 190, 300) == []
    await groups.beat([], 360, most_pause_s=60)


async def test_what_is_known_of_all_groups_is_what_is_known_of_each(
    groups: MoodGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.mood_watches._GROUPS_AT_ONCE", 2)
    for at in (100, 130, 500):
        await groups.beat([5, 1, 3], at, most_pause_s=60)
    for group_id in (1, 3):
        await groups.opt_out(group_id, 10 + group_id)
        await groups.name_topic(group_id, 7, f"Topic of {group_id}")
    stretches, names = await groups.all_watches(), await groups.all_topic_names()
    assert stretches.keys() == {1, 3, 5}
    for group_id in (1, 3, 5):
        assert stretches[group_id] == await groups.watches(group_id, 0, 1000) == [(100, 130), (500, 500)]
    assert names == {1: {7: "Topic of 1"}, 3: {7: "Topic of 3"}}
    assert await groups.all_opted_out() == {1: {11}, 3: {13}}


async def test_between_off_and_on_nobody_watched(groups: MoodGroups) -> None:
    await groups.begin(1, 100)
    await groups.beat([1], 130, most_pause_s=60)
    await groups.end(1, 140)
    await groups.begin(1, 150)
    await groups.beat([1], 170, most_pause_s=60)
    assert await groups.watches(1, 0, 1000) == [(100, 140), (150, 170)]
    await groups.end(1, 9000)  # the bot was away in between: nobody knows when it ended
    assert await groups.watches(1, 0, 10_000) == [(100, 140), (150, 170)]
    await groups.end(2, 5)


async def test_a_clock_that_was_wrong_for_a_while_leaves_no_hole(groups: MoodGroups) -> None:
    for at in (100, 130, 90_000, 90_030, 160, 190, 120, 150, 180, 210):
        await groups.beat([1], at, most_pause_s=60)
    assert await groups.watches(1, 0, 1000) == [(100, 210)]
    assert await groups.watches(1, 1000, 10**6) == [(90_000, 90_030)]


async def test_an_event_waits_until_it_is_told(groups: MoodGroups) -> None:
    assert await groups.last_event(1, "shift") is None
    first = await groups.remember_event(1, "shift", 50.5, {"before": 0.1, "words": "стало \ud83d"})
    second = await groups.remember_event(1, "digest", 60, {})
    third = await groups.remember_event(2, "shift", 40, {})
    assert [event.id for event in await groups.untold()] == [first, second, third]
    await groups.told(first, 70.2)
    assert [event.id for event in await groups.untold(1)] == [second]
    last = await groups.last_event(1, "shift")
    assert last is not None
    assert (last.id, last.at, last.told_at) == (first, 50, 70)
    assert last.data == {"before": 0.1, "words": "стало \ud83d"}
    assert last.kind == "shift"


async def test_old_watches_and_events_are_pruned_with_the_scores(
    groups: MoodGroups, database: Database
) -> None:
    for at in (100, 130, 500, 530):
        await groups.beat([1], at, most_pause_s=60)
    old, young = [await groups.remember_event(1, "shift", at, {}) for at in (120, 520)]
    await Moods(database).prune(1, 510)
    assert await groups.watches(1, 0, 1000) == [(500, 530)]
    assert [event.id for event in await groups.untold(1)] == [young]
    assert old < young
