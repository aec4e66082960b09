"""What the bot remembers, shown to and governed by the people it is about."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, InputFile

from bot.context import Context
from bot.replies import Replies
from bot.texts import Speaker
from storage.history import History, Turn
from storage.inbox import Inbox

PAGE = 10
LINE_CHARS = 300
"""Longer entries are shortened on a page; the file has them whole."""


class Memory:
    """/history, /reset and /forget, with their buttons (`history:...`, `forget:...`)."""

    def __init__(
        self,
        bot: Bot,
        replies: Replies,
        history: History,
        inbox: Inbox,
        drop: Callable[[int, int], int],
    ) -> None:
        """`drop` ends what a person (second number) has waiting or running in a chat (first number)."""
        self._bot = bot
        self._replies = replies
        self._history = history
        self._inbox = inbox
        self._drop = drop

    async def history(self, ctx: Context) -> list[int]:
        """The newest page. In a group only what the group's conversation with the bot is."""
        turns = await self._history.page(ctx.route.chat_id, ctx.route.thread_id, limit=PAGE + 1)
        if not turns:
            return await self._replies.text(ctx.place, ctx.say("history-empty"))
        page, buttons = _page(turns, ctx.say, private=ctx.private)
        return await self._replies.text(ctx.place, page, html_ready=True, buttons=buttons)

    async def reset(self, ctx: Context) -> list[int]:
        """A new conversation: nothing is erased, but prompts begin anew."""
        await self._history.reset(ctx.route.chat_id, ctx.route.thread_id)
        return await self._replies.text(ctx.place, ctx.say("reset-done"))

    async def forget(self, ctx: Context) -> list[int]:
        """Ask first; only the person who asked may answer."""
        owner = ctx.route.person_id
        buttons = InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(ctx.say("forget-yes"), callback_data=f"forget:yes:{owner}"),
                    InlineKeyboardButton(ctx.say("forget-no"), callback_data=f"forget:no:{owner}"),
                ]
            ]
        )
        return await self._replies.text(ctx.place, ctx.say("forget-ask"), buttons=buttons)

    async def press(self, query: CallbackQuery, say: Speaker) -> bool:
        """Take a button of ours. False if it is somebody else's."""
        subject, *rest = (query.data or "").split(":")
        if subject == "forget" and len(rest) == 2:
            await self._press_forget(query, say, confirmed=rest[0] == "yes", owner=rest[1])
        elif subject == "history" and len(rest) == 1:
            await self._press_history(query, say, rest[0])
        else:
            return False
        return True

    async def _press_forget(self, query: CallbackQuery, say: Speaker, *, confirmed: bool, owner: str) -> None:
        if str(query.from_user.id) != owner:
            await query.answer(say("not-yours"), show_alert=True)
            return
        await query.answer()
        text = say("forget-kept")
        if confirmed:
            chat = query.message.chat if query.message else None
            if chat is not None:
                # An answer that is being made would be remembered once it is whole.
                self._drop(chat.id, query.from_user.id)
            turns = await self._history.forget_person(query.from_user.id)
            if chat is not None and chat.type == "private":
                turns += await self._history.forget_chat(chat.id)
                await self._inbox.forget(chat.id)
            text = say("forget-done", turns=turns)
        await query.edit_message_text(text)

    async def _press_history(self, query: CallbackQuery, say: Speaker, where: str) -> None:
        message = query.message
        if message is None:
            await query.answer(say("expired-button"))
            return
        thread = (
            getattr(message, "message_thread_id", None)
            if getattr(message, "is_topic_message", None)
            else None
        )
        await query.answer()
        if where == "export" and message.chat.type == "private":
            await self._send_export(message.chat.id, thread)
            return
        before = int(where) if where.isdecimal() else None
        turns = await self._history.page(message.chat.id, thread, before_id=before, limit=PAGE + 1)
        if turns:
            private = message.chat.type == "private"
            page, buttons = _page(turns, say, private=private, newest=before is None)
            await query.edit_message_text(page, parse_mode="HTML", reply_markup=buttons)

    async def _send_export(self, chat_id: int, thread_id: int | None) -> None:
        turns = [turn for turn in await self._history.export(chat_id) if turn.thread_id == thread_id]
        rows = [
            {
                "at": datetime.fromtimestamp(turn.at, UTC).isoformat(timespec="seconds"),
                "who": turn.person_name or turn.role,
                "role": turn.role,
                "text": turn.content,
            }
            for turn in turns
        ]
        data = json.dumps(rows, ensure_ascii=False, indent=1).encode()
        await self._bot.send_document(chat_id, InputFile(data, "history.json"), message_thread_id=thread_id)


def _page(
    turns: Sequence[Turn], say: Speaker, *, private: bool, newest: bool = True
) -> tuple[str, InlineKeyboardMarkup]:
    """A page of HTML and its buttons; `turns` are oldest first, one more than fits if there are earlier ones."""
    shown = turns[-PAGE:]
    lines = [say("history-title")]
    for turn in shown:
        who = {"assistant": say("history-me"), "memory": say("history-noted")}.get(
            turn.role, turn.person_name or say("history-you")
        )
        at = datetime.fromtimestamp(turn.at, UTC).strftime("%d.%m %H:%M")
        text = turn.content if len(turn.content) <= LINE_CHARS else turn.content[:LINE_CHARS] + "…"
        lines.append(f"<i>{at}</i> <b>{html.escape(who, quote=False)}</b>: {html.escape(text, quote=False)}")
    row = []
    if len(turns) > PAGE:
        row.append(InlineKeyboardButton(say("history-older"), callback_data=f"history:{shown[0].id}"))
    if not newest:
        row.append(InlineKeyboardButton(say("history-newer"), callback_data="history:newest"))
    # What everybody in a group said is nobody's to carry away.
    export = [InlineKeyboardButton(say("history-export"), callback_data="history:export")] if private else []
    return "\n\n".join(lines), InlineKeyboardMarkup([each for each in (row, export) if each])
