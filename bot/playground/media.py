"""Uploads become message content: width, height, duration and type come from the file itself."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from bot.playground import pictures
from bot.playground.files import FileStore
from bot.playground.records import JSON, StoredFile
from bot.probing import probe
from skills._sniff import HEADER_BYTES, is_moving_gif, read_header, sniff_header

MEDIA_FIELDS = (
    "photo", "voice", "audio", "video", "video_note", "animation", "document", "sticker",
)  # fmt: skip
PHOTO_BYTES = 10 * 1024 * 1024
_PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
_SUFFIXES = {
    "application/ogg": ".oga", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/x-wav": ".wav",
    "audio/flac": ".flac", "audio/aac": ".aac", "video/mp4": ".mp4", "video/webm": ".webm",
    "video/quicktime": ".mov", "image/gif": ".gif", "video/x-matroska": ".mkv",
}  # fmt: skip


class MediaError(Exception):
    """The file cannot be sent like this; the message is Telegram's wording, without a prefix."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sends it."""

    file: IO[bytes]
    name: str
    """Name as given; never used as a path."""
    size_bytes: int


class MediaTaker:
    """Takes uploads into the file store. One picture at a time is decoded, so that memory stays bounded."""

    def __init__(self, files: FileStore) -> None:
        self._files = files
        self._decoding = asyncio.Semaphore(1)
        self._probing = asyncio.Semaphore(2)

    async def take(
        self, kind: str, upload: Upload, given: Mapping[str, Any], thumbnail: Upload | None = None
    ) -> JSON:
        """Content fields of a message that sends `upload` as `kind` (a name of MEDIA_FIELDS).

        `given` are fields that the sender states (`duration`, `width`, `title`...); they go before what the
        file says. Raises MediaError.
        """
        if upload.size_bytes == 0:
            raise MediaError("file must be non-empty")
        if kind == "photo":
            return await self._photo(upload)
        if kind == "sticker":
            return await self._sticker(upload, given)
        return await self._file(kind, upload, given, thumbnail)

    async def guess(self, upload: Upload) -> str:
        """The kind that a person's messenger would send this file as, by its content."""
        path, _ = await self._files.save(upload.file, "document", "")
        try:
            location = self._files.root / path
            form = sniff_header(await asyncio.to_thread(read_header, location))
            if form is None:
                return "document"
            if form.name == "GIF" and await asyncio.to_thread(is_moving_gif, location):
                return "animation"
            if form.is_picture:
                return "photo" if form.name in (*_PHOTO_FORMATS, "GIF") else "document"
            kind = form.kind or (await self._probe(location)).get("kind")
            return str(kind) if kind in ("audio", "video") else "document"
        finally:
            await self._files.remove(path)

    async def _photo(self, upload: Upload) -> JSON:
        if upload.size_bytes > PHOTO_BYTES:
            raise MediaError(
                f"file of size {upload.size_bytes} bytes is too big for a photo; "
                f"the maximum size is {PHOTO_BYTES} bytes"
            )
        path, _ = await self._files.save(upload.file, "photo", "")
        try:
            async with self._decoding:
                sizes = await asyncio.to_thread(pictures.photo_sizes, self._files.root / path)
        except pictures.PictureError as error:
            raise MediaError(str(error)) from error
        finally:
            await self._files.remove(path)
        kept: list[StoredFile] = []
        photo: list[JSON] = []
        for size in sizes:
            saved, size_bytes = await self._files.save(size.data, "photo", ".jpg")
            file = self._files.register("photo", saved, size_bytes, "image/jpeg")
            kept.append(file)
            photo.append({**_ids(file), "width": size.width_px, "height": size.height_px})
        content = {"photo": photo}
        for file in kept:
            self._remember(file, content)
        return content

    async def _sticker(self, upload: Upload, given: Mapping[str, Any]) -> JSON:
        head = upload.file.read(4)
        upload.file.seek(0)
        moving = head.startswith(b"\x1f\x8b")
        video = head == b"\x1a\x45\xdf\xa3"
        if moving or video:
            mime, suffix = ("application/x-tgsticker", ".tgs") if moving else ("video/webm", ".webm")
            path, size_bytes = await self._files.save(upload.file, "sticker", suffix)
            found = {} if moving else await self._probe(self._files.root / path)
            width, height = found.get("width_px") or 512, found.get("height_px") or 512
        else:
            source, _ = await self._files.save(upload.file, "sticker", "")
            try:
                async with self._decoding:
                    picture = await asyncio.to_thread(pictures.sticker, self._files.root / source)
            except pictures.PictureError as error:
                raise MediaError(str(error)) from error
            finally:
                await self._files.remove(source)
            mime, width, height = "image/webp", picture.width_px, picture.height_px
            path, size_bytes = await self._files.save(picture.data, "sticker", ".webp")
        file = self._files.register("sticker", path, size_bytes, mime)
        sticker: JSON = {
            **_ids(file),
            "type": "regular",
            "width": width,
            "height": height,
            "is_animated": moving,
            "is_video": video,
        }
        if given.get("emoji"):
            sticker["emoji"] = given["emoji"]
        return self._remember(file, {"sticker": sticker})

    async def _file(
        self, kind: str, upload: Upload, given: Mapping[str, Any], thumbnail: Upload | None
    ) -> JSON:
        suffix = PurePosixPath(upload.name).suffix
        if kind != "document":
            form = sniff_header(upload.file.read(HEADER_BYTES))
            suffix = _SUFFIXES.get(form.mime, suffix) if form else suffix
        path, size_bytes = await self._files.save(upload.file, kind, suffix)
        location = self._files.root / path
        found = await self._probe(location) if kind != "document" else {}
        mime = str(given.get("mime_type") or _mime(kind, upload.name, found))
        file = self._files.register(kind, path, size_bytes, mime, upload.name)
        media: JSON = _ids(file)
        if kind in ("video", "animation"):
            width, height = found.get("width_px") or 0, found.get("height_px") or 0
            if not width and kind == "animation":
                size_px = await asyncio.to_thread(pictures.dimensions, location)
                width, height = size_px or (0, 0)
            media["width"] = given.get("width") or width
            media["height"] = given.get("height") or height
        if kind == "video_note":
            sides = [side for side in (found.get("width_px"), found.get("height_px")) if side]
            media["length"] = given.get("length") or min(sides, default=240)
        if kind != "document":
            media["duration"] = given.get("duration") or round(found.get("duration_s") or 0)
        if kind in ("document", "video", "audio", "animation") and upload.name:
            media["file_name"] = upload.name
        if kind != "video_note":
            media["mime_type"] = mime
        for name in ("performer", "title") if kind == "audio" else ():
            if given.get(name):
                media[name] = given[name]
        if thumbnail is not None and kind != "voice":
            media |= await self._thumbnail(thumbnail)
        content = {kind: media}
        if kind == "animation":
            # The Bot API sets both, for bots that are older than animations.
            content["document"] = {
                key: value for key, value in media.items() if key not in ("width", "height", "duration")
            }
        return self._remember(file, content)

    async def _thumbnail(self, upload: Upload) -> JSON:
        path, size_bytes = await self._files.save(upload.file, "thumbnail", ".jpg")
        size = await asyncio.to_thread(pictures.dimensions, self._files.root / path)
        if size is None or max(size) > 320:
            # Telegram ignores a thumbnail that it cannot use.
            await self._files.remove(path)
            return {}
        file = self._files.register("thumbnail", path, size_bytes, "image/jpeg")
        return {"thumbnail": {**_ids(file), "width": size[0], "height": size[1]}}

    def _remember(self, file: StoredFile, content: JSON) -> JSON:
        file.content = content
        self._files.keep(file)
        return content

    async def _probe(self, path: Path) -> JSON:
        """What the file's headers say; a few at a time."""
        async with self._probing:
            return await probe(path)


def _ids(file: StoredFile) -> JSON:
    return {"file_id": file.file_id, "file_unique_id": file.file_unique_id, "file_size": file.size_bytes}


def _mime(kind: str, name: str, found: Mapping[str, Any]) -> str:
    """A document is what its name says, as with Telegram; other media are what they are."""
    if kind == "document" or not found.get("kind"):
        guessed, _ = mimetypes.guess_type(name)
        return guessed or "application/octet-stream"
    return str(found["mime"])
