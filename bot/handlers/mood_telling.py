"""The buttons under alerts and digests: no more of these, for me or for everybody (`telling:ACTION:KIND:GROUP`)."""

from __future__ import annotations

import re
from dataclasses import replace

from telegram import CallbackQuery

from bot.handlers.mood_desk import Desk
from bot.mood.alerts import shift_of, untold
from bot.mood.messages import again_button, alert_text, buttons, settings_button, stop_buttons
from bot.mood.readers import Kind
from bot.replies import Place
from bot.texts import Speaker
from storage.mood_groups import GroupSettings, MoodGroup

_GROUP_ID = re.compile(r"[0-9]{1,18}")


class MoodTelling:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def press(self, query: CallbackQuery, say: Speaker) -> bool:
        """Take a button of ours. False if it is somebody else's, of an older version, or not this person's to press:
        invented data must not tell what groups there are.
        """
        match (query.data or "").split(":"):
            case ["telling", action, "shift" | "digest" as kind, number] if _GROUP_ID.fullmatch(number):
                group = await self._desk.groups.by_id(int(number))
            case _:
                return False
        person = query.from_user
        if group is None:
            return False
        governs = await self._desk.rights.is_admin(group.chat_id, person.id)
        # Who has been an admin may have asked for silence, and keeps a say in that.
        if not governs and (
            action == "all" or not await self._desk.audience.declined(person.id, group.id, kind)
        ):
            return False
        await self._desk.audience.learn(person)
        match action:
            case "stop":
                await query.answer()
                keyboard = stop_buttons(say, kind, group.id)
            case "back":
                await query.answer()
                keyboard = buttons(say, kind, group.id)
            case "me":
                await self._desk.audience.decline(person.id, group.id, kind, declined=True)
                await query.answer(say(f"telling-stopped-me-{kind}"), show_alert=True)
                keyboard = again_button(say, kind, group.id)
            case "again":
                await self._desk.audience.decline(person.id, group.id, kind, declined=False)
                await query.answer(say(f"telling-goes-on-{kind}"), show_alert=True)
                keyboard = buttons(say, kind, group.id)
            case "all":
                await self._desk.groups.set(group.id, settings=_without(group.settings, kind))
                await query.answer(say(f"telling-stopped-all-{kind}"), show_alert=True)
                keyboard = settings_button(say, group.id)
            case _:
                return False
        await query.edit_message_reply_markup(keyboard)
        return True


async def tell_what_waits(desk: Desk, place: Place, say: Speaker, group: MoodGroup) -> list[int]:
    """To an admin who looks at the mood in private: shifts that no admin could be told of when they came."""
    ids: list[int] = []
    for event in await untold(desk.groups, group.id, desk.now()):
        text = alert_text(group, shift_of(event), say)
        ids += await desk.replies.text(place, text, html_ready=True)
        await desk.groups.told(event.id, desk.now())
    return ids


def _without(settings: GroupSettings, kind: Kind) -> GroupSettings:
    return replace(settings, alerts=False) if kind == "shift" else replace(settings, digest="off")
