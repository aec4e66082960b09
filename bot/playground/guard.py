"""Who is answered: only those who came for this host, and no page of another origin.

Against DNS rebinding (a foreign name that points to this machine) and cross-site requests (a foreign page
that posts to it): the playground has no log-in, its address is its only door.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Guard:
    """ASGI middleware. `allowed_hosts` None means loopback names; `["*"]` means any."""

    def __init__(self, app: ASGIApp, allowed_hosts: list[str] | None = None) -> None:
        self._app = app
        self._hosts = frozenset(
            name.lower() for name in (_LOOPBACK if allowed_hosts is None else allowed_hosts)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (reason := self._refusal(Headers(scope=scope))):
            await PlainTextResponse(reason, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, headers: Headers) -> str:
        host = headers.get("host", "")
        if "*" not in self._hosts and _hostname(f"//{host}") not in self._hosts:
            return "This host name is not answered here.\n"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return "Pages of other origins are not answered.\n"
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return "Pages of other origins are not answered.\n"
        return ""


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
