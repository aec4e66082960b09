"""What a language model takes on a server that is not ours."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import ollama

from skills.models.ollama import UNREACHABLE, connect, full_name

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Taken:
    """Memory of a loaded model, as its server says."""

    size_bytes: int
    vram_bytes: int
    """What of it is on graphics cards."""


async def server_memory(host: str, model: str) -> Taken | None:
    """None if the server does not say (`/api/ps`), or does not have the model loaded."""
    try:
        async with connect(host, TIMEOUT_S) as client:
            running = (await client.ps()).models
    except (*UNREACHABLE, httpx.HTTPError, ollama.ResponseError, ValueError):
        return None
    wanted = full_name(model)
    loaded = (one for one in running if full_name(one.model or "") == wanted and one.size)
    return next((Taken(int(one.size or 0), int(one.size_vram or 0)) for one in loaded), None)
