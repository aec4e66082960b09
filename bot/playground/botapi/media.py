"""Files that the bot sends: uploads, known files, albums; and getFile."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.playground.botapi.call import Call, Handler, checked, flags
from bot.playground.botapi.inputs import Params
from bot.playground.botapi.sending import sent, target
from bot.playground.botapi.texts import caption
from bot.playground.errors import bad_request
from bot.playground.media import MediaError, Upload
from bot.playground.records import JSON

DOWNLOAD_BYTES = 20 * 1024 * 1024
"""Largest file that getFile serves."""
_ALBUM = ("photo", "video", "audio", "document")
_NUMBERS = ("duration", "width", "height", "length")
_STRINGS = ("performer", "title", "emoji")
_KIND_NAMES = {
    "photo": "Photo", "voice": "VoiceNote", "video": "Video", "document": "Document", "sticker": "Sticker",
    "audio": "Audio", "animation": "Animation", "video_note": "VideoNote", "thumbnail": "Thumbnail",
}  # fmt: skip
_BARE = ("sticker", "video_note")
"""Kinds without a caption."""


async def content_of(call: Call, kind: str, fields: Params, field: str) -> JSON:
    """Message content for the file that `field` names. Raises ApiError 400."""
    given = call.params.reference(fields.text(field)) if fields is not call.params else fields.file(field)
    if not given:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if isinstance(given, Upload):
        stated: dict[str, Any] = {name: fields.integer(name) for name in _NUMBERS}
        stated |= {name: fields.text(name) for name in _STRINGS}
        thumbnail = fields.text("thumbnail") or fields.text("thumb")
        small = call.params.reference(thumbnail) if thumbnail else fields.file("thumbnail")
        try:
            return await call.media.take(kind, given, stated, small if isinstance(small, Upload) else None)
        except MediaError as error:
            raise bad_request(str(error)) from error
    return _known(call, kind, given)


def _known(call: Call, kind: str, file_id: str) -> JSON:
    if "://" in file_id or file_id.startswith("www."):
        raise bad_request("failed to get HTTP URL content")
    file = call.world.files.get(file_id)
    if file is None:
        raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
    if file.kind != kind or not file.content:
        raise bad_request(f"can't use file of type {_KIND_NAMES[file.kind]} as {_KIND_NAMES[kind]}")
    return dict(file.content)


def medium_extra(fields: Params) -> JSON:
    """Message fields that a medium may carry beside its caption."""
    return flags(fields, has_spoiler="has_media_spoiler", show_caption_above_media="show_caption_above_media")


async def _send_file(call: Call, kind: str) -> JSON:
    text = {} if kind in _BARE else caption(call.world, call.params).json("caption")
    place = target(call, kind)
    content = await content_of(call, kind, call.params, kind)
    return sent(call, place, {**content, **text}, medium_extra(call.params))


async def send_media_group(call: Call) -> list[JSON]:
    items = album_items(call.params.json("media", "media"))
    place = target(call, "photo", len(items))
    extra = {"media_group_id": str(call.world.next_id("media_group", 10_000_000_000_000_001))}
    contents: list[tuple[JSON, JSON]] = []
    for kind, fields in items:
        text = caption(call.world, fields)
        content = await content_of(call, kind, fields, "media")
        contents.append(({**content, **text.json("caption")}, {**extra, **medium_extra(fields)}))
    # All files are there before the first message is.
    return [sent(call, place, content, further) for content, further in contents]


def album_items(media: Any) -> list[tuple[str, Params]]:
    """Kinds and fields of an album. Raises ApiError 400."""
    checked(isinstance(media, list), "expected an Array of InputMedia")
    checked(media, "there are no media in the request")
    checked(len(media) <= 10, "too many messages to send as an album")
    kinds: list[str] = []
    for item in media:
        checked(isinstance(item, dict), "expected an Object as InputMedia")
        checked(isinstance(item.get("type"), str), "can't parse InputMedia: Can't find field \"type\"")
        checked(item["type"] in _ALBUM, "can't use the media of the specified type in the album")
        kinds.append(item["type"])
    for alone in ("audio", "document"):
        checked(
            alone not in kinds or set(kinds) == {alone},
            f"{alone} can't be mixed with other media types",
        )
    return [(kind, Params(item)) for kind, item in zip(kinds, media, strict=True)]


async def get_file(call: Call) -> JSON:
    file_id = call.params.text("file_id")
    checked(file_id, "file_id not specified")
    file = call.world.files.get(file_id)
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    checked(file.size_bytes <= DOWNLOAD_BYTES, "file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_size": file.size_bytes,
        "file_path": file.path,
    }


METHODS: Mapping[str, Handler] = {
    "sendPhoto": partial(_send_file, kind="photo"),
    "sendAudio": partial(_send_file, kind="audio"),
    "sendVoice": partial(_send_file, kind="voice"),
    "sendVideo": partial(_send_file, kind="video"),
    "sendVideoNote": partial(_send_file, kind="video_note"),
    "sendAnimation": partial(_send_file, kind="animation"),
    "sendDocument": partial(_send_file, kind="document"),
    "sendSticker": partial(_send_file, kind="sticker"),
    "sendMediaGroup": send_media_group,
    "getFile": get_file,
}
