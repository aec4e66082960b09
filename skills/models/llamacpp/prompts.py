"""Messages to the tokens of a prompt that fits.

As with Ollama the oldest messages are left out first, system messages and the last one never. Unlike with
Ollama, room is kept for the answer, and a message that is too long by itself loses its own beginning and not
the system prompt.
"""

from __future__ import annotations

from collections.abc import Sequence

from skills.models.llamacpp.engine import Engine
from skills.models.llamacpp.protocol import Message, ProtocolError

ANSWER_ROOM = 256
"""Tokens kept free for an answer of unnamed length."""


def room_for_answer(num_predict: int, num_ctx: int) -> int:
    """Tokens of the context that the prompt must leave free; at most a quarter."""
    wanted = num_predict if num_predict > 0 else ANSWER_ROOM
    return max(1, min(wanted, num_ctx // 4))


async def chat_tokens(
    engine: Engine, messages: Sequence[Message], *, num_predict: int, truncate: bool = True
) -> list[int]:
    """Token ids of the prompt. Raises ProtocolError 400 if it does not fit and may not be shortened."""
    limit = engine.num_ctx - room_for_answer(num_predict, engine.num_ctx)
    tokens = await _tokens(engine, messages)
    if len(tokens) <= limit:
        return tokens
    if not truncate:
        raise ProtocolError(400, "the input length exceeds the context length")
    low, high = 1, len(messages) - 1
    while low < high:  # the smallest number of messages to leave out; fewer messages are never longer
        middle = (low + high) // 2
        if len(await _tokens(engine, _without(messages, middle))) <= limit:
            high = middle
        else:
            low = middle + 1
    kept = _without(messages, min(low, len(messages) - 1))
    tokens = await _tokens(engine, kept)
    return tokens if len(tokens) <= limit else await _cut(engine, kept, limit)


def fit(tokens: list[int], num_ctx: int, num_predict: int, num_keep: int) -> list[int]:
    """A raw prompt that is too long loses tokens after its first `num_keep`."""
    limit = num_ctx - room_for_answer(num_predict, num_ctx)
    if len(tokens) <= limit:
        return tokens
    keep = max(0, min(num_keep, limit - 1))
    return tokens[:keep] + tokens[len(tokens) - (limit - keep) :]


def _without(messages: Sequence[Message], oldest: int) -> list[Message]:
    return [m for at, m in enumerate(messages) if at >= oldest or m.role == "system"]


async def _tokens(engine: Engine, messages: Sequence[Message]) -> list[int]:
    plain = [{"role": message.role, "content": message.content} for message in messages]
    return await engine.tokenize(await engine.render(plain))


async def _cut(engine: Engine, messages: list[Message], limit: int) -> list[int]:
    """Shorten the longest message from its beginning until all fits."""
    for _ in range(len(messages) + 3):
        tokens = await _tokens(engine, messages)
        over = len(tokens) - limit
        if over <= 0:
            return tokens
        at = max(range(len(messages)), key=lambda i: (len(messages[i].content), i))
        content = await engine.tokenize(messages[at].content, whole_prompt=False)
        # a few more than needed: characters split between tokens become replacement marks, which are dropped
        shorter = (await engine.detokenize(content[over + 4 :])).lstrip("\ufffd")
        messages = [*messages[:at], messages[at].model_copy(update={"content": shorter}), *messages[at + 1 :]]
    return fit(tokens, engine.num_ctx, engine.num_ctx - limit, num_keep=limit // 2)
