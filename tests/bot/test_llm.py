"""What the bot and the doctor say of an Ollama server that is not ready; the server is a real one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import ollama
import pytest

from bot.checks import Check, Verdict, examine
from bot.config import Settings
from bot.fetching import Fetching
from bot.lanes import chosen_models
from bot.llm import Llm
from bot.notes import Note
from skills import Store, load_catalog
from tests.skills.models.llm_hub import LlmHub, llm_hub
from tests.skills.models.llm_server import DEADLINE_S

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LlmHub]:
    (tmp_path / "server").mkdir()
    with llm_hub(tmp_path / "server") as running:
        yield running


def settings_for(host: str, folder: Path) -> Settings:
    return Settings.model_validate(
        {
            "chat": {"host": host, "model": "tiny:latest", "num_ctx": 512},
            "models": {"cache_dir": str(folder / "models")},
            "storage": {"data_dir": str(folder / "data")},
        }
    )


def store_for(settings: Settings) -> Store:
    return Store(settings.models.root, load_catalog())


async def look(llm: Llm, store: Store) -> None:
    """As the bot does at its start, until the first outcome."""
    llm.settled.clear()
    running = asyncio.create_task(llm.run(Fetching(store, {})))
    await asyncio.wait_for(llm.settled.wait(), DEADLINE_S)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def ollama_check(settings: Settings) -> Check:
    store = store_for(settings)
    checks = await examine(settings, store, chosen_models(settings, store.catalog))
    return next(check for check in checks if check.name == "Ollama")


async def test_a_server_that_does_not_answer_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(NOBODY, tmp_path)
    store = store_for(settings)
    llm = Llm(settings, store, chosen_models(settings, store.catalog)["chat"])
    with caplog.at_level(logging.WARNING, "bot.llm"):
        await look(llm, store)
        await look(llm, store)
    assert llm.arrival().state == "failed"
    assert llm.arrival().note == Note("llm-unreachable")
    assert [record.getMessage() for record in caplog.records] == [
        f"the language model does not answer (an Ollama server at {NOBODY}, by chat.host): "
        "its server does not answer"
    ]


async def test_a_model_that_was_not_pulled_is_said_with_the_command_until_it_is(
    tmp_path: Path, server: LlmHub, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(server.address, tmp_path)
    store = store_for(settings)
    llm = Llm(settings, store, chosen_models(settings, store.catalog)["chat"])
    with caplog.at_level(logging.WARNING, "bot.llm"):
        await look(llm, store)
    assert llm.arrival().state == "failed"
    assert llm.arrival().note == Note("llm-model-missing", {"model": "tiny:latest"})
    assert "chutko models pull tiny:latest" in caplog.text

    async with ollama.AsyncClient(server.address, timeout=DEADLINE_S, trust_env=False) as client:
        await client.pull("tiny:latest")
    await look(llm, store)
    assert llm.state in ("loading", "ready", "cold")
    assert llm.arrival().note is None
    await llm.wake()
    held = await llm.look()
    assert held.memory_bytes > 0
    assert held.size_bytes == server.blob("tiny").stat().st_size
    assert held.digest == server.sha256["tiny"]


async def test_the_doctor_says_how_to_mend_it(tmp_path: Path, server: LlmHub) -> None:
    absent = await ollama_check(settings_for(NOBODY, tmp_path))
    assert absent.verdict is Verdict.MISSING
    assert "ollama serve" in absent.mend

    settings = settings_for(server.address, tmp_path)
    empty = await ollama_check(settings)
    assert (empty.verdict, empty.mend) == (Verdict.MISSING, "chutko models pull tiny:latest")
    async with ollama.AsyncClient(server.address, timeout=DEADLINE_S, trust_env=False) as client:
        await client.pull("tiny:latest")
    assert (await ollama_check(settings)).verdict is Verdict.OK
