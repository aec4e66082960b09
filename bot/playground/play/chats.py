"""The state of the world, its people and chats, and who is in them."""

from __future__ import annotations

import re
import time
from dataclasses import asdict
from typing import Any

from bot.playground import messages
from bot.playground.botapi.topics import create, rename, set_closed
from bot.playground.errors import PlayError
from bot.playground.members import chat_changed, chat_state, set_member, standing, topic_json, upgrade
from bot.playground.play.inputs import Ask, Created
from bot.playground.records import JSON, Chat, Member, Person
from bot.playground.rights import all_permissions, may

_STATUSES = ("member", "administrator", "restricted", "left", "kicked")
_TYPES = ("private", "group", "supergroup", "channel")


async def state(ask: Ask) -> JSON:
    world = ask.world
    language = ask.request.query_params.get("language_code", "")
    now = time.monotonic()
    growing = [draft for draft in world.drafts.values() if draft.until > now and not draft.stopped]
    return {
        "bot": world.bot.json(),
        "people": [person.json() for person in world.people.values() if not person.is_bot],
        "chats": [chat_state(world, chat, language) for chat in world.chats.values()],
        "drafts": [draft.json(now) for draft in growing],
        "settings": asdict(world.settings),
        "last_event": world.events.last_id,
        "ready": False,
        "models": [],
        "mood": ask.play.mood is not None,
        **ask.play.status(),
    }


async def change_settings(ask: Ask) -> JSON:
    for name, value in ask.fields.items():
        if name not in ("privacy_mode", "real_limits") or not isinstance(value, bool):
            raise PlayError(400, "The settings are `privacy_mode` and `real_limits`, each true or false.")
        setattr(ask.world.settings, name, value)
    ask.world.save_settings()
    return asdict(ask.world.settings)


def _named(ask: Ask, names: tuple[str, ...]) -> JSON:
    fields: JSON = {name: ask.text(name).strip()[:64] for name in names if name in ask.fields}
    if ask.fields.get("name") is not None:
        fields["first_name"] = ask.text("name").strip()[:64]
    if "is_premium" in ask.fields:
        fields["is_premium"] = ask.boolean("is_premium")
    username = str(fields.get("username", "")).removeprefix("@")
    if username and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{2,31}", username):
        raise PlayError(400, "A username has 3 to 32 Latin letters, digits and underscores.")
    if username:
        fields["username"] = username
    return fields


_PERSON = ("first_name", "last_name", "username", "language_code")


async def add_person(ask: Ask) -> Created:
    fields = _named(ask, _PERSON)
    if not fields.get("first_name"):
        raise PlayError(400, "A person needs a `name`.")
    _free_username(ask, str(fields.get("username", "")))
    person = ask.world.add_person(Person(id=ask.world.next_id("person"), **fields))
    return Created(person.json())


async def change_person(ask: Ask) -> JSON:
    person = ask.world.people.get(ask.request.path_params["person"])
    if person is None or person.is_bot:
        raise PlayError(404, f"There is no person {ask.request.path_params['person']}.")
    fields = _named(ask, _PERSON)
    if fields.get("first_name") == "":
        raise PlayError(400, "A person needs a `name`.")
    if fields.get("username", "").lower() != person.username.lower():
        _free_username(ask, str(fields.get("username", "")))
    for name, value in fields.items():
        setattr(person, name, value)
    ask.world.save_person(person)
    if person.id in ask.world.chats:
        chat_changed(ask.world, ask.world.chats[person.id])
    return person.json()


def _free_username(ask: Ask, username: str) -> None:
    people = {person.username.lower() for person in ask.world.people.values()}
    chats = {chat.username.lower() for chat in ask.world.chats.values()}
    if username and username.lower() in people | chats:
        raise PlayError(409, f"The username {username} is taken.")


