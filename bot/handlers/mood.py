"""/mood and everything that belongs to it: words and buttons go to whoever knows what to do.

A button's data are `mood:ACTION:GROUP:...`, the group by its small id. They are never trusted: whoever presses is asked
for their rights anew, and what is about a person is about the one who presses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import CallbackQuery, Message
from telegram.error import ChatMigrated

from bot.context import Context
from bot.handlers.mood_desk import Desk, in_group
from bot.handlers.mood_opting import MoodOpting
from bot.handlers.mood_switch import MoodSwitch
from bot.mood.asking import action_of
from bot.routing import Route, What
from bot.texts import Speaker
from storage.mood_groups import MoodGroup

Handler = Callable[[Context, MoodGroup, str], Awaitable[list[int]]]
FOR_EVERYONE = ("optout", "optin", "privacy")
"""Commands that nobody may be refused: also who may not use the bot is overheard."""
EVERYONES_BUTTONS = ("out", "in", "me")


class Mood:
    def __init__(self, desk: Desk, switch: MoodSwitch, opting: MoodOpting) -> None:
        self._desk = desk
        self._switch = switch
        self._opting = opting

    @staticmethod
    def open_to_everyone(route: Route) -> bool:
        """Whether this command is let in from whomever: it is about their own data."""
        if route.what is not What.COMMAND:
            return False
        return route.command in FOR_EVERYONE or (
            route.command == "mood" and action_of(route.arguments)[0] == "me"
        )

    async def command(self, ctx: Context) -> list[int]:
        """/mood"""
        action, _ = action_of(ctx.route.arguments)
        if not in_group(ctx):
            return await self._desk.replies.text(ctx.place, ctx.say("mood-group-only"))
        if not await self._desk.rights.may_govern(ctx.message, ctx.message.chat.id):
            return await self._desk.replies.text(ctx.place, ctx.say("mood-admins-only"))
        group = await self._desk.group_here(ctx.message)
        match action:
            case "on" | "off":
                return await self._switch.command(ctx, group, on=action == "on")
            case _:
                return await self._switch.introduce(ctx, group)

    async def opt_out(self, ctx: Context) -> list[int]:
        """/optout"""
        return await self._opting.command(ctx, out=True)

    async def opt_in(self, ctx: Context) -> list[int]:
        """/optin"""
        return await self._opting.command(ctx, out=False)

    async def press(self, query: CallbackQuery, say: Speaker, *, allowed: bool) -> list[int] | None:
        """Take a button of ours: the messages that answer it. None if it is somebody else's, or of an older version.

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
        group = await self._desk.groups.by_id(int(number)) if number.isdecimal() else None
        if group is None:
            await query.answer(say("mood-gone"), show_alert=True)
            return []
        try:
            return await self._press(query, message, say, action, group, rest)
        except ChatMigrated:
            await query.answer(say("mood-moved"), show_alert=True)
            return []

    async def _press(
        self, query: CallbackQuery, message: Message, say: Speaker, action: str, group: MoodGroup, rest: str
    ) -> list[int] | None:
        if action in ("out", "in"):
            await self._opting.press(query, message, say, group, out=action == "out")
            return []
        if not await self._desk.rights.is_admin(group.chat_id, query.from_user.id):
            await query.answer(say("mood-button-admins-only"), show_alert=True)
            return []
        match action:
            case "on" | "off":
                return await self._switch.press(query, message, say, group, on=action == "on")
            case _:
                return None

    async def side_by_side(self, ctx: Context) -> list[int]:
        """/groups"""
        return []

    async def start(self, ctx: Context) -> list[int] | None:
        """/start with what one of our links gave along. None if it is nothing of ours."""
        return None
