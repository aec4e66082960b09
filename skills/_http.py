"""Files over HTTP: resumed, retried, bounded, and stopped at once when asked."""

from __future__ import annotations

import contextlib
import email.utils
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NoReturn

import requests
import requests.auth

from skills._partial import Partial, SourceError
from skills._retries import Hiccup, Patience, Retries, Watch, host_of

READ_BYTES = 1 << 18
RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


class Refused(SourceError):
    """The answer was no, and will be no the next time."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"answered {response.status_code} {response.reason or ''}".rstrip())
        self.status = response.status_code
        self.host = host_of(response.url)
        """Who refused; after a redirect not who was asked."""
        self.code = response.headers.get("X-Error-Code", "")
        """The hub's own word for the reason, as `GatedRepo`; empty elsewhere."""


class Http:
    """One session for everything that is fetched."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self.session = requests.Session()
        self.retries = Retries(self.patience)

    def download(
        self,
        url: str,
        partial: Partial,
        size_bytes: int | None,
        watch: Watch,
        auth: requests.auth.AuthBase | None = None,
    ) -> None:
        """Fill `partial` from `url`, going on from what is there.

        `size_bytes` is the exact size, where it is known. Raises SourceError, PullCancelled, OSError (disk).
        """
        self.retries.run(
            url,
            lambda: self._transfer(url, partial, size_bytes, watch, auth),
            watch,
            progress=lambda: partial.size_bytes,
        )

    def _transfer(
        self,
        url: str,
        partial: Partial,
        size_bytes: int | None,
        watch: Watch,
        auth: requests.auth.AuthBase | None,
    ) -> None:
        """One request. Returns when the whole file is there."""
        # What another source has left is of no use here, but is kept until this one really gives something.
        have_bytes = partial.size_bytes if partial.state.get("url") == url else 0
        if have_bytes and have_bytes == size_bytes:
            return
        # Compression would make sizes and offsets mean something else.
        headers = {"Accept-Encoding": "identity"}
        if have_bytes:
            headers["Range"] = f"bytes={have_bytes}-"
            if validator := partial.state.get("etag"):
                headers["If-Range"] = validator
        timeout = (self.patience.connect_s, self.patience.read_s)
        with (
            self.session.get(url, headers=headers, auth=auth, stream=True, timeout=timeout) as response,
            shut_on(watch.cancel, response),
        ):
            total_bytes = _check_answer(response, partial, have_bytes, size_bytes)
            if not have_bytes or response.status_code == 200:
                partial.truncate(0)
                etag = response.headers.get("ETag", "")
                partial.remember(url=url, etag="" if etag.startswith("W/") else etag, total=total_bytes)
            self._read_body(response, partial, watch)
        if total_bytes is not None and partial.size_bytes < total_bytes:
            raise Hiccup("ended too early")

    def _read_body(self, response: requests.Response, partial: Partial, watch: Watch) -> None:
        window_started, window_bytes = time.monotonic(), 0
        while chunk := response.raw.read1(READ_BYTES):
            watch.check()
            partial.write(chunk)
            watch.tick()
            window_bytes += len(chunk)
            elapsed = time.monotonic() - window_started
            if elapsed > self.patience.read_s:
                if window_bytes < self.patience.least_bytes_per_s * elapsed:
                    raise Hiccup("has become too slow")
                window_started, window_bytes = time.monotonic(), 0
        watch.check()


def _check_answer(
    response: requests.Response, partial: Partial, have_bytes: int, size_bytes: int | None
) -> int | None:
    """Accept an answer, or raise. Returns the size of the whole file, where it is known."""
    status, headers = response.status_code, response.headers
    if status == 416:
        partial.restart()
        raise Hiccup("would not go on from where we were", 0.0)
    if status not in (200, 206):
        refuse_status(response)
    if headers.get("Content-Type", "").lower().startswith(("text/html", "application/xhtml")):
        raise SourceError("answered with a web page instead of the file")
    if headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
        raise SourceError("answered in an encoding that nobody asked for")
    if status == 206:
        start, total = _content_range(headers.get("Content-Range", ""))
        if start != have_bytes:
            partial.restart()
            raise Hiccup("continued something else", 0.0)
    else:
        total = _number(headers.get("Content-Length", ""))
    expected = total if size_bytes is None else size_bytes
    if total is not None and (total != expected or total > partial.limit_bytes):
        raise SourceError(f"has {total} bytes where {size_bytes or partial.limit_bytes} were expected")
    return expected


def refuse_status(response: requests.Response) -> NoReturn:
    """Raise what a failed answer means: worth another try, or not."""
    status = response.status_code
    if status in RETRY_STATUS:
        raise Hiccup(f"answered {status}", _retry_after_s(response))
    raise Refused(response)


@contextlib.contextmanager
def shut_on(cancel: threading.Event, response: requests.Response) -> Iterator[None]:
    """Wake a reader that waits for bytes as soon as `cancel` is set."""
    done = threading.Event()

    def wait() -> None:
        while not done.wait(0.2):
            if cancel.is_set():
                with contextlib.suppress(Exception):  # it may just have ended by itself
                    response.raw.shutdown()
                return

    watcher = threading.Thread(target=wait, name="cancel-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _retry_after_s(response: requests.Response) -> float | None:
    asked = response.headers.get("Retry-After", "").strip()
    if not asked:
        return None
    if (seconds := _number(asked)) is not None:
        return float(seconds)
    try:
        moment = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None


def _content_range(header: str) -> tuple[int | None, int | None]:
    """Start and total of `bytes START-END/TOTAL`."""
    unit, _, rest = header.partition(" ")
    span, _, total = rest.partition("/")
    return (_number(span.partition("-")[0]) if unit == "bytes" else None), _number(total)


def _number(text: str) -> int | None:
    return int(text) if text.strip().isascii() and text.strip().isdigit() else None
