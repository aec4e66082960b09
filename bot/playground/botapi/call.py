"""One Bot API call: who it is about, and whether the bot may do it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.botapi.inputs import Params
from bot.playground.errors import ApiError, bad_request, forbidden
from bot.playground.media import MediaTaker
from bot.playground.records import JSON, Chat, Member, Message
from bot.playground.render import STAND_INS
from bot.playground.rights import may
from bot.playground.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """Everything a method needs."""

    world: World
    params: Params
    media: MediaTaker


@dataclass(frozen=True, slots=True)
class Answer:
    """A result with a word to it, as setWebhook gives."""

    result: Any
    description: str


Handler = Callable[[Call], Awaitable[Any]]


def find_chat(call: Call, name: str = "chat_id", *, reach: bool = True) -> Chat:
    """The chat of a call. With `reach` the bot must be able to act in it. Raises ApiError 400 and 403."""
    text = call.params.text(name).strip()
    if not text:
        raise bad_request(f"{name} is empty")
    chat = _lookup(call.world, text)
    if chat is None:
        person = call.params.integer(name)
        if person in call.world.people and person != call.world.bot.id:
            raise forbidden("bot can't initiate conversation with a user")
        if person == call.world.bot.id:
            raise forbidden("bot can't send messages to the bot")
        raise bad_request("chat not found")
    if reach:
        check_reach(call.world, chat)
    return chat


def _lookup(world: World, text: str) -> Chat | None:
    if text.startswith("@"):
        wanted = text[1:].lower()
        return next((chat for chat in world.chats.values() if chat.username.lower() == wanted), None)
    try:
        return world.chats.get(int(text))
    except ValueError:
        return None


def check_reach(world: World, chat: Chat) -> None:
    """Raise ApiError if the bot is out of a chat, blocked, or the chat has moved."""
    if chat.migrated_to:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.inside(world.bot.id):
        return
    status = chat.members.get(world.bot.id, Member("left")).status
    if chat.type == "private":
        raise forbidden("bot was blocked by the user")
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind}")
    raise forbidden(f"bot is not a member of the {chat.kind}")


def find_message(call: Call, chat: Chat, what: str, name: str = "message_id") -> Message:
    """The message of a call; `what` names it in the refusal, as `message to edit`."""
    message = call.world.message(chat.id, call.params.integer(name))
    if message is None:
        raise bad_request(f"{what} not found")
    return message


def message_ids(params: Params, name: str = "message_ids") -> list[int]:
    """A list of at most 100 message ids. Raises ApiError 400."""
    ids = params.json(name, "message identifiers")
    if not ids:
        raise bad_request("message identifiers are not specified")
    if not isinstance(ids, list):
        raise bad_request(
            "can't parse message identifiers JSON array: expected an Array of message identifiers"
        )
    if len(ids) > 100:
        raise bad_request("too many message identifiers specified")
    numbers: list[int] = []
    for id_ in ids:
        number = Params({"id": id_}).integer("id")
        checked(number > 0, "invalid message identifier specified")
        numbers.append(number)
    return numbers


def need_right(call: Call, chat: Chat, right: str, refusal: str) -> None:
    """Raise ApiError 400 unless the bot has a right in the chat."""
    if not may(chat, call.world.bot.id, right):
        raise bad_request(refusal)


def flood(call: Call, chat: Chat, weight: int = 1) -> None:
    """Count messages against the flood limits, where they are on. Raises ApiError 429."""
    if call.world.settings.real_limits:
        call.world.flood.check(chat.id, weight)


def find_person(call: Call, name: str = "user_id") -> int:
    """A person's id. Raises ApiError 400."""
    person = call.params.integer(name)
    if person <= 0:
        raise bad_request("invalid user_id specified")
    if person not in call.world.people and person not in STAND_INS:
        raise ApiError(400, "Bad Request: user not found")
    return person


def checked(condition: object, refusal: str) -> None:
    """Raise ApiError 400 with these words unless the condition holds."""
    if not condition:
        raise bad_request(refusal)


def flags(params: Params, **names: str) -> JSON:
    """Message fields that repeat a true parameter: `flags(params, has_spoiler="has_media_spoiler")`."""
    return {field: True for name, field in names.items() if params.boolean(name)}
