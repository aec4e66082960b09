"""Switching the watching of a group on and off, and deciding for oneself, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.bot.house import House, house
from tests.bot.mood_scene import Scene, buttons, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(tmp_path_factory.mktemp("home")) as it:
        yield it


@pytest_asyncio.fixture(loop_scope="module")
async def room(home: House) -> Scene:
    return await scene(home)


async def test_an_admin_is_offered_to_switch_it_on_and_everybody_is_told(room: Scene) -> None:
    (intro,) = await room.say("/mood")
    on = buttons(intro)["Switch on"]
    refused = await room.press(intro, on, room.guest)
    assert "admins" in refused["text"]
    assert refused["show_alert"]
    assert not (await room.group()).watched
    await room.press(intro, on)
    group = await room.group()
    assert group.watched
    assert group.by_person_id == room.admin
    told = await room.latest()
    for promised in ("180 days", "3 people", "/optout", "/privacy", "Never the text"):
        assert promised in told["text"]


async def test_who_is_no_admin_switches_nothing(room: Scene) -> None:
    for command in ("/mood on", "/mood off", "/mood", "/mood delete", "/mood keep 1", "/mood export"):
        assert "Only the admins" in (await room.say(command, room.guest))[0]["text"]
    async with room.books() as (groups, _):
        assert await groups.get(room.chat) is None


async def test_a_bot_that_cannot_hear_the_group_says_what_to_do(home: House, room: Scene) -> None:
    await home.people.patch("/play/settings", json={"privacy_mode": True})
    try:
        told, warning = await room.say("/mood on", count=2)
        assert "From now on" in told["text"]
        assert "/setprivacy" in warning["text"]
        assert "administrator" in warning["text"]
        await room.promote(home.world.bot.id)
        assert len(await room.say("/mood on")) == 1
    finally:
        await home.people.patch("/play/settings", json={"privacy_mode": False})


async def test_off_says_what_stays_and_how_it_goes(room: Scene) -> None:
    await room.say("/mood on")
    (told,) = await room.say("/mood off")
    assert "/mood delete" in told["text"]
    assert "180 days" in told["text"]
    assert not (await room.group()).watched
    assert "Erase" in " ".join(buttons(told))


async def test_whoever_opts_out_is_erased_and_stays_so(room: Scene) -> None:
    await room.say("/mood on")
    await room.written(7, room.guest)
    await room.written(2, room.other)
    (told,) = await room.say("/optout", room.guest)
    assert "7 messages" in told["text"]
    assert await room.kept(room.guest) == 0
    assert await room.kept(room.other) == 2
    await room.written(1, room.guest)
    assert await room.kept(room.guest) == 0
    await room.say("/optin", room.guest)
    await room.written(1, room.guest)
    assert await room.kept(room.guest) == 1


async def test_one_can_opt_out_before_anything_is_watched(room: Scene) -> None:
    await room.say("/optout", room.guest)
    await room.say("/mood on")
    await room.written(1, room.guest, room.other)
    assert await room.kept(room.guest) == 0
    assert await room.kept(room.other) == 1


async def test_the_button_under_the_announcement_is_everybodys_and_nobody_sees_who_pressed(
    room: Scene,
) -> None:
    (told,) = await room.say("/mood on")
    await room.written(1, room.guest)
    answer = await room.press(told, buttons(told)["🙈 Do not count me"], room.guest)
    assert "one message" in answer["text"]
    assert answer["show_alert"]
    assert (await room.latest())["message_id"] == told["message_id"]
    assert await room.kept(room.guest) == 0


async def test_nobody_is_refused_what_is_theirs(tmp_path: Path) -> None:
    async with house(tmp_path, access={"allow_people": [1]}) as home:
        await home.ask("/mood on", -1001)
        assert "not counted" in await home.ask("/optout", -1001, **{"from": 2})
        assert "The mood of Group" in await home.ask("/privacy", -1001, **{"from": 2})
        assert "for you alone" in await home.ask("/mood me", -1001, **{"from": 2})
        unheard = await home.post(-1001, text="/mood", **{"from": 2})
        await home.quiet()
        assert await home.answers(unheard, 0) == []


async def test_in_private_there_is_a_switch_for_every_group_that_is_shared(room: Scene) -> None:
    await room.open_private_chat(room.guest)
    assert "no group" in (await room.say("/optout", room.guest, room.guest))[0]["text"]
    await room.say("/mood on")
    (page,) = await room.say("/optout", room.guest, room.guest)
    assert [*buttons(page)] == ["👂 Group: counted"]
    await room.press(page, buttons(page)["👂 Group: counted"], room.guest)
    page = await room.now(page)
    assert [*buttons(page)] == ["🙈 Group: not counted"]
    await room.press(page, buttons(page)["🙈 Group: not counted"], room.guest)
    assert [*buttons(await room.now(page))] == ["👂 Group: counted"]


async def test_who_has_left_a_group_can_still_have_their_traces_erased(room: Scene) -> None:
    await room.open_private_chat(room.guest)
    await room.say("/mood on")
    await room.written(3, room.guest)
    for person in (room.guest, room.other):
        await room.promote(person, "left")
    (page,) = await room.say("/optout", room.guest, room.guest)
    await room.press(page, buttons(page)["👂 Group: counted"], room.guest)
    assert await room.kept(room.guest) == 0
    await room.open_private_chat(room.other)
    assert "no group" in (await room.say("/optout", room.other, room.other))[0]["text"]


async def test_what_is_kept_is_told_from_the_running_configuration(home: House, room: Scene) -> None:
    (off,) = await room.say("/privacy", room.guest)
    assert "is not followed" in off["text"]
    await room.say("/mood on")
    await room.say("/mood keep 7")
    await room.say("/mood voices on")
    (told,) = await room.say("/privacy", room.guest)
    for fact in (
        "for 7 days", "for 365 days", "Voice messages are listened to", "fewer than 3 people",
        str(home.folder), "chutko.sqlite3", "Bot API server http://127.0.0.1", "language model m, on this computer too",
        "/forget", "/optout", "/mood delete",
    ):  # fmt: skip
        assert fact in told["text"]
    (private,) = await room.say("/privacy", chat=room.admin)
    assert "Sent in a group" in private["text"]
