"""The Bot API: calls in every form, answers as promised, refusals in Telegram's words."""

import asyncio
import json

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from tests.bot.playground.conftest import Ground, picture


async def test_get_me_works_by_get_by_post_and_in_any_case(ground: Ground) -> None:
    for method in ("GET", "POST"):
        for name in ("getMe", "GETME", "getme"):
            response = await ground.client.request(method, f"/bot{ground.world.bot_token}/{name}")
            assert ground.approve("getMe", response.json()["result"])["username"] == "chutko_bot"


async def test_a_wrong_token_and_an_unknown_method_are_told_apart(ground: Ground) -> None:
    wrong = await ground.client.get("/bot1:wrong/getMe")
    assert (wrong.status_code, wrong.json()) == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    unknown = await ground.client.get(f"/bot{ground.world.bot_token}/getMeNot")
    assert (unknown.status_code, unknown.json()["description"]) == (404, "Not Found")


async def test_query_form_multipart_and_json_mean_the_same(ground: Ground) -> None:
    path = f"/bot{ground.world.bot_token}/sendMessage"
    fields = {"chat_id": "1", "text": "<b>same</b>", "parse_mode": "HTML"}
    answers = [
        await ground.client.get(path, params=fields),
        await ground.client.post(path, data=fields),
        await ground.client.post(path, files={name: (None, value) for name, value in fields.items()}),
        await ground.client.post(path, json=fields),
    ]
    results = [ground.approve("sendMessage", answer.json()["result"]) for answer in answers]
    assert {(result["text"], json.dumps(result["entities"])) for result in results} == {
        ("same", '[{"type": "bold", "offset": 0, "length": 4}]')
    }


