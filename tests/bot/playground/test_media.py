"""Files: what they hold is read from them, their limits are Telegram's."""

import io
import json
import wave
from typing import Any

import pytest
from PIL import Image
from telegram import InputMediaPhoto, InputMediaVideo

from tests.bot.playground.conftest import Ground, picture


def sound(seconds: float = 1.5) -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return data.getvalue()


def clip(width: int = 64, height: int = 48, seconds: int = 2) -> bytes:
    import av
    import numpy as np

    data = io.BytesIO()
    with av.open(data, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for n in range(10 * seconds):
            frame = av.VideoFrame.from_ndarray(
                np.full((height, width, 3), n * 5 % 255, np.uint8), format="rgb24"
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return data.getvalue()


async def test_a_photo_is_kept_in_sizes_and_comes_back_by_get_file(ground: Ground) -> None:
    sent = await ground.upload("sendPhoto", {"photo": ("a.png", picture(size=(1000, 500)))}, chat_id=1)
    assert [(size["width"], size["height"]) for size in sent["photo"]] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1000, 500),
    ]
    file = await ground.bot.get_file(sent["photo"][-1]["file_id"])
    data = bytes(await file.download_as_bytearray())
    assert Image.open(io.BytesIO(data)).size == (1000, 500)
    assert len(data) == file.file_size == sent["photo"][-1]["file_size"]
    again = await ground.api("sendPhoto", chat_id=-1001, photo=sent["photo"][0]["file_id"])
    assert again["photo"] == sent["photo"]


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "LA", "1", "I;16"])
async def test_pictures_of_every_mode_become_photos(ground: Ground, mode: str) -> None:
    data = io.BytesIO()
    Image.new(mode, (50, 40)).save(data, "PNG")
    sent = await ground.upload("sendPhoto", {"photo": data.getvalue()}, chat_id=1)
    assert sent["photo"][-1]["width"] == 50


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (picture()[:200], "IMAGE_PROCESS_FAILED"),
        (picture(size=(9000, 2000)), "PHOTO_INVALID_DIMENSIONS"),
        (picture(size=(2100, 100)), "PHOTO_INVALID_DIMENSIONS"),
        (
            b"\0" * (10 * 1024 * 1024 + 1),
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_what_is_no_photo_is_refused(ground: Ground, data: bytes, words: str) -> None:
    path = f"/bot{ground.world.bot_token}/sendPhoto"
    response = await ground.client.post(path, data={"chat_id": 1}, files={"photo": ("x.png", data)})
    assert response.json()["description"] == f"Bad Request: {words}"
    assert [entry for entry in ground.world.files.root.rglob("*") if entry.is_file()] == []


async def test_sound_and_pictures_that_move_say_how_long_and_how_large(ground: Ground) -> None:
    voice = await ground.upload("sendVoice", {"voice": ("a.wav", sound(1.5))}, chat_id=1)
    assert (voice["voice"]["duration"], voice["voice"]["mime_type"]) == (2, "audio/x-wav")
    audio = await ground.upload(
        "sendAudio", {"audio": ("a.wav", sound(3))}, chat_id=1, title="T", performer="P", caption="c"
    )
    assert (audio["audio"]["duration"], audio["audio"]["title"], audio["audio"]["file_name"]) == (
        3,
        "T",
        "a.wav",
    )
    film = clip()
    thumbnail = ("t.jpg", picture("JPEG", (320, 240)))
    video = await ground.upload("sendVideo", {"video": ("v.mp4", film), "thumbnail": thumbnail}, chat_id=1)
    assert {name: video["video"][name] for name in ("width", "height", "duration", "mime_type")} == {
        "width": 64,
        "height": 48,
        "duration": 2,
        "mime_type": "video/mp4",
    }
    assert video["video"]["thumbnail"]["width"] == 320
    note = await ground.upload("sendVideoNote", {"video_note": ("v.mp4", film)}, chat_id=1)
    assert note["video_note"]["length"] == 48
    animation = await ground.upload("sendAnimation", {"animation": ("v.mp4", film)}, chat_id=1)
    assert animation["document"]["file_id"] == animation["animation"]["file_id"]
    stated = await ground.upload(
        "sendVideo", {"video": ("v.mp4", film)}, chat_id=1, width=10, height=20, duration=30
    )
    assert stated["video"]["duration"] == 30
    sticker = await ground.upload("sendSticker", {"sticker": ("s.png", picture(size=(900, 900)))}, chat_id=1)
    assert (sticker["sticker"]["width"], sticker["sticker"]["type"]) == (512, "regular")
    document = await ground.upload("sendDocument", {"document": ("../../x.pdf", b"%PDF")}, chat_id=1)
    assert (document["document"]["file_name"], document["document"]["mime_type"]) == (
        "x.pdf",
        "application/pdf",
    )
    for method, field, content in (
        ("sendVideo", "video", video),
        ("sendVoice", "voice", voice),
        ("sendSticker", "sticker", sticker),
    ):
        again = await ground.api(method, chat_id=1, **{field: content[field]["file_id"]})
        assert again[field] == content[field]
    _, words = await ground.refused("sendVoice", chat_id=1, voice=video["video"]["file_id"])
    assert words == "Bad Request: can't use file of type Video as VoiceNote"


async def test_albums_by_the_library_and_by_attach_share_a_group(ground: Ground) -> None:
    media = [InputMediaPhoto(picture(), caption="<i>c</i>", parse_mode="HTML"), InputMediaVideo(clip())]
    album = await ground.bot.send_media_group(1, media)
    assert len({message.media_group_id for message in album}) == 1
    assert album[0].caption_entities[0].type == "italic"
    described = json.dumps([{"type": "document", "media": f"attach://f{n}"} for n in range(2)])
    files = {f"f{n}": (f"{n}.txt", b"text") for n in range(2)}
    documents = await ground.upload("sendMediaGroup", files, chat_id=1, media=described)
    assert [message["document"]["file_name"] for message in documents] == ["0.txt", "1.txt"]
    mixed = [{"type": kind, "media": "x"} for kind in ("document", "photo")]
    assert (await ground.refused("sendMediaGroup", chat_id=1, media=mixed))[0] == 400
    assert (await ground.refused("sendMediaGroup", chat_id=1, media=mixed * 6))[
        1
    ] == "Bad Request: too many messages to send as an album"


async def test_media_can_be_replaced_and_captions_edited(ground: Ground) -> None:
    sent = await ground.bot.send_photo(1, picture(), caption="one")
    edited = await ground.bot.edit_message_media(InputMediaVideo(clip(), caption="two"), 1, sent.message_id)
    assert (edited.video.width, edited.photo, edited.caption) == (64, (), "two")
    captioned = await ground.bot.edit_message_caption(1, sent.message_id, caption="three")
    assert captioned.caption == "three"


async def test_twenty_megabytes_come_down_and_fifty_go_up(ground: Ground) -> None:
    path = f"/bot{ground.world.bot_token}/sendDocument"

    async def send(size: int) -> dict[str, Any]:
        files = {"document": ("big.bin", bytes(size))}
        body: dict[str, Any] = (await ground.client.post(path, data={"chat_id": 1}, files=files)).json()
        return body

    small = await send(20 * 1024**2)
    assert (await ground.api("getFile", file_id=small["result"]["document"]["file_id"]))[
        "file_size"
    ] == 20 * 1024**2
    large = await send(20 * 1024**2 + 1)
    file_id = large["result"]["document"]["file_id"]
    assert await ground.refused("getFile", file_id=file_id) == (400, "Bad Request: file is too big")
    for size in (50 * 1024**2 + 1, 53 * 1024**2):
        assert await send(size) == {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}


async def test_file_paths_lead_nowhere_else(ground: Ground) -> None:
    for path in ("../world.sqlite3", "..%2fworld.sqlite3", "photos/nothing.jpg", "/etc/passwd"):
        response = await ground.client.get(f"/file/bot{ground.world.bot_token}/{path}")
        assert response.status_code == 404
    assert (await ground.client.get("/file/bot1:x/photos/a.jpg")).status_code == 401
