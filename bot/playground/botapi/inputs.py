"""What a Bot API call was given: query, form, multipart or JSON, read the way Telegram reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from bot.playground.errors import bad_request, too_large
from bot.playground.media import Upload

UPLOAD_BYTES = 50 * 1024 * 1024
"""Largest file that a bot may send."""
_FIELD_BYTES = 4 * 1024 * 1024
_TRUE = ("true", "1", "yes")


class Params:
    """Named values and files of one call."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload] | None = None) -> None:
        self._values = values
        self._files = files or {}

    def __contains__(self, name: str) -> bool:
        return name in self._values or name in self._files

    def raw(self, name: str) -> Any:
        return self._values.get(name)

    def text(self, name: str) -> str:
        """A string; empty if it is absent. Numbers and the like are what they look like."""
        value = self._values.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    def boolean(self, name: str) -> bool:
        return self.text(name).strip().lower() in _TRUE

    def integer(self, name: str, default: int = 0, least: int | None = None, most: int | None = None) -> int:
        """A number; what is none counts as 0, what is out of bounds as the bound, as with Telegram."""
        text = self.text(name).strip()
        if not text:
            return default
        try:
            value = int(text)
        except ValueError:
            value = 0
        if least is not None:
            value = max(value, least)
        return value if most is None else min(value, most)

    def number(self, name: str) -> float | None:
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def json(self, name: str, what: str = "") -> Any:
        """A value that may come as JSON text; None if it is absent. Raises ApiError 400."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what or name} JSON object") from None

    def file(self, name: str) -> Upload | str:
        """An upload under this name or attached to it, else a file id or an address, else an empty string."""
        if name in self._files:
            return self._files[name]
        return self.reference(self.text(name))

    def reference(self, text: str) -> Upload | str:
        """Resolve `attach://name`."""
        if text.startswith("attach://"):
            return self._files.get(text.removeprefix("attach://"), "")
        return text


async def read_params(request: Request) -> Params:
    """Read a call. Raises ApiError 400 and 413."""
    values: dict[str, Any] = dict(request.query_params)
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind == "application/json":
        body = await request.body()
        try:
            data = json.loads(body) if body.strip() else {}
        except (ValueError, RecursionError):
            raise bad_request("can't parse request body as JSON") from None
        if not isinstance(data, dict):
            raise bad_request("can't parse request body as JSON object")
        values |= data
    elif request.method == "POST" and kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        try:
            form = await request.form(max_files=100, max_fields=1000, max_part_size=_FIELD_BYTES)
        except (MultiPartException, HTTPException):
            raise bad_request("can't parse request body as form") from None
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.file, safe_name(value.filename), value.size or 0)
            else:
                values[name] = value
    if any(file.size_bytes > UPLOAD_BYTES for file in files.values()):
        raise too_large()
    return Params(values, files)


def safe_name(name: str | None) -> str:
    """The last part of a file name, printable and of a sane length."""
    last = PurePath((name or "").replace("\\", "/")).name
    printable = "".join(character for character in last if character.isprintable())
    return printable[-120:]
