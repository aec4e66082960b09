"""The folders of the model store.

blobs/sha256/HASH          the files, read-only, named by what they hold
manifests/MODEL.json       which blobs make up a model, and how each looked when it was verified
pins/MODEL.json            which files this machine accepts of a model whose hashes the catalog does not know
names/MODEL/FILE           links that give the blobs their own names back, for loaders
partial/MODEL/             what is on its way
locks/                     so that two processes do not fetch the same model twice
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from skills._catalog import ModelCard, ModelFile

_HASH = re.compile(r"[0-9a-f]{64}\Z")


class Layout:
    """Paths, manifests and locks below one root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def blob(self, file: ModelFile) -> Path:
        """Where the content of a pinned file lies."""
        return self.blob_of(file.sha256 or "unknown")

    def blob_of(self, sha256: str) -> Path:
        return self.root / "blobs" / "sha256" / sha256

    def named(self, card: ModelCard, file: ModelFile) -> Path:
        """The same content under the file's own name; all files of a model share a folder."""
        return self.names(card.id) / file.name

    def names(self, model_id: str) -> Path:
        return self.root / "names" / model_id

    def partial(self, model_id: str) -> Path:
        return self.root / "partial" / model_id

    def manifest(self, model_id: str) -> Path:
        return self.root / "manifests" / f"{model_id}.json"

    def vouches(self, model_id: str, file: ModelFile) -> bool:
        """Whether the blob was verified and has not been touched since."""
        entry = self.entry(model_id, file)
        with contextlib.suppress(OSError):
            return entry.get("sha256") == file.sha256 and entry.get("stamp") == stamp(self.blob(file))
        return False

    def entry(self, model_id: str, file: ModelFile) -> Mapping[str, Any]:
        """What the manifest says of a file: `sha256` and `stamp`; empty when it says nothing."""
        entry = self._entries(model_id).get(file.name, {})
        return entry if isinstance(entry, dict) else {}

    def sign(self, card: ModelCard) -> None:
        """Record that every blob of the model has just been verified, and give the blobs their names."""
        for file in card.files:
            _link(self.blob(file), self.named(card, file))
        files = {file.name: {"sha256": file.sha256, "stamp": stamp(self.blob(file))} for file in card.files}
        path = self.manifest(card.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        draft.write_text(json.dumps({"model": card.id, "files": files}, indent=1), encoding="utf-8")
        draft.replace(path)

    def used_hashes(self) -> set[str]:
        """Hashes that some manifest names."""
        return {
            sha256 for path in (self.root / "manifests").glob("*.json") for sha256 in self.hashes(path.stem)
        }

    def hashes(self, model_id: str) -> set[str]:
        """Hashes that the model's manifest names."""
        entries = self._entries(model_id).values()
        return {
            sha256
            for entry in entries
            if isinstance(entry, dict)
            and isinstance(sha256 := entry.get("sha256"), str)
            and _HASH.match(sha256)
        }

    def lock(self) -> FileLock:
        """Held for moments, while manifests and blobs change together."""
        return self._lock("store")

    def model_lock(self, model_id: str) -> FileLock:
        """Held while a model is being fetched or removed."""
        return self._lock(f"model-{model_id}")

    def _lock(self, name: str) -> FileLock:
        folder = self.root / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        return FileLock(folder / f"{name}.lock")

    def _entries(self, model_id: str) -> Mapping[str, Any]:
        try:
            files = json.loads(self.manifest(model_id).read_text(encoding="utf-8"))["files"]
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return files if isinstance(files, dict) else {}


def stamp(path: Path) -> list[int]:
    """What changes when a file is written to: size, and time of the last change in nanoseconds."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _link(blob: Path, name: Path) -> None:
    """A relative link, or a hard link where the file system has no symbolic ones."""
    name.parent.mkdir(parents=True, exist_ok=True)
    draft = name.with_name(f".{name.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        draft.symlink_to(os.path.relpath(blob, name.parent))
    except OSError:
        os.link(blob, draft)
    draft.replace(name)
