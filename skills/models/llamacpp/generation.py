"""One answer: from a validated request to the events that go to the client."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from skills.models.llamacpp.engine import Engine
from skills.models.llamacpp.host import Lease, ModelHost
from skills.models.llamacpp.prompts import chat_tokens, fit, room_for_answer
from skills.models.llamacpp.protocol import (
    ChatRequest,
    GenerateRequest,
    Message,
    Options,
    ProtocolError,
    Shape,
    parse_format,
    parse_keep_alive,
    parse_options,
    refuse_thinking,
)

Event = dict[str, Any]


async def chat(host: ModelHost, request: ChatRequest) -> AsyncGenerator[Event, None]:
    """Events of `/api/chat`. Raises ProtocolError, EngineFailed, EngineRefused, also between two events."""
    name = request.model or ""
    if not name:
        raise ProtocolError(400, "model is required")
    model = await host.find(name)
    refuse_thinking(request.think, name)
    if request.tools:
        raise ProtocolError(400, f"{name} does not support tools")
    messages = request.messages or []
    if any(message.images for message in messages):
        raise ProtocolError(400, f"{name} does not support vision")
    options, shape = parse_options(request.options), Shape("chat", name)
    schema = parse_format(request.format)
    keep_alive_s = parse_keep_alive(request.keep_alive, host.keep_alive_s)
    if not messages and request.keep_alive is not None and keep_alive_s == 0:
        await host.unload(model)
        yield shape.end("", "unload")
        return
    started_ns = time.monotonic_ns()
    async with host.lease(model, options.num_ctx, keep_alive_s) as lease:
        if not messages:
            yield shape.end("", "load")
            return
        tokens = await chat_tokens(
            lease.engine, messages, num_predict=options.num_predict, truncate=request.truncate is not False
        )
        async with aclosing(_run(lease, shape, tokens, options, schema, started_ns)) as events:
            async for event in events:
                yield event


async def generate(host: ModelHost, request: GenerateRequest) -> AsyncGenerator[Event, None]:
    """Events of `/api/generate`. Raises as `chat` does."""
    name, prompt = request.model or "", request.prompt or ""
    model = await host.find(name)
    refuse_thinking(request.think, name)
    if request.images:
        raise ProtocolError(400, f"{name} does not support vision")
    if request.raw and (request.template or request.system or request.context):
        raise ProtocolError(400, "raw mode does not support template, system, or context")
    if request.template:
        raise ProtocolError(400, f"{name} does not support template; use raw with a prompt of your own")
    options, shape = parse_options(request.options), Shape("generate", name)
    schema = parse_format(request.format)
    keep_alive_s = parse_keep_alive(request.keep_alive, host.keep_alive_s)
    if not prompt and request.keep_alive is not None and keep_alive_s == 0:
        await host.unload(model)
        yield shape.end("", "unload")
        return
    started_ns = time.monotonic_ns()
    async with host.lease(model, options.num_ctx, keep_alive_s) as lease:
        if not prompt:
            yield shape.end("", "load")
            return
        if request.suffix:
            tokens: list[int] = []
            extra: Event = {"input_prefix": prompt, "input_suffix": request.suffix}
        else:
            tokens, extra = await _prompt_tokens(lease.engine, request, prompt, options), {}
        events = _run(
            lease,
            shape,
            tokens,
            options,
            schema,
            started_ns,
            extra=extra,
            context=not request.raw and not extra,
        )
        async with aclosing(events):
            async for event in events:
                yield event


async def _prompt_tokens(
    engine: Engine, request: GenerateRequest, prompt: str, options: Options
) -> list[int]:
    if request.raw:
        return fit(await engine.tokenize(prompt), engine.num_ctx, options.num_predict, options.num_keep)
    messages = [Message(role="system", content=request.system)] if request.system else []
    messages.append(Message(role="user", content=prompt))
    tokens = await chat_tokens(
        engine, messages, num_predict=options.num_predict, truncate=request.truncate is not False
    )
    before = [token for token in request.context or [] if token >= 0]
    return (
        fit([*before, *tokens], engine.num_ctx, options.num_predict, options.num_keep) if before else tokens
    )


async def _run(
    lease: Lease,
    shape: Shape,
    tokens: list[int],
    options: Options,
    schema: Event | None,
    started_ns: int,
    *,
    extra: Event | None = None,
    context: bool = False,
) -> AsyncGenerator[Event, None]:
    """Stream the completion. The last event carries the timings, all in nanoseconds."""
    room = lease.engine.num_ctx - len(tokens) if tokens else room_for_answer(-1, lease.engine.num_ctx)
    body: Event = options.sampling() | {
        "n_predict": options.num_predict if 0 <= options.num_predict < room else max(1, room),
        "cache_prompt": True,
        "return_tokens": context,
    }
    body |= extra or {"prompt": tokens}
    if schema is not None:
        body["json_schema"] = schema
    said: list[int] = []
    async with aclosing(lease.engine.complete(body, infill=bool(extra))) as events:
        async for event in events:
            if context:
                said += event.get("tokens", ())
            text = event.get("content", "")
            if text:
                yield shape.piece(text)
            if event.get("stop"):
                yield _last(shape, event, lease, started_ns, [*tokens, *said] if context else None)
                return


def _last(shape: Shape, event: Event, lease: Lease, started_ns: int, context: list[int] | None) -> Event:
    timings = event.get("timings", {})
    metrics: dict[str, int | list[int]] = {"context": context} if context else {}
    metrics |= {
        "total_duration": time.monotonic_ns() - started_ns,
        "load_duration": lease.load_ns,
        "prompt_eval_count": int(event.get("tokens_evaluated", 0)),
        "prompt_eval_duration": int(timings.get("prompt_ms", 0) * 1e6),
        "eval_count": int(event.get("tokens_predicted", 0)),
        "eval_duration": int(timings.get("predicted_ms", 0) * 1e6),
    }
    return shape.end("", "length" if event.get("stop_type") == "limit" else "stop", **metrics)
