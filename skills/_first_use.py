"""Pinning a model at its first pull: what its repository holds now is what this machine accepts from now on."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from skills._catalog import HubSource, ModelCard
from skills._errors import PullFailed
from skills._hub import Hub, HubFile, NoPermission
from skills._partial import CHUNK_BYTES, Partial, SourceError
from skills._pins import Pin, PinError, PinnedFile, Pins, missing_files
from skills._retries import Watch

log = logging.getLogger(__name__)

SMALL_BYTES = 100 << 20
"""Files without a SHA-256 at the hub are small: it keeps everything above 10 MB in its large file store."""


def settled(
    card: ModelCard,
    pins: Pins,
    hub: Hub,
    folder: Path | None,
    watch: Watch,
    looking_at: Callable[[str], None],
) -> tuple[ModelCard, Pin | None]:
    """The card with the files that its pin fixes, or else the hub of this moment; and the pin, if it is new.

    `folder` is for what is on its way; None where the hub must not be asked. Raises PullFailed,
    PullCancelled, OSError.
    """
    try:
        if pin := pins.find(card):
            return pin.applied(card), None
    except PinError as error:
        raise PullFailed(str(error), reason="unpinned", model=card.id) from error
    if folder is None:
        raise PullFailed(
            f"The hashes of {card.id} are not known here, so that its files cannot be told from others. "
            f"Bring the pin of a machine that has fetched it (`chutko models pin {card.id}` shows it there, "
            f"`chutko models pin {card.id} --from FILE` takes it here).",
            reason="unpinned",
            model=card.id,
        )
    log.info("%s: asking %s what its files are", card.id, hub.host)
    looking_at(card.files[0].name)
    try:
        pin = pin_now(card, hub, folder, watch, looking_at)
    except SourceError as error:
        reason = "gated" if isinstance(error, NoPermission) else "unreachable"
        raise PullFailed(
            f"Could not fetch {card.id}: {hub.host}: {error}.", reason=reason, model=card.id
        ) from error
    return pin.applied(card), pin


def pin_now(card: ModelCard, hub: Hub, folder: Path, watch: Watch, looking_at: Callable[[str], None]) -> Pin:
    """What the hub has of `card` at this moment, every file by its SHA-256.

    The hub tells the SHA-256 of large files. Small ones, of which it tells Git's SHA-1, are fetched into
    `folder` and left there for the pull. `looking_at` is told the name of each.
    Raises SourceError, PullCancelled, OSError.
    """
    assert card.repository is not None
    repository, revision = card.repository
    snapshot = hub.snapshot(repository, revision, watch)
    found = {
        file.name: (source.model_copy(update={"revision": snapshot.commit}), snapshot.files[source.file])
        for file in card.files
        for source in file.sources[:1]
        if isinstance(source, HubSource) and source.file in snapshot.files
    }
    if lacking := missing_files(card, found):
        raise SourceError(f"has no {', '.join(lacking)} in {repository} at {snapshot.commit[:7]}")
    pinned = {}
    for file in card.files:
        if file.name not in found or file.unless in found:
            continue
        source, known = found[file.name]
        if not known.size_bytes:
            raise SourceError(f"has an empty {file.name}")
        looking_at(file.name)
        sha256 = known.sha256 or _hash_of_small(hub, source, known, folder / file.name, watch)
        pinned[file.name] = PinnedFile(size_bytes=known.size_bytes, sha256=sha256)
    return Pin(
        model=card.id,
        hub=repository,
        commit=snapshot.commit,
        endpoint=hub.address,
        pinned_at=datetime.now(UTC).replace(microsecond=0),
        files=pinned,
    )


def _hash_of_small(hub: Hub, source: HubSource, known: HubFile, folder: Path, watch: Watch) -> str:
    """SHA-256 of a file that is what Git says it is."""
    if known.size_bytes > SMALL_BYTES:
        raise SourceError(f"tells no SHA-256 of {source.file}, which is too large to do without")
    partial = Partial(folder, known.size_bytes)
    try:
        # Bytes kept from an earlier run may be at fault: then once more, from the start.
        for kept_bytes in (partial.size_bytes, 0):
            hub.download(source, partial, known.size_bytes, watch)
            if _git_sha1(partial.path) == known.git_sha1:
                return partial.sha256()
            partial.restart()
            if not kept_bytes:
                break
        raise SourceError(f"gave something else than the {source.file} that it has listed")
    finally:
        partial.close()


def _git_sha1(path: Path) -> str:
    """The name that Git gives to the content. Only tells whether it is what the hub has listed."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
