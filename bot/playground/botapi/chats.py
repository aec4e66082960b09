"""Chats: what they are, their title, photo, permissions and invite links."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from bot.playground import messages
from bot.playground.botapi.call import Call, Handler, checked, find_chat, find_person, need_right
from bot.playground.botapi.media import content_of
from bot.playground.members import chat_changed, set_member
from bot.playground.records import JSON, Chat, Member
from bot.playground.render import chat_json, member_json, message_json, user_json
from bot.playground.rights import PERMISSIONS

GIFTS = {
    "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False, "premium_subscription": False,
    "gifts_from_channels": False,
}  # fmt: skip


async def get_chat(call: Call) -> JSON:
    chat = find_chat(call, reach=False)
    if chat.type != "private":
        find_chat(call)
    full: JSON = {
        **chat_json(call.world, chat.id),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": GIFTS,
    }
    if chat.username or full.get("username"):
        full["active_usernames"] = [chat.username or full["username"]]
    if chat.description:
        full["description"] = chat.description
    if chat.photo:
        full["photo"] = chat.photo
    if chat.type in ("group", "supergroup"):
        full["permissions"] = {name: bool(chat.permissions.get(name)) for name in PERMISSIONS}
    if chat.pinned:
        pinned = call.world.message(chat.id, chat.pinned[-1])
        if pinned is not None:
            full["pinned_message"] = message_json(call.world, pinned, with_reply=False)
    primary = [link for link in chat.invite_links if link["is_primary"] and not link["is_revoked"]]
    if primary:
        full["invite_link"] = primary[-1]["invite_link"]
    return full


async def get_chat_member(call: Call) -> JSON:
    chat = find_chat(call)
    return member_json(call.world, chat, find_person(call))


async def get_chat_administrators(call: Call) -> list[JSON]:
    chat = find_chat(call)
    checked(chat.type != "private", "there are no administrators in the private chat")
    bots_too = call.params.boolean("return_bots")
    return [
        member_json(call.world, chat, id_)
        for id_, member in chat.members.items()
        if member.status in ("creator", "administrator")
        and (bots_too or id_ == call.world.bot.id or not call.world.people[id_].is_bot)
    ]


async def get_chat_member_count(call: Call) -> int:
    return sum(member.inside for member in find_chat(call).members.values())


async def leave_chat(call: Call) -> bool:
    chat = find_chat(call)
    checked(chat.type != "private", "chat member status can't be changed in private chats")
    set_member(call.world, chat, call.world.bot.id, Member("left"), call.world.bot.id)
    return True


def _group(call: Call, right: str) -> Chat:
    chat = find_chat(call)
    checked(chat.type != "private", "can't change private chat")
    need_right(call, chat, right, "not enough rights")
    return chat


async def set_chat_title(call: Call) -> bool:
    chat = _group(call, "can_change_info")
    title = call.params.text("title").strip()
    checked(title, "title must be non-empty")
    set_title(call, chat, title[:128])
    return True


def set_title(call: Call, chat: Chat, title: str) -> None:
    checked(title != chat.title, "chat title is not modified")
    chat.title = title
    chat_changed(call.world, chat)
    sender = None if chat.type == "channel" else call.world.bot.id
    messages.post(call.world, chat, sender, {"new_chat_title": title})


async def set_chat_description(call: Call) -> bool:
    chat = _group(call, "can_change_info")
    description = call.params.text("description")[:255]
    checked(description != chat.description, "chat description is not modified")
    chat.description = description
    chat_changed(call.world, chat)
    return True


async def set_chat_photo(call: Call) -> bool:
    chat = _group(call, "can_change_info")
    photo = (await content_of(call, "photo", call.params, "photo"))["photo"]
    small, big = photo[0], photo[-1]
    chat.photo = {
        "small_file_id": small["file_id"],
        "small_file_unique_id": small["file_unique_id"],
        "big_file_id": big["file_id"],
        "big_file_unique_id": big["file_unique_id"],
    }
    chat_changed(call.world, chat)
    messages.post(call.world, chat, call.world.bot.id, {"new_chat_photo": photo})
    return True


async def delete_chat_photo(call: Call) -> bool:
    chat = _group(call, "can_change_info")
    checked(chat.photo, "CHAT_NOT_MODIFIED")
    chat.photo = {}
    chat_changed(call.world, chat)
    messages.post(call.world, chat, call.world.bot.id, {"delete_chat_photo": True})
    return True


async def set_chat_permissions(call: Call) -> bool:
    chat = _group(call, "can_restrict_members")
    given = call.params.json("permissions", "chat permissions")
    checked(isinstance(given, dict), "can't parse permissions: expected an Object")
    chat.permissions = {name: given.get(name) is True for name in PERMISSIONS}
    chat_changed(call.world, chat)
    return True


def _new_link(call: Call, chat: Chat, primary: bool) -> JSON:
    link: JSON = {
        "invite_link": f"https://t.me/+{secrets.token_urlsafe(12)}",
        "creator": user_json(call.world, call.world.bot.id),
        "creates_join_request": call.params.boolean("creates_join_request"),
        "is_primary": primary,
        "is_revoked": False,
    }
    if call.params.text("name"):
        link["name"] = call.params.text("name")[:32]
    for name in ("expire_date", "member_limit"):
        if call.params.integer(name):
            link[name] = call.params.integer(name)
    chat.invite_links.append(link)
    call.world.save_chat(chat)
    return link


async def export_chat_invite_link(call: Call) -> str:
    chat = _group(call, "can_invite_users")
    for link in chat.invite_links:
        link["is_revoked"] = link["is_revoked"] or link["is_primary"]
    return str(_new_link(call, chat, True)["invite_link"])


async def create_chat_invite_link(call: Call) -> JSON:
    return _new_link(call, _group(call, "can_invite_users"), False)


async def revoke_chat_invite_link(call: Call) -> JSON:
    chat = _group(call, "can_invite_users")
    wanted = call.params.text("invite_link")
    found = [link for link in chat.invite_links if link["invite_link"] == wanted]
    checked(found, "INVITE_HASH_INVALID")
    found[0]["is_revoked"] = True
    call.world.save_chat(chat)
    return found[0]


METHODS: Mapping[str, Handler] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "getChatMembersCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "setChatTitle": set_chat_title,
    "setChatDescription": set_chat_description,
    "setChatPhoto": set_chat_photo,
    "deleteChatPhoto": delete_chat_photo,
    "setChatPermissions": set_chat_permissions,
    "exportChatInviteLink": export_chat_invite_link,
    "createChatInviteLink": create_chat_invite_link,
    "revokeChatInviteLink": revoke_chat_invite_link,
}
