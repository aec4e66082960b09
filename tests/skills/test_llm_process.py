from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from skills._errors import ModelUnavailable
from skills._llm_process import LocalLlm, usable_threads
from skills._prompt import PromptMessage
from skills.chat import ChatSkill
from tests.skills.models.llm_server import DEADLINE_S
from tests.skills.models.tiny_gguf import make_tiny_gguf


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
async def llm(model: Path) -> AsyncIterator[LocalLlm]:
    local = LocalLlm("tiny", lambda: model, num_ctx=1024)
    yield local
    await local.close()


def skill_of(llm: LocalLlm) -> ChatSkill:
    return ChatSkill(lambda: llm.host, llm.model, {"num_ctx": 1024, "num_predict": 5, "temperature": 0})


async def ask(skill: ChatSkill) -> str:
    return "".join([piece async for piece in skill.stream([PromptMessage("user", "Hi")])])


async def test_it_answers_once_started_and_is_gone_once_closed(llm: LocalLlm) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        _ = llm.host
    assert caught.value.reason == "llm-starting"
    await llm.start()
    assert await ask(skill_of(llm))
    family = psutil.Process(llm.pid)
    everyone = [family, *family.children(recursive=True)]
    assert len(everyone) == 2
    await llm.close()
    assert not llm.running
    assert await asyncio.to_thread(lambda: psutil.wait_procs(everyone, timeout=DEADLINE_S)[1]) == []


async def test_a_server_that_dies_comes_back(llm: LocalLlm) -> None:
    await llm.start()
    first = psutil.Process(llm.pid)
    first.kill()
    await asyncio.to_thread(first.wait, DEADLINE_S)
    for _ in range(1200):
        if llm.running and llm.restarts:
            break
        await asyncio.sleep(0.05)
    assert await ask(skill_of(llm))


async def test_a_model_that_is_not_fetched_is_said_at_once() -> None:
    def path() -> Path:
        raise ModelUnavailable(reason="not-fetched")

    with pytest.raises(ModelUnavailable) as caught:
        await LocalLlm("tiny", path).start()
    assert caught.value.reason == "not-fetched"


def test_one_core_is_left_for_everything_else() -> None:
    cores = len(psutil.Process().cpu_affinity() or [])
    assert usable_threads(1) == 1
    assert usable_threads(1000) == max(1, cores - 1)
