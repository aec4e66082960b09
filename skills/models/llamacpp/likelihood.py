"""How likely a model finds a given text: an extension of ours to Ollama's protocol, `POST /chutko/likelihood`.

Ollama has nothing of the kind, and no path of its begins like this one: its servers answer 404.

The request has `model`, `text`, and, where the text is an answer, the `messages` that it answers; `options`
(`num_ctx`), `keep_alive` and `stream` are as with `/api/chat`. The answer is lines of JSON with `tokens`, each
`{"id", "text", "logprob"}`; the last line has `done` true and the sums. With `"stream": false` it is one object.

A logprob is the natural logarithm of the probability that the model itself gives the token after all tokens
before it: before temperature, penalties, or any other choice of a sampler. The end of an answer is no token of it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from typing import Any

from skills.models.llamacpp.engine import Engine
from skills.models.llamacpp.host import ModelHost
from skills.models.llamacpp.protocol import (
    LikelihoodRequest,
    ProtocolError,
    parse_keep_alive,
    parse_options,
    timestamp,
)

SMALLEST_LOGPROB = -103.28
"""Of the smallest number that float32 can hold: a token whose probability vanishes is at most this likely."""

Event = dict[str, Any]


async def likelihood(host: ModelHost, request: LikelihoodRequest) -> AsyncGenerator[Event, None]:
    """Events of `/chutko/likelihood`. Raises ProtocolError, EngineFailed, EngineRefused, also between two events."""
    name = request.model or ""
    if not name:
        raise ProtocolError(400, "model is required")
    if not request.text:
        raise ProtocolError(400, "text is required")
    model = await host.find(name)
    options = parse_options(request.options)
    keep_alive_s = parse_keep_alive(request.keep_alive, host.keep_alive_s)
    started_ns = time.monotonic_ns()
    count, total = 0, 0.0
    async with host.lease(model, options.num_ctx, keep_alive_s) as lease:
        before, tokens = await _tokens(lease.engine, request)
        async for token in _scored(lease.engine, before, tokens):
            count += 1
            total += token["logprob"]
            yield {"model": name, "created_at": timestamp(), "tokens": [token], "done": False}
        yield {
            "model": name,
            "created_at": timestamp(),
            "tokens": [],
            "done": True,
            "token_count": count,
            "logprob_sum": total,
            "total_duration": time.monotonic_ns() - started_ns,
            "load_duration": lease.load_ns,
        }


async def _tokens(engine: Engine, request: LikelihoodRequest) -> tuple[list[int], list[int]]:
    """What comes before, and what is to be scored. Raises ProtocolError 400."""
    text = request.text or ""
    if not request.messages:
        # Where the model has no token for the beginning, its first one follows nothing and has no probability.
        tokens = await engine.tokenize(text, special=False)
        return tokens[:1], tokens[1:]
    plain = [{"role": message.role, "content": message.content} for message in request.messages]
    before = await engine.tokenize(await engine.render(plain))
    tokens = await engine.tokenize(text, whole_prompt=False)
    if len(before) + len(tokens) > engine.num_ctx:
        raise ProtocolError(400, "the input length exceeds the context length")
    return before, tokens


async def _scored(engine: Engine, before: list[int], tokens: list[int]) -> AsyncGenerator[Event, None]:
    """The tokens with their logprobs, in order.

    A text that is longer than the context is read in windows, each of which begins with the second half of the
    one before it, as is usual (https://huggingface.co/docs/transformers/perplexity).
    """
    context, fresh = list(before), True
    for token in tokens:
        if len(context) >= engine.num_ctx:
            context, fresh = context[-(engine.num_ctx // 2) :], True
        # What comes before is first read anew, and so always in the same steps: a text has the same figures each time.
        text, logprob = await engine.likelihood(context, token, cached=not fresh)
        yield {"id": token, "text": text, "logprob": max(SMALLEST_LOGPROB, logprob)}
        context.append(token)
        fresh = False
