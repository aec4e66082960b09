"""A real local LLM server in a child process, for tests."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[3]
DEADLINE_S = 60.0


@contextmanager
def llm_server(models: Mapping[str, Path], *options: str) -> Iterator[tuple[str, psutil.Process]]:
    """Yields the address and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    named = [part for name, path in models.items() for part in ("--model", f"{name}={path}")]
    command = [sys.executable, "-m", "skills.models.llamacpp", "--port", str(port), *named, *options]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def runner_of(server: psutil.Process) -> psutil.Process:
    """The process that holds the model."""
    children: list[psutil.Process] = server.children()
    assert len(children) == 1
    return children[0]


def wait_until_idle(process: psutil.Process) -> None:
    """Returns when the process computes nothing any more; fails if that does not happen."""
    deadline = time.monotonic() + DEADLINE_S
    still = 0
    while still < 3:
        assert time.monotonic() < deadline, "the process goes on computing"
        before = process.cpu_times()
        time.sleep(0.1)
        after = process.cpu_times()
        still = still + 1 if after.user + after.system - before.user - before.system < 0.02 else 0


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while True:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        assert time.monotonic() < deadline, "the server does not answer"
        try:
            httpx.get(f"{address}/api/version", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