REFUSALS: list[tuple[str, dict[str, object], str]] = [
    ("sendMessage", {"chat_id": 1}, "message text is empty"),
    ("sendMessage", {"chat_id": 1, "text": "  \n "}, "text must be non-empty"),
    ("sendMessage", {"chat_id": 1, "text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"chat_id": 1, "text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 99, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
    (
        "sendMessage",
        {"chat_id": 1, "text": "<b>x", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    (
        "sendMessage",
        {"chat_id": 1, "text": "*x", "parse_mode": "MarkdownV2"},
        "can't parse entities: Can't find end of Bold entity at byte offset 0",
    ),
    ("sendMessage", {"chat_id": 1, "text": "x", "parse_mode": "BB"}, "unsupported parse_mode"),
    (
        "sendMessage",
        {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": 77}},
        "message to be replied not found",
    ),
    ("sendMessage", {"chat_id": 1, "text": "x", "message_thread_id": 7}, "message thread not found"),
    (
        "sendMessage",
        {
            "chat_id": 1,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "я" * 33}]]},
        },
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": 1, "text": "x", "reply_markup": "{"},
        "can't parse reply keyboard markup JSON object",
    ),
    ("sendPhoto", {"chat_id": 1}, "there is no photo in the request"),
    (
        "sendPhoto",
        {"chat_id": 1, "photo": "https://example.com/cat.jpg"},
        "failed to get HTTP URL content",
    ),
    (
        "sendDocument",
        {"chat_id": 1, "document": "zzz"},
        "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
    ),
    ("editMessageText", {"chat_id": 1, "message_id": 5, "text": "x"}, "message to edit not found"),
    ("deleteMessage", {"chat_id": 1, "message_id": 5}, "message to delete not found"),
    ("copyMessage", {"chat_id": 1, "from_chat_id": 1, "message_id": 5}, "message to copy not found"),
    (
        "forwardMessage",
        {"chat_id": 1, "from_chat_id": 1, "message_id": 5},
        "message to forward not found",
    ),
    ("setMessageReaction", {"chat_id": 1, "message_id": 5}, "message to react not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "5"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("getFile", {"file_id": "zzz"}, "wrong file_id or the file is temporarily unavailable"),
    ("sendChatAction", {"chat_id": 1, "action": "dance"}, "wrong parameter action in request"),
    ("getChatAdministrators", {"chat_id": 1}, "there are no administrators in the private chat"),
    ("setMyCommands", {"commands": [{"command": "Ä", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("createForumTopic", {"chat_id": -1001, "name": "x"}, "the chat is not a forum"),
]


async def test_refusals_are_worded_as_telegrams(ground: Ground) -> None:
    for method, params, words in REFUSALS:
        assert await ground.refused(method, **params) == (400, f"Bad Request: {words}"), (method, params)


async def test_a_caption_counts_after_its_markup(ground: Ground) -> None:
    fine = await ground.upload(
        "sendPhoto", {"photo": picture()}, chat_id=1, caption=f"<b>{'x' * 1024}</b>", parse_mode="HTML"
    )
    assert len(fine["caption"]) == 1024
    body = (
        await ground.client.post(
            f"/bot{ground.world.bot_token}/sendPhoto",
            data={"chat_id": 1, "caption": "x" * 1025},
            files={"photo": picture()},
        )
    ).json()
    assert body["description"] == "Bad Request: message caption is too long"


async def test_nobody_is_written_to_first_nor_after_a_block(ground: Ground) -> None:
    assert await ground.refused("sendMessage", chat_id=2, text="x") == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )
    await ground.play("POST", "/chats/1/members", person=ground.world.bot.id, status="kicked")
    assert await ground.refused("sendMessage", chat_id=1, text="x") == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    with pytest.raises(Forbidden):
        await ground.bot.send_message(1, "x")
    [update] = await ground.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_a_group_that_the_bot_left_or_that_moved_refuses(ground: Ground) -> None:
    moved = await ground.play("POST", "/chats/-1001/upgrade")
    response = (await ground.raw("sendMessage", chat_id=-1001, text="x")).json()
    assert response["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert response["parameters"] == {"migrate_to_chat_id": moved["id"]}
    await ground.api("leaveChat", chat_id=moved["id"])
    assert await ground.refused("sendMessage", chat_id=moved["id"], text="x") == (
        403,
        "Forbidden: bot is not a member of the supergroup chat",
    )
    await ground.play("POST", f"/chats/{moved['id']}/members", person=ground.world.bot.id, status="kicked")
    assert await ground.refused("sendMessage", chat_id=moved["id"], text="x") == (
        403,
        "Forbidden: bot was kicked from the supergroup chat",
    )


async def test_edits_change_the_message_and_an_equal_edit_is_refused(ground: Ground) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    sent = await ground.bot.send_message(1, "one", reply_markup=keyboard)
    edited = await ground.bot.edit_message_text("*two*", 1, sent.message_id, parse_mode=ParseMode.MARKDOWN_V2)
    assert edited.text == "two"
    assert edited.reply_markup is None
    assert edited.edit_date is not None
    with pytest.raises(BadRequest, match="Message is not modified"):
        await ground.bot.edit_message_text("*two*", 1, sent.message_id, parse_mode=ParseMode.MARKDOWN_V2)
    _, words = await ground.refused(
        "editMessageText",
        chat_id=1,
        message_id=sent.message_id,
        text="two",
        entities=[{"type": "bold", "offset": 0, "length": 3}],
    )
    assert words == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    assert (await ground.refused("editMessageCaption", chat_id=1, message_id=sent.message_id, caption="x"))[
        1
    ].endswith("there is no caption in the message to edit")
    theirs = await ground.say("mine")
    assert (await ground.refused("editMessageText", chat_id=1, message_id=theirs["message_id"], text="x"))[
        1
    ] == "Bad Request: message can't be edited"


async def test_a_reply_shows_the_message_and_survives_its_loss(ground: Ground) -> None:
    said = await ground.say("question")
    answer = await ground.api(
        "sendMessage",
        chat_id=1,
        text="answer",
        reply_parameters={"message_id": said["message_id"], "quote": "quest"},
    )
    assert answer["reply_to_message"]["text"] == "question"
    assert answer["quote"]["text"] == "quest"
    free = await ground.api(
        "sendMessage",
        chat_id=1,
        text="x",
        reply_parameters={"message_id": 999, "allow_sending_without_reply": True},
    )
    assert "reply_to_message" not in free


async def test_deleting_takes_what_a_bot_may_take(ground: Ground) -> None:
    said = await ground.say("x", chat=-1001)
    sent = await ground.api("sendMessage", chat_id=-1001, text="y")
    assert await ground.refused("deleteMessage", chat_id=-1001, message_id=said["message_id"]) == (
        400,
        "Bad Request: message can't be deleted",
    )
    assert await ground.api("deleteMessages", chat_id=-1001, message_ids=[sent["message_id"], 12345])
    await ground.play("POST", "/chats/-1001/members", person=ground.world.bot.id, status="administrator")
    assert await ground.api("deleteMessage", chat_id=-1001, message_id=said["message_id"])
    left = await ground.play("GET", "/chats/-1001/messages")
    assert [message for message in left if "text" in message] == []


async def test_copies_and_forwards_carry_the_content(ground: Ground) -> None:
    said = await ground.say("see https://example.com")
    copied = await ground.api("copyMessage", chat_id=-1001, from_chat_id=1, message_id=said["message_id"])
    forwarded = await ground.api(
        "forwardMessage", chat_id=-1001, from_chat_id=1, message_id=said["message_id"]
    )
    assert forwarded["forward_origin"]["sender_user"]["id"] == 1
    assert (
        ground.world.messages[copied["message_id"]].content
        == ground.world.messages[said["message_id"]].content
    )
    ids = await ground.api(
        "forwardMessages", chat_id=-1001, from_chat_id=1, message_ids=[said["message_id"], 999]
    )
    assert len(ids) == 1


async def test_drafts_show_and_can_be_stopped(ground: Ground) -> None:
    await ground.api("sendMessageDraft", chat_id=1, draft_id=7, text="Hel", can_stop=True)
    await ground.play("POST", "/chats/1/stop", draft_id=7)
    [update] = await ground.updates()
    assert update["stopped_message_generation"] == {
        "chat": update["stopped_message_generation"]["chat"],
        "draft_id": 7,
    }
    before = ground.world.events.last_id
    await ground.api("sendMessageDraft", chat_id=1, draft_id=7, text="Hello", can_stop=True)
    assert ground.world.events.last_id == before
    assert await ground.bot.send_message_draft(1, 8, "x")
    assert (await ground.refused("sendMessageDraft", chat_id=-1001, draft_id=7, text="x"))[0] == 400


async def test_commands_are_kept_by_scope_and_language(ground: Ground) -> None:
    await ground.api("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await ground.api(
        "setMyCommands",
        commands=[{"command": "help", "description": "Помощь"}],
        language_code="ru",
        scope={"type": "all_private_chats"},
    )
    assert await ground.api("getMyCommands") == [{"command": "help", "description": "Help"}]
    assert await ground.api("getMyCommands", language_code="ru") == []
    state = await ground.play("GET", "/state?language_code=ru")
    assert [chat["commands"][0]["description"] for chat in state["chats"]] == ["Помощь", "Help"]
    await ground.api("deleteMyCommands")
    assert await ground.api("getMyCommands") == []


async def test_a_pressed_button_gets_the_bots_answer(ground: Ground) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    sent = await ground.api("sendMessage", chat_id=1, text="x", reply_markup=keyboard)
    press = asyncio.create_task(
        ground.play("POST", "/chats/1/press", **{"from": 1, "message_id": sent["message_id"], "data": "go"})
    )
    [update] = await ground.updates(timeout=10)
    query = update["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("go", sent["message_id"])
    assert await ground.api(
        "answerCallbackQuery", callback_query_id=query["id"], text="Done", show_alert=True
    )
    assert await press == {"text": "Done", "show_alert": True}
    missing = await ground.client.post(
        "/play/chats/1/press", json={"message_id": sent["message_id"], "data": "stop"}
    )
    assert missing.status_code == 404


async def test_topics_hold_their_messages(ground: Ground) -> None:
    chat = await ground.group(is_forum=True, bot="administrator")
    topic = await ground.api("createForumTopic", chat_id=chat, name="Cats")
    thread = topic["message_thread_id"]
    sent = await ground.api("sendMessage", chat_id=chat, text="x", message_thread_id=thread)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    said = await ground.say("y", chat=chat, thread=thread)
    reply = await ground.api(
        "sendMessage", chat_id=chat, text="z", reply_parameters={"message_id": said["message_id"]}
    )
    assert reply["message_thread_id"] == thread
    assert await ground.api("editForumTopic", chat_id=chat, message_thread_id=thread, name="Dogs")
    assert await ground.api("closeForumTopic", chat_id=chat, message_thread_id=thread)
    assert await ground.api("reopenForumTopic", chat_id=chat, message_thread_id=thread)
    assert await ground.api("deleteForumTopic", chat_id=chat, message_thread_id=thread)
