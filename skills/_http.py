"""Files over HTTP: resumed, retried, bounded, and stopped at once when asked.

A host that cannot be reached is left alone for a while: nobody waits for it again at every file.
"""

from __future__ import annotations

import contextlib
import email.utils
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn
from urllib.parse import urlsplit

import requests
import requests.auth
from urllib3.exceptions import ConnectTimeoutError as Urllib3ConnectTimeout
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError

from skills._errors import PullCancelled
from skills._partial import Partial, SourceError

log = logging.getLogger(__name__)

READ_BYTES = 1 << 18
_NONSENSE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.TooManyRedirects,
)
RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


class Unreachable(SourceError):
    """The host does not answer; asking it again within this run is useless."""


class Refused(SourceError):
    """The answer was no, and will be no the next time."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"answered {response.status_code} {response.reason or ''}".rstrip())
        self.status = response.status_code
        self.host = _host(response.url)
        """Who refused; after a redirect not who was asked."""
        self.code = response.headers.get("X-Error-Code", "")
        """The hub's own word for the reason, as `GatedRepo`; empty elsewhere."""


class _Hiccup(Exception):
    """Trying again may help."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for others."""

    connect_s: float = 5.0
    read_s: float = 30.0
    """Longest silence within an answer."""
    least_bytes_per_s: int = 1024
    """A transfer slower than this, over `read_s`, counts as stalled."""
    attempts: int = 4
    """Tries in a row that bring nothing before the source is given up."""
    backoff_s: float = 1.0
    """Pause after the first failure; doubled after each further one."""
    longest_wait_s: float = 60.0
    """A server that asks for a longer pause than this is given up."""
    rest_s: float = 300.0
    """How long an unreachable host is left alone."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on: may stop the work, and is told how it goes."""

    cancel: threading.Event = field(default_factory=threading.Event)
    tick: Callable[[], None] = lambda: None
    """Called when bytes have arrived."""
    say: Callable[[str], None] = lambda note: None
    """Called with a few words when something holds the work up, and with "" when it goes on."""

    def check(self) -> None:
        """Raises PullCancelled once it has been asked for."""
        if self.cancel.is_set():
            raise PullCancelled("Fetching was stopped.", reason="cancelled")

    def pause(self, seconds: float) -> None:
        self.cancel.wait(seconds)
        self.check()


class Http:
    """One session for everything that is fetched."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self.session = requests.Session()
        self._resting_until: dict[str, float] = {}
        self._answered: set[str] = set()

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
        self.retrying(
            url,
            lambda: self._transfer(url, partial, size_bytes, watch, auth),
            watch,
            progress=lambda: partial.size_bytes,
        )

    def retrying(
        self,
        url: str,
        attempt: Callable[[], None],
        watch: Watch,
        progress: Callable[[], int] = lambda: 0,
    ) -> None:
        """Run `attempt` again after a passing trouble, with growing pauses, while that promises anything."""
        host = _host(url)
        if self._resting_until.get(host, 0.0) > time.monotonic():
            raise Unreachable("cannot be reached")
        fruitless, furthest = 0, progress()
        while True:
            try:
                watch.check()
                attempt()
            except (requests.RequestException, HTTPError, ConnectionError, TimeoutError, _Hiccup) as error:
                watch.check()
                reason = self._judge(host, error)
                # A new megabyte counts as progress: a connection that breaks often still gets there.
                fruitless = 0 if progress() - furthest >= 1 << 20 else fruitless + 1
                furthest = max(furthest, progress())
                if fruitless >= self.patience.attempts:
                    raise SourceError(f"{reason}, {fruitless} times in a row") from error
                asked_s = error.wait_s if isinstance(error, _Hiccup) else None
                wait_s = self.patience.backoff_s * 2 ** max(fruitless - 1, 0) if asked_s is None else asked_s
                if wait_s > self.patience.longest_wait_s:
                    raise SourceError(f"{reason} and asks to wait {wait_s:.0f} s") from error
                log.info("%s: %s; again in %.1f s", host, reason, wait_s)
                watch.say(f"{host} {reason}; trying again")
                watch.pause(wait_s)
                watch.say("")
            else:
                self._answered.add(host)
                return

    def _judge(self, host: str, error: Exception) -> str:
        """What has happened, in words; raises Unreachable where a retry is useless."""
        if isinstance(error, _Hiccup):
            self._answered.add(host)
            return str(error)
        if isinstance(error, requests.exceptions.SSLError):
            self._give_up(host, "has no certificate that can be trusted", error)
        if isinstance(error, requests.exceptions.ProxyError):
            self._give_up(host, "cannot be reached through the proxy", error)
        if isinstance(error, _NONSENSE):
            raise SourceError("sends us to an address that leads nowhere") from error
        if _never_connected(error) and host not in self._answered:
            self._give_up(host, "cannot be reached", error)
        if (
            isinstance(error, (requests.exceptions.Timeout, TimeoutError))
            or "timed out" in str(error).lower()
        ):
            return "has fallen silent"
        return "broke the connection"

    def _give_up(self, host: str, reason: str, error: Exception) -> NoReturn:
        self._resting_until[host] = time.monotonic() + self.patience.rest_s
        raise Unreachable(reason) from error

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
            raise _Hiccup("ended too early")

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
                    raise _Hiccup("has become too slow")
                window_started, window_bytes = time.monotonic(), 0
        watch.check()


def _check_answer(
    response: requests.Response, partial: Partial, have_bytes: int, size_bytes: int | None
) -> int | None:
    """Accept an answer, or raise. Returns the size of the whole file, where it is known."""
    status, headers = response.status_code, response.headers
    if status == 416:
        partial.restart()
        raise _Hiccup("would not go on from where we were", 0.0)
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
            raise _Hiccup("continued something else", 0.0)
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
        raise _Hiccup(f"answered {status}", _retry_after_s(response))
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


def _host(url: str) -> str:
    """Host and port, without a name and password before them."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _never_connected(error: Exception) -> bool:
    """Whether no connection came about at all (name unknown, refused, nobody there)."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    for argument in error.args:
        reason = getattr(argument, "reason", argument)
        if isinstance(reason, (NewConnectionError, Urllib3ConnectTimeout)):
            return True
        if isinstance(reason, ProtocolError):
            return False
    return False


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
