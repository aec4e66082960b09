"""The spectrogram in the chat: real model, real worker, over real HTTP."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.texts import Texts
from tests.bot.house import House, Message, house
from tests.skills.makers import tone, write_sound

GROUP = -1001
pytestmark = pytest.mark.models
SAY = Texts().say("en")
GONE = SAY("spectrogram-gone")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, speech={"enabled": False}) as it:
        yield it


def _tone(folder: Path) -> Path:
    return write_sound(folder / "tone.flac", tone(2.5, 16_000, hz=1000), 16_000, "flac", "flac")


def _buttons(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]


async def _heard(home: House, folder: Path) -> tuple[Message, Message]:
    """A recording and its answer."""
    sent = await home.post(file=_tone(folder), **{"as": "voice"})
    (answer,) = await home.answers(sent)
    return sent, answer


async def test_the_button_under_a_sound_brings_its_picture_once(home: House, tmp_path: Path) -> None:
    sent, answer = await _heard(home, tmp_path)
    assert _buttons(answer) == ["spectrogram"]

    taps = await asyncio.gather(home.press(answer, "spectrogram"), home.press(answer, "spectrogram"))
    (picture,) = await home.answers(answer)
    assert [tap["text"] for tap in taps] == [SAY("spectrogram-drawing"), SAY("spectrogram-there")]
    assert (picture["photo"][-1]["width"], picture["photo"][-1]["height"]) == (1000, 600)
    assert picture["caption"].startswith(SAY("spectrogram-title"))
    assert picture["reply_to_message"]["message_id"] == sent["message_id"]
    (answer_now,) = [m for m in await home.messages() if m["message_id"] == answer["message_id"]]
    assert _buttons(answer_now) == []


async def test_a_button_works_after_a_restart(tmp_path: Path) -> None:
    async with house(tmp_path, speech={"enabled": False}) as home:
        _, answer = await _heard(home, tmp_path)
    async with house(tmp_path, speech={"enabled": False}) as home:
        await home.press(answer, "spectrogram")

        assert "photo" in (await home.answers(answer))[0]


async def test_a_recording_that_is_gone_is_said_to_be(home: House, tmp_path: Path) -> None:
    sent, answer = await _heard(home, tmp_path)
    await home.people.post(f"/play/chats/1/messages/{sent['message_id']}/delete", json={})

    assert (await home.press(answer, "spectrogram"))["text"] == GONE
    assert await home.answers(answer, count=0) == []


async def test_a_recording_that_telegram_no_longer_gives_out_is_said_to_be_gone(
    home: House, tmp_path: Path
) -> None:
    _, answer = await _heard(home, tmp_path)
    home.world.files._files.clear()

    await home.press(answer, "spectrogram")

    assert (await home.answers(answer))[0]["text"] == GONE


async def test_a_reply_with_the_command_draws_a_recording_that_nobody_has_looked_at(
    home: House, tmp_path: Path
) -> None:
    sent = await home.post(GROUP, file=_tone(tmp_path), **{"as": "audio", "from": 2})
    asked = await home.post(GROUP, text="/spectrogram", reply_to=sent["message_id"])

    (picture,) = await home.answers(asked)

    assert "photo" in picture
    assert picture["reply_to_message"]["message_id"] == asked["message_id"]


async def test_in_a_group_the_answer_to_a_question_has_the_button_of_its_recording(
    home: House, tmp_path: Path
) -> None:
    sent = await home.post(GROUP, file=_tone(tmp_path), **{"as": "voice", "from": 2})
    asked = await home.post(GROUP, text="@chutko_bot what is it?", reply_to=sent["message_id"])
    heard, *_ = await home.answers(asked, count=2)
    assert heard["reply_to_message"]["message_id"] == sent["message_id"]

    await home.press(heard, "spectrogram", person=2)

    assert "photo" in (await home.answers(heard, count=2))[-1]


async def test_the_command_without_a_recording_says_how_it_is_used(home: House) -> None:
    ink = io.BytesIO()
    Image.new("RGB", (40, 40)).save(ink, "PNG")
    text = await home.post(GROUP, text="hello")
    picture = await home.post(GROUP, file=("one.png", ink.getvalue()), **{"as": "document"})
    how = SAY("error-not-a-recording")

    assert await home.ask("/spectrogram", GROUP) == how
    assert await home.ask("/spectrogram", GROUP, reply_to=text["message_id"]) == how
    assert await home.ask("/spectrogram", GROUP, reply_to=picture["message_id"]) == how


async def test_silence_has_no_button(home: House, tmp_path: Path) -> None:
    silence = write_sound(tmp_path / "s.flac", np.zeros(32_000, np.float32), 16_000, "flac", "flac")
    sent = await home.post(file=silence, **{"as": "audio"})

    assert _buttons((await home.answers(sent))[0]) == []
