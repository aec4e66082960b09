"""Every method that the playground has answers as the machine-readable Bot API says."""

import asyncio
import json

import pytest

from bot.playground.botapi import methods
from tests.bot.playground.conftest import Ground, picture
from tests.bot.playground.schema import SHARED, Schema
from tests.bot.playground.test_media import clip, sound

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the machine-readable Bot API is not here")

# Old names, and methods whose only answer here is a refusal.
BEYOND = {"getchatmemberscount", "kickchatmember", "getstickerset", "answerinlinequery"}


async def test_every_answer_is_what_the_bot_api_promises(ground: Ground) -> None:
    room = await ground.group(is_forum=True, bot="administrator")
    await _messages(ground)
    await _media(ground)
    await _chats(ground, room)
    await _about_itself(ground)
    await _buttons(ground)
    assert set(methods()) - BEYOND - {name.lower() for name in ground.checked} == set()


async def _messages(ground: Ground) -> None:
    said = await ground.say("hello https://example.com", chat=-1001)
    here = {"chat_id": -1001, "message_id": said["message_id"]}
    there = {"chat_id": 1, "from_chat_id": -1001}
    keyboard = {
        "inline_keyboard": [[{"text": "x", "url": "example.com"}, {"text": "y", "copy_text": {"text": "z"}}]]
    }
    code = "<pre><code class='language-py'>x</code></pre>"
    text = f"<b>b</b>{code}<a href='tg://user?id=2'>u</a><tg-time unix='1' format='d'>t</tg-time>"
    sent = await ground.api(
        "sendMessage",
        chat_id=-1001,
        text=text,
        parse_mode="HTML",
        reply_markup=keyboard,
        reply_parameters=here,
        protect_content=True,
    )
    mine = {"chat_id": -1001, "message_id": sent["message_id"]}
    await ground.api("editMessageText", **mine, text="edited")
    await ground.api("editMessageReplyMarkup", **mine, reply_markup=keyboard)
    await ground.api("sendMessageDraft", chat_id=1, draft_id=1, text="x")
    await ground.api("sendChatAction", chat_id=1, action="typing")
    await ground.api("copyMessage", **there, message_id=said["message_id"])
    await ground.api("copyMessages", **there, message_ids=[said["message_id"]])
    await ground.api("forwardMessage", **there, message_id=said["message_id"])
    await ground.api("forwardMessages", **there, message_ids=[said["message_id"]])
    await ground.api("setMessageReaction", **here, reaction=[{"type": "emoji", "emoji": "🔥"}])
    await ground.api("pinChatMessage", **mine)
    await ground.api("getChat", chat_id=-1001)
    await ground.api("unpinChatMessage", **mine)
    await ground.api("unpinAllChatMessages", chat_id=-1001)
    place = {"latitude": 1.5, "longitude": 2}
    live = await ground.api("sendLocation", chat_id=1, **place, live_period=600)
    await ground.api(
        "editMessageLiveLocation", chat_id=1, message_id=live["message_id"], latitude=2, longitude=3
    )
    await ground.api("stopMessageLiveLocation", chat_id=1, message_id=live["message_id"])
    await ground.api("sendVenue", chat_id=1, **place, title="t", address="a")
    await ground.api("sendContact", chat_id=1, phone_number="+7", first_name="n")
    await ground.api("sendDice", chat_id=1, emoji="🏀")
    poll = await ground.api(
        "sendPoll", chat_id=1, question="q", options=["a", "b"], type="quiz", correct_option_ids=[1]
    )
    await ground.api("stopPoll", chat_id=1, message_id=poll["message_id"])
    await ground.api("deleteMessage", **mine)
    await ground.api("deleteMessages", chat_id=1, message_ids=[poll["message_id"]])


async def _media(ground: Ground) -> None:
    film, small = ("v.mp4", clip()), ("t.jpg", picture("JPEG", (90, 60)))
    for method, field, file in (
        ("sendPhoto", "photo", picture()),
        ("sendVideo", "video", film),
        ("sendAnimation", "animation", film),
        ("sendVideoNote", "video_note", film),
        ("sendAudio", "audio", ("a.wav", sound())),
        ("sendVoice", "voice", sound()),
        ("sendDocument", "document", ("d.txt", b"x")),
        ("sendSticker", "sticker", picture()),
    ):
        sent = await ground.upload(
            method, {field: file, "thumbnail": small}, chat_id=1, caption="c", has_spoiler=True, emoji="👍"
        )
    photo = await ground.upload("sendPhoto", {"photo": picture()}, chat_id=1)
    mine = {"chat_id": 1, "message_id": photo["message_id"]}
    await ground.api("editMessageCaption", **mine, caption="c")
    await ground.upload(
        "editMessageMedia", {"f": film}, **mine, media=json.dumps({"type": "video", "media": "attach://f"})
    )
    drawn = await ground.upload(
        "editMessageMedia",
        {"f": picture()},
        **mine,
        media=json.dumps(
            {"type": "photo", "media": "attach://f", "caption": "<b>c</b>", "parse_mode": "HTML"}
        ),
        reply_markup=json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}),
    )
    assert drawn["photo"]
    assert (drawn["caption"], "video" in drawn) == ("c", False)
    assert drawn["reply_markup"]
    await ground.upload(
        "sendMediaGroup",
        {"a": picture(), "b": film},
        chat_id=1,
        media=json.dumps(
            [{"type": "photo", "media": "attach://a"}, {"type": "video", "media": "attach://b"}]
        ),
    )
    await ground.api("getFile", file_id=sent["sticker"]["file_id"])


