"""A skill and a model that do what a text tells them, for the tests of the runtime.

They register and run through the same path as the real ones: by name, in real worker processes.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skills._errors import BadInput, ModelUnavailable
from skills._types import Job, Media, MediaKind, Model, Reply, Say, Skill, SkillSpec


@dataclass(frozen=True)
class Answer:
    said: str
    pid: int
    batch: int
    """Jobs that were inferred together."""


class Told(Skill[tuple[str, ...], Answer]):
    """Takes a text of words; the first is an order."""

    spec = SkillSpec(name="told", takes=MediaKind.TEXT, icon="🧪", max_batch=8)

    def prepare(self, media: Media, job: Job) -> tuple[str, ...]:
        order, *words = media.text.split()
        if order == "bad":
            raise BadInput("as told", reason="told-so", limit=3)
        if order == "prepare-raises":
            raise RuntimeError("as told, in prepare")
        if order == "progress":
            for step in range(1, 1001):
                job.progress(step / 1000)
        if order == "write":
            (job.folder / "left.txt").write_text(" ".join(words))
        return order, *words

    def infer(self, model: Model, inputs: Sequence[tuple[str, ...]], jobs: Sequence[Job]) -> Sequence[Answer]:
        return [Answer(said, os.getpid(), len(inputs)) for said in model.predict(inputs)]

    def render(self, result: Answer, say: Say) -> Reply:
        return Reply((result.said,), memory=result.said)


class Single(Told):
    """The same, one at a time."""

    spec = SkillSpec(name="single", takes=MediaKind.TEXT, icon="🧪")


class Orders:
    """A model that obeys."""

    def predict(self, batch: Sequence[tuple[str, ...]], /) -> Sequence[Any]:
        if len(batch) > 1 and any(order == "alone" for order, *_ in batch):
            raise ValueError("one of this batch wants to be alone")
        answers = [_ORDERS[order](*words) for order, *words in batch]
        return answers[:-1] if any(order == "short" for order, *_ in batch) else answers

    def close(self) -> None: ...


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> Orders:
    """A loader as the catalogue names them. `options["load"]` may tell it to go wrong."""
    if marks := options.get("marks"):
        with Path(marks).open("a") as out:
            out.write("loaded\n")
    match options.get("load", "well"):
        case "raises":
            raise ValueError("these weights are no weights")
        case "unavailable":
            raise ModelUnavailable("as told", reason="told-so")
        case "needs-a-package":
            __import__("a_package_that_nobody_has")
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "dies-once":
            _die_once(options["once"])
        case "hangs":
            time.sleep(3600)
    return Orders()


def _die_once(mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "lived"


def _gate(gate: str) -> str:
    """Says that it has come (GATE.at) and waits until the test opens (GATE)."""
    Path(f"{gate}.at").touch()
    while not Path(gate).exists():
        time.sleep(0.005)
    return gate


def _spin(mark: str) -> str:
    """For ever busy, in native code that keeps the interpreter's lock."""
    Path(mark).touch()
    while True:
        pow(7, 3_000_000)


def _compute(rounds: str) -> str:
    return str(sum(pow(7, 300_000) & 1 for _ in range(int(rounds))))


def _allocate(megabytes: str) -> str:
    return str(len(bytearray(int(megabytes) << 20)))


def _getenv(name: str) -> str:
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    return (getenv(name.encode()) or b"").decode()


def _raise(*_: str) -> str:
    raise ValueError("as told")


def _quote(*words: str) -> str:
    raise ValueError(f"cannot read {' '.join(words)}") from KeyError(words)


def _fill() -> str:
    raise OSError(errno.ENOSPC, "as told")


def _sigint() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "still here"


_ORDERS: dict[str, Callable[..., Any]] = {
    "echo": lambda *words: " ".join(words),
    "alone": lambda *words: "alone",
    "short": lambda *words: "short",
    "progress": lambda *words: "done",
    "write": lambda *words: "written",
    "raise": _raise,
    "quote": _quote,
    "fill": _fill,
    "die": lambda *words: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda code: os._exit(int(code)),
    "die-once": _die_once,
    "gate": _gate,
    "spin": _spin,
    "compute": _compute,
    "allocate": _allocate,
    "getenv": _getenv,
    "nice": lambda: str(os.nice(0)),
    "sigint": _sigint,
    "unpicklable": lambda: lambda: None,
    "print": lambda *words: print(*words, flush=True) or "printed",
}
