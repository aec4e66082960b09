"""The world as JSON: objects of the Bot API, and the few more that the page needs."""

from __future__ import annotations

from typing import Any

from bot.playground.records import JSON, Chat, Member, Message
from bot.playground.rights import PERMISSIONS, administrator_rights
from bot.playground.world import World

# Telegram's own bots, that stand as senders where a chat speaks.
_FOR_GROUPS: JSON = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
_FOR_CHANNELS: JSON = {"id": 136_817_688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
STAND_INS = {user["id"]: user for user in (_FOR_GROUPS, _FOR_CHANNELS)}


def user_json(world: World, person_id: int) -> JSON:
    """A User; somebody unknown is a deleted account, as with Telegram."""
    if person_id in STAND_INS:
        return dict(STAND_INS[person_id])
    person = world.people.get(person_id)
    return person.json() if person else {"id": person_id, "is_bot": False, "first_name": ""}


def bot_json(world: World) -> JSON:
    """The bot about itself, as getMe tells it."""
    return {
        **world.bot.json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.settings.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
        "supports_join_request_queries": False,
    }


def chat_json(world: World, chat_id: int) -> JSON:
    """A Chat."""
    chat = world.chats.get(chat_id)
    if chat is None or chat.type == "private":
        person = user_json(world, chat_id)
        names = {key: person[key] for key in ("first_name", "last_name", "username") if person.get(key)}
        return {"id": chat_id, "type": "private", **names}
    fields: JSON = {"id": chat.id, "type": chat.type, "title": chat.title}
    if chat.username:
        fields["username"] = chat.username
    if chat.is_forum:
        fields["is_forum"] = True
    return fields


def member_json(world: World, chat: Chat, person_id: int) -> JSON:
    """A ChatMember of the kind that the person's status asks for."""
    member = chat.members.get(person_id, Member("left"))
    fields: JSON = {"status": member.status, "user": user_json(world, person_id)}
    if member.status == "creator":
        fields["is_anonymous"] = bool(member.rights.get("is_anonymous"))
    elif member.status == "administrator":
        known = administrator_rights(chat.type, allowed=False)
        fields["can_be_edited"] = person_id != world.bot.id and bool(
            chat.members.get(world.bot.id, Member("left")).rights.get("can_promote_members")
        )
        fields |= {name: bool(member.rights.get(name)) for name in known}
    elif member.status == "restricted":
        fields["is_member"] = member.is_member
        fields |= {name: bool(member.rights.get(name)) for name in PERMISSIONS}
        fields["until_date"] = member.until_date
    elif member.status == "kicked":
        fields["until_date"] = member.until_date
    if member.status in ("creator", "administrator") and member.rights.get("custom_title"):
        fields["custom_title"] = member.rights["custom_title"]
    return fields


def poll_json(message: Message) -> JSON:
    """A Poll with its votes counted."""
    poll = dict(message.content["poll"])
    counts = [0] * len(poll["options"])
    for chosen in message.votes.values():
        for index in chosen:
            counts[index] += 1
    poll["options"] = [
        {**option, "voter_count": count} for option, count in zip(poll["options"], counts, strict=True)
    ]
    poll["total_voter_count"] = sum(bool(chosen) for chosen in message.votes.values())
    return poll


def message_json(world: World, message: Message, *, with_reply: bool = True) -> JSON:
    """A Message as the Bot API has it, with today's names and the replied message's latest form."""
    fields: JSON = {"message_id": message.id}
    if message.sender_chat:
        fields["from"] = dict(_FOR_GROUPS if message.sender_chat == message.chat_id else _FOR_CHANNELS)
        fields["sender_chat"] = chat_json(world, message.sender_chat)
        fields |= signature(world, message)
    elif message.sender is not None:
        fields["from"] = user_json(world, message.sender)
    else:
        fields["sender_chat"] = chat_json(world, message.chat_id)
    fields["chat"] = chat_json(world, message.chat_id)
    fields["date"] = message.date
    if message.thread is not None:
        fields["message_thread_id"] = message.thread
        fields["is_topic_message"] = True
    if message.edit_date:
        fields["edit_date"] = message.edit_date
    if with_reply and (replied := _replied(world, message)) is not None:
        fields["reply_to_message"] = message_json(world, replied, with_reply=False)
    if with_reply and message.external_reply:
        fields["external_reply"] = message.external_reply
    fields |= message.content
    fields |= message.extra
    if "poll" in message.content:
        fields["poll"] = poll_json(message)
    if "pinned" in message.content:
        fields["pinned_message"] = _pinned(world, message.chat_id, fields.pop("pinned"))
    for name in ("new_chat_members", "left_chat_member"):
        if name in message.content:
            fields[name] = _people(world, message.content[name])
    return fields


def signature(world: World, message: Message) -> JSON:
    """The title of an administrator who writes in the group's name."""
    chat = world.chats.get(message.chat_id)
    member = chat.members.get(message.sender or 0) if chat else None
    title = member.rights.get("custom_title") if member else None
    return {"author_signature": title} if title and message.sender_chat == message.chat_id else {}


def _replied(world: World, message: Message) -> Message | None:
    """What a message answers. In a topic, what answers nobody answers the message that the topic began with."""
    begin = message.thread if message.thread != message.id else None
    answered = begin if message.reply_to is None else message.reply_to
    return None if answered is None else world.message(message.chat_id, answered)


def _pinned(world: World, chat_id: int, message_id: int) -> JSON:
    pinned = world.message(chat_id, message_id)
    if pinned is None:
        return {"message_id": message_id, "chat": chat_json(world, chat_id), "date": 0}
    return message_json(world, pinned, with_reply=False)


def _people(world: World, ids: int | list[int]) -> Any:
    return [user_json(world, id_) for id_ in ids] if isinstance(ids, list) else user_json(world, ids)


def page_message(world: World, message: Message) -> JSON:
    """A message for the page: with its reactions."""
    return {**message_json(world, message), "reactions": message.reactions}
