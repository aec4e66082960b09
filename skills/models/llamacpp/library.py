"""The models of the store, under Ollama's names: listed, fetched and removed while the server runs."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from skills._catalog import ModelCard
from skills._errors import ModelUnavailable, PullFailed
from skills._progress import PullProgress
from skills._store import Store
from skills.models.llamacpp.gguf import read_info
from skills.models.llamacpp.local_model import LocalModel, full_name, key
from skills.models.llamacpp.protocol import ProtocolError

_SIZE = re.compile(r"^(.+)-(\d+(?:\.\d+)?[bm])$")
"""An id that ends in the number of parameters, as `qwen2.5-coder-1.5b`."""
UNKNOWN = "pull model manifest: file does not exist"
"""Ollama's words for a model that its registry does not have."""


class Library:
    """Chat models of the catalog that are one GGUF file each, here or still to be had."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cards = {
            name: card
            for card in store.catalog
            if card.skill == "chat" and card.pinned and len(card.files) == 1
            for name in (key(card.id), key(ollama_name(card.id)))
        }
        self._models: dict[str, LocalModel] = {}
        """By id; one object per model, as the host tells them apart by identity."""

    async def models(self) -> tuple[LocalModel, ...]:
        """Those that are here, in the order of the catalog."""
        return await asyncio.to_thread(lambda: tuple(self._present()))

    async def find(self, name: str) -> LocalModel | None:
        """None if it is not here. A file that is damaged or no model counts as absent."""
        card = self._cards.get(key(name))
        return None if card is None else await asyncio.to_thread(self._local, card)

    async def pull(self, name: str) -> AsyncGenerator[dict[str, Any], None]:
        """The events of Ollama's `/api/pull`; closing stops the download, what has arrived is kept.

        Raises ProtocolError: 500 for a name that the catalog does not know, or where fetching failed.
        """
        yield {"status": "pulling manifest"}
        card = self._cards.get(key(name))
        if card is None:
            raise ProtocolError(500, UNKNOWN)
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[PullProgress | None] = asyncio.Queue()
        cancel = threading.Event()

        def tell(progress: PullProgress | None) -> None:  # called in the pulling thread
            loop.call_soon_threadsafe(news.put_nowait, progress)

        def work() -> None:
            try:
                self._store.pull(card.id, tell, cancel)
            finally:
                tell(None)

        fetching = asyncio.create_task(asyncio.to_thread(work))
        try:
            while (progress := await news.get()) is not None:
                yield _layer(card, progress)
            await fetching
        except PullFailed as error:
            raise ProtocolError(500, str(error)) from error
        finally:
            cancel.set()
            await asyncio.wait([fetching])  # it stops by itself, at the next bytes
            if not fetching.cancelled():
                fetching.exception()  # nobody else looks at it where the client has gone
        for status in ("verifying sha256 digest", "writing manifest", "success"):
            yield {"status": status}

    async def remove(self, name: str) -> bool:
        """False if it was not here."""
        card = self._cards.get(key(name))
        if card is None or not self._store.was_fetched(card.id):
            return False
        await asyncio.to_thread(self._store.remove, card.id)
        self._models.pop(card.id, None)
        return True

    def _present(self) -> Iterator[LocalModel]:
        for card in {card.id: card for card in self._cards.values()}.values():
            if model := self._local(card):
                yield model

    def _local(self, card: ModelCard) -> LocalModel | None:
        with contextlib.suppress(ModelUnavailable, OSError, ValueError):
            path = next(iter(self._store.files(card.id).values())).resolve()
            if card.id not in self._models:
                model = LocalModel(full_name(ollama_name(card.id)), path, read_info(path))
                self._models.setdefault(card.id, model)
            return self._models[card.id]
        return None


def ollama_name(model_id: str) -> str:
    """As Ollama would call it: `qwen2.5-coder:1.5b` for `qwen2.5-coder-1.5b`."""
    return _SIZE.sub(r"\1:\2", model_id)


def _layer(card: ModelCard, progress: PullProgress) -> dict[str, Any]:
    digest = card.files[0].sha256
    return {
        "status": f"pulling {digest[:12]}",
        "digest": f"sha256:{digest}",
        "total": progress.total_bytes,
        "completed": progress.done_bytes,
    }
