"""A child process never outlives its parent, not even when the parent is killed with SIGKILL."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
"""Linux, sys/prctl.h: the signal this process gets when its parent dies."""

POLL_S = 0.5


def die_with(parent_pid: int) -> None:
    """End this process as soon as the process `parent_pid` is gone.

    Linux does it by itself for a direct parent; a watching thread serves other systems and other ancestors.
    """
    if os.getppid() == parent_pid and sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent_pid,), name="lifeline", daemon=True).start()


def _watch(parent_pid: int) -> None:
    direct = os.getppid() == parent_pid
    while _alive(parent_pid, direct):
        time.sleep(POLL_S)
    os._exit(0)  # at once, without waiting for threads that may be deep in native code


def _alive(pid: int, direct: bool) -> bool:
    if direct:
        return os.getppid() == pid
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
