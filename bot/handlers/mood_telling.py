"""The buttons under alerts and digests: no more of these, for me or for everybody (`telling:ACTION:KIND:GROUP`)."""

from __future__ import annotations

from dataclasses import replace

from telegram import CallbackQuery

from bot.mood.messages import again_button, buttons, settings_button, stop_buttons
from bot.mood.readers import Audience, Kind
from bot.mood.rights import Rights
from bot.texts import Speaker
from storage.mood_groups import GroupSettings, MoodGroups


class MoodTelling:
    def __init__(self, groups: MoodGroups, rights: Rights, audience: Audience) -> None:
        self._groups = groups
        self._rights = rights
        self._audience = audience

    async def press(self, query: CallbackQuery, say: Speaker) -> bool:
        """Take a button of ours. False if it is somebody else's, or of an older version."""
        match (query.data or "").split(":"):
            case ["telling", action, "shift" | "digest" as kind, number] if number.isdecimal():
                group = await self._groups.by_id(int(number))
            case _:
                return False
        person = query.from_user
        if group is None:
            await query.answer(say("mood-gone"), show_alert=True)
            return True
        await self._audience.learn(person)
        if action == "all" and not await self._rights.is_admin(group.chat_id, person.id):
            await query.answer(say("mood-button-admins-only"), show_alert=True)
            return True
        match action:
            case "stop":
                await query.answer()
                keyboard = stop_buttons(say, kind, group.id)
            case "back":
                await query.answer()
                keyboard = buttons(say, kind, group.id)
            case "me":
                await self._audience.decline(person.id, group.id, kind, declined=True)
                await query.answer(say(f"telling-stopped-me-{kind}"), show_alert=True)
                keyboard = again_button(say, kind, group.id)
            case "again":
                await self._audience.decline(person.id, group.id, kind, declined=False)
                await query.answer(say(f"telling-goes-on-{kind}"), show_alert=True)
                keyboard = buttons(say, kind, group.id)
            case "all":
                await self._groups.set(group.id, settings=_without(group.settings, kind))
                await query.answer(say(f"telling-stopped-all-{kind}"), show_alert=True)
                keyboard = settings_button(say, group.id)
            case _:
                return False
        await query.edit_message_reply_markup(keyboard)
        return True


def _without(settings: GroupSettings, kind: Kind) -> GroupSettings:
    return replace(settings, alerts=False) if kind == "shift" else replace(settings, digest="off")
