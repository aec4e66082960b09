"""/mood and everything that belongs to it: words and buttons go to whoever knows what to do.

A button's data are `mood:ACTION:GROUP:...`, the group by its small id. They are never trusted: whoever presses is asked
for their rights anew, what is about a person is about the one who presses, and whoever has no business with a group
learns no more from its number than from one that there is not.
"""

from __future__ import annotations

import logging
import re

from telegram import CallbackQuery, Message, User
from telegram.error import ChatMigrated

from bot.context import Context
from bot.handlers.mood_desk import Desk, in_group
from bot.handlers.mood_keeping import MoodKeeping
from bot.handlers.mood_me import MoodMe
from bot.handlers.mood_opting import MoodOpting
from bot.handlers.mood_seeing import MoodSeeing
from bot.handlers.mood_settings import MoodSettingsPages
from bot.handlers.mood_side_by_side import MoodSideBySide
from bot.handlers.mood_switch import MoodSwitch
from bot.mood.asking import Action, action_of
from bot.routing import Route, What
from bot.texts import Speaker
from storage.mood_groups import MoodGroup

log = logging.getLogger(__name__)

_GROUP_ID = re.compile(r"[0-9]{1,15}")
FOR_EVERYONE = ("optout", "optin", "privacy")
"""Commands that nobody may be refused: also who may not use the bot is overheard."""
EVERYONES_BUTTONS = ("out", "in", "me")


