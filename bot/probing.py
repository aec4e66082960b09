"""Looking into a media file in a process of its own, so that this one loads no media library."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the package `skills`: `python -m` finds it there, installed or not."""
PROBE_S = 20.0

log = logging.getLogger(__name__)


async def probe(path: Path) -> dict[str, Any]:
    """What the headers of a file say (`skills._media.Probe` as a dictionary); empty if they cannot be read."""
    process = await asyncio.create_subprocess_exec(
        *_command(path),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PROBE_S):
            output, _ = await process.communicate()
    except TimeoutError:
        log.warning("the file %s was too slow to look at", path.name)
        return {}
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    try:
        found = json.loads(output)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _command(path: Path) -> tuple[str, ...]:
    # The process has a working folder of its own, where a relative path would lead elsewhere.
    return (sys.executable, "-m", "skills._media", "probe", str(path.absolute()))
