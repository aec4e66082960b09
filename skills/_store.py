"""The model store: models on this machine, whole and verified, or not at all.

A model is here when its manifest says so and every blob is as it was when it was hashed. Nothing else is ever
handed to a loader. How the folders look is in `_layout`, how models arrive in `_pull`.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from skills._catalog import Catalog, ModelCard, ModelFile
from skills._errors import ModelUnavailable
from skills._layout import Layout
from skills._partial import sha256_of
from skills._progress import PullProgress

if TYPE_CHECKING:
    from skills._http import Http
    from skills._index import Index

__all__ = ["FileCheck", "ModelState", "PullProgress", "Store"]

log = logging.getLogger(__name__)


class ModelState(StrEnum):
    """Where a model stands."""

    READY = "ready"
    PARTIAL = "partial"
    """Fetching has begun."""
    MISSING = "missing"
    PACKAGED = "packaged"
    """Comes with the installation; there is nothing to fetch."""
    SERVED = "served"
    """An Ollama server holds it; the store has no part in it."""
    UNPINNED = "unpinned"
    """Its hashes are not known yet, so it is neither fetched nor loaded."""


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What verifying a file found."""

    file: str
    path: Path
    problem: str
    """Empty, `missing` or `damaged`."""


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Store:
    """Models below `root`. Safe to use from several threads and processes."""

    def __init__(
        self,
        root: Path,
        catalog: Catalog,
        index_url: str = "",
        http: Http | None = None,
        free_bytes: Callable[[Path], int] = _free_bytes,
    ) -> None:
        """`index_url`: the package index of wheel sources; empty means the installer's."""
        self.root = root
        self.catalog = catalog
        self._layout = Layout(root)
        self._index_url = index_url
        self._http = http
        self._free_bytes = free_bytes

    def files(self, model_id: str) -> dict[str, Path]:
        """The verified files of a model, by name, all in one folder; empty where none are needed.

        Raises ModelUnavailable (reason `not-fetched`, `damaged` or `unpinned`), CatalogError (unknown id).
        """
        card = self.catalog[model_id]
        if not card.pinned:
            raise ModelUnavailable(
                f"The hashes of {model_id} are not known yet, and nothing unverified is loaded.",
                reason="unpinned",
                model=model_id,
            )
        for file in card.files:
            self._require(card, file)
        return {file.name: self._layout.named(card, file) for file in card.files}

    def has(self, model_id: str) -> bool:
        """Whether nothing need be fetched before the model can be loaded."""
        try:
            self.files(model_id)
        except ModelUnavailable:
            return False
        return True

    def state(self, model_id: str) -> ModelState:
        card = self.catalog[model_id]
        if card.shipped == "package":
            return ModelState.PACKAGED
        if card.shipped == "server":
            return ModelState.SERVED
        if not card.pinned:
            return ModelState.UNPINNED
        if self.has(model_id):
            return ModelState.READY
        return ModelState.PARTIAL if self.fetched_bytes(model_id) else ModelState.MISSING

    def was_fetched(self, model_id: str) -> bool:
        """Whether the model has been whole once; its files may have been damaged since."""
        return self._layout.manifest(model_id).is_file()

    def fetched_bytes(self, model_id: str) -> int:
        """Bytes of the model on this machine, finished or on their way; cheap, a hint for people."""
        card = self.catalog[model_id]
        return sum(self._bytes_here(card, file) for file in card.files)

    def pull(
        self,
        model_id: str,
        progress: Callable[[PullProgress], None] = lambda progress: None,
        cancel: threading.Event | None = None,
        folder: Path | None = None,
    ) -> None:
        """Fetch a model; returns when it is whole and verified. Blocks: call it in a thread.

        `folder`: take the files, whatever their names, or their wheels from there, without network.
        Raises PullFailed with a sentence of what was tried, PullCancelled, CatalogError.
        """
        card = self.catalog[model_id]
        if card.pinned and self.has(model_id):
            progress(PullProgress(model_id, "", card.size_bytes, card.size_bytes))
            return
        from skills._pull import Pull

        http, index = self._network
        Pull(
            card,
            self._layout,
            http,
            index,
            fetched_bytes=lambda: self.fetched_bytes(model_id),
            free_bytes=self._free_bytes,
            progress=progress,
            cancel=cancel or threading.Event(),
            folder=folder,
        ).run()

    def verify(self, model_id: str, repair: bool = False) -> list[FileCheck]:
        """Hash every file again. With `repair`, damaged ones are removed and the next pull fetches them."""
        card = self.catalog[model_id]
        checks = []
        for file in card.files:
            path = self._layout.blob(file)
            problem = "missing"
            if path.is_file():
                problem = "" if sha256_of(path) == file.sha256 else "damaged"
            if repair and problem == "damaged":
                with self._layout.lock():
                    path.unlink(missing_ok=True)
                log.warning("%s/%s was damaged and has been removed", model_id, file.name)
            checks.append(FileCheck(file.name, path, problem))
        return checks

    def remove(self, model_id: str) -> int:
        """Remove a model, and its blobs that no other model uses. Returns the bytes that were freed."""
        card = self.catalog[model_id]
        layout, freed_bytes = self._layout, 0
        with layout.model_lock(model_id), layout.lock():
            layout.manifest(model_id).unlink(missing_ok=True)
            shutil.rmtree(layout.names(model_id), ignore_errors=True)
            used = layout.used_hashes()
            unused = {layout.blob(file) for file in card.files if file.sha256 and file.sha256 not in used}
            on_its_way = layout.partial(model_id).rglob("data")
            for path in (*unused, *on_its_way):
                with contextlib.suppress(FileNotFoundError):
                    size_bytes = path.stat().st_size
                    path.unlink()
                    freed_bytes += size_bytes
            shutil.rmtree(layout.partial(model_id), ignore_errors=True)
        return freed_bytes

    @cached_property
    def _network(self) -> tuple[Http, Index]:
        # Imported late: most processes only ask what is here.
        from skills._http import Http
        from skills._index import Index

        http = self._http or Http()
        return http, Index(http, self._index_url)

    def _require(self, card: ModelCard, file: ModelFile) -> None:
        """Raises ModelUnavailable unless the file is here and verified."""
        layout = self._layout
        path = layout.named(card, file)
        if layout.entry(card.id, file).get("sha256") != file.sha256 or not path.is_file():
            raise ModelUnavailable(
                f"The model {card.id} is not fetched yet.", reason="not-fetched", model=card.id
            )
        if layout.vouches(card.id, file):
            return
        # Touched since it was verified, perhaps only copied: look again.
        if sha256_of(path) != file.sha256:
            log.error("%s/%s is damaged", card.id, file.name)
            raise ModelUnavailable(
                f"The file {file.name} of {card.id} is damaged.", reason="damaged", model=card.id
            )
        with contextlib.suppress(OSError), layout.lock():  # a store that cannot be written to still serves
            if all(layout.vouches(card.id, other) for other in card.files if other != file):
                layout.sign(card)

    def _bytes_here(self, card: ModelCard, file: ModelFile) -> int:
        for path in (self._layout.blob(file), self._layout.partial(card.id) / file.name / "data"):
            with contextlib.suppress(OSError):
                return min(path.stat().st_size, file.size_bytes or 0)
        return 0