async def _chats(ground: Ground, room: int) -> None:
    in_room = {"chat_id": room}
    await ground.upload("setChatPhoto", {"photo": picture()}, chat_id=room)
    await ground.api("getChat", chat_id=1)
    for person in (1, 2, 3, ground.world.bot.id):
        await ground.api("getChatMember", **in_room, user_id=person)
    await ground.api("getChatAdministrators", **in_room)
    await ground.api("getChatMemberCount", **in_room)
    await ground.api("getUserChatBoosts", **in_room, user_id=1)
    await ground.api("setChatTitle", **in_room, title="New")
    await ground.api("setChatDescription", **in_room, description="d")
    await ground.api("deleteChatPhoto", **in_room)
    await ground.api("setChatPermissions", **in_room, permissions={"can_send_messages": True})
    await ground.api("exportChatInviteLink", **in_room)
    link = await ground.api("createChatInviteLink", **in_room, name="n", member_limit=5)
    await ground.api("revokeChatInviteLink", **in_room, invite_link=link["invite_link"])
    await ground.api("promoteChatMember", **in_room, user_id=2, can_delete_messages=True)
    await ground.api("setChatAdministratorCustomTitle", **in_room, user_id=2, custom_title="boss")
    await ground.api("promoteChatMember", **in_room, user_id=2)
    await ground.api("restrictChatMember", **in_room, user_id=2, permissions={"can_send_messages": False})
    await ground.api("getChatMember", **in_room, user_id=2)
    await ground.api("banChatMember", **in_room, user_id=2)
    await ground.api("getChatMember", **in_room, user_id=2)
    await ground.api("unbanChatMember", **in_room, user_id=2)
    topic = await ground.api("createForumTopic", **in_room, name="t")
    thread = {**in_room, "message_thread_id": topic["message_thread_id"]}
    await ground.api("editForumTopic", **thread, name="u")
    await ground.api("closeForumTopic", **thread)
    await ground.api("reopenForumTopic", **thread)
    await ground.api("unpinAllForumTopicMessages", **thread)
    await ground.api("deleteForumTopic", **thread)
    await ground.api("getForumTopicIconStickers")
    await ground.play("POST", "/chats/-1001/upgrade")
    await ground.updates(allowed_updates=[])
    await ground.api("leaveChat", **in_room)


async def _about_itself(ground: Ground) -> None:
    await ground.api("getMe")
    await ground.api("setMyCommands", commands=[{"command": "a", "description": "b"}])
    await ground.api("getMyCommands")
    await ground.api("deleteMyCommands")
    for name, field in (
        ("Name", "name"),
        ("Description", "description"),
        ("ShortDescription", "short_description"),
    ):
        await ground.api(f"setMy{name}", **{field: "x", "language_code": "ru"})
        assert await ground.api(f"getMy{name}", language_code="ru") == {field: "x"}
    await ground.api("setChatMenuButton", menu_button={"type": "commands"})
    await ground.api("getChatMenuButton", chat_id=1)
    await ground.api("setMyDefaultAdministratorRights", rights={"can_delete_messages": True})
    await ground.api("getMyDefaultAdministratorRights")
    await ground.api("getMyDefaultAdministratorRights", for_channels=True)
    await ground.api("getUserProfilePhotos", user_id=1)
    await ground.api("getUserProfileAudios", user_id=1)
    await ground.api("getCustomEmojiStickers", custom_emoji_ids=["1"])
    await ground.api("setWebhook", url="http://127.0.0.1:1/", allowed_updates=["message"])
    await ground.api("getWebhookInfo")
    await ground.api("deleteWebhook")
    await ground.api("logOut")
    await ground.api("close")


async def _buttons(ground: Ground) -> None:
    await ground.updates(
        allowed_updates=["message", "callback_query", "edited_message", "poll", "chat_member"]
    )
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await ground.api("sendMessage", chat_id=1, text="x", reply_markup=keyboard)
    ground.world.updates.clear()
    press = asyncio.create_task(
        ground.play("POST", "/chats/1/press", message_id=sent["message_id"], data="x")
    )
    [update] = await ground.updates(timeout=20)
    await ground.api("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])
    assert await press == {}


def test_the_checker_finds_what_is_wrong() -> None:
    schema = Schema()
    user = {"id": 1, "is_bot": False, "first_name": "n"}
    assert schema.check("User", user) == []
    assert schema.check("User", {**user, "id": "1"}) == ["User.id: '1' is no Integer"]
    assert schema.check("User", {**user, "hat": 1}) == ["User: User has no hat"]
    assert schema.check("User", {"id": 1, "is_bot": True}) == ["User: User needs first_name"]
    assert schema.check("ReactionType", {"type": "emoji", "emoji": "👍"}) == []
    assert schema.check("ReactionType", {"type": "odd", "emoji": "👍"}) != []
    assert schema.check_answer("getUpdates", [{"update_id": 1, "message": {}}]) != []
