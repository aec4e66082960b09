"""What people do to messages: edit, delete, react, press, vote, stop; and faults on request."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import asdict

from bot.playground import messages
from bot.playground.botapi.texts import CAPTION_UNITS, TEXT_UNITS
from bot.playground.errors import PlayError
from bot.playground.play.inputs import Ask, Created
from bot.playground.play.posting import formatted
from bot.playground.reactions import REACTIONS
from bot.playground.records import JSON, Chat
from bot.playground.render import chat_json, message_json, page_message, poll_json, user_json
from bot.playground.rights import may

_PRESS_S = 30.0


async def edit(ask: Ask) -> JSON:
    chat = ask.chat()
    message = ask.message(chat, ask.request.path_params["message"])
    person = ask.sender(chat)
    mine = message.sender == person or (chat.type == "channel" and message.sender is None)
    if not mine or message.is_service or "forward_origin" in message.extra:
        raise PlayError(403, "Only one's own messages can be edited.")
    is_text = "text" in message.content
    name = "caption" if ask.fields.get("caption") is not None else "text"
    text = formatted(ask, name, TEXT_UNITS if is_text else CAPTION_UNITS)
    if is_text:
        if not text.text:
            raise PlayError(400, "A message needs a text.")
        content = text.json()
    else:
        bare = {key: value for key, value in message.content.items() if not key.startswith("caption")}
        content = {**bare, **text.json("caption")}
    if content != message.content:
        message.content = content
        messages.changed(ask.world, message, by_bot=False)
    return page_message(ask.world, message)


async def delete(ask: Ask) -> JSON:
    chat = ask.chat()
    message = ask.message(chat, ask.request.path_params["message"])
    person = ask.sender(chat)
    if chat.type != "private" and message.sender != person and not may(chat, person, "can_delete_messages"):
        raise PlayError(403, "Only one's own messages can be deleted.")
    messages.remove(ask.world, [message])
    return {}


async def react(ask: Ask) -> JSON:
    chat = ask.chat()
    message = ask.message(chat, ask.integer("message_id"))
    person = ask.sender(chat)
    emoji = ask.text("emoji").rstrip("\ufe0f")
    if emoji and emoji not in REACTIONS:
        raise PlayError(400, f"{emoji!r} is not a reaction.")
    messages.react(ask.world, message, person, [emoji] if emoji else [])
    return page_message(ask.world, message)


def _buttons(chat: Chat, ask: Ask, message_id: int) -> list[str]:
    markup = ask.message(chat, message_id).extra.get("reply_markup", {})
    return [button.get("callback_data", "") for row in markup.get("inline_keyboard", []) for button in row]


async def press(ask: Ask) -> JSON:
    chat = ask.chat()
    person = ask.sender(chat)
    message = ask.message(chat, ask.integer("message_id"))
    data = ask.text("data")
    if not data or data not in _buttons(chat, ask, message.id):
        raise PlayError(404, "This message has no such button.")
    wait_s = min(max(float(ask.integer("wait", int(_PRESS_S))), 0.0), 120.0)
    world = ask.world
    query_id = str(secrets.randbits(62))
    answered: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
    world.callbacks[query_id] = answered
    world.updates.add(
        "callback_query",
        {
            "id": query_id,
            "from": user_json(world, person),
            "message": message_json(world, message),
            "chat_instance": str(chat.id * 7_919),
            "data": data,
        },
    )
    await world.commit()
    try:
        async with asyncio.timeout(wait_s):
            return await answered
    except TimeoutError:
        raise PlayError(504, "The bot has not answered.") from None
    except asyncio.CancelledError:
        if answered.cancelled() and world.events.closed:
            raise PlayError(503, "The playground is closing.") from None
        raise
    finally:
        world.callbacks.pop(query_id, None)


async def vote(ask: Ask) -> JSON:
    chat = ask.chat()
    person = ask.sender(chat)
    message = ask.message(chat, ask.integer("message_id"))
    poll = message.content.get("poll")
    if poll is None:
        raise PlayError(400, "This message is not a poll.")
    options = ask.json("options")
    most = len(poll["options"]) if poll["allows_multiple_answers"] else 1
    if not isinstance(options, list) or len(options) > most:
        raise PlayError(400, "`options` must list what is chosen, by number.")
    if not all(isinstance(one, int) and 0 <= one < len(poll["options"]) for one in options):
        raise PlayError(400, "There is no such option.")
    if poll["is_closed"]:
        raise PlayError(409, "The poll is closed.")
    if message.votes.get(str(person)) and not poll["allows_revoting"]:
        raise PlayError(409, "The vote cannot be changed.")
    message.votes[str(person)] = sorted(set(options))
    messages.changed(ask.world, message, by_bot=True, visible=False)
    world = ask.world
    if message.sender == world.bot.id:
        world.updates.add("poll", poll_json(message))
        if not poll["is_anonymous"]:
            chosen = message.votes[str(person)]
            world.updates.add(
                "poll_answer",
                {
                    "poll_id": poll["id"],
                    "user": user_json(world, person),
                    "option_ids": chosen,
                    "option_persistent_ids": [poll["options"][one]["persistent_id"] for one in chosen],
                },
            )
    return page_message(world, message)


async def stop(ask: Ask) -> JSON:
    chat = ask.chat()
    ask.sender(chat)
    draft = ask.world.drafts.get((chat.id, ask.integer("draft_id")))
    if draft is None or draft.until < time.monotonic():
        raise PlayError(404, "There is no such draft.")
    if not draft.can_stop:
        raise PlayError(409, "This draft cannot be stopped.")
    if not draft.stopped:
        draft.stopped = True
        update: JSON = {"chat": chat_json(ask.world, chat.id), "draft_id": draft.draft_id}
        if draft.thread is not None:
            update["message_thread_id"] = draft.thread
        ask.world.updates.add("stopped_message_generation", update)
        if not draft.keep_on_stop:
            ended = {"chat_id": chat.id, "draft_id": draft.draft_id, "ended": True}
            ask.world.events.add("draft", ended)
    return {}


async def list_faults(ask: Ask) -> list[JSON]:
    return ask.world.faults.json()


async def add_fault(ask: Ask) -> Created:
    return Created(asdict(ask.world.faults.add(dict(ask.fields))))


async def clear_faults(ask: Ask) -> JSON:
    ask.world.faults.clear()
    return {}