class Mood:
    def __init__(
        self,
        desk: Desk,
        switch: MoodSwitch,
        opting: MoodOpting,
        seeing: MoodSeeing,
        settings: MoodSettingsPages,
        keeping: MoodKeeping,
        me: MoodMe,
        side_by_side: MoodSideBySide,
    ) -> None:
        self._desk = desk
        self._switch = switch
        self._opting = opting
        self._seeing = seeing
        self._settings = settings
        self._keeping = keeping
        self._me = me
        self._side_by_side = side_by_side

    @staticmethod
    def open_to_everyone(route: Route) -> bool:
        """Whether this command is let in from whomever: it is about their own data."""
        if route.what is not What.COMMAND:
            return False
        about_oneself = {
            "mood": action_of(route.arguments)[0] == "me",
            "start": _linked(route, "me") is not None,
        }
        return route.command in FOR_EVERYONE or about_oneself.get(route.command, False)

    async def command(self, ctx: Context) -> list[int]:
        """/mood"""
        action, words = action_of(ctx.route.arguments)
        if action == "me":
            return await self._me.command(ctx, words)
        if not in_group(ctx):
            return await self._in_private(ctx, action, words)
        if not await self._desk.rights.may_govern(ctx.message, ctx.message.chat.id):
            return await self._desk.replies.text(ctx.place, ctx.say("mood-admins-only"))
        return await self._govern(ctx, await self._desk.group_here(ctx.message), action, words)

    async def groups(self, ctx: Context) -> list[int]:
        """/groups"""
        return await self._side_by_side.command(ctx)

    async def opt_out(self, ctx: Context) -> list[int]:
        """/optout"""
        return await self._opting.command(ctx, out=True)

    async def opt_in(self, ctx: Context) -> list[int]:
        """/optin"""
        return await self._opting.command(ctx, out=False)

    async def start(self, ctx: Context) -> list[int] | None:
        """/start with what one of our links gave along. None if it is nothing of ours."""
        person = ctx.message.from_user
        for what in ("mood", "me"):
            if person is None or (group_id := _linked(ctx.route, what)) is None:
                continue
            group = await self._desk.groups.by_id(group_id)
            if what == "me":
                return await self._me.start(ctx, group)
            if group is None or not await self._desk.rights.is_admin(group.chat_id, person.id):
                return await self._desk.replies.text(ctx.place, ctx.say("mood-admins-only"))
            return await self._seeing.start(ctx, group)
        return None

    async def speaker_in(self, chat_id: int) -> Speaker:
        """For who writes in a group in a language that is not spoken here, or without a name, which tells none."""
        return await self._desk.audience.speaker_in(chat_id)

    async def added(self, chat_id: int, by: User) -> None:
        """Somebody has brought the bot into a group."""
        await self._desk.audience.learn(by, chat_id)

    async def left(self, chat_id: int) -> None:
        """The bot is no longer in this chat."""
        await self._switch.left(chat_id)

    async def press(self, query: CallbackQuery, say: Speaker, *, allowed: bool) -> list[int] | None:
        """Take a button of ours: the messages that answer it. None if it is somebody else's, of an older version, or of
        a group that is not theirs or that there is not.

        `allowed`: whether they may use the bot here; nobody is refused what is theirs.
        """
        subject, _, rest = (query.data or "").partition(":")
        action, _, rest = rest.partition(":")
        message = query.message
        if subject != "mood" or not isinstance(message, Message):
            return None
        if not allowed and action not in EVERYONES_BUTTONS:
            await query.answer(say("not-yours"), show_alert=True)
            return []
        number, _, rest = rest.partition(":")
        group = await self._desk.groups.by_id(int(number)) if _GROUP_ID.fullmatch(number) else None
        if group is None:
            return None
        try:
            return await self._press(query, message, say, action, group, rest)
        except ChatMigrated as moved:
            # The message lies in the old group, where nothing can be changed any more.
            log.info("a button of a group that became %s", moved.new_chat_id)
            return []

    async def _in_private(self, ctx: Context, action: Action, words: str) -> list[int]:
        """Who is admin of one group means that one; of several, all side by side, or is asked which."""
        person = ctx.message.from_user
        governed = await self._side_by_side.governed(person.id) if ctx.private and person else []
        if not governed or action in ("on", "off"):
            return await self._desk.replies.text(ctx.place, ctx.say("mood-group-only"))
        if len(governed) > 1 and action == "see":
            return await self._side_by_side.command(ctx)
        if len(governed) > 1:
            return await self._side_by_side.ask(
                ctx, governed, {"export": "exp", "delete": "del"}.get(action, "set")
            )
        group = governed[0]
        if not await self._desk.rights.may_govern(ctx.message, group.chat_id):
            return await self._desk.replies.text(ctx.place, ctx.say("mood-admins-only"))
        return await self._govern(ctx, group, action, words)

    async def _govern(self, ctx: Context, group: MoodGroup, action: Action, words: str) -> list[int]:
        if ctx.message.from_user is not None:
            await self._desk.audience.learn(ctx.message.from_user, group.chat_id)
        match action:
            case "on" | "off":
                return await self._switch.command(ctx, group, on=action == "on")
            case "export":
                return await self._keeping.export(ctx, group, words)
            case "delete":
                return await self._keeping.ask(ctx, group)
            case "settings":
                return await self._settings.command(ctx, group)
            case "see" | "me":
                if not group.watched and await self._desk.moods.first_at(group.id) is None:
                    return await self._switch.introduce(ctx, group)
                return await self._seeing.command(ctx, group, words)
            case field:
                return await self._settings.command(ctx, group, field, words)

    async def _press(
        self, query: CallbackQuery, message: Message, say: Speaker, action: str, group: MoodGroup, rest: str
    ) -> list[int] | None:
        if action in ("out", "in"):
            return await self._opting.press(query, message, say, group, out=action == "out")
        if action == "me":
            return await self._me.press(query, message, say, group, rest)
        if not await self._desk.rights.is_admin(group.chat_id, query.from_user.id):
            here = message.chat.id == group.chat_id
            if not here and not await self._opting.concerns(group, query.from_user.id):
                return None
            await query.answer(say("mood-button-admins-only"), show_alert=True)
            return []
        await self._desk.audience.learn(query.from_user, group.chat_id)
        if message.chat.type != "private" and message.chat.id != group.chat_id:
            # The group became a supergroup since, or somebody plays with the data of buttons.
            await query.answer(say("mood-moved"), show_alert=True)
            return []
        match action:
            case "on" | "off":
                return await self._switch.press(query, message, say, group, on=action == "on")
            case "see":
                return await self._seeing.press(query, message, say, group, rest)
            case "open":
                return await self._seeing.open(query, message, say, group, rest)
            case "top":
                return await self._seeing.choose_topic(query, message, say, group, rest)
            case "set":
                return await self._settings.press(query, message, say, group, rest)
            case "exp":
                return await self._keeping.press_export(query, say, group)
            case "del":
                return await self._keeping.press(query, message, say, group, rest)
            case _:
                return None


def _linked(route: Route, what: str) -> int | None:
    """The group of a link that opened the private chat, by its id."""
    given, _, number = route.arguments.partition("_")
    return int(number) if given == what and _GROUP_ID.fullmatch(number) else None
