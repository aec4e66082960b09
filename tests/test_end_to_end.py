"""The whole bot with its real lite models, in a process of its own, as a person meets it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest
import pytest_asyncio

from bot.config import load
from bot.lanes import chosen_models
from skills import Store, load_catalog
from tests.demo import Demo, Message
from tests.media_samples import SAMPLES, as_opus, beginning, cat_picture

pytestmark = [pytest.mark.models, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(400)]

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not on this machine")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    settings = load()
    catalog = load_catalog()
    store = Store(settings.models.root, catalog)
    absent = [card.id for card in chosen_models(settings, catalog).values() if not store.has(card.id)]
    if absent:
        pytest.skip(f"models are not on this machine: {', '.join(absent)} (chutko models pull)")
    folder = tmp_path_factory.mktemp("demo")
    chat = {"CHUTKO_CHAT__MAX_TOKENS": "60", "CHUTKO_CHAT__TEMPERATURE": "0"}  # the same answers in every run
    async with Demo(folder, CHUTKO_MODELS__FETCH="false", **chat) as demo:
        yield demo


async def answered(demo: Demo, words: str, chat: int = 1, **content: object) -> Message:
    return await demo.until(words, await demo.post(chat, **content))


async def test_a_russian_and_an_english_text_get_their_mood_and_a_sensible_answer(demo: Demo) -> None:
    english = await answered(demo, "positive", text="I love this song! What is the capital of France?")
    assert "Paris" in english["text"]
    russian = await answered(demo, "·", text="Привет! Сколько будет два плюс два?")
    assert any(word in russian["text"].lower() for word in ("4", "четыре")), russian["text"]


@needs_samples
async def test_a_dog_is_heard_in_voice_audio_and_opus(demo: Demo, tmp_path: Path) -> None:
    dog = SAMPLES / "dog_975ms.wav"
    await answered(demo, "Dog", file=dog, **{"as": "voice"})
    await answered(demo, "Dog", file=dog, **{"as": "audio"})
    await answered(demo, "Dog", file=as_opus(dog, tmp_path / "dog.ogg"), **{"as": "voice"})


@needs_samples
async def test_speech_is_written_down_and_answered(demo: Demo) -> None:
    voice = await demo.post(file=SAMPLES / "ru-speech-2.wav", **{"as": "voice"})
    await demo.until("🎤", voice)
    await demo.until("·", voice)  # the line of its mood, above the answer


async def test_a_cat_is_seen_and_then_remembered(demo: Demo, tmp_path: Path) -> None:
    await answered(demo, "Egyptian cat", file=cat_picture(tmp_path), **{"as": "photo"})
    about = await demo.until("·", await demo.post(text="кто на фото?"))
    assert any(word in about["text"].lower() for word in ("кош", "кот", "cat")), about["text"]


@needs_samples
async def test_a_video_comes_back_boxed_playable_and_with_its_sound(demo: Demo, tmp_path: Path) -> None:
    street = beginning(SAMPLES / "bikes.mp4", tmp_path / "street.mp4", 2)
    asked = await demo.post(file=street, **{"as": "video"})
    clip = await demo.until("person", asked, wait_s=300)
    assert (clip["video"]["width"], clip["video"]["height"]) == (640, 272)
    loud = beginning(SAMPLES / "bigbuckbunny.mp4", tmp_path / "loud.mp4", 2)
    with_sound = await demo.post(file=loud, **{"as": "document"})
    returned = await demo.until("", with_sound, wait_s=300)
    while "video" not in returned:
        returned = await demo.until("", {**returned, "chat": {"id": 1}}, wait_s=300)
    path = tmp_path / "back.mp4"
    path.write_bytes(await demo.download(returned["video"]["file_id"]))
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.audio[0].codec_context.name == "aac"


async def test_everything_survives_a_restart(demo: Demo) -> None:
    before = await demo.messages()
    await demo.stop()
    await demo.start()
    assert await demo.messages() == before
    await answered(demo, "What I remember", text="/history")


async def test_the_bots_own_process_stays_small(demo: Demo) -> None:
    import psutil

    assert psutil.Process(demo.pid).memory_info().rss < 200_000_000
