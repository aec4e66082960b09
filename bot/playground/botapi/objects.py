"""Messages that are neither text nor file: places, contacts, polls, dice."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from typing import Any

from bot.playground.botapi.call import Call, Handler, checked, find_chat, find_message
from bot.playground.botapi.keyboards import inline_keyboard
from bot.playground.botapi.sending import sent, target
from bot.playground.botapi.texts import parse
from bot.playground.entities import utf16_length
from bot.playground.errors import bad_request
from bot.playground.messages import changed
from bot.playground.records import JSON
from bot.playground.render import poll_json
from bot.playground.world import World

DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
_QUESTION_UNITS = 300
_OPTION_UNITS = 100
_MAX_OPTIONS = 12


def location(call: Call) -> JSON:
    """The place of a call. Raises ApiError 400."""
    checked(call.params.text("latitude"), "latitude is empty")
    checked(call.params.text("longitude"), "longitude is empty")
    latitude, longitude = call.params.number("latitude"), call.params.number("longitude")
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise bad_request("wrong latitude or longitude specified")
    place: JSON = {"latitude": latitude, "longitude": longitude}
    accuracy = call.params.number("horizontal_accuracy")
    if accuracy:
        place["horizontal_accuracy"] = accuracy
    for name in ("live_period", "heading", "proximity_alert_radius"):
        if call.params.integer(name):
            place[name] = call.params.integer(name)
    return place


async def send_location(call: Call) -> JSON:
    place = location(call)
    return sent(call, target(call, "location"), {"location": place})


async def send_venue(call: Call) -> JSON:
    place = location(call)
    title, address = call.params.text("title"), call.params.text("address")
    checked(title.strip(), "venue title must be non-empty")
    checked(address.strip(), "venue address must be non-empty")
    venue: JSON = {"location": place, "title": title, "address": address}
    for name in ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type"):
        if call.params.text(name):
            venue[name] = call.params.text(name)
    return sent(call, target(call, "venue"), {"location": place, "venue": venue})


async def send_contact(call: Call) -> JSON:
    checked(call.params.text("phone_number"), "phone number is empty")
    checked(call.params.text("first_name"), "first name is empty")
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: call.params.text(name) for name in names if call.params.text(name)}
    return sent(call, target(call, "contact"), {"contact": contact})


async def send_dice(call: Call) -> JSON:
    emoji = call.params.text("emoji") or "🎲"
    checked(emoji.rstrip("\ufe0f") in DICE, "wrong emoji specified for the dice")
    return sent(call, target(call, "dice"), {"dice": throw(emoji)})


def throw(emoji: str) -> JSON:
    """A Dice with a random value."""
    emoji = emoji.rstrip("\ufe0f")
    return {"emoji": emoji, "value": random.randint(1, DICE[emoji])}


def new_poll(question: JSON, options: list[JSON], **fields: Any) -> JSON:
    """A Poll without votes. `question` and `options` are `{"text", "entities"?}`."""
    poll: JSON = {
        "id": str(secrets.randbelow(9 * 10**18) + 10**18),
        "question": question["text"],
        "options": [{"persistent_id": str(n), **one, "voter_count": 0} for n, one in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
        **fields,
    }
    if question.get("entities"):
        poll["question_entities"] = question["entities"]
    for option in poll["options"]:
        if "entities" in option:
            option["text_entities"] = option.pop("entities")
    return poll


def _short(world: World, value: Any, mode: str, entities: Any, most: int, what: str) -> JSON:
    formatted = parse(world, str(value or ""), mode, entities)
    checked(formatted.text, f"{what} must be non-empty")
    checked(utf16_length(formatted.text) <= most, f"{what} length must not exceed {most}")
    return formatted.json()


async def send_poll(call: Call) -> JSON:
    params = call.params
    question = _short(
        call.world,
        params.text("question"),
        params.text("question_parse_mode"),
        params.json("question_entities"),
        _QUESTION_UNITS,
        "poll question",
    )
    given = params.json("options", "poll options")
    checked(isinstance(given, list) and given, "poll must have at least 1 option")
    checked(len(given) <= _MAX_OPTIONS, f"poll can't have more than {_MAX_OPTIONS} options")
    options: list[JSON] = []
    for one in given:
        option = one if isinstance(one, dict) else {"text": one}
        mode = str(option.get("text_parse_mode") or "")
        options.append(
            _short(
                call.world,
                option.get("text"),
                mode,
                option.get("text_entities"),
                _OPTION_UNITS,
                "poll option text",
            )
        )
    kind = params.text("type") or "regular"
    checked(kind in ("regular", "quiz"), "unsupported poll type specified")
    fields: JSON = {
        "type": kind,
        "is_anonymous": not params.text("is_anonymous") or params.boolean("is_anonymous"),
        "allows_multiple_answers": params.boolean("allows_multiple_answers"),
        "allows_revoting": params.boolean("allows_revoting")
        if "allows_revoting" in params
        else kind != "quiz",
        "members_only": params.boolean("members_only"),
        "is_closed": params.boolean("is_closed"),
    }
    if kind == "quiz":
        right = params.json("correct_option_ids")
        right = right if isinstance(right, list) else [params.integer("correct_option_id", -1)]
        checked(
            right and all(isinstance(n, int) and 0 <= n < len(options) for n in right),
            "invalid correct option identifier specified",
        )
        fields["correct_option_ids"] = right
        if params.text("explanation"):
            fields["explanation"] = params.text("explanation")
    for name in ("open_period", "close_date"):
        if params.integer(name):
            fields[name] = params.integer(name)
    return sent(call, target(call, "poll"), {"poll": new_poll(question, options, **fields)})


async def stop_poll(call: Call) -> JSON:
    chat = find_chat(call)
    message = find_message(call, chat, "message with poll to stop")
    checked("poll" in message.content, "message is not a poll")
    checked(message.sender == call.world.bot.id or chat.type == "channel", "poll can't be stopped")
    checked(not message.content["poll"]["is_closed"], "poll has already been closed")
    markup = inline_keyboard(call.params)
    message.content = {"poll": {**message.content["poll"], "is_closed": True}}
    message.extra = {key: value for key, value in message.extra.items() if key != "reply_markup"}
    if markup:
        message.extra["reply_markup"] = markup
    changed(call.world, message, by_bot=True, visible=False)
    return poll_json(message)


METHODS: Mapping[str, Handler] = {
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendDice": send_dice,
    "sendPoll": send_poll,
    "stopPoll": stop_poll,
}
