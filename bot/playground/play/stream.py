"""Files and events for the page."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import FileResponse, StreamingResponse

from bot.playground.errors import PlayError
from bot.playground.play.inputs import Ask

_STATUS_S = 1.0
_KEEP_ALIVE_TURNS = 15
_CATCH_UP = 200


async def get_file(ask: Ask) -> FileResponse:
    file = ask.world.files.get(ask.request.path_params["file_id"])
    if file is None:
        raise PlayError(404, "There is no such file.")
    path = ask.world.files.location(file)
    if not path.is_file():
        raise PlayError(404, "The file is gone from the disk.")
    attached = "download" in ask.request.query_params
    return FileResponse(
        path,
        media_type=file.mime,
        filename=file.name or path.name,
        content_disposition_type="attachment" if attached else "inline",
        headers={
            # A document may be a page: it must not run as one of ours.
            "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=31536000, immutable",
        },
    )


async def events(ask: Ask) -> StreamingResponse:
    given = ask.request.headers.get("last-event-id") or ask.request.query_params.get("last_event", "")
    log = ask.world.events
    last = int(given) if re.fullmatch(r"[0-9]{1,15}", given) else log.last_id
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(ask, last), media_type="text/event-stream", headers=headers)


async def _stream(ask: Ask, last: int) -> AsyncIterator[str]:
    log = ask.world.events
    if not log.complete_since(last):
        last = log.last_id
        yield _event("reset", {"chat_id": None, "last_event": last}, last)
    status: dict[str, Any] | None = None
    quiet = 0
    while not log.closed:
        current = dict(ask.play.status())
        if current != status:
            status, quiet = current, 0
            yield _event("status", {"chat_id": None, **current})
        missed = log.since(last)[:_CATCH_UP]
        if missed:
            # Nobody hears of what could still be lost.
            await ask.world.commit()
        for event in missed:
            last, quiet = event.id, 0
            yield _event(event.name, event.data, event.id)
        if not missed:
            quiet += 1
            await log.wait(last, _STATUS_S)
        if quiet >= _KEEP_ALIVE_TURNS:
            quiet = 0
            yield ": still here\n\n"


def _event(name: str, data: dict[str, Any], id_: int | None = None) -> str:
    head = "" if id_ is None else f"id: {id_}\n"
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"
