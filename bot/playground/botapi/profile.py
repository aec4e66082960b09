"""What the bot says about itself: name, descriptions, commands, menu button; and people's profile photos."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.playground.botapi.call import Answer, Call, Handler, checked, find_chat, find_person
from bot.playground.commands import scope_key
from bot.playground.errors import ApiError, bad_request
from bot.playground.members import chat_changed
from bot.playground.records import JSON
from bot.playground.render import bot_json
from bot.playground.rights import administrator_rights

_SCOPES: Mapping[str, tuple[str, ...]] = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_TEXTS = {
    "name": ("names", 64),
    "description": ("descriptions", 512),
    "short_description": ("short_descriptions", 120),
}


async def get_me(call: Call) -> JSON:
    return bot_json(call.world)


async def log_out(call: Call) -> Answer:
    return Answer(True, "Logged out")


async def close(call: Call) -> Answer:
    return Answer(True, "Closed")


def _language(call: Call) -> str:
    code = call.params.text("language_code").lower()
    checked(not code or re.fullmatch(r"[a-z]{2}", code), "invalid language code specified")
    return code


def _scope(call: Call) -> str:
    given = call.params.json("scope", "BotCommandScope")
    scope: Any = {"type": "default"} if given is None else given
    checked(isinstance(scope, dict), "BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    key: JSON = {"type": kind}
    for name in _SCOPES[kind]:
        checked(scope.get(name) is not None, f"can't parse BotCommandScope: Can't find field \"{name}\"")
        key[name] = scope[name]
    if "chat_id" in key:
        text = str(key["chat_id"])
        chat = next(
            (chat for chat in call.world.chats.values() if text in (str(chat.id), f"@{chat.username}")), None
        )
        if chat is None:
            raise bad_request("chat not found")
        key["chat_id"] = chat.id
    return scope_key(key, _language(call))


async def set_my_commands(call: Call) -> bool:
    key = _scope(call)
    given = call.params.json("commands", "list of bot commands")
    checked(isinstance(given, list), "expected an Array of BotCommand")
    checked(len(given) <= 100, "BOT_COMMANDS_TOO_MUCH")
    commands: list[JSON] = []
    for one in given:
        checked(isinstance(one, dict), "expected an Object as BotCommand")
        command = str(one.get("command") or "").removeprefix("/").lower()
        description = str(one.get("description") or "").strip()
        checked(re.fullmatch(r"[a-z0-9_]{1,32}", command), "BOT_COMMAND_INVALID")
        checked(1 <= len(description) <= 256, "BOT_COMMAND_DESCRIPTION_INVALID")
        commands.append({"command": command, "description": description})
    _keep_commands(call, key, commands)
    return True


async def delete_my_commands(call: Call) -> bool:
    _keep_commands(call, _scope(call), [])
    return True


def _keep_commands(call: Call, key: str, commands: list[JSON]) -> None:
    known = call.world.profile.commands
    if known.get(key, []) == commands:
        return
    known[key] = commands
    if not commands:
        del known[key]
    call.world.save_profile()
    for chat in call.world.chats.values():
        chat_changed(call.world, chat)


async def get_my_commands(call: Call) -> list[JSON]:
    return call.world.profile.commands.get(_scope(call), [])


async def _set_text(call: Call, field: str) -> bool:
    kept, most = _TEXTS[field]
    value, language = call.params.text(field).strip(), _language(call)
    checked(len(value) <= most, f"bot {field.replace('_', ' ')} is too long")
    texts: dict[str, str] = getattr(call.world.profile, kept)
    texts[language] = value
    if not value:
        del texts[language]
    call.world.save_profile()
    if field == "name" and not language:
        call.world.bot.first_name = value or call.world.bot.username
        call.world.save_person(call.world.bot)
    return True


async def _get_text(call: Call, field: str) -> JSON:
    texts: dict[str, str] = getattr(call.world.profile, _TEXTS[field][0])
    default = texts.get("", call.world.bot.first_name if field == "name" else "")
    return {field: texts.get(_language(call), default)}


async def set_chat_menu_button(call: Call) -> bool:
    button = call.params.json("menu_button", "menu button") or {"type": "default"}
    checked(isinstance(button, dict), "MenuButton must be an Object")
    kind = button.get("type")
    if kind == "web_app":
        checked(button.get("text"), "MenuButton text must be non-empty")
        web_app = button.get("web_app")
        checked(isinstance(web_app, dict) and web_app.get("url"), "MenuButton must have a Web App")
        button = {"type": kind, "text": button["text"], "web_app": web_app}
    elif kind in ("commands", "default"):
        button = {"type": kind}
    else:
        raise bad_request("MenuButton has unsupported type")
    if call.params.text("chat_id"):
        chat = find_chat(call)
        chat.menu_button = button
        call.world.save_chat(chat)
    else:
        call.world.profile.menu_button = button
        call.world.save_profile()
    return True


async def get_chat_menu_button(call: Call) -> JSON:
    default = call.world.profile.menu_button or {"type": "commands"}
    if not call.params.text("chat_id"):
        return default
    button = find_chat(call).menu_button
    return default if not button or button["type"] == "default" else button


def _channel(call: Call) -> tuple[str, str]:
    return (
        ("channel_rights", "channel")
        if call.params.boolean("for_channels")
        else ("group_rights", "supergroup")
    )


async def set_my_default_administrator_rights(call: Call) -> bool:
    given = call.params.json("rights", "ChatAdministratorRights") or {}
    checked(isinstance(given, dict), "ChatAdministratorRights must be an Object")
    name, kind = _channel(call)
    rights = {right: given.get(right) is True for right in administrator_rights(kind)}
    setattr(call.world.profile, name, rights)
    call.world.save_profile()
    return True


async def get_my_default_administrator_rights(call: Call) -> JSON:
    name, kind = _channel(call)
    known: JSON = getattr(call.world.profile, name)
    return known or administrator_rights(kind, allowed=False)


async def get_user_profile_photos(call: Call) -> JSON:
    find_person(call)
    return {"total_count": 0, "photos": []}


async def get_user_profile_audios(call: Call) -> JSON:
    find_person(call)
    return {"total_count": 0, "audios": []}


async def get_user_chat_boosts(call: Call) -> JSON:
    find_chat(call)
    return {"boosts": []}


async def no_stickers(call: Call) -> list[JSON]:
    return []


async def get_sticker_set(call: Call) -> JSON:
    checked(call.params.text("name"), "sticker_set_name is empty")
    raise ApiError(400, "Bad Request: STICKERSET_INVALID")


METHODS: Mapping[str, Handler] = {
    "getMe": get_me,
    "logOut": log_out,
    "close": close,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": partial(_set_text, field="name"),
    "getMyName": partial(_get_text, field="name"),
    "setMyDescription": partial(_set_text, field="description"),
    "getMyDescription": partial(_get_text, field="description"),
    "setMyShortDescription": partial(_set_text, field="short_description"),
    "getMyShortDescription": partial(_get_text, field="short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyDefaultAdministratorRights": set_my_default_administrator_rights,
    "getMyDefaultAdministratorRights": get_my_default_administrator_rights,
    "getUserProfilePhotos": get_user_profile_photos,
    "getUserProfileAudios": get_user_profile_audios,
    "getUserChatBoosts": get_user_chat_boosts,
    "getForumTopicIconStickers": no_stickers,
    "getCustomEmojiStickers": no_stickers,
    "getStickerSet": get_sticker_set,
}