async def add_chat(ask: Ask) -> Created:
    world, kind = ask.world, ask.text("type") or "group"
    if kind not in _TYPES:
        raise PlayError(400, f"`type` must be one of {', '.join(_TYPES)}.")
    members = _members(ask)
    if kind == "private":
        if len(members) != 1:
            raise PlayError(400, "A private chat has one member.")
        chat = world.open_private_chat(members[0])
        chat_changed(world, chat)
        return Created(chat_state(world, chat))
    title = ask.text("title").strip()[:128]
    if not title:
        raise PlayError(400, "A chat needs a `title`.")
    status = ask.text("bot") or ("administrator" if kind == "channel" else "member")
    if status not in ("member", "administrator", "left"):
        raise PlayError(400, "`bot` must be member, administrator or left.")
    username = str(_named(ask, ("username",)).get("username", ""))
    _free_username(ask, username)
    chat = Chat(
        world.new_chat_id(kind),
        kind,
        title=title,
        username=username,
        description=ask.text("description")[:255],
        is_forum=kind == "supergroup" and ask.boolean("is_forum"),
        privacy_mode=ask.boolean("privacy_mode") if "privacy_mode" in ask.fields else None,
        permissions=all_permissions(),
    )
    chat.members = {id_: Member("creator" if n == 0 else "member") for n, id_ in enumerate(members)}
    world.add_chat(chat)
    created = "supergroup_chat_created" if kind == "supergroup" else f"{kind}_chat_created"
    messages.post(world, chat, None if kind == "channel" else members[0], {created: True})
    if status != "left":
        set_member(world, chat, world.bot.id, standing(chat, status), members[0])
    chat_changed(world, chat)
    return Created(chat_state(world, chat))


def _members(ask: Ask) -> list[int]:
    given = ask.json("members")
    ids: list[Any] = given if isinstance(given, list) else []
    people = [id_ for id_ in dict.fromkeys(ids) if id_ != ask.world.bot.id]
    if not people:
        raise PlayError(400, "`members` must list at least one person.")
    for id_ in people:
        if not isinstance(id_, int) or id_ not in ask.world.people:
            raise PlayError(404, f"There is no person {id_}.")
    return people


async def set_membership(ask: Ask) -> JSON:
    world, chat = ask.world, ask.chat()
    person = ask.integer("person")
    status = ask.text("status")
    if person not in world.people:
        raise PlayError(404, f"There is no person {person}.")
    if status not in _STATUSES:
        raise PlayError(400, f"`status` must be one of {', '.join(_STATUSES)}.")
    if chat.type == "private" and (person != world.bot.id or status not in ("member", "left", "kicked")):
        raise PlayError(400, "In a private chat only the bot can be stopped (kicked) or started (member).")
    old = chat.members.get(person, Member("left"))
    if old.status == "creator":
        raise PlayError(403, "The owner of a chat stays what they are.")
    owner = next((id_ for id_, member in chat.members.items() if member.status == "creator"), person)
    alone = person != world.bot.id and status in ("member", "left") and old.status != "administrator"
    by = ask.integer("by", person if alone else owner)
    if chat.type == "private":
        by, status = chat.id, "kicked" if status == "left" else status
    if by not in world.people:
        raise PlayError(404, f"There is no person {by}.")
    announced = ask.boolean("announced") if "announced" in ask.fields else True
    set_member(world, chat, person, standing(chat, status), by, announced=announced)
    return chat_state(world, chat)


async def set_title(ask: Ask) -> JSON:
    chat = ask.chat()
    title = ask.text("title").strip()[:128]
    sender = ask.sender(chat)
    if chat.type == "private" or not may(chat, sender, "can_change_info"):
        raise PlayError(403, "This title cannot be changed.")
    if not title:
        raise PlayError(400, "A chat needs a `title`.")
    if title != chat.title:
        chat.title = title
        chat_changed(ask.world, chat)
        messages.post(ask.world, chat, None if chat.type == "channel" else sender, {"new_chat_title": title})
    return chat_state(ask.world, chat)


async def add_topic(ask: Ask) -> Created:
    chat = ask.chat()
    if chat.type != "supergroup":
        raise PlayError(409, "Only a supergroup has topics; upgrade the group first.")
    name = ask.text("name").strip()[:128]
    if not name:
        raise PlayError(400, "A topic needs a `name`.")
    sender = ask.sender(chat)
    chat.is_forum = True
    return Created(topic_json(create(ask.world, chat, sender, name, ask.integer("icon_color", 0))))


async def change_topic(ask: Ask) -> JSON:
    chat = ask.chat()
    topic = chat.topics.get(ask.request.path_params["topic"])
    if topic is None:
        raise PlayError(404, f"There is no topic {ask.request.path_params['topic']} in this chat.")
    sender = ask.sender(chat)
    if not may(chat, sender, "can_manage_topics"):
        raise PlayError(403, f"Person {sender} may not change topics here.")
    if name := ask.text("name").strip()[:128]:
        rename(ask.world, chat, topic, sender, name)
    if "closed" in ask.fields:
        set_closed(ask.world, chat, topic, sender, ask.boolean("closed"))
    return topic_json(topic)


async def upgrade_chat(ask: Ask) -> JSON:
    chat = ask.chat()
    if chat.type != "group" or chat.migrated_to:
        raise PlayError(409, "Only a group can become a supergroup.")
    return chat_state(ask.world, upgrade(ask.world, chat, ask.sender(chat)))
