"""The server's own way of getting and removing models, as Ollama's clients see it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import ollama
import pytest

from skills.models.llamacpp.library import ollama_name
from tests.skills.models.llm_hub import LlmHub, llm_hub
from tests.skills.models.llm_server import DEADLINE_S, ROOT, llm_server
from tests.skills.models.tiny_gguf import make_tiny_gguf

SHORT = {"num_predict": 5, "temperature": 0}
UNKNOWN = "pull model manifest: file does not exist"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LlmHub]:
    with llm_hub(tmp_path) as running:
        yield running


@pytest.fixture
async def client(shop: LlmHub) -> AsyncIterator[ollama.AsyncClient]:
    async with ollama.AsyncClient(shop.address, timeout=DEADLINE_S, trust_env=False) as each:
        yield each


@pytest.fixture
async def http(shop: LlmHub) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=shop.address, timeout=DEADLINE_S, trust_env=False) as each:
        yield each


async def names(client: ollama.AsyncClient) -> list[str | None]:
    return [model.model for model in (await client.list()).models]


async def test_a_model_is_pulled_listed_asked_and_deleted(client: ollama.AsyncClient, shop: LlmHub) -> None:
    assert await names(client) == []
    events = [event async for event in await client.pull("tiny-coder:0.1b", stream=True)]

    sha256, size = shop.sha256["tiny-coder-0.1b"], len(shop.pages["tiny-coder-0.1b"].body)
    layer = [event for event in events if event.digest]
    assert [event.status for event in events if not event.digest] == [
        "pulling manifest",
        "verifying sha256 digest",
        "writing manifest",
        "success",
    ]
    assert {(event.status, event.digest, event.total) for event in layer} == {
        (f"pulling {sha256[:12]}", f"sha256:{sha256}", size)
    }
    assert layer[-1].completed == size

    [listed] = (await client.list()).models
    assert (listed.model, listed.digest, listed.size) == ("tiny-coder:0.1b", sha256, size)
    for name in ("tiny-coder:0.1b", "Tiny-Coder-0.1b", "tiny-coder-0.1b:latest"):
        assert (await client.generate(name, "Hi", options=SHORT)).done
    assert len((await client.ps()).models) == 1

    assert (await client.delete("tiny-coder:0.1b")).status == "success"
    assert await names(client) == []
    assert (await client.ps()).models == []
    assert not shop.blob("tiny-coder-0.1b").exists()
    with pytest.raises(ollama.ResponseError, match="not found"):
        await client.generate("tiny-coder:0.1b", "Hi")


async def test_a_pull_without_stream_answers_once_with_success(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/pull", json={"name": "tiny", "stream": False})
    assert answer.json() == {"status": "success"}
    again = await http.post("/api/pull", json={"model": "tiny:latest", "stream": False})
    assert again.json() == {"status": "success"}
    assert [model["name"] for model in (await http.get("/api/tags")).json()["models"]] == ["tiny:latest"]


async def test_a_model_that_nobody_has_is_an_error_in_ollamas_words(http: httpx.AsyncClient) -> None:
    streamed = await http.post("/api/pull", json={"model": "huge:1t"})
    assert streamed.status_code == 200
    assert streamed.headers["content-type"] == "application/x-ndjson"
    assert streamed.text.splitlines() == ['{"status":"pulling manifest"}', f'{{"error":"{UNKNOWN}"}}']
    whole = await http.post("/api/pull", json={"model": "huge:1t", "stream": False})
    assert (whole.status_code, whole.json()) == (500, {"error": UNKNOWN})


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"model":1}', b"{}", b'{"model":""}'])
async def test_a_request_that_names_no_model_is_refused(http: httpx.AsyncClient, body: bytes) -> None:
    for method, path in (("POST", "/api/pull"), ("DELETE", "/api/delete")):
        answer = await http.request(method, path, content=body)
        assert answer.status_code in (400, 404)
        assert answer.json()["error"]


async def test_what_cannot_be_had_says_what_was_tried(client: ollama.AsyncClient, shop: LlmHub) -> None:
    with pytest.raises(ollama.ResponseError, match=r"Could not fetch lost\.gguf of lost"):
        async for _ in await client.pull("lost", stream=True):
            pass
    assert await names(client) == []


async def test_a_file_that_is_not_the_model_is_not_kept(client: ollama.AsyncClient, shop: LlmHub) -> None:
    shop.pages["tiny"].body = shop.pages["tiny"].body[:-1] + b"?"
    with pytest.raises(ollama.ResponseError, match="hash is wrong"):
        await client.pull("tiny")
    assert await names(client) == []


async def test_a_closed_request_stops_the_pull_and_the_next_goes_on(
    client: ollama.AsyncClient, shop: LlmHub
) -> None:
    page = shop.pages["tiny"]
    page.gate = threading.Event()
    pulling = await client.pull("tiny", stream=True)
    async with asyncio.timeout(DEADLINE_S):
        await anext(pulling)
        while not any(part.stat().st_size for part in shop.store.rglob("partial/**/data")):
            await asyncio.sleep(0.02)
    await pulling.aclose()
    lock = shop.store / "locks" / "model-tiny.lock"
    async with asyncio.timeout(DEADLINE_S):
        while not await asyncio.to_thread(_free, lock):  # the pull holds it for as long as it lives
            await asyncio.sleep(0.05)
    page.gate.set()
    page.gate = None
    assert (await client.pull("tiny")).status == "success"
    assert [asked.range != "" for asked in shop.hub.asked] == [False, True]


def _free(lock: Path) -> bool:
    from filelock import FileLock, Timeout

    try:
        with FileLock(lock, timeout=0):
            return True
    except Timeout:
        return False


async def test_what_is_not_here_cannot_be_deleted(http: httpx.AsyncClient) -> None:
    for name in ("tiny", "huge:1t"):
        answer = await http.request("DELETE", "/api/delete", json={"model": name})
        assert (answer.status_code, answer.json()) == (404, {"error": f"model '{name}' not found"})


async def test_a_file_of_its_owner_is_never_deleted(tmp_path: Path) -> None:
    path = make_tiny_gguf(tmp_path / "tiny.gguf")
    with llm_server({"mine": path}) as (address, _):
        async with ollama.AsyncClient(address, timeout=DEADLINE_S, trust_env=False) as client:
            with pytest.raises(ollama.ResponseError, match="belongs to whoever started the server"):
                await client.delete("mine")
            with pytest.raises(ollama.ResponseError, match=UNKNOWN):
                await client.pull("tiny")
    assert path.is_file()


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        ("qwen2.5-coder-1.5b", "qwen2.5-coder:1.5b"),
        ("llama3-8b", "llama3:8b"),
        ("smol-135m", "smol:135m"),
        ("tiny", "tiny"),
    ],
)
def test_names_are_as_ollama_writes_them(model_id: str, name: str) -> None:
    assert ollama_name(model_id) == name


def test_a_server_without_models_and_store_does_not_start() -> None:
    command = [sys.executable, "-m", "skills.models.llamacpp", "--port", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--model, --store or both" in done.stderr
