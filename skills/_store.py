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
from skills._pins import Pin, PinError, Pins
from skills._progress import PullProgress

if TYPE_CHECKING:
    from skills._http import Http
    from skills._pull import Network

__all__ = ["FileCheck", "ModelState", "PullProgress", "Store"]

log = logging.getLogger(__name__)

HUB_URL = "https://huggingface.co"


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
    """Its hashes are not known, and no hub could tell them: it is neither fetched nor loaded."""


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
        hub_url: str = HUB_URL,
        hub_token: str = "",
    ) -> None:
        """`index_url`: the package index of wheel sources; empty means the installer's.

        `hub_url`, `hub_token`: the Hugging Face hub or a mirror of it, and the account that asks it.
        """
        self.root = root
        self.catalog = catalog
        self._layout = Layout(root)
        self._pins = Pins(root)
        self._hub_url, self._hub_token = hub_url, hub_token
        self._index_url = index_url
        self._http = http
        self._free_bytes = free_bytes

    def files(self, model_id: str) -> dict[str, Path]:
        """The verified files of a model, by name, all in one folder; empty where none are needed.

        Raises ModelUnavailable (reason `not-fetched`, `damaged` or `unpinned`), CatalogError (unknown id).
        """
        card = self.card(model_id)
        if not card.pinned:
            raise ModelUnavailable(
                f"The hashes of {model_id} are not known yet, and nothing unverified is loaded.",
                reason="unpinned" if card.repository is None else "not-fetched",
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

    def card(self, model_id: str) -> ModelCard:
        """The model's card, with the files that are pinned here where the catalog knows no hashes.

        Raises CatalogError.
        """
        card = self.catalog[model_id]
        pin = self.pin(model_id)
        return card if pin is None else pin.applied(card)

    def pin(self, model_id: str) -> Pin | None:
        """What of a model was pinned on this machine; None where the catalog knows its hashes, too."""
        try:
            return self._pins.find(self.catalog[model_id])
        except PinError:  # a pull says what is wrong with it
            return None

    def take_pin(self, model_id: str, path: Path) -> Pin:
        """Pin a model by hand, to what the file says. Raises PinError, OSError, CatalogError."""
        card = self.catalog[model_id]
        if card.repository is None:
            raise PinError(f"{model_id} needs no pin: the catalog decides which files it has.")
        with self._layout.model_lock(model_id):
            pin = self._pins.read(path, card)
            if self._pins.path(model_id).exists():
                raise PinError(f"{model_id} is pinned already; `--forget` first if that should end.")
            self._pins.write(pin)
        return pin

    def forget_pin(self, model_id: str) -> bool:
        """Remove a model and its pin: the next pull accepts what the hub says then. Whether there was one."""
        self.remove(model_id)
        with self._layout.model_lock(model_id):
            return self._pins.forget(model_id)

    def state(self, model_id: str) -> ModelState:
        card = self.card(model_id)
        if card.shipped == "package":
            return ModelState.PACKAGED
        if card.shipped == "server":
            return ModelState.SERVED
        if not card.pinned and card.repository is None:
            return ModelState.UNPINNED
        if self.has(model_id):
            return ModelState.READY
        return ModelState.PARTIAL if self.fetched_bytes(model_id) else ModelState.MISSING

    def was_fetched(self, model_id: str) -> bool:
        """Whether the model has been whole once; its files may have been damaged since."""
        return self._layout.manifest(model_id).is_file()

    def fetched_bytes(self, model_id: str) -> int:
        """Bytes of the model on this machine, finished or on their way; cheap, a hint for people."""
        card = self.card(model_id)
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
        card = self.card(model_id)
        if card.pinned and self.has(model_id):
            progress(PullProgress(model_id, "", card.size_bytes, card.size_bytes))
            return
        from skills._pull import Pull

        Pull(
            self.catalog[model_id],
            self._layout,
            self._network,
            self._pins,
            fetched_bytes=lambda: self.fetched_bytes(model_id),
            free_bytes=self._free_bytes,
            progress=progress,
            cancel=cancel or threading.Event(),
            folder=folder,
        ).run()

    def verify(self, model_id: str, repair: bool = False) -> list[FileCheck]:
        """Hash every file again. With `repair`, damaged ones are removed and the next pull fetches them."""
        card = self.card(model_id)
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
        card = self.card(model_id)
        layout, freed_bytes = self._layout, 0
        with layout.model_lock(model_id), layout.lock():
            own_hashes = layout.hashes(model_id) | {file.sha256 for file in card.files if file.sha256}
            layout.manifest(model_id).unlink(missing_ok=True)
            shutil.rmtree(layout.names(model_id), ignore_errors=True)
            unused = {layout.blob_of(sha256) for sha256 in own_hashes - layout.used_hashes()}
            on_its_way = layout.partial(model_id).rglob("data")
            for path in (*unused, *on_its_way):
                with contextlib.suppress(FileNotFoundError):
                    size_bytes = path.stat().st_size
                    path.unlink()
                    freed_bytes += size_bytes
            shutil.rmtree(layout.partial(model_id), ignore_errors=True)
        return freed_bytes

    @cached_property
    def _network(self) -> Network:
        # Imported late: most processes only ask what is here.
        from skills._http import Http
        from skills._hub import Hub
        from skills._index import Index
        from skills._pull import Network

        http = self._http or Http()
        hub = Hub(http, self._hub_url, self._hub_token)
        return Network(http, Index(http, self._index_url), hub)

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
