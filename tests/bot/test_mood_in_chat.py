"""Seeing, keeping and setting the mood of a group from the chat, over real HTTP."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio

from storage.mood_groups import GroupSettings
from storage.moods import Score
from tests.bot.house import House, Message, house
from tests.bot.mood_scene import DAY_S, Scene, buttons, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(tmp_path_factory.mktemp("home")) as it:
        yield it


@pytest_asyncio.fixture(loop_scope="module")
async def room(home: House) -> Scene:
    return await scene(home)


async def rows_of(home: House, message: Message) -> list[list[str]]:
    path = (
        await home.people.post(
            f"/bot{home.world.bot_token}/getFile", json={"file_id": message["document"]["file_id"]}
        )
    ).json()["result"]["file_path"]
    content = (await home.people.get(f"/file/bot{home.world.bot_token}/{path}")).content
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


async def test_an_admin_gets_the_picture_in_private_and_turns_it_there(room: Scene) -> None:
    await room.watched()
    (line,) = await room.say("/mood")
    assert "private" in line["text"]
    picture = await room.latest(room.admin)
    assert picture["photo"]
    assert "✓ Week" in buttons(picture)
    await room.press(picture, buttons(picture)["Month"])
    turned = await room.latest(room.admin)
    assert turned["message_id"] == picture["message_id"]
    assert turned["photo"] != picture["photo"]
    assert "✓ Month" in buttons(turned)


async def test_who_is_an_admin_no_longer_sees_nothing_more(room: Scene) -> None:
    await room.watched()
    await room.promote(room.guest)
    await room.open_private_chat(room.guest)
    await room.say("/mood month", room.guest)
    picture = await room.latest(room.guest)
    assert picture["photo"]
    await room.promote(room.guest, "member")
    answer = await room.press(picture, buttons(picture)["Day"], room.guest)
    assert answer["show_alert"]
    assert await room.now(picture) == picture


async def test_without_a_private_chat_it_comes_in_the_group_with_a_link_that_is_not_for_others(
    room: Scene,
) -> None:
    group_id = await room.watched()
    await room.promote(room.guest)
    (picture,) = await room.say("/mood", room.guest)
    assert picture["photo"]
    link = buttons(picture)["📬 Open it in private"]
    assert link.endswith(f"?start=mood_{group_id}")
    await room.press(picture, buttons(picture)["Day"], room.guest)
    turned = await room.now(picture)
    assert "✓ Day" in buttons(turned)
    assert buttons(turned)["📬 Open it in private"] == link
    refused = await room.press(turned, buttons(turned)["Month"], room.other)
    assert "admins" in refused["text"]
    for person in (room.guest, room.other):
        await room.open_private_chat(person)
    assert (await room.say(f"/start mood_{group_id}", room.guest, room.guest))[0]["photo"]
    for nothing in (f"mood_{group_id}", "mood_999", "mood_x", "mood_" + "9" * 40):
        (answer,) = await room.say(f"/start {nothing}", room.other, room.other)
        assert "photo" not in answer
        assert "Group" not in answer["text"]


async def test_ones_own_mood_is_for_oneself_alone(room: Scene) -> None:
    group_id = await room.watched()
    (answer,) = await room.say("/mood me", room.guest)
    assert "photo" not in answer
    (link,) = buttons(answer).values()
    assert link.endswith(f"?start=me_{group_id}")
    await room.open_private_chat(room.guest)
    (line,) = await room.say("/mood me", room.guest)
    assert "private" in line["text"]
    assert all("photo" not in message for message in await room.home.messages(room.chat))
    own = await room.latest(room.guest)
    assert own["photo"]
    for text in (f"/start me_{group_id}", "/mood me month"):
        assert (await room.say(text, room.guest, room.guest))[0]["photo"]

    await room.press(own, buttons(own)["📄 My data as a table"], room.guest)
    header, *rows = await rows_of(room.home, await room.latest(room.guest))
    assert header == ["time", "clock", "topic", "mood", "score"]
    assert len(rows) == 10
    assert rows[0][1:] == ["UTC", "", "positive", "0.301"]

    await room.press(own, buttons(own)["🗑 Erase my data"], room.guest)
    question = await room.latest(room.guest)
    assert await room.kept(room.guest) == 10
    await room.press(question, buttons(question)["Yes, erase"], room.guest)
    assert "10 messages" in (await room.latest(room.guest))["text"]
    assert await room.kept(room.guest) == 0
    assert await room.kept(room.other) == 10


async def test_where_nothing_is_watched_nobody_has_a_mood_of_their_own(room: Scene) -> None:
    await room.say("/mood")
    (answer,) = await room.say("/mood me", room.guest)
    assert "nothing about your mood here" in answer["text"]


async def test_an_anonymous_admin_governs_and_a_channel_does_not(home: House) -> None:
    room = await scene(home, title="<Lively> & co")
    made = {"type": "channel", "title": "News", "members": [room.guest]}
    channel = (await home.people.post("/play/chats", json=made)).json()["id"]

    async def anonymous(text: str) -> Message:
        return (await room.say(text, sender_chat=room.chat))[0]

    async def as_channel(text: str) -> Message:
        return (await room.say(text, room.guest, sender_chat=channel))[0]

    await room.promote(room.guest)
    assert "Only the admins" in (await as_channel("/mood on"))["text"]
    assert "From now on" in (await anonymous("/mood on"))["text"]
    assert (await anonymous("/mood"))["photo"]
    assert "in the name of" in (await anonymous("/mood me"))["text"]
    assert "in the name of this channel is not counted any more" in (await as_channel("/optout"))["text"]
    assert "in private" in (await anonymous("/optout"))["text"]
    assert "in the name of the group is counted again" in (await anonymous("/optin"))["text"]
    group = await room.group()
    async with room.books() as (groups, _):
        assert await groups.opted_out_all(group.id) == {room.names.person(group.id, channel)}
    await room.home.people.patch(f"/play/people/{room.admin}", json={"language_code": "ru"})
    await room.say("/mood off")
    assert "я не слежу" in (await anonymous("/mood off"))["text"]  # Telegram does not tell their language


async def test_who_writes_without_a_name_is_answered_in_the_language_of_who_brought_the_bot(
    home: House, room: Scene
) -> None:
    await home.people.patch(f"/play/people/{room.admin}", json={"language_code": "ru"})
    made = {"type": "supergroup", "title": "Соседи", "members": [room.admin]}
    chat = (await home.people.post("/play/chats", json=made)).json()["id"]
    await home.quiet()
    assert "Теперь я слежу" in (await room.say("/mood on", chat=chat, sender_chat=chat))[0]["text"]
    assert "Что я храню" in (await room.say("/privacy", chat=chat, sender_chat=chat))[0]["text"]
    await home.people.patch(f"/play/people/{room.admin}", json={"language_code": "de"})
    assert "Что я храню" in (await room.say("/privacy", chat=chat))[0]["text"]


async def test_topics_are_chosen_by_name_by_here_and_by_button(room: Scene) -> None:
    made = await room.home.people.post(
        f"/play/chats/{room.chat}/topics", json={"from": room.admin, "name": "Cats"}
    )
    thread = made.json()["message_thread_id"]
    group_id = await room.watched()
    async with room.books() as (groups, _):
        await groups.name_topic(group_id, thread, "Cats")
    await room.say("/mood week cats")
    shown = await room.latest(room.admin)
    assert f"mood:see:{group_id}:d:{thread}" in buttons(shown).values()
    await room.say("/mood here", thread=thread)
    assert (await room.latest(room.admin))["reply_markup"] == shown["reply_markup"]
    assert "no topic “dogs”" in (await room.say("/mood week dogs"))[0]["text"]
    await room.press(shown, buttons(shown)["🗂 Topics"])
    choice = await room.now(shown)
    assert [*buttons(choice)] == ["The whole group", "General", "Cats"]
    await room.press(choice, buttons(choice)["The whole group"])
    assert f"mood:see:{group_id}:d:" in buttons(await room.now(shown)).values()


async def test_settings_are_said_in_words_and_pressed(room: Scene) -> None:
    await room.say("/mood on")
    for words, shown in (
        ("/mood zone Москва", "Moscow (UTC+3)"),
        ("/mood digest weekly Friday 18", "every Friday at 18:00"),
        ("/mood quiet 23-7", "from 23:00 to 7:00"),
        ("/mood alerts off", "shifts: no"),
    ):
        assert shown in (await room.say(words))[0]["text"]
    told, page = await room.say("/mood keep 90", count=2)
    assert "kept for 90 days" in told["text"]
    assert (await room.group()).settings == GroupSettings(
        time_zone="Europe/Moscow",
        retention_days=90,
        digest="weekly",
        digest_hour=18,
        digest_weekday=4,
        alerts=False,
        quiet_from=23,
        quiet_until=7,
    )
    for words in ("/mood zone Nowhereville", "/mood keep 0", "/mood digest sometimes", "/mood quiet maybe"):
        assert "/mood" in (await room.say(words))[0]["text"]
    (asked,) = await room.say("/mood zone Mosco")
    assert "Which of these" in asked["text"]
    assert "Moscow (UTC+3)" in " ".join(buttons(asked))

    refused = await room.press(page, buttons(page)["📬 Digest"], room.guest)
    assert refused["show_alert"]
    for choice in ("📬 Digest", "Every day", "‹ All settings", "🎤 Listen to voices"):
        await room.press(page, buttons(await room.now(page))[choice])
    assert "are listened to" in (await room.latest())["text"]
    settings = (await room.group()).settings
    assert settings.transcripts
    assert settings.digest == "daily"


async def test_the_table_of_a_group_hides_the_mood_of_few_and_deleting_keeps_who_opted_out(
    room: Scene,
) -> None:
    group_id = await room.watched()
    at = int(time.time()) - 20 * DAY_S
    async with room.books() as (groups, moods):
        alone = room.names.person(group_id, room.other)
        await moods.put([Score(group_id, at, at // 3600 * 3600, 1, alone, 0, -1, -900)])
        await groups.set(group_id, settings=GroupSettings(time_zone="Asia/Kolkata"))
    (line,) = await room.say("/mood export")
    assert "private" in line["text"]
    header, first, *rows = await rows_of(room.home, await room.latest(room.admin))
    assert header == ["hour", "clock", "messages", "people", "negative", "neutral", "positive", "mean"]
    assert first[1:] == ["UTC+5:30", "1", "1", "", "", "", ""]
    assert ["3", "3", "0", "0", "3", "0.301"] in [row[2:] for row in rows]

    await room.say("/optout", room.guest)
    (question,) = await room.say("/mood delete")
    refused = await room.press(question, buttons(question)["Yes, erase"], room.guest)
    assert refused["show_alert"]
    await room.press(question, buttons(question)["Yes, erase"])
    told = (await room.now(question))["text"]
    assert "21 scores" in told
    assert "one person" in told
    assert await room.kept(room.other) == 0
    async with room.books() as (groups, _):
        assert await groups.opted_out_all(group_id) == {room.names.person(group_id, room.guest)}
    assert "Nothing is kept" in (await room.say("/mood export"))[0]["text"]


async def test_the_hour_that_is_still_running_is_in_no_table(room: Scene) -> None:
    await room.watched()
    for words in ("/mood export", "/mood export month"):
        await room.say(words)
        _, *rows = await rows_of(room.home, await room.latest(room.admin))
        running = int(time.time()) // 3600 * 3600
        assert len(rows) >= 9
        assert all(datetime.fromisoformat(f"{row[0]}+00:00").timestamp() < running for row in rows)


async def test_groups_of_one_admin_stand_side_by_side_in_private(home: House, room: Scene) -> None:
    assert "/mood on" in (await room.say("/groups", chat=room.admin))[0]["text"]
    assert "private" in (await room.say("/groups"))[0]["text"]
    await room.watched()
    assert (await room.say("/mood month", chat=room.admin))[0]["photo"]
    others = await scene(home, title="Of others")
    await others.watched()
    made = {"type": "group", "title": "Second", "members": [room.admin]}
    second = (await home.people.post("/play/chats", json=made)).json()["id"]
    await home.quiet()
    await room.say("/mood on", chat=second)
    (page,) = await room.say("/groups", chat=room.admin)
    assert page["photo"]
    assert [*buttons(page)] == ["Group", "Second"]
    for command, shown in (
        ("export", "in which somebody wrote"),
        ("zone Berlin", "⚙️ Group"),
        ("delete", "Erase everything"),
    ):
        (which,) = await room.say(f"/mood {command}", chat=room.admin)
        assert [*buttons(which)] == ["Group", "Second"]
        await room.press(which, buttons(which)["Group"])
        answer = (await room.latest(room.admin)) if command != "zone Berlin" else await room.now(which)
        assert shown in (answer.get("text") or answer["caption"])
    await room.press(page, buttons(page)["Second"])
    opened = await room.latest(room.admin)
    assert opened["message_id"] != page["message_id"]
    assert "✓ Month" in buttons(opened)


async def test_a_picture_lives_through_the_groups_becoming_a_supergroup(home: House) -> None:
    room = await scene(home, "group")
    group_id = await room.watched()
    await room.say("/mood")
    picture = await room.latest(room.admin)
    (page,) = await room.say("/mood settings")
    moved = await home.people.post(f"/play/chats/{room.chat}/upgrade", json={"from": room.admin})
    await home.quiet()
    await room.press(picture, buttons(picture)["Month"])
    assert "✓ Month" in buttons(await room.now(picture))
    answer = await room.press(page, buttons(page)["📬 Digest"])
    assert "supergroup" in answer["text"]
    group = await room.group(moved.json()["id"])
    assert group.id == group_id
    assert group.watched


async def test_in_a_group_that_the_bot_has_left_nothing_is_shown_and_ones_own_can_be_erased(
    home: House, room: Scene
) -> None:
    await room.watched()
    await room.say("/mood")
    picture = await room.latest(room.admin)
    await room.promote(home.world.bot.id, "left")
    answer = await room.press(picture, buttons(picture)["Month"])
    assert "admins" in answer["text"]
    (page,) = await room.say("/optout", chat=room.admin)
    await room.press(page, next(iter(buttons(page).values())))
    assert await room.kept(room.admin) == 0


async def test_a_bot_that_was_taken_out_watches_nobody_when_it_comes_back(home: House, room: Scene) -> None:
    await room.watched()
    await room.promote(home.world.bot.id, "left")
    await home.quiet()
    await room.promote(home.world.bot.id)
    kept = await room.kept(room.guest)
    await home.post(room.chat, text="I am glad that nobody counts this", **{"from": room.guest})
    await room.say("/mood settings")
    await home.quiet()
    assert await room.kept(room.guest) == kept
    assert not (await room.group()).watched


async def test_words_that_name_nothing_get_an_example(room: Scene) -> None:
    await room.watched()
    for words, answer in (
        ("/mood nonsense", "/mood week"),
        ("/mood next week", "could not read that"),
        ("/mood 2026-02-30", "no such date"),
        ("/mood 2090-01-01..2090-02-01", "not happened yet"),
        ("/mood " + "x " * 500, "/mood week"),
        ("/mood 2020-01-01..2026-01-01", "too long"),
    ):
        assert answer in (await room.say(words))[0]["text"]


async def test_a_button_with_invented_data_does_no_harm(room: Scene) -> None:
    group_id = await room.watched()
    tails = ("see:{}:w:", "see:999:w:", "see:x:w:", "see:{}:99999999-0:7", "set:{}:zone:Mars", "me:{}:yes")
    more = ("me:{}:csv", "nonsense:{}", "", "del:{}:yes", "out:x", "see:" + "9" * 50)
    rows = [[{"text": "x", "callback_data": f"mood:{tail}".format(group_id)}] for tail in (*tails, *more)]
    body = {"chat_id": room.chat, "text": "old", "reply_markup": {"inline_keyboard": rows}}
    sent = await room.home.people.post(f"/bot{room.home.world.bot_token}/sendMessage", json=body)
    message = sent.json()["result"]
    before = await room.group()
    outsider = await scene(room.home, title="Elsewhere")
    for data in (f"mood:out:{group_id}:", f"mood:me:{group_id}:w", f"mood:see:{group_id}:w:"):
        button = [{"text": "x", "callback_data": data}]
        theirs = {**body, "chat_id": outsider.admin, "reply_markup": {"inline_keyboard": [button]}}
        sent = await room.home.people.post(f"/bot{room.home.world.bot_token}/sendMessage", json=theirs)
        await outsider.press(sent.json()["result"], data)
    assert all("Group" not in str(m) for m in await room.home.messages(outsider.admin))
    for row in rows:
        answer = await room.press(message, row[0]["callback_data"], room.guest)
        assert answer["text"]
    assert await room.kept(room.guest) == 10
    assert await room.group() == before


async def test_who_has_no_business_with_a_group_cannot_tell_whether_there_is_one(room: Scene) -> None:
    group_id = await room.watched()
    stranger = await scene(room.home, title="Elsewhere")
    token = room.home.world.bot_token
    for number in (group_id, 999_999):
        mood = [f"mood:{action}:{number}" for action in ("out", "in", "me", "see", "set", "del")]
        telling = [f"telling:{action}:shift:{number}" for action in ("stop", "back", "me", "again", "all")]
        rows = [[{"text": "x", "callback_data": data}] for data in (*mood, *telling)]
        forged = {"chat_id": stranger.admin, "text": "old", "reply_markup": {"inline_keyboard": rows}}
        sent = (await room.home.people.post(f"/bot{token}/sendMessage", json=forged)).json()["result"]
        for data in (*mood, *telling):
            answer = await stranger.press(sent, data)
            assert (answer["text"], answer["show_alert"]) == ("This button is too old.", False), data
        assert (await stranger.now(sent))["reply_markup"] == sent["reply_markup"]
        assert "any more" in (await stranger.say(f"/start me_{number}", chat=stranger.admin))[0]["text"]
