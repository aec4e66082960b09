"""Where a wheel lies: asks a package index by its simple API."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property

import requests
from packaging.version import InvalidVersion, Version
from pydantic import ValidationError
from pypi_simple import (
    PYPI_SIMPLE_ENDPOINT,
    NoSuchProjectError,
    ProjectPage,
    PyPISimple,
    UnsupportedContentTypeError,
    UnsupportedRepoVersionError,
)

from skills._http import Http, refuse_status
from skills._partial import SourceError
from skills._retries import Watch

log = logging.getLogger(__name__)


_NOT_A_LIST = (requests.exceptions.JSONDecodeError, ValidationError)
"""What the library raises at an answer that is not what it claims to be."""


@dataclass(frozen=True, slots=True)
class WheelLink:
    """A wheel on an index."""

    url: str
    filename: str
    size_bytes: int | None
    sha256: str
    """Empty where the index does not tell it."""


class Index:
    """A package index. `index_url` empty means the installer's own configuration, or else its default."""

    def __init__(self, http: Http, index_url: str = "") -> None:
        self._http = http
        self._index_url = index_url
        self._links: dict[tuple[str, str], WheelLink] = {}

    @cached_property
    def _client(self) -> PyPISimple:
        endpoint = self._index_url or installer_index_url() or PYPI_SIMPLE_ENDPOINT
        return PyPISimple(endpoint, session=self._http.session)

    def wheel(self, project: str, version: str, watch: Watch) -> WheelLink:
        """The wheel of a project at a version. Raises SourceError, PullCancelled."""
        key = (project, version)
        if key not in self._links:
            self._links[key] = self._find(project, version, watch)
        return self._links[key]

    def _find(self, project: str, version: str, watch: Watch) -> WheelLink:
        page: list[ProjectPage] = []

        def ask() -> None:
            timeout = (self._http.patience.connect_s, self._http.patience.read_s)
            try:
                page.append(self._client.get_project_page(project, timeout=timeout))
            except NoSuchProjectError as error:
                raise SourceError(f"the package index does not know {project}") from error
            except requests.HTTPError as error:
                refuse_status(error.response)
            except (UnsupportedContentTypeError, UnsupportedRepoVersionError, *_NOT_A_LIST) as error:
                raise SourceError("the package index answered with something else than a list") from error

        try:
            self._http.retries.run(self._client.endpoint, ask, watch)
        except SourceError as error:
            prefix = "" if str(error).startswith("the package index") else "the package index "
            raise type(error)(f"{prefix}{error}") from error
        for package in page[0].packages:
            if package.package_type == "wheel" and _same_version(package.version, version):
                digest = (package.digests or {}).get("sha256", "")
                return WheelLink(package.url, package.filename, package.size, digest.lower())
        raise SourceError(f"the package index has no wheel of {project} {version}")


def installer_index_url() -> str:
    """The index that this environment's pip is set to use; empty if there is no pip, or nothing is set."""
    try:
        listing = subprocess.run(
            [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    found = dict(re.findall(r"^(global|install|:env:)\.index-url='(https?://[^']+)'$", listing, re.MULTILINE))
    return next((found[level] for level in (":env:", "install", "global") if level in found), "")


def _same_version(one: str | None, other: str) -> bool:
    try:
        return one is not None and Version(one) == Version(other)
    except InvalidVersion:
        return False
