"""Nonsense is refused, never an error of the server's own."""

import itertools
import random
from typing import Any

from bot.playground.botapi import methods
from tests.bot.playground.conftest import Ground

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2**70, 1e308, "", "1", "x", "\ud800", "\0", "9" * 5000, [], {}, [[]], [{}], [None],
    {"type": None}, {"type": "chat", "chat_id": {}}, {"type": "emoji", "emoji": {}}, [{"type": "emoji"}],
    "{", "[", "[1",     {"inline_keyboard": [[None]]}, {"inline_keyboard": {}}, {"keyboard": [[5]]},
    {"message_id": "x"}, {"message_id": {}},
    {"message_id": 1, "quote": []}, [{"type": "photo", "media": 5}], [{"type": "photo", "media": "attach://"}],
    [{"type": "text_link", "offset": 0, "length": 1, "url": 5}], [{"type": "pre", "offset": -1, "length": 10**9}],
    [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": []}}],
    "<b", "&#99999999;", "tg://user?id=99999999999999",
]  # fmt: skip
NAMES = (
    "text", "parse_mode", "entities", "caption", "caption_entities", "message_id", "message_ids",
    "from_chat_id", "user_id", "reply_markup", "reply_parameters", "media", "photo", "video", "document",
    "sticker", "file_id", "draft_id", "action", "reaction", "commands", "scope", "language_code", "name",
    "title", "description", "menu_button", "permissions", "rights", "question", "options", "type",
    "correct_option_ids", "latitude", "longitude", "offset", "limit", "allowed_updates", "url", "secret_token",
    "max_connections", "link_preview_options", "message_thread_id", "invite_link", "phone_number", "first_name",
    "address", "emoji", "callback_query_id", "icon_color", "until_date", "chat_id",
)  # fmt: skip
# The first would end the test, the second would wait.
LEFT_OUT = {"leavechat", "setwebhook"}


async def test_no_call_with_odd_parameters_breaks_the_bot_api(ground: Ground) -> None:
    draw = random.Random(7)
    said = await ground.say()
    room = await ground.group(is_forum=True, bot="administrator")
    for method in sorted(set(methods()) - LEFT_OUT):
        for _ in range(4):
            chosen = {name: draw.choice(ODD) for name in draw.sample(NAMES, draw.randint(1, 12))}
            params = {
                "chat_id": draw.choice([1, room]),
                "message_id": said["message_id"],
                "text": "x",
                **chosen,
            }
            response = await ground.raw(method, **params)
            assert response.status_code in (200, 400, 403, 404, 409), (method, params, response.text)
    await ground.world.commit()


async def test_no_request_with_odd_fields_breaks_the_peoples_side(ground: Ground) -> None:
    draw = random.Random(7)
    said = await ground.say()
    paths = [
        "/people", "/chats", "/chats/1/title", "/chats/-1001/title", "/chats/-1001/members", "/chats/-1001/topics",
        "/chats/1/messages", "/chats/1/forward", f"/chats/1/messages/{said['message_id']}/forward",
        f"/chats/1/messages/{said['message_id']}/edit", "/chats/1/react", "/chats/1/press", "/chats/1/vote",
        "/chats/1/stop", "/faults",
    ]  # fmt: skip
    names = (
        "from", "name", "language_code", "username", "type", "title", "members", "bot", "text", "caption", "as",
        "reply_to", "thread", "entities", "location", "contact", "poll", "dice", "kind", "message_id", "data",
        "emoji", "options", "person", "status", "by", "draft_id", "source", "message_ids", "to", "methods",
        "times", "retry_after", "delay_s",
    )  # fmt: skip
    for path, _ in itertools.product(paths, range(8)):
        body = {name: draw.choice(ODD) for name in draw.sample(names, draw.randint(1, 10))}
        if path == "/chats/1/press":
            body["data"] = "none"
        response = await ground.post(f"/play{path}", {"message_id": said["message_id"], **body})
        assert response.status_code in (200, 201, 400, 403, 404, 409), (path, body, response.text)
    await ground.world.commit()
