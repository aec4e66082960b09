"""The worker process of a lane: loads one model, then answers batches until its parent hangs up."""

from __future__ import annotations

import importlib
import os
import pickle
import socket
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from skills import _limits
from skills._errors import NO_ROOM, InferenceFailed, ModelUnavailable, SkillError
from skills._messages import Done, Failed, Item, Load, Loaded, Progress, Response, Work, encode, receive
from skills._types import Job, MediaKind, Model, Skill

_PROGRESS_EVERY_S = 0.25


def main(fileno: int, parent_pid: int) -> None:
    """Entry of the process; `fileno` is our end of the socket pair."""
    os.dup2(2, 1)  # what libraries print must not get into the output of a command
    sock = socket.socket(fileno=fileno)
    _limits.die_with_parent(sock, parent_pid)
    code = 0
    try:
        _serve(sock)
    except (EOFError, ConnectionError):
        pass  # the parent wants nothing more
    except BaseException:
        traceback.print_exc()
        code = 1
    # Native libraries may crash or hang in their own exit handlers; there is nothing left to save.
    os._exit(code)


def _serve(sock: socket.socket) -> None:
    load: Load = receive(sock)
    _limits.be_modest(load.lane)
    _limits.limit_threads(load.threads)
    _limits.limit_memory(load.memory_bytes)
    tempfile.tempdir = str(load.folder)
    lock = threading.Lock()

    def send(message: Response) -> None:
        with lock:  # a skill may report progress from a thread of its own
            sock.sendall(encode(message))

    try:
        worker, seconds = _load(load)
    except Exception as error:
        send(_load_failed(error))
        return
    send(Loaded(seconds))
    while True:
        work: Work = receive(sock)
        _limits.limit_cpu(work.cpu_s)
        send(worker.answer(work.items, send))


def _load(load: Load) -> tuple[Worker, float]:
    start = time.perf_counter()
    skill: Skill[Any, Any] = _named(load.skill)()
    model: Model = _named(load.loader)(load.files, {**load.options, "threads": load.threads})
    return Worker(skill, model, load), time.perf_counter() - start


def _named(path: str) -> Any:
    """The object named by `package.module:name`."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _load_failed(error: Exception) -> Failed:
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, SkillError):
        return Failed(error, trace)
    reason = "not-installed" if isinstance(error, ImportError) else "load-failed"
    return Failed(ModelUnavailable(f"{type(error).__name__}: {error}", reason=reason), trace)


class Worker:
    """A skill with its loaded model."""

    def __init__(self, skill: Skill[Any, Any], model: Model, load: Load) -> None:
        self._skill = skill
        self._model = model
        self._options = {**load.options, "threads": load.threads}
        # The words of an error may quote the text that it stumbled over, and errors are logged.
        self._failed = _failed_discreetly if skill.spec.takes is MediaKind.TEXT else _failed

    def answer(self, items: Sequence[Item], send: Callable[[Response], None]) -> Done:
        """Prepare and infer. What one item does wrong never becomes the error of another."""
        start = time.perf_counter()
        outcomes: list[bytes | Failed | None] = [None] * len(items)
        prepared: list[tuple[int, Any, Job]] = []
        for index, item in enumerate(items):
            job = Job(item.folder, {**self._options, **item.options}, _Throttle(index, send))
            try:
                prepared.append((index, self._skill.prepare(item.media, job), job))
            except Exception as error:
                outcomes[index] = self._failed(error)
        for index, outcome in self._infer(prepared):
            outcomes[index] = outcome
        assert all(outcome is not None for outcome in outcomes)
        return Done(tuple(o for o in outcomes if o is not None), time.perf_counter() - start)

    def _infer(self, prepared: Sequence[tuple[int, Any, Job]]) -> list[tuple[int, bytes | Failed]]:
        if not prepared:
            return []
        try:
            results = list(
                self._skill.infer(self._model, [i for _, i, _ in prepared], [j for _, _, j in prepared])
            )
            if len(results) != len(prepared):
                raise InferenceFailed(
                    f"{len(results)} results for {len(prepared)} inputs", reason="wrong-length"
                )
        except Exception as error:
            if len(prepared) == 1:
                return [(prepared[0][0], self._failed(error))]
            return [outcome for one in prepared for outcome in self._infer([one])]
        return [(index, _pickled(result)) for (index, _, _), result in zip(prepared, results, strict=True)]


class _Throttle:
    """Progress of one job, sent at most a few times a second, and only forwards."""

    def __init__(self, index: int, send: Callable[[Response], None]) -> None:
        self._index = index
        self._send = send
        self._next_s = 0.0
        self._best = 0.0

    def __call__(self, done: float) -> None:
        now_s = time.monotonic()
        if done > self._best and (now_s >= self._next_s or done >= 1.0):
            self._best = done
            self._next_s = now_s + _PROGRESS_EVERY_S
            self._send(Progress(self._index, min(done, 1.0)))


def _failed(error: Exception) -> Failed:
    if isinstance(error, SkillError) and not isinstance(error, InferenceFailed):
        return Failed(_portable(error))
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, InferenceFailed):
        return Failed(_portable(error), trace)
    return Failed(InferenceFailed(f"{type(error).__name__}: {error}"[:500], reason=_reason(error)), trace)


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "out-of-memory"
    return "disk-full" if isinstance(error, OSError) and error.errno in NO_ROOM else "model-raised"


def _failed_discreetly(error: Exception) -> Failed:
    """What is said of an error that may quote a text: its type, and where it was raised."""
    if isinstance(error, SkillError) and not isinstance(error, InferenceFailed):
        return Failed(_portable(error))
    known = _failed(error).error
    where = "".join(traceback.format_tb(error.__traceback__))
    name = type(error).__name__
    return Failed(InferenceFailed(name, reason=known.reason), f"{where}{name}")


def _portable(error: SkillError) -> SkillError:
    """The error itself if it can cross to the parent, else its words."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:
        return InferenceFailed(str(error), reason="model-raised")
    return error


def _pickled(result: Any) -> bytes | Failed:
    try:
        return pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return _failed(error)
