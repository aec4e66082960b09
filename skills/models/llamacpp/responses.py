"""An answer on its way to the client: NDJSON lines or one JSON object, given up when the client has gone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from skills.models.llamacpp.engine import EngineFailed, EngineRefused
from skills.models.llamacpp.protocol import ProtocolError, Shape

log = logging.getLogger(__name__)

Event = dict[str, Any]


class EventResponse(Response):
    """Sends the events of one piece of work.

    The status line is sent with the first event, so that an error before it gets its own status; a later one
    becomes a last line. The whole work is one task, which is cancelled when the client disconnects.
    """

    def __init__(self, events: AsyncGenerator[Event, None], *, streamed: bool) -> None:
        super().__init__()
        self._events = events
        self._streamed = streamed

    def _is_last(self, event: Event) -> bool:
        """Whether nothing comes after it."""
        raise NotImplementedError

    def _whole(self, events: list[Event]) -> Event:
        """The one object for a client that wants no stream."""
        return events[-1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        work = asyncio.create_task(self._send_all(scope, receive, send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                log.info("the client has gone: its work is stopped")
        finally:
            for task in (work, gone):
                task.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)
        if (
            not work.cancelled()
            and (error := work.exception()) is not None
            and not isinstance(error, OSError)
        ):
            raise error

    async def _send_all(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._events) as events:
            if self._streamed:
                await self._stream(events, scope, receive, send)
            else:
                await (await self._collect(events))(scope, receive, send)

    async def _collect(self, events: AsyncGenerator[Event, None]) -> Response:
        seen: list[Event] = []
        try:
            async for event in events:
                seen.append(event)
        except (ProtocolError, EngineFailed, EngineRefused) as error:
            return error_response(error)
        if not (seen and self._is_last(seen[-1])):
            return error_response(EngineFailed("the answer ended early"))
        return JSONResponse(self._whole(seen))

    async def _stream(
        self, events: AsyncGenerator[Event, None], scope: Scope, receive: Receive, send: Send
    ) -> None:
        started = False
        done = False
        try:
            async for event in events:
                if not started:
                    await send(_start())
                    started = True
                await send(_line(event))
                done = self._is_last(event)
            if not done:
                raise EngineFailed("the answer ended early")
        except (ProtocolError, EngineFailed, EngineRefused) as error:
            if not started:
                await error_response(error)(scope, receive, send)
                return
            await send(_line({"error": _words(error)}))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class GenerationResponse(EventResponse):
    """An answer: given up while it waits for its turn, loads, reads the prompt, or is being written."""

    def __init__(self, events: AsyncGenerator[Event, None], shape: Shape, *, streamed: bool) -> None:
        super().__init__(events, streamed=streamed)
        self._shape = shape

    def _is_last(self, event: Event) -> bool:
        return bool(event["done"])

    def _whole(self, events: list[Event]) -> Event:
        text = "".join(map(self._shape.text_of, events))
        place: Event = (
            {"message": {"role": "assistant", "content": text}}
            if self._shape.kind == "chat"
            else {"response": text}
        )
        return events[-1] | place


class LikelihoodResponse(EventResponse):
    """How likely a text is, token by token."""

    def _is_last(self, event: Event) -> bool:
        return bool(event["done"])

    def _whole(self, events: list[Event]) -> Event:
        return events[-1] | {"tokens": [token for event in events for token in event["tokens"]]}


class PullResponse(EventResponse):
    """How fetching a model goes."""

    def _is_last(self, event: Event) -> bool:
        return bool(event["status"] == "success")


def error_response(error: Exception) -> JSONResponse:
    """An error as Ollama sends it."""
    status = (
        error.status if isinstance(error, ProtocolError) else 400 if isinstance(error, EngineRefused) else 500
    )
    return JSONResponse({"error": _words(error)}, status_code=status)


def _words(error: Exception) -> str:
    return error.message if isinstance(error, ProtocolError) else str(error)


def _start() -> Message:
    return {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"application/x-ndjson")],
    }


def _line(event: Event) -> Message:
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _disconnected(receive: Receive) -> None:
    with contextlib.suppress(OSError):
        while (await receive())["type"] != "http.disconnect":
            pass
