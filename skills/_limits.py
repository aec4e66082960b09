"""What a worker process may use of the machine. Called there, before any model library is imported."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import socket
import sys
import threading

# What the native libraries under our models look at when they are loaded.
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
)
_NICENESS = 10
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


def limit_threads(threads: int) -> None:
    """Native thread pools of this size. Without it every library starts a thread a core, and they fight."""
    for variable in _THREAD_VARIABLES:
        os.putenv(variable, str(threads))
    os.putenv("TOKENIZERS_PARALLELISM", "false")


def limit_memory(memory_bytes: int) -> None:
    """An allocation beyond this fails (MemoryError, or the library's own error); nothing swaps.

    On Linux RLIMIT_DATA: it counts memory that is really writable and private. Address space (RLIMIT_AS) also
    counts mapped model files and what libraries only reserve. Systems that enforce neither ignore it.
    """
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _lower(kind, memory_bytes)
    _lower(resource.RLIMIT_CORE, 0)


def limit_cpu(seconds: float) -> None:
    """From now on at most this many processor seconds; then the kernel sends SIGXCPU, which ends the process.

    The second line of defence: normally the lane stops a worker by the clock.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(
            resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
        )


def be_modest(name: str) -> None:
    """Low priority, so that the bot's event loop stays quick; no answer to Ctrl-C, which is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)
    _prctl(_PR_SET_NAME, ctypes.c_char_p(f"chutko-{name}".encode()[:15]))


def die_with_parent(sock: socket.socket, parent_pid: int) -> None:
    """End this process when its parent ends, even by `kill -9` and even in the middle of a computation.

    A thread watches the socket pair (a dead parent hangs it up) and the parent's pid; on Linux the kernel
    helps, since a library that holds the interpreter's lock would hold up the thread, too.
    """
    _prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    threading.Thread(
        target=_watch, args=(sock.fileno(), parent_pid), name="parent-watch", daemon=True
    ).start()


def _watch(fileno: int, parent_pid: int) -> None:
    poller = select.poll()
    poller.register(fileno, 0)  # reports only the hang-up
    while not poller.poll(2000) and os.getppid() == parent_pid:
        pass
    os.kill(os.getpid(), signal.SIGKILL)


def _prctl(option: int, value: ctypes.c_ulong | ctypes.c_char_p) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _lower(kind: int, value: int) -> None:
    """Set a limit, never above the one already in force."""
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (value, value))
