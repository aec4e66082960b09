"""What a lane and its worker process say to each other over a socket pair: a length, then a pickle."""

from __future__ import annotations

import asyncio
import pickle
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skills._errors import SkillError
from skills._types import Media

_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Load:
    """First request: become the worker of one skill and one model. Answered by Loaded or Failed."""

    lane: str
    skill: str
    """Class of the skill, as `skills.photo:PhotoSkill`."""
    loader: str
    """Function that loads the model, as `skills.models.mobilenet:load`."""
    files: Mapping[str, Path]
    options: Mapping[str, Any]
    threads: int
    memory_bytes: int
    folder: Path
    """Where stray temporary files go."""


@dataclass(frozen=True, slots=True)
class Item:
    """One job of a batch."""

    media: Media
    folder: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    """What is different for this job; over the options of the lane."""


@dataclass(frozen=True, slots=True)
class Work:
    """A batch. Answered by any number of Progress and one Done."""

    items: tuple[Item, ...]
    cpu_s: float
    """Processor seconds after which the kernel ends the worker."""


@dataclass(frozen=True, slots=True)
class Loaded:
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """One job, or the loading, went wrong."""

    error: SkillError
    trace: str = ""
    """Traceback for the log; empty for what is nobody's fault but the input's."""


@dataclass(frozen=True, slots=True)
class Progress:
    index: int
    """Place of the job in the batch."""
    done: float
    """Share done, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Done:
    outcomes: tuple[bytes | Failed, ...]
    """For each item the pickled result or what went wrong, in order."""
    seconds: float


Request = Load | Work
Response = Loaded | Failed | Progress | Done


def encode(message: Request | Response) -> bytes:
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


def receive(sock: socket.socket) -> Any:
    """Next message on a blocking socket. Raises EOFError if the other side is gone."""
    (length,) = _LENGTH.unpack(_receive_exactly(sock, _LENGTH.size))
    return pickle.loads(_receive_exactly(sock, length))  # noqa: S301 - from our own parent process


async def read(reader: asyncio.StreamReader) -> Any:
    """Next message of a stream. Raises EOFError if the other side is gone."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        return pickle.loads(await reader.readexactly(length))  # noqa: S301 - from our own child process
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise EOFError("the worker hung up") from error


def _receive_exactly(sock: socket.socket, size: int) -> bytes:
    chunks = bytearray()
    while len(chunks) < size:
        chunk = sock.recv(min(size - len(chunks), 1 << 20))
        if not chunk:
            raise EOFError("the parent hung up")
        chunks += chunk
    return bytes(chunks)
