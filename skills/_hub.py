"""The Hugging Face hub, or a mirror of it: what a repository holds at a revision, and its files.

The hub's own client is not used: its telemetry can only be switched off by the environment before it is imported, and
it brings a second HTTP stack with other certificates, proxies and pauses, which nobody can stop.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlsplit

import requests
import requests.auth
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from skills._catalog import HubSource
from skills._http import Http, Refused, refuse_status, shut_on
from skills._partial import Partial, SourceError
from skills._retries import Watch

_Read = TypeVar("_Read")

LIST_LIMIT_BYTES = 16 << 20
MOST_PAGES = 20
"""Of a repository's list of files; the hub puts a thousand on a page."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """What the hub says of a file. Exactly one of the hashes is given."""

    size_bytes: int
    sha256: str
    """Of large files."""
    git_sha1: str
    """Of small files: SHA-1 of `blob SIZE`, a zero byte, and the content, as Git names them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A repository at one commit."""

    commit: str
    files: dict[str, HubFile]
    """By path."""


class NoPermission(SourceError):
    """Whoever wants the file must first have a token, or accept a licence."""


class Hub:
    """A hub at an endpoint. The token goes to the endpoint alone: never to where it redirects us."""

    def __init__(self, http: Http, endpoint: str, token: str = "") -> None:
        self._http = http
        self.endpoint = endpoint.rstrip("/")
        self._token = token

    @property
    def host(self) -> str:
        """For people."""
        return urlsplit(self.address).netloc

    @property
    def address(self) -> str:
        """The endpoint without a name and password that may stand in it."""
        scheme, _, rest = self.endpoint.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"

    def download(self, source: HubSource, partial: Partial, size_bytes: int | None, watch: Watch) -> None:
        """Fill `partial`, going on from what is there. Raises SourceError, PullCancelled, OSError."""
        url = f"{self.endpoint}/{source.hub}/resolve/{source.revision}/{quote(source.file)}"
        try:
            self._http.download(url, partial, size_bytes, watch, self._auth())
        except Refused as error:
            raise self._explained(error, source.hub) from error

    def snapshot(self, repository: str, revision: str, watch: Watch) -> Snapshot:
        """The commit that `revision` is now, and its files. Raises SourceError, PullCancelled."""
        api = f"{self.endpoint}/api/models/{repository}"
        try:
            commit = _read(_REVISION, self._ask(f"{api}/revision/{revision}", watch)[0]).sha
            if len(revision) == 40 and commit != revision:
                raise SourceError(f"answered with the commit {commit[:7]} where {revision[:7]} was asked for")
            nodes = list(self._nodes(f"{api}/tree/{commit}", watch))
        except Refused as error:
            raise self._explained(error, repository) from error
        return Snapshot(commit, {node.path: node.identity() for node in nodes if node.type == "file"})

    def _nodes(self, url: str, watch: Watch) -> Iterator[_Node]:
        query = "recursive=true"
        for _ in range(MOST_PAGES):
            body, following = self._ask(f"{url}?{query}", watch)
            yield from _read(_NODES, body)
            if not following:
                return
            # Of the next page's address only the query: a mirror may pass on the publisher's own.
            query = urlsplit(following).query
        raise SourceError("has more files than a model can have")

    def _ask(self, url: str, watch: Watch) -> tuple[Any, str]:
        """A JSON answer, and the address of the next page."""
        answers: list[tuple[Any, str]] = []
        auth = self._auth()

        def ask() -> None:
            timeout = (self._http.patience.connect_s, self._http.patience.read_s)
            session, headers = self._http.session, {"Accept": "application/json"}
            with (
                session.get(url, headers=headers, auth=auth, timeout=timeout, stream=True) as response,
                shut_on(watch.cancel, response),
            ):
                if response.status_code != 200:
                    refuse_status(response)
                body = response.raw.read(LIST_LIMIT_BYTES, decode_content=True)
                answers.append((_parsed(body), response.links.get("next", {}).get("url", "")))

        self._http.retries.run(url, ask, watch)
        return answers[0]

    def _auth(self) -> _Bearer | None:
        if not self._token:
            return None
        if not (self._token.isascii() and self._token.isprintable()):
            raise SourceError("cannot be asked, because the token holds characters that no token has")
        return _Bearer(self._token)

    def _explained(self, error: Refused, repository: str) -> SourceError:
        """The refusal in words that say how to mend it."""
        page = f"{self.address}/{repository}"
        if error.host != self.host:  # a store of files behind the hub, which knows nothing of people
            return error
        if error.code in ("RepoNotFound", "RevisionNotFound", "EntryNotFound") or error.status == 404:
            missing = {"RevisionNotFound": "this revision of ", "EntryNotFound": "this file of "}
            return SourceError(f"does not have {missing.get(error.code, '')}{repository} ({error.status})")
        if error.status not in (401, 403):
            return error
        if not self._token:
            how = f"accept the licence on {page}, if it asks for that, and set HF_TOKEN to a token of your account"
        else:
            how = f"accept the licence on {page} with the account of your token, or use another token"
        return NoPermission(f"lets only people with permission have {repository} ({error.status}): {how}")


class _Bearer(requests.auth.AuthBase):
    """Sends a token. `requests` drops it where a redirect leads to another host, port or scheme."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Revision(BaseModel):
    sha: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


class _Lfs(BaseModel):
    oid: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=0)]


class _Node(BaseModel):
    type: str
    path: str
    oid: str
    size: Annotated[int, Field(ge=0)] = 0
    lfs: _Lfs | None = None

    def identity(self) -> HubFile:
        if self.lfs is not None:
            return HubFile(self.lfs.size, self.lfs.oid, "")
        return HubFile(self.size, "", self.oid)


_REVISION = TypeAdapter(_Revision)
_NODES = TypeAdapter(list[_Node])


def _read(kind: TypeAdapter[_Read], body: Any) -> _Read:
    try:
        return kind.validate_python(body)
    except ValidationError as error:
        raise SourceError("answered with something else than a list of files") from error


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError("answered with something else than a list of files") from error
