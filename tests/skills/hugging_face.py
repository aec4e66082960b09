"""The Hugging Face hub for tests, as it behaves: its API, its redirects, and its store of files on another host.

Written after what the hub answers: `/api/models/REPO/revision/REV` and `.../tree/COMMIT`, small files by a relative
redirect, large ones by a redirect to a signed address elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.skills.hub import Hub, Page, serving

REPOSITORY = "owner/name"
COMMIT = "1" * 40
LARGE_BYTES = 10_000


@dataclass
class HuggingFace:
    api: Hub
    files: Hub
    """Where the redirects of large files lead."""
    prefix: str = ""
    """A mirror may lie below a path."""

    @property
    def url(self) -> str:
        return self.api.url + self.prefix

    def publish(
        self,
        files: dict[str, bytes],
        repository: str = REPOSITORY,
        commit: str = COMMIT,
        revision: str = "main",
    ) -> None:
        """Make `revision` this commit, which holds these files."""
        models = f"{self.prefix}/api/models/{repository}"
        for name in (revision, commit):
            self._json(f"{models}/revision/{name}", {"id": repository, "sha": commit})
        folder = {"type": "directory", "oid": "f" * 40, "size": 0, "path": "onnx"}
        self._json(f"{models}/tree/{commit}", [folder, *(self._node(n, body) for n, body in files.items())])
        for name, body in files.items():
            self._put(f"{repository}/resolve/{commit}/{name}", commit, body)

    def page(self, name: str, repository: str = REPOSITORY, commit: str = COMMIT) -> Page:
        """The address that the hub gives to a file."""
        return self.api.pages[f"{self.prefix}/{repository}/resolve/{commit}/{name}"]

    def body(self, content: bytes) -> Page:
        """Where the content is in the end."""
        name = hashlib.sha256(content).hexdigest()
        return self.files.pages.get(f"/{name}") or self.api.pages[f"/api/resolve-cache/{name}"]

    def _put(self, path: str, commit: str, body: bytes) -> None:
        name = hashlib.sha256(body).hexdigest()
        headers = {"X-Repo-Commit": commit}
        if len(body) >= LARGE_BYTES:
            target = f"{self.files.url}/{name}?Expires=1&Signature=secret{{n}}"
            headers |= {"X-Linked-Size": str(len(body)), "X-Linked-Etag": f'"{name}"'}
            self.files.put(f"/{name}", body, etag=f'"{name}"')
        else:
            target = f"/api/resolve-cache/{name}"
            self.api.put(target, body, etag=f'"{git_sha1(body)}"', content_type="text/plain; charset=utf-8")
        self.api.put(f"{self.prefix}/{path}", b"", redirect_to=target, headers=headers)

    def _node(self, path: str, body: bytes) -> dict[str, object]:
        node: dict[str, object] = {"type": "file", "oid": git_sha1(body), "size": len(body), "path": path}
        if len(body) >= LARGE_BYTES:
            sha256 = hashlib.sha256(body).hexdigest()
            node["lfs"] = {"oid": sha256, "size": len(body), "pointerSize": 134}
        return node

    def _json(self, path: str, answer: object) -> None:
        self.api.put(path, json.dumps(answer).encode(), content_type="application/json; charset=utf-8")


def git_sha1(body: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


@contextmanager
def hugging_face(prefix: str = "") -> Iterator[HuggingFace]:
    with serving() as api, serving() as files:
        yield HuggingFace(api, files, prefix)
