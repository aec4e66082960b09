"""Administrators' acts: bans, restrictions, promotions."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.botapi.call import Call, Handler, checked, find_chat, find_person, need_right
from bot.playground.members import chat_changed, set_member, standing
from bot.playground.records import Chat, Member
from bot.playground.rights import PERMISSIONS


def _change(call: Call, right: str) -> tuple[Chat, int]:
    """The chat and the person of an administrator's act. Raises ApiError 400."""
    chat = find_chat(call)
    checked(chat.type != "private", "method is available for supergroup and channel chats only")
    need_right(call, chat, right, "not enough rights to restrict/unrestrict chat member")
    person = find_person(call)
    checked(person != call.world.bot.id, "can't restrict self")
    old = chat.members.get(person, Member("left"))
    checked(old.status != "creator", "can't remove chat owner")
    return chat, person


async def ban_chat_member(call: Call) -> bool:
    chat, person = _change(call, "can_restrict_members")
    member = standing(chat, "kicked", until_date=call.params.integer("until_date"))
    set_member(call.world, chat, person, member, call.world.bot.id)
    return True


async def unban_chat_member(call: Call) -> bool:
    chat, person = _change(call, "can_restrict_members")
    inside = chat.inside(person)
    if not (inside and call.params.boolean("only_if_banned")):
        set_member(call.world, chat, person, Member("left"), call.world.bot.id)
    return True


async def restrict_chat_member(call: Call) -> bool:
    chat, person = _change(call, "can_restrict_members")
    checked(chat.type == "supergroup", "method is available only for supergroups")
    given = call.params.json("permissions", "chat permissions")
    checked(isinstance(given, dict), "can't parse permissions: expected an Object")
    rights = {name: given.get(name) is True for name in PERMISSIONS}
    member = standing(chat, "restricted", rights, call.params.integer("until_date"))
    member.is_member = chat.inside(person)
    if all(rights.values()):
        member = Member("member") if member.is_member else Member("left")
    set_member(call.world, chat, person, member, call.world.bot.id)
    return True


async def promote_chat_member(call: Call) -> bool:
    chat = find_chat(call)
    checked(chat.type != "private", "method is available for supergroup and channel chats only")
    need_right(call, chat, "can_promote_members", "not enough rights")
    person = find_person(call)
    checked(chat.inside(person), "USER_NOT_PARTICIPANT")
    checked(chat.members[person].status != "creator", "can't remove chat owner")
    known = standing(chat, "administrator").rights
    rights = {name: call.params.boolean(name) for name in known}
    member = standing(chat, "administrator", rights) if any(rights.values()) else Member("member")
    set_member(call.world, chat, person, member, call.world.bot.id)
    return True


async def set_chat_administrator_custom_title(call: Call) -> bool:
    chat = find_chat(call)
    checked(chat.type == "supergroup", "method is available only for supergroups")
    person = find_person(call)
    member = chat.members.get(person, Member("left"))
    checked(member.status == "administrator", "user is not an administrator")
    need_right(call, chat, "can_promote_members", "not enough rights to change custom title of the user")
    member.rights = {**member.rights, "custom_title": call.params.text("custom_title")[:16]}
    chat_changed(call.world, chat)
    return True


METHODS: Mapping[str, Handler] = {
    "banChatMember": ban_chat_member,
    "kickChatMember": ban_chat_member,
    "unbanChatMember": unban_chat_member,
    "restrictChatMember": restrict_chat_member,
    "promoteChatMember": promote_chat_member,
    "setChatAdministratorCustomTitle": set_chat_administrator_custom_title,
}
