"""A web server of models for tests, with a package index: real HTTP on loopback, misbehaving on request."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What lies at a path, and how it is served."""

    body: bytes
    etag: str = '"one"'
    content_type: str = "application/octet-stream"
    ranges: bool = True
    failures: list[int] = field(default_factory=list)
    """Statuses that are answered first, one a request."""
    cut_at: list[int] = field(default_factory=list)
    """Break the connection after so many bytes of the body, one entry a request."""
    claim_bytes: int | None = None
    """Content-Length that is claimed instead of the true one."""
    redirect_to: str = ""
    """Where else the body is; `{n}` is the number of the request, as in addresses that are signed anew each time."""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with every answer."""
    token: str = ""
    """Whoever does not bring it is refused: with 401, or with 403 for another token."""
    chunked: bool = False
    slow_s: float = 0.0
    """Pause before every 64 kB."""
    gate: threading.Event | None = None
    """Holds the second half of the body back until it is set."""
    reached_gate: threading.Event = field(default_factory=threading.Event)


@dataclass
class Asked:
    path: str
    range: str
    if_range: str
    authorization: str


class Hub:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []

    def put(self, path: str, body: bytes, **how: object) -> Page:
        self.pages[path] = Page(body, **how)  # type: ignore[arg-type]
        return self.pages[path]

    def times(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    @property
    def index_url(self) -> str:
        return f"{self.url}/simple/"

    def put_wheel(self, project: str, version: str, members: dict[str, bytes], **how: object) -> Page:
        """A wheel, and its entry in the simple API."""
        body = wheel(members)
        filename = f"{project.replace('-', '_')}-{version}-py3-none-any.whl"
        entry = {
            "filename": filename,
            "url": f"../../files/{filename}",
            "hashes": {"sha256": hashlib.sha256(body).hexdigest()},
            "size": len(body),
        }
        listing = {"meta": {"api-version": "1.1"}, "name": project, "versions": [version], "files": [entry]}
        self.put(
            f"/simple/{project}/",
            json.dumps(listing).encode(),
            content_type="application/vnd.pypi.simple.v1+json",
        )
        return self.put(f"/files/{filename}", body, **how)


def wheel(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@contextmanager
def serving() -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.hub = Hub(server.server_address[1])  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.hub  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # small answers would wait forty milliseconds

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        hub: Hub = self.server.hub  # type: ignore[attr-defined]
        asked = [self.headers.get(name, "") for name in ("Range", "If-Range", "Authorization")]
        hub.asked.append(Asked(self.path, *asked))
        page = hub.pages.get(self.path) or hub.pages.get(self.path.partition("?")[0])
        try:
            if page is None:
                self._short(404)
            elif page.failures:
                self._short(page.failures.pop(0), **page.headers)
            elif page.token and asked[2] != f"Bearer {page.token}":
                self._short(403 if asked[2] else 401, **{"X-Error-Code": "GatedRepo", **page.headers})
            elif page.redirect_to:
                self._short(302, **page.headers, Location=page.redirect_to.format(n=len(hub.asked)))
            else:
                self._body(page)
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _short(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status == 429 and "Retry-After" not in headers:
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _body(self, page: Page) -> None:
        start = 0
        asked = self.headers.get("Range", "")
        if asked and page.ranges and self.headers.get("If-Range", page.etag) == page.etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(page.body):
                self._short(416)
                return
        body = page.body[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(page.body) - 1}/{len(page.body)}")
        self.send_header("Content-Type", page.content_type)
        self.send_header("ETag", page.etag)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header(
                "Content-Length", str(len(body) if page.claim_bytes is None else page.claim_bytes)
            )
        self.end_headers()
        end = page.cut_at.pop(0) if page.cut_at else None
        if end is not None:
            self._write(page, body[:end])
            self.close_connection = True
            return
        if page.gate is not None:
            self._write(page, body[: len(body) // 2])
            page.reached_gate.set()
            page.gate.wait()
            body = body[len(body) // 2 :]
        self._write(page, body)
        if page.chunked:
            self.wfile.write(b"0\r\n\r\n")
        if page.claim_bytes is not None:
            self.close_connection = True

    def _write(self, page: Page, body: bytes) -> None:
        for begin in range(0, len(body), 65_536):
            piece = body[begin : begin + 65_536]
            time.sleep(page.slow_s)
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" if page.chunked else piece)
        self.wfile.flush()
