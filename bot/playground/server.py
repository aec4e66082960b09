"""The playground as a web application: page, people's side, Bot API."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from bot.playground import play
from bot.playground.botapi import methods
from bot.playground.botapi.call import Answer, Call, Handler
from bot.playground.botapi.inputs import UPLOAD_BYTES, Params, read_params
from bot.playground.botapi.media import DOWNLOAD_BYTES
from bot.playground.errors import ApiError, too_large, too_many_requests
from bot.playground.faults import Fault
from bot.playground.guard import Guard
from bot.playground.media import MediaTaker
from bot.playground.play.inputs import JSONAnswer
from bot.playground.records import JSON
from bot.playground.teller import Mood
from bot.playground.webhook import WebhookSender
from bot.playground.world import World

WEB_DIR = Path(__file__).parent / "web"
_SLACK_BYTES = 1024 * 1024
"""What a request may have beside its files."""

_UNAUTHORIZED = ApiError(401, "Unauthorized")
_NOT_FOUND = ApiError(404, "Not Found")
_INTERNAL = ApiError(500, "Internal Server Error")

_log = logging.getLogger(__name__)


def create_app(
    world: World,
    *,
    status: Callable[[], Mapping[str, Any]],
    mood: Mood | None = None,
    allowed_hosts: list[str] | None = None,
    webhook_delay_s: float = 1.0,
) -> Starlette:
    """The application. `status` gives `ready` and `models` for the page, `mood` who tells the mood of groups.

    `allowed_hosts` are the host names that are answered: None means loopback only, `["*"]` any.
    `webhook_delay_s` is the pause before an update is sent to a webhook again; it doubles each time.
    """
    media = MediaTaker(world.files)
    api = BotApi(world, media)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sender = WebhookSender(world, api.execute, webhook_delay_s)
        sender.start()
        try:
            yield
        finally:
            await sender.close()

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", api.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", api.download, methods=["GET"]),
            Mount("/play", routes=play.routes(world, media, status, mood)),
            Mount("/", app=Page(directory=WEB_DIR, html=True)),
        ],
        middleware=[Middleware(Guard, allowed_hosts=allowed_hosts)],
        lifespan=lifespan,
        exception_handlers={404: _no_route, 405: _no_route},
    )


async def _no_route(request: Request, error: Exception) -> Response:
    """What is not there, told in the way of the side that was asked."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if request.url.path.startswith("/play/"):
        return JSONAnswer({"error": "There is nothing of this name and method here."}, status)
    return JSONAnswer(ApiError(status, "Not Found").answer(), status)


class BotApi:
    """The bot's side."""

    def __init__(self, world: World, media: MediaTaker) -> None:
        self._world = world
        self._media = media
        self._methods = methods()

    def _authorized(self, request: Request) -> bool:
        token = str(request.path_params["token"])
        return hmac.compare_digest(token.encode(), self._world.bot_token.encode())

    async def call(self, request: Request) -> Response:
        """One method call over HTTP."""
        if not self._authorized(request):
            return _refusal(_UNAUTHORIZED)
        name = str(request.path_params["method"])
        handler = self._methods.get(name.lower())
        if handler is None:
            return _refusal(_NOT_FOUND)
        try:
            return await self._faulty(name, lambda: self._run(request, handler))
        finally:
            await request.close()

    async def _run(self, request: Request, handler: Handler) -> Response:
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > UPLOAD_BYTES + _SLACK_BYTES:
            return await _drained(request)
        try:
            answer = await self._answer(handler, await read_params(request))
        except ClientDisconnect:
            return Response(status_code=400)
        except ApiError as error:
            # What was done before the refusal (confirmed updates, say) is kept all the same.
            await self._world.commit()
            return _refusal(error)
        except Exception:
            _log.exception("a method of the Bot API failed")
            return _refusal(_INTERNAL)
        return JSONAnswer(answer)

    async def _answer(self, handler: Handler, params: Params) -> JSON:
        result = await handler(Call(self._world, params, self._media))
        answer: JSON = {"ok": True}
        if isinstance(result, Answer):
            answer |= {"result": result.result, "description": result.description}
        else:
            answer["result"] = result
        await self._world.commit()
        return answer

    async def execute(self, name: str, fields: JSON) -> None:
        """A method that the bot gave as its answer to a webhook; its failure is told to nobody."""
        handler = self._methods.get(name.lower())
        if handler is None:
            return
        try:
            await self._answer(handler, Params(fields))
        except ApiError as error:
            _log.info("a method in a webhook's answer was refused: %s", error.description)

    async def download(self, request: Request) -> Response:
        """A file's bytes, by the path that getFile gave."""
        if not self._authorized(request):
            return _refusal(_UNAUTHORIZED)
        file = self._world.files.by_path(str(request.path_params["path"]))
        if file is None or file.size_bytes > DOWNLOAD_BYTES:
            return _refusal(_NOT_FOUND)
        path = self._world.files.location(file)
        if not path.is_file():
            return _refusal(_NOT_FOUND)

        async def send() -> Response:
            return FileResponse(path, media_type="application/octet-stream")

        return await self._faulty("file", send)

    async def _faulty(self, name: str, work: Callable[[], Awaitable[Response]]) -> Response:
        """Do the work, unless a fault was ordered for it."""
        fault = self._world.faults.take(name)
        if fault is None:
            return await work()
        if fault.kind == "429":
            return _refusal(too_many_requests(fault.retry_after))
        if fault.kind == "500":
            return _refusal(_INTERNAL)
        return await _slow_or_dropped(fault, work)


async def _slow_or_dropped(fault: Fault, work: Callable[[], Awaitable[Response]]) -> Response:
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay_s)
        return await work()
    if fault.after:
        await work()
    return Dropped()


async def _drained(request: Request) -> Response:
    """Refuse a body that is too large once it was sent: clients do not listen before."""
    try:
        async for _ in request.stream():
            pass
    except ClientDisconnect:
        pass
    return _refusal(too_large())


def _refusal(error: ApiError) -> Response:
    headers = {"Retry-After": str(error.parameters["retry_after"])} if error.code == 429 else None
    return JSONAnswer(error.answer(), error.code, headers)


class Dropped(Response):
    """No answer: more is promised than comes, so the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


class Page(StaticFiles):
    """The web page. Browsers ask every time whether it changed, and load nothing from elsewhere."""

    _TYPES: Mapping[str, str] = {
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json",
        ".json": "application/json",
        ".woff2": "font/woff2",
    }

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        served = getattr(response, "path", None)
        if served is not None and (known := self._TYPES.get(Path(served).suffix)):
            # What the machine's own table says of types is not to be relied upon.
            response.headers["Content-Type"] = known
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
            "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        )
        return response
