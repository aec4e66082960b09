"""What was said in a chat: kept, and put into prompts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from skills._prompt import PromptMessage, build_prompt
from skills._prompt import Turn as PromptTurn
from skills.chat import ChatSkill
from storage.history import History, Turn

from .context import Context

Role = Literal["user", "assistant", "memory"]


class Conversation:
    """The history of turns, seen from one message."""

    def __init__(self, history: History, chat: ChatSkill, system: str, history_tokens: int) -> None:
        """`system` is the owner's own system prompt; empty means the one of the language."""
        self._history = history
        self._chat = chat
        self._system = system
        self._history_tokens = history_tokens

    async def prompt(self, ctx: Context, text: str, notes: Sequence[str] = ()) -> list[PromptMessage]:
        """The prompt for `text`: who the bot is, the newest turns that fit, the text with its notes."""
        past = await self._past(ctx)
        turns = [_prompt_turn(turn, named=not ctx.private) for turn in past]
        turns.append(PromptTurn("user", text, "" if ctx.private else ctx.person_name, tuple(notes)))
        system = self._system or ctx.say("chat-system")
        count = self._chat.count_tokens
        # The question itself may be longer than what is taken along of the past.
        wanted = count(system) + self._history_tokens + count(text)
        return build_prompt(system, turns, min(wanted, self._chat.prompt_budget_tokens), count)

    async def remember(self, ctx: Context, memory: str, message_ids: Sequence[int] = ()) -> None:
        """Note what a skill saw or heard."""
        if memory:
            await self._add(ctx, "memory", memory, ctx.message.message_id)

    async def keep(
        self, ctx: Context, text: str, answer: str, message_ids: Sequence[int], notes: Sequence[str] = ()
    ) -> None:
        """Keep a question and its answer; of an edited message, in the place of the old ones."""
        if ctx.route.edited and await self._history.replace(ctx.route.chat_id, ctx.message.message_id, text):
            for message_id in ctx.old_answers:
                await self._history.replace(ctx.route.chat_id, message_id, answer)
            return
        for note in notes:
            await self._add(ctx, "memory", note, None)
        await self._add(ctx, "user", text, ctx.message.message_id)
        if answer:
            await self._add(ctx, "assistant", answer, message_ids[0] if message_ids else None)

    async def _past(self, ctx: Context) -> list[Turn]:
        asked = ctx.message.message_id
        turns = await self._history.recent(ctx.route.chat_id, ctx.route.thread_id, of_message=asked)
        if not ctx.route.edited:
            return turns
        # What was seen in its file stays; the question as it was, and all that came after, go.
        said = (at for at, turn in enumerate(turns) if turn.message_id == asked and turn.role != "memory")
        return turns[: next(said, len(turns))]

    async def _add(self, ctx: Context, role: Role, content: str, message_id: int | None) -> None:
        await self._history.add(
            chat_id=ctx.route.chat_id,
            thread_id=ctx.route.thread_id,
            person_id=ctx.route.person_id,
            person_name="" if role == "assistant" else ctx.person_name,
            role=role,
            content=content,
            message_id=message_id,
        )


def _prompt_turn(turn: Turn, *, named: bool) -> PromptTurn:
    return PromptTurn(turn.role, turn.content, turn.person_name if named and turn.role == "user" else "")
