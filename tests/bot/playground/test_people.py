"""The people's side: what people do reaches the bot as Telegram would tell it, and the page at once."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.bot.playground.conftest import Ground, picture
from tests.bot.playground.test_media import clip, sound


async def test_a_new_world_has_you_a_private_chat_and_a_group(ground: Ground) -> None:
    state = await ground.play("GET", "/state")
    assert (state["ready"], state["models"], state["last_event"]) == (True, [], 0)
    assert [person["id"] for person in state["people"]] == [1, 2, 3]
    private, group = state["chats"]
    assert (private["id"], private["type"], private["members"], private["bot_member"]) == (
        1,
        "private",
        [1],
        True,
    )
    assert (group["id"], group["type"], group["members"], group["bot_member"]) == (
        -1001,
        "group",
        [1, 2, 3],
        True,
    )


async def test_texts_of_people_have_entities_and_reach_the_bot(ground: Ground) -> None:
    said = await ground.say("/help@chutko_bot @guest_2 see example.com", chat=-1001, **{"from": 2})
    assert [entity["type"] for entity in said["entities"]] == ["bot_command", "mention", "url"]
    [update] = await ground.updates()
    assert {**update["message"], "reactions": []} == said


@pytest.mark.parametrize(
    "kind", ["photo", "sticker", "document", "video", "video_note", "animation", "voice", "audio"]
)
async def test_files_of_every_kind_are_sent_and_served(ground: Ground, kind: str) -> None:
    data = (
        picture()
        if kind in ("photo", "sticker")
        else sound()
        if kind in ("voice", "audio", "document")
        else clip()
    )
    form = {"as": kind, "caption": "c"}
    response = await ground.client.post(
        "/play/chats/1/messages", data=form, files={"file": ("a b.bin", data)}
    )
    assert response.status_code == 201, response.text
    [update] = await ground.updates()
    media = update["message"][kind][-1] if kind == "photo" else update["message"][kind]
    served = await ground.client.get(f"/play/files/{media['file_id']}", headers={"Range": "bytes=0-9"})
    assert (served.status_code, len(served.content)) == (206, 10)
    whole = await ground.client.get(f"/play/files/{media['file_id']}")
    assert len(whole.content) == media["file_size"]
    assert whole.headers["content-type"].startswith(
        {
            "photo": "image/jpeg",
            "sticker": "image/webp",
            "voice": "audio/x-wav",
            "audio": "audio/x-wav",
            "document": "application/octet-stream",
        }.get(kind, "video/mp4")
    )


async def test_a_file_without_a_kind_is_what_it_holds_and_several_are_an_album(ground: Ground) -> None:
    files = [("file", ("x", picture())), ("file", ("y", clip())), ("file", ("z", picture("JPEG")))]
    response = await ground.client.post("/play/chats/1/messages", data={"text": "all"}, files=files)
    album = response.json()["album"]
    assert [next(name for name in ("photo", "video") if name in message) for message in album] == [
        "photo",
        "video",
        "photo",
    ]
    updates = await ground.updates()
    assert len({update["message"]["media_group_id"] for update in updates}) == 1
    assert [update["message"].get("caption") for update in updates] == ["all", None, None]
    for data, kind in (
        (sound(), "audio"),
        (b"#EXTM3U\nfile:///etc/passwd", "document"),
        (picture("GIF"), "photo"),
    ):
        answer = await ground.client.post("/play/chats/1/messages", files={"file": ("f", data)})
        assert kind in answer.json()


async def test_places_contacts_polls_and_dice_are_messages(ground: Ground) -> None:
    for kind in ("location", "contact", "poll", "dice"):
        answer = await ground.client.post("/play/chats/-1001/messages", json={"kind": kind})
        assert kind in answer.json()
    await ground.client.post("/play/chats/-1001/messages", json={"dice": {"emoji": "🎯", "value": 6}})
    updates = await ground.updates()
    assert updates[-1]["message"]["dice"] == {"emoji": "🎯", "value": 6}


async def test_votes_count_and_reach_the_bot(ground: Ground) -> None:
    poll = await ground.api(
        "sendPoll", chat_id=-1001, question="Tea?", options=["yes", {"text": "no"}], is_anonymous=False
    )
    voted = await ground.play(
        "POST", "/chats/-1001/vote", **{"from": 2, "message_id": poll["message_id"], "options": [1]}
    )
    assert voted["poll"]["options"][1]["voter_count"] == 1
    updates = await ground.updates()
    assert updates[0]["poll"]["total_voter_count"] == 1
    assert updates[1]["poll_answer"]["option_ids"] == [1]
    stopped = await ground.api("stopPoll", chat_id=-1001, message_id=poll["message_id"])
    assert stopped["is_closed"]


async def test_an_edit_reaches_the_bot_and_only_ones_own_can_be_edited(ground: Ground) -> None:
    said = await ground.say("one", chat=-1001)
    path = f"/play/chats/-1001/messages/{said['message_id']}/edit"
    assert (await ground.client.post(path, json={"from": 2, "text": "x"})).status_code == 403
    edited = (await ground.client.post(path, json={"from": 1, "text": "two"})).json()
    assert edited["text"] == "two"
    assert (await ground.updates())[-1]["edited_message"]["text"] == "two"


async def test_coming_and_going_is_told(ground: Ground) -> None:
    await ground.updates(allowed_updates=["message", "chat_member", "my_chat_member"])
    person = (await ground.play("POST", "/people", name="Guest 4", language_code="ru"))["id"]
    bot = ground.world.bot.id
    await ground.play("POST", "/chats/-1001/members", person=bot, status="administrator")
    await ground.play("POST", "/chats/-1001/members", person=person, status="member")
    await ground.play("POST", "/chats/-1001/members", person=person, status="administrator")
    await ground.play("POST", "/chats/-1001/members", person=person, status="left")
    await ground.play("POST", "/chats/-1001/members", person=bot, status="left")
    kinds = [list(update)[1] for update in await ground.updates()]
    assert kinds == [
        "my_chat_member",
        "chat_member",
        "message",
        "chat_member",
        "chat_member",
        "message",
        "my_chat_member",
        "message",
    ]
    silent = await ground.say("alone", chat=-1001)
    assert silent["text"] == "alone"
    assert len(await ground.updates()) == len(kinds)


async def test_a_message_may_be_of_an_earlier_time_and_stays_in_its_place(ground: Ground) -> None:
    first = await ground.say("now", chat=-1001)
    second = await ground.say("long ago", chat=-1001, date=1_700_000_000)
    assert second["date"] == 1_700_000_000
    listed = await ground.play("GET", "/chats/-1001/messages")
    assert [message["message_id"] for message in listed] == [first["message_id"], second["message_id"]]
    assert (await ground.updates())[-1]["message"]["date"] == 1_700_000_000


async def test_who_leads_a_group_or_channel_may_write_in_its_name(ground: Ground) -> None:
    room = await ground.group(bot="administrator")
    channel = await ground.group(type="channel", members=[1])
    bot = ground.world.bot.id
    await ground.api("getMe")
    await ground.play("POST", f"/chats/{room}/members", person=2, status="administrator")
    await ground.api("setChatAdministratorCustomTitle", chat_id=room, user_id=2, custom_title="Chief")
    hidden = await ground.say("as the group", chat=room, sender_chat=room, **{"from": 2})
    assert (hidden["from"]["username"], hidden["sender_chat"]["id"]) == ("GroupAnonymousBot", room)
    assert hidden["author_signature"] == "Chief"
    public = await ground.say("as a channel", chat=room, sender_chat=channel)
    assert (public["from"]["username"], public["sender_chat"]["id"]) == ("Channel_Bot", channel)
    forwarded = await ground.api(
        "forwardMessage", chat_id=room, from_chat_id=room, message_id=hidden["message_id"]
    )
    assert forwarded["forward_origin"]["sender_chat"]["id"] == room
    for body in ({"from": 2, "sender_chat": channel}, {"sender_chat": -1001}, {"sender_chat": 1}):
        answer = await ground.client.post(f"/play/chats/{room}/messages", json={"text": "x", **body})
        assert answer.status_code == 403, body
    edited = await ground.play(
        "POST", f"/chats/{room}/messages/{hidden['message_id']}/edit", **{"from": 2, "text": "still"}
    )
    assert edited["sender_chat"]["id"] == room
    for person, status in ((1, "creator"), (2, "administrator"), (3, "left"), (bot, "administrator")):
        member = await ground.api("getChatMember", chat_id=room, user_id=person)
        assert member["status"] == status
    stand_in = await ground.api("getChatMember", chat_id=room, user_id=hidden["from"]["id"])
    assert stand_in["status"] == "left"
    chiefs = await ground.api("getChatAdministrators", chat_id=room)
    assert {chief["user"]["id"] for chief in chiefs} == {1, 2, bot}


async def test_a_topic_is_opened_renamed_and_closed_as_telegram_tells_it(ground: Ground) -> None:
    room = await ground.group()
    topic = await ground.play("POST", f"/chats/{room}/topics", **{"from": 1, "name": "Cats"})
    thread = topic["message_thread_id"]
    said = await ground.say("meow", chat=room, thread=thread)
    assert said["reply_to_message"]["forum_topic_created"]["name"] == "Cats"
    answer = await ground.say("yes?", chat=room, thread=thread, reply_to=said["message_id"])
    assert answer["reply_to_message"]["text"] == "meow"
    changed = await ground.play("PATCH", f"/chats/{room}/topics/{thread}", name="Dogs", closed=True)
    assert (changed["name"], changed["closed"]) == ("Dogs", True)
    messages = [update["message"] for update in await ground.updates()]
    assert {message["message_thread_id"] for message in messages} == {thread}
    assert all(message["is_topic_message"] for message in messages)
    assert "reply_to_message" not in messages[0]
    assert [key for message in messages for key in message if key.startswith("forum_topic")] == [
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
    ]
    assert messages[3]["forum_topic_edited"] == {"name": "Dogs"}


async def test_privacy_mode_lets_only_through_what_is_meant_for_the_bot(ground: Ground) -> None:
    assert (await ground.api("getMe"))["can_read_all_group_messages"] is True
    await ground.play("PATCH", "/settings", privacy_mode=True)
    assert (await ground.api("getMe"))["can_read_all_group_messages"] is False
    mine = await ground.api("sendMessage", chat_id=-1001, text="mine")
    for text in ("overheard", "/help", "/help@other_bot", "hey @chutko_bot"):
        await ground.say(text, chat=-1001)
    await ground.say("answer", chat=-1001, reply_to=mine["message_id"])
    assert [update["message"]["text"] for update in await ground.updates()] == [
        "/help",
        "hey @chutko_bot",
        "answer",
    ]
    assert (await ground.api("getMe"))["can_read_all_group_messages"] is False


async def test_a_channel_posts_and_edits_as_itself(ground: Ground) -> None:
    chat = await ground.group(type="channel")
    said = await ground.say("news", chat=chat)
    assert (said["sender_chat"]["id"], "from" in said) == (chat, False)
    await ground.play(
        "POST", f"/chats/{chat}/messages/{said['message_id']}/edit", **{"from": 1, "text": "old news"}
    )
    assert [list(update)[1] for update in await ground.updates()] == ["channel_post", "edited_channel_post"]
    sent = await ground.api("sendMessage", chat_id=chat, text="mine")
    assert "from" not in sent
    assert len(await ground.updates()) == 2, "the bot is not told of its own posts"


async def test_waiting_for_messages_ends_with_the_first(ground: Ground) -> None:
    waiting = asyncio.create_task(ground.play("GET", "/chats/1/messages?after=0&wait=30"))
    await ground.api("sendMessage", chat_id=1, text="here")
    assert [message["text"] for message in await waiting] == ["here"]
    assert await ground.play("GET", "/chats/1/messages?after=1&wait=0") == []


async def _events(client: httpx.AsyncClient, count: int, **headers: str) -> list[tuple[str, dict[str, Any]]]:
    """The first events that are not of the status, with their names."""
    found: list[tuple[str, dict[str, Any]]] = []
    async with client.stream("GET", "/play/events", headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        name = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: ") and name != "status":
                found.append((name, json.loads(line.removeprefix("data: "))))
            if len(found) == count:
                break
    return found


async def test_events_tell_everything_in_order_and_resume(ground: Ground) -> None:
    sent = await ground.api("sendMessage", chat_id=1, text="one")
    await ground.api("editMessageText", chat_id=1, message_id=sent["message_id"], text="two")
    await ground.api(
        "setMessageReaction",
        chat_id=1,
        message_id=sent["message_id"],
        reaction=[{"type": "emoji", "emoji": "👍"}],
    )
    await ground.api("sendChatAction", chat_id=1, action="typing")
    await ground.api("sendMessageDraft", chat_id=1, draft_id=1, text="d")
    await ground.api("deleteMessage", chat_id=1, message_id=sent["message_id"])
    seen = await _events(ground.client, 6, **{"Last-Event-ID": "0"})
    assert [name for name, _ in seen] == ["message", "edit", "reaction", "action", "draft", "delete"]
    assert {data["chat_id"] for _, data in seen} == {1}
    assert seen[2][1]["reactions"] == [{"from": ground.world.bot.id, "emoji": "👍"}]
    assert (await _events(ground.client, 1, **{"Last-Event-ID": "5"}))[0][0] == "delete"
    assert (await _events(ground.client, 1, **{"Last-Event-ID": "999"}))[0][0] == "reset"


IMPOSSIBLE: list[tuple[str, str, Any, int]] = [
    ("POST", "/chats/1/messages", {}, 400),
    ("POST", "/chats/1/messages", {"text": "x" * 4097}, 400),
    ("POST", "/chats/1/messages", {"text": 5}, 400),
    ("POST", "/chats/1/messages", {"text": "x", "from": 2}, 403),
    ("POST", "/chats/1/messages", {"text": "x", "from": "me"}, 400),
    ("POST", "/chats/1/messages", {"text": "x", "reply_to": 99}, 404),
    ("POST", "/chats/1/messages", {"text": "x", "thread": 99}, 404),
    ("POST", "/chats/99/messages", {"text": "x"}, 404),
    ("POST", "/chats/one/messages", {"text": "x"}, 404),
    ("POST", "/chats/1/messages", {"as": "voice"}, 400),
    ("POST", "/chats/1/messages", {"kind": "song"}, 400),
    ("POST", "/chats/1/messages", {"location": {"latitude": "north"}}, 400),
    ("POST", "/chats/1/messages", {"dice": "x"}, 400),
    ("POST", "/people", {}, 400),
    ("POST", "/people", {"name": "x", "username": "you"}, 409),
    ("POST", "/people", {"name": "x", "username": "ю"}, 400),
    ("POST", "/chats", {"type": "cave", "members": [1]}, 400),
    ("POST", "/chats", {"type": "group", "title": "x", "members": [77]}, 404),
    ("POST", "/chats", {"type": "group", "members": [1]}, 400),
    ("POST", "/chats/1/members", {"person": 2, "status": "member"}, 400),
    ("POST", "/chats/-1001/members", {"person": 1, "status": "left"}, 403),
    ("POST", "/chats/1/react", {"message_id": 99, "emoji": "👍"}, 404),
    ("POST", "/chats/1/stop", {"draft_id": 5}, 404),
    ("POST", "/chats/-1001/topics", {"name": "x"}, 409),
    ("PATCH", "/chats/-1001/topics/5", {"name": "x"}, 404),
    ("POST", "/chats/-1001/messages", {"text": "x", "sender_chat": -1001}, 409),
    ("POST", "/chats/-1001/messages", {"text": "x", "sender_chat": -5}, 404),
    ("POST", "/chats/1/messages", {"text": "x", "date": 4_000_000_000}, 400),
    ("POST", "/chats/1/messages", {"text": "x", "date": -1}, 400),
    ("POST", "/chats/1/messages", {"text": "x", "date": "yesterday"}, 400),
    ("PATCH", "/settings", {"weather": True}, 400),
    ("GET", "/files/nothing", None, 404),
    ("GET", "/weather", None, 404),
    ("DELETE", "/state", None, 405),
    ("GET", "/chats/1/messages?wait=soon", None, 400),
    ("GET", "/chats/1/messages?after=inf", None, 400),
    ("GET", "/chats/1/messages?after=nan", None, 400),
]


async def test_what_cannot_be_done_is_said_in_a_sentence(ground: Ground) -> None:
    for method, path, body, status in IMPOSSIBLE:
        response = await ground.client.request(method, f"/play{path}", json=body)
        assert response.status_code == status, (path, body, response.text)
        assert response.json()["error"].endswith(".")


async def test_broken_requests_are_refused(ground: Ground) -> None:
    for content, kind in (
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"--x", "multipart/form-data; boundary=y"),
        (b"x", "multipart/form-data"),
    ):
        response = await ground.client.post(
            "/play/chats/1/messages", content=content, headers={"content-type": kind}
        )
        assert response.status_code == 400, (content, response.text)
        api = await ground.client.post(
            f"/bot{ground.world.bot_token}/sendMessage", content=content, headers={"content-type": kind}
        )
        assert api.json()["error_code"] == 400


async def test_foreign_hosts_and_origins_are_not_answered(ground: Ground) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ):
        assert (await ground.client.get("/play/state", headers=headers)).status_code == 403
    host = ground.base.removeprefix("http://")
    assert (await ground.client.get("/play/state", headers={"Origin": f"http://{host}"})).status_code == 200
    port = host.partition(":")[2]
    assert (await ground.client.get("/play/state", headers={"Host": f"localhost:{port}"})).status_code == 200


async def test_the_page_is_served_fresh_with_its_types(ground: Ground) -> None:
    page = await ground.client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert (await ground.client.get("/../world.py")).status_code == 404


async def test_a_document_that_is_a_page_does_not_run_as_ours(ground: Ground) -> None:
    html = b"<script>alert(1)</script>"
    sent = await ground.client.post("/play/chats/1/messages", files={"file": ("x.html", html)})
    served = await ground.client.get(f"/play/files/{sent.json()['document']['file_id']}")
    assert served.headers["content-security-policy"].startswith("sandbox")
    assert served.headers["x-content-type-options"] == "nosniff"
