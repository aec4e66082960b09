"""Coming and going: memberships, their service messages and updates."""

from __future__ import annotations

from bot.playground.commands import commands_for
from bot.playground.messages import post
from bot.playground.records import JSON, Chat, Member, Topic
from bot.playground.render import chat_json, member_json, message_json, user_json
from bot.playground.rights import administrator_rights, all_permissions
from bot.playground.world import World


def chat_state(world: World, chat: Chat, language_code: str = "") -> JSON:
    """A chat for the page: with members, topics, pins and the bot's commands."""
    bot = world.bot.id
    standing = chat.members.get(bot, Member("left"))
    ids = world.messages_of(chat.id)
    return {
        **chat_json(world, chat.id),
        "members": [id_ for id_, member in chat.members.items() if member.inside and id_ != bot],
        "administrators": [
            id_
            for id_, member in chat.members.items()
            if member.status in ("creator", "administrator") and id_ != bot
        ],
        "bot_member": standing.inside,
        "bot_status": standing.status,
        "topics": [topic_json(topic) for topic in chat.topics.values()],
        "pinned": list(chat.pinned),
        "last_message_id": ids[-1] if ids else None,
        "commands": commands_for(world, chat, language_code),
    }


def topic_json(topic: Topic) -> JSON:
    return {
        "message_thread_id": topic.message_thread_id,
        "name": topic.name,
        "icon_color": topic.icon_color,
        "closed": topic.closed,
    }


def chat_changed(world: World, chat: Chat) -> None:
    """Keep a chat and tell the page."""
    world.save_chat(chat)
    world.events.add("chat", {"chat_id": chat.id, "chat": chat_state(world, chat)})


def set_member(
    world: World, chat: Chat, person: int, member: Member, by: int, *, announced: bool = True
) -> None:
    """Give somebody a new standing; the bot learns of it as Telegram tells.

    Not `announced`: no message in the chat says so, as in large groups and in those that hide their members.
    """
    before = chat.members.get(person, Member("left"))
    if before == member:
        return
    was_inside, old = before.inside, member_json(world, chat, person)
    bot = world.bot.id
    bot_was_inside = chat.inside(bot)
    chat.members.pop(person, None)
    chat.members[person] = member
    if not member.inside and person != bot and member.status == "left" and chat.type != "private":
        # Who has left is forgotten; the bot's own leaving is remembered for its refusals.
        chat.members.pop(person)
    chat_changed(world, chat)
    change = {
        "chat": chat_json(world, chat.id),
        "from": user_json(world, by),
        "date": world.now(),
        "old_chat_member": old,
        "new_chat_member": member_json(world, chat, person),
    }
    if person == bot:
        world.updates.add("my_chat_member", change)
    elif chat.inside(bot) and chat.members[bot].status == "administrator":
        world.updates.add("chat_member", change)
    if not announced or chat.type in ("private", "channel") or was_inside == member.inside:
        return
    content: JSON = {"new_chat_members": [person]} if member.inside else {"left_chat_member": person}
    message = post(world, chat, by, content)
    if person == bot and bot_was_inside and not member.inside:
        # A bot hears of its own removal although it is out by then.
        world.updates.add("message", message_json(world, message))


def standing(chat: Chat, status: str, rights: JSON | None = None, until_date: int = 0) -> Member:
    """A member of a status with the usual rights."""
    if status == "administrator":
        return Member(status, rights if rights is not None else administrator_rights(chat.type))
    if status == "restricted":
        return Member(status, rights if rights is not None else all_permissions(False), until_date)
    return Member(status, {}, until_date)


def upgrade(world: World, chat: Chat, by: int) -> Chat:
    """Turn a group into a supergroup with a new id, as Telegram does when a group grows."""
    new = Chat(
        world.new_chat_id("supergroup"),
        "supergroup",
        title=chat.title,
        description=chat.description,
        privacy_mode=chat.privacy_mode,
        members=dict(chat.members),
        permissions=dict(chat.permissions),
    )
    world.add_chat(new)
    post(world, chat, by, {"migrate_to_chat_id": new.id})
    chat.migrated_to = new.id
    chat_changed(world, chat)
    post(world, new, by, {"migrate_from_chat_id": chat.id})
    chat_changed(world, new)
    return new
