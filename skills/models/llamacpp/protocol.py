"""Ollama's protocol: what a request may hold, what an answer looks like, how errors are worded.

Source: https://github.com/ollama/ollama/blob/main/docs/api.md and the behaviour of its server.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

VERSION = "0.13.0"
"""The version of Ollama's protocol that is spoken here."""

FOREVER_S = math.inf
_UNITS_S = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


RequestT = TypeVar("RequestT", bound=BaseModel)


class ProtocolError(Exception):
    """An answer with an HTTP status and `{"error": message}`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    model: str | None = None
    stream: bool | None = None
    keep_alive: Any = None
    options: dict[str, Any] | None = None
    format: Any = None
    think: Any = None
    truncate: bool | None = None

    @property
    def streamed(self) -> bool:
        return self.stream is not False


class Message(BaseModel):
    """One turn; `role` is system, user, assistant or tool."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    role: str = ""
    content: str = ""
    images: list[Any] | None = None

    @field_validator("content", "role", mode="before")
    @classmethod
    def _null_is_empty(cls, value: Any) -> Any:
        return "" if value is None else value


class ChatRequest(_Request):
    messages: list[Message] | None = None
    tools: list[Any] | None = None


class GenerateRequest(_Request):
    prompt: str | None = None
    suffix: str | None = None
    system: str | None = None
    template: str | None = None
    context: list[int] | None = None
    raw: bool | None = None
    images: list[Any] | None = None


class LikelihoodRequest(_Request):
    """`/chutko/likelihood`, which is no part of Ollama's protocol."""

    messages: list[Message] | None = None
    text: str | None = None


class NameRequest(BaseModel):
    """`/api/show`, `/api/pull`, `/api/delete`; `name` is the older word for `model`."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    model: str | None = None
    name: str | None = None
    stream: bool | None = None

    @property
    def wanted(self) -> str:
        """Empty if the request names no model."""
        return self.model or self.name or ""

    @property
    def streamed(self) -> bool:
        return self.stream is not False


@dataclass(frozen=True, slots=True)
class Options:
    """The options that mean something here, with Ollama's defaults; others are ignored, as Ollama does."""

    num_ctx: int = 0
    """Context, tokens; 0 means the server's own."""
    num_predict: int = -1
    """Longest answer, tokens; negative means as long as there is room."""
    num_keep: int = 4
    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.9
    min_p: float = 0.0
    typical_p: float = 1.0
    repeat_last_n: int = 64
    repeat_penalty: float = 1.1
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int = -1
    stop: tuple[str, ...] = ()

    def sampling(self) -> dict[str, Any]:
        """As llama.cpp names them."""
        names = (
            "temperature", "top_k", "top_p", "min_p", "typical_p", "repeat_last_n", "repeat_penalty",
            "presence_penalty", "frequency_penalty", "seed",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"stop": list(self.stop)}


def parse(kind: type[RequestT], body: bytes) -> RequestT:
    """A request from its body. Raises ProtocolError 400."""
    if not body.strip():
        raise ProtocolError(400, "missing request body")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(400, f"invalid JSON: {error}") from None
    if not isinstance(data, dict):
        raise ProtocolError(
            400, f"json: cannot unmarshal {_json_type(data)} into Go value of type api.{kind.__name__}"
        )
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if not isinstance(part, int))
        found = _json_type(first["input"])
        raise ProtocolError(
            400, f"json: cannot unmarshal {found} into Go struct field {kind.__name__}.{where}"
        ) from None


def parse_options(given: Mapping[str, Any] | None) -> Options:
    """Raises ProtocolError (500, as Ollama does) for a value of the wrong type."""
    values: dict[str, Any] = {}
    for name, default in ((name, getattr(Options(), name)) for name in Options.__slots__):
        value = (given or {}).get(name)
        if value is not None:
            values[name] = _option(name, value, default)
    return Options(**values)


def _option(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, tuple):
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            raise ProtocolError(500, f'option "{name}" must be of type array')
        if not all(isinstance(item, str) for item in value):
            raise ProtocolError(500, f'option "{name}" must be of an array of strings')
        return tuple(item for item in value if item)
    kind = "integer" if isinstance(default, int) else "float32"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ProtocolError(500, f'option "{name}" must be of type {kind}')
    if kind == "float32":
        return float(value)
    return max(-(2**31), min(int(value), 2**31 - 1))


def parse_keep_alive(value: Any, default_s: float) -> float:
    """Seconds that the model stays; `FOREVER_S` for ever. A number is seconds, a string is Go's duration.

    Raises ProtocolError 400.
    """
    if value is None:
        return default_s
    if isinstance(value, int | float) and not isinstance(value, bool):
        return FOREVER_S if value < 0 or not math.isfinite(value) else float(value)
    if not isinstance(value, str):
        raise ProtocolError(400, f"Unsupported type: '{_json_type(value)}'")
    seconds = parse_duration(value)
    return FOREVER_S if seconds < 0 else seconds


def parse_duration(text: str) -> float:
    """Go's `time.ParseDuration`: "30m", "1h30m", "-1s", "0". Seconds. Raises ProtocolError 400."""
    sign = -1.0 if text.startswith("-") else 1.0
    body = text[1:] if text[:1] in ("-", "+") else text
    if body == "0":
        return 0.0
    parts = list(_DURATION.finditer(body))
    if not parts or "".join(part[0] for part in parts) != body:
        problem = "missing unit in duration" if re.fullmatch(r"\d+\.?\d*", body) else "invalid duration"
        raise ProtocolError(400, f'time: {problem} "{text}"')
    return sign * sum(float(part[1]) * _UNITS_S[part[2]] for part in parts)


def parse_format(value: Any) -> dict[str, Any] | None:
    """A JSON schema that the answer must follow, or None. Raises ProtocolError 400."""
    if value is None or value == "":
        return None
    if value == "json":
        return {"type": "object"}
    if isinstance(value, dict):
        return value
    raise ProtocolError(
        400, f'invalid format: {json.dumps(value)}; expected "json" or a valid JSON Schema object'
    )


def refuse_thinking(value: Any, model: str) -> None:
    """Raises ProtocolError 400 if thinking is asked for."""
    if value is True or value in ("high", "medium", "low"):
        raise ProtocolError(400, f'"{model}" does not support thinking')


def timestamp(seconds: float | None = None) -> str:
    """RFC 3339 in UTC, as Go writes it. Now, or the given Unix time."""
    moment = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an endpoint puts the text."""

    kind: Literal["chat", "generate"]
    model: str

    def piece(self, text: str) -> dict[str, Any]:
        """A piece of the answer."""
        return {"model": self.model, "created_at": timestamp(), **self._text(text), "done": False}

    def end(self, text: str, reason: str, **metrics: int | list[int]) -> dict[str, Any]:
        """The last line; `text` is empty where the answer was streamed."""
        head = {"model": self.model, "created_at": timestamp(), **self._text(text)}
        return head | {"done": True, "done_reason": reason} | metrics

    def text_of(self, event: Mapping[str, Any]) -> str:
        return str(event["message"]["content"] if self.kind == "chat" else event["response"])

    def _text(self, text: str) -> dict[str, Any]:
        return (
            {"message": {"role": "assistant", "content": text}} if self.kind == "chat" else {"response": text}
        )


def _json_type(value: Any) -> str:
    names = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")
