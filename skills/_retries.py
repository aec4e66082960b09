"""Trying again after a passing trouble, with growing pauses, while that promises anything.

A host that cannot be reached is left alone for a while: nobody waits for it again at every file.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError as Urllib3ConnectTimeout
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError

from skills._errors import PullCancelled
from skills._partial import SourceError

log = logging.getLogger(__name__)

AGAIN = "; trying again"
"""What is said to a Watch ends with this where the work goes on."""
_NONSENSE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.TooManyRedirects,
)


class Unreachable(SourceError):
    """The host does not answer; asking it again within this run is useless."""


class Hiccup(Exception):
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


class Retries:
    """The patience with each host."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._resting_until: dict[str, float] = {}
        self._answered: set[str] = set()

    def run(
        self,
        url: str,
        attempt: Callable[[], None],
        watch: Watch,
        progress: Callable[[], int] = lambda: 0,
    ) -> None:
        """Run `attempt` until it succeeds; `progress` counts the bytes that it has brought so far.

        Raises SourceError, PullCancelled, and what `attempt` raises for good.
        """
        host = host_of(url)
        if self._resting_until.get(host, 0.0) > time.monotonic():
            raise Unreachable("cannot be reached")
        fruitless, furthest = 0, progress()
        while True:
            try:
                watch.check()
                attempt()
            except (requests.RequestException, HTTPError, ConnectionError, TimeoutError, Hiccup) as error:
                watch.check()
                reason = self._judge(host, error)
                # A new megabyte counts as progress: a connection that breaks often still gets there.
                fruitless = 0 if progress() - furthest >= 1 << 20 else fruitless + 1
                furthest = max(furthest, progress())
                if fruitless >= self.patience.attempts:
                    raise SourceError(f"{reason}, {fruitless} times in a row") from error
                asked_s = error.wait_s if isinstance(error, Hiccup) else None
                wait_s = self.patience.backoff_s * 2 ** max(fruitless - 1, 0) if asked_s is None else asked_s
                if wait_s > self.patience.longest_wait_s:
                    raise SourceError(f"{reason} and asks to wait {wait_s:.0f} s") from error
                log.info("%s: %s; again in %.1f s", host, reason, wait_s)
                watch.say(f"{host} {reason}{AGAIN}")
                watch.pause(wait_s)
                watch.say("")
            else:
                self._answered.add(host)
                return

    def _judge(self, host: str, error: Exception) -> str:
        """What has happened, in words; raises Unreachable where a retry is useless."""
        if isinstance(error, Hiccup):
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


def host_of(url: str) -> str:
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
