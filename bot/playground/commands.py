"""The bot's command lists: which one a person sees where.

Order of scopes: https://core.telegram.org/bots/api#determining-list-of-commands
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.playground.records import JSON, Chat
from bot.playground.world import World


def scope_key(scope: JSON, language_code: str) -> str:
    """The name a list is kept under."""
    parts = [str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope]
    return "|".join([":".join(parts), language_code])


def commands_for(world: World, chat: Chat, language_code: str = "") -> list[JSON]:
    """The list that the person of a private chat, or the owner of a group, is shown."""
    if chat.type == "channel" or not chat.members:
        return []
    person = next((id_ for id_ in chat.members if id_ != world.bot.id), chat.id)
    who = world.people.get(person)
    language = language_code or (who.language_code if who else "")
    for scope in _scopes(chat, person):
        for code in dict.fromkeys((language.partition("-")[0], "")):
            commands = world.profile.commands.get(scope_key(scope, code))
            if commands:
                return commands
    return []


def _scopes(chat: Chat, person: int) -> Iterator[JSON]:
    if chat.type == "private":
        yield {"type": "chat", "chat_id": chat.id}
        yield {"type": "all_private_chats"}
    else:
        yield {"type": "chat_member", "chat_id": chat.id, "user_id": person}
        if chat.members[person].status in ("creator", "administrator"):
            yield {"type": "chat_administrators", "chat_id": chat.id}
        yield {"type": "chat", "chat_id": chat.id}
        if chat.members[person].status in ("creator", "administrator"):
            yield {"type": "all_chat_administrators"}
        yield {"type": "all_group_chats"}
    yield {"type": "default"}
