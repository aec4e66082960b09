"""Which model is loaded, for how long, and whose turn it is."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skills.models.llamacpp.engine import Engine, EngineFailed, EngineSettings
from skills.models.llamacpp.gguf import NotGguf, read_info
from skills.models.llamacpp.library import UNKNOWN, Library
from skills.models.llamacpp.local_model import LocalModel, full_name, key
from skills.models.llamacpp.protocol import FOREVER_S, ProtocolError

log = logging.getLogger(__name__)

QUEUE_FULL = "server busy, please try again.  maximum pending requests exceeded"
"""Ollama's words (two spaces included): clients look for them."""

MIN_CTX = 64


@dataclass(frozen=True, slots=True)
class HostSettings:
    threads: int = 1
    num_ctx: int = 4096
    """Context where the request names none, tokens."""
    keep_alive_s: float = 300.0
    max_queue: int = 32
    """Most requests waiting or being answered."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A loaded model that is one request's alone."""

    engine: Engine
    model: LocalModel
    load_ns: int
    """Time spent waiting for the turn and loading, nanoseconds."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model that is in memory now."""

    model: LocalModel
    engine: Engine
    expires_at: float
    """Unix time; infinity if it stays."""


class ModelHost:
    """At most one model is loaded and one request answered at a time; the others wait in order."""

    def __init__(
        self, models: Mapping[str, Path], settings: HostSettings, library: Library | None = None
    ) -> None:
        """`library`: models that come and go. Raises NotGguf, OSError for a file that is no model."""
        self._settings = settings
        self._library = library
        self._models = {
            key(name): LocalModel(full_name(name), path.resolve(), read_info(path))
            for name, path in models.items()
        }
        self._turn = asyncio.Lock()
        self._pending = 0
        self._loaded: Loaded | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._unloading: set[asyncio.Task[None]] = set()
        self._digests: dict[Path, str] = {}

    async def models(self) -> tuple[LocalModel, ...]:
        """The files that the server was given, then those of the library."""
        fetched = await self._library.models() if self._library else ()
        given = {model.name for model in self._models.values()}
        return (*self._models.values(), *(model for model in fetched if model.name not in given))

    @property
    def loaded(self) -> Loaded | None:
        return self._loaded if self._loaded and self._loaded.engine.alive else None

    @property
    def keep_alive_s(self) -> float:
        return self._settings.keep_alive_s

    async def find(self, name: str) -> LocalModel:
        """Raises ProtocolError 404."""
        model = self._models.get(key(name))
        if model is None and self._library:
            model = await self._library.find(name)
        if model is None:
            raise ProtocolError(404, f"model '{name}' not found")
        return model

    async def pull(self, name: str) -> AsyncGenerator[dict[str, Any], None]:
        """The events of Ollama's `/api/pull`. Raises ProtocolError, also between two events."""
        if not name:
            raise ProtocolError(400, "invalid model name")
        if self._library is None:
            raise ProtocolError(500, UNKNOWN)
        async with aclosing(self._library.pull(name)) as events:
            async for event in events:
                yield event

    async def delete(self, name: str) -> None:
        """Remove a model of the library, after the answer that it is making. Raises ProtocolError 403, 404."""
        model = await self.find(name)
        if model in self._models.values():
            raise ProtocolError(403, f"model '{name}' belongs to whoever started the server")
        await self.unload(model)
        if not (self._library and await self._library.remove(name)):
            raise ProtocolError(404, f"model '{name}' not found")

    @asynccontextmanager
    async def lease(self, model: LocalModel, num_ctx: int, keep_alive_s: float) -> AsyncIterator[Lease]:
        """Wait for the turn, load the model if need be, and keep it for `keep_alive_s` afterwards.

        Raises ProtocolError 503 if too many wait, EngineFailed if the model cannot be loaded.
        """
        if self._pending >= self._settings.max_queue:
            raise ProtocolError(503, QUEUE_FULL)
        started_ns = time.monotonic_ns()
        self._pending += 1
        try:
            async with self._turn:
                self._cancel_expiry()
                try:
                    engine = await self._ensure(model, self._context(model, num_ctx))
                    yield Lease(engine, model, time.monotonic_ns() - started_ns)
                finally:
                    await self._after(model, keep_alive_s)
        finally:
            self._pending -= 1

    async def unload(self, model: LocalModel) -> None:
        """Free the model's memory, after the answer that is being made."""
        async with self._turn:
            if self._loaded and self._loaded.model is model:
                await self._drop()

    async def digest(self, model: LocalModel) -> str:
        """SHA-256 of the file, hex; read from its name where the file is stored by its hash."""
        real = model.path.resolve()
        for part in (real.name, real.stem, real.parent.name):
            if re.fullmatch(r"(sha256-)?[0-9a-f]{64}", part):
                return part[-64:]
        if real not in self._digests:
            self._digests[real] = await asyncio.to_thread(_sha256, real)
        return self._digests[real]

    async def close(self) -> None:
        self._cancel_expiry()
        for task in tuple(self._unloading):
            task.cancel()
        await self._drop()

    def _context(self, model: LocalModel, asked: int) -> int:
        wanted = asked if asked > 0 else self._settings.num_ctx
        trained = model.info.context_length
        return max(MIN_CTX, min(wanted, trained) if trained else wanted)

    async def _ensure(self, model: LocalModel, num_ctx: int) -> Engine:
        loaded = self.loaded
        if loaded and loaded.model is model and loaded.engine.num_ctx == num_ctx:
            return loaded.engine
        await self._drop()
        started = time.monotonic()
        engine = await Engine.start(model.path, EngineSettings(num_ctx, self._settings.threads))
        self._loaded = Loaded(model, engine, FOREVER_S)
        log.info("loaded %s in %.1f s (process %d)", model.name, time.monotonic() - started, engine.pid)
        return engine

    async def _after(self, model: LocalModel, keep_alive_s: float) -> None:
        loaded = self.loaded
        if loaded is None or loaded.model is not model:
            return
        if keep_alive_s <= 0:
            await self._drop()
            return
        self._loaded = Loaded(model, loaded.engine, time.time() + keep_alive_s)
        if keep_alive_s != FOREVER_S:
            loop = asyncio.get_running_loop()
            # loop timers far in the future overflow on some systems; a month is for ever
            self._expiry = loop.call_later(min(keep_alive_s, 30 * 86400.0), self._start_unload)

    def _start_unload(self) -> None:
        self._expiry = None
        task = asyncio.get_running_loop().create_task(self._unload_if_due())
        self._unloading.add(task)
        task.add_done_callback(self._unloading.discard)

    async def _unload_if_due(self) -> None:
        async with self._turn:  # whoever had the turn meanwhile has set a later time
            if self._loaded and self._loaded.expires_at <= time.time() + 0.01:
                await self._drop()

    def _cancel_expiry(self) -> None:
        if self._expiry:
            self._expiry.cancel()
            self._expiry = None

    async def _drop(self) -> None:
        loaded, self._loaded = self._loaded, None
        if loaded:
            await loaded.engine.close()
            log.info("unloaded %s", loaded.model.name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


__all__ = [
    "EngineFailed",
    "HostSettings",
    "Lease",
    "Loaded",
    "LocalModel",
    "ModelHost",
    "NotGguf",
    "full_name",
]
