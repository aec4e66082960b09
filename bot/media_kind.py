"""What a received file is: by its bytes, and by what Telegram says only where bytes leave it open."""

from __future__ import annotations

import asyncio
from pathlib import Path

from skills import BadInput, MediaKind, is_moving_gif, read_header, sniff_header

from .probing import probe
from .routing import What

SOUND = {What.VOICE, What.AUDIO}


async def media_kind(path: Path, what: What) -> MediaKind:
    """The kind of a file. Raises BadInput for what nobody here can open."""
    form = await asyncio.to_thread(lambda: sniff_header(read_header(path)))
    if form is None:
        raise BadInput("bytes of no known format", reason="unsupported-format")
    if form.name == "GIF":
        return MediaKind.VIDEO if await asyncio.to_thread(is_moving_gif, path) else MediaKind.PHOTO
    if form.kind is not None:
        return form.kind
    if what in SOUND:
        return MediaKind.AUDIO
    if what is not What.DOCUMENT:
        return MediaKind.VIDEO
    return await _look_inside(path)


async def _look_inside(path: Path) -> MediaKind:
    """A container holds sound or moving pictures."""
    found = await probe(path)
    if not found.get("kind"):
        raise BadInput(
            "a container without sound or picture", reason=str(found.get("reason") or "broken-file")
        )
    return MediaKind(found["kind"])
