from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import ollama
import psutil
import pytest

from tests.skills.models.llm_server import DEADLINE_S, llm_server, runner_of, wait_until_idle
from tests.skills.models.tiny_gguf import CONTEXT, make_tiny_gguf

MESSAGES = [{"role": "system", "content": "You are Chutko."}, {"role": "user", "content": "Привет!"}]
SHORT = {"num_predict": 40, "temperature": 0}
LONG = {"num_predict": CONTEXT, "num_ctx": CONTEXT, "temperature": 0}
"""An answer that takes far longer than any test."""

Server = tuple[str, psutil.Process]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = make_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")
    with llm_server({"tiny": path, "other": path}, "--num-ctx", "1024", "--queue", "2") as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[ollama.AsyncClient]:
    async with ollama.AsyncClient(server[0], timeout=DEADLINE_S, trust_env=False) as each:
        yield each


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server[0], timeout=DEADLINE_S, trust_env=False) as each:
        yield each


async def test_it_says_that_it_runs(http: httpx.AsyncClient) -> None:
    assert (await http.get("/")).text == "Ollama is running"
    assert (await http.head("/")).status_code == 200
    assert (await http.get("/api/version")).json()["version"]


async def test_models_are_listed_and_shown(client: ollama.AsyncClient) -> None:
    listed = (await client.list()).models
    assert [model.model for model in listed] == ["tiny:latest", "other:latest"]
    assert listed[0].size
    assert len(listed[0].digest or "") == 64
    shown = await client.show("tiny")
    assert shown.details is not None
    assert shown.details.family == "llama"
    assert shown.modelinfo is not None
    assert shown.modelinfo["llama.context_length"] == CONTEXT
    assert shown.capabilities == ["completion"]


async def test_a_streamed_answer_is_the_whole_answer_in_pieces(client: ollama.AsyncClient) -> None:
    whole = await client.chat("tiny", MESSAGES, options=SHORT)
    pieces = [part async for part in await client.chat("tiny", MESSAGES, stream=True, options=SHORT)]
    assert "".join(part.message.content or "" for part in pieces) == whole.message.content
    assert [part.done for part in pieces] == [False] * (len(pieces) - 1) + [True]


async def test_the_end_tells_why_and_how_long(client: ollama.AsyncClient) -> None:
    end = await client.chat("tiny", MESSAGES, options=SHORT)
    assert end.done_reason == "length"
    assert end.eval_count == 40
    assert end.prompt_eval_count == 57
    for nanoseconds in (end.total_duration, end.load_duration, end.prompt_eval_duration, end.eval_duration):
        assert nanoseconds
        assert nanoseconds > 0


async def test_every_line_of_a_stream_is_json_in_whole_characters(http: httpx.AsyncClient) -> None:
    body = {"model": "tiny", "messages": MESSAGES, "options": SHORT}
    async with http.stream("POST", "/api/chat", json=body) as response:
        assert response.headers["content-type"] == "application/x-ndjson"
        raw = b"".join([chunk async for chunk in response.aiter_bytes()])
    assert raw.endswith(b"\n")
    for line in raw.splitlines():
        json.loads(line.decode("utf-8", "strict"))


async def test_a_seed_makes_an_answer_repeat(client: ollama.AsyncClient) -> None:
    options = {"num_predict": 30, "temperature": 1.5, "seed": 7}
    answers = {(await client.generate("tiny", "x", options=options)).response for _ in range(2)}
    other = (await client.generate("tiny", "x", options=options | {"seed": 8})).response
    assert len(answers) == 1
    assert other not in answers


async def test_a_stop_text_ends_the_answer_before_it(client: ollama.AsyncClient) -> None:
    whole = (await client.generate("tiny", "x", options=SHORT)).response
    stop = next(c for c in whole[3:] if c.isascii() and c.isprintable() and c not in whole[:3])
    cut = await client.generate("tiny", "x", options={**SHORT, "stop": [stop]})
    assert cut.response == whole[: whole.index(stop)]
    assert cut.done_reason == "stop"


async def test_a_json_format_is_kept(client: ollama.AsyncClient) -> None:
    schema = {
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    }
    answer = await client.chat("tiny", MESSAGES, format=schema, options=SHORT)
    said = "".join((answer.message.content or "").split())  # the model is free to put white space for ever
    assert said
    assert '{"ok":true}'.startswith(said) or '{"ok":false}'.startswith(said)


async def test_a_raw_prompt_is_taken_as_it_is(client: ollama.AsyncClient) -> None:
    raw = await client.generate("tiny", "abc", raw=True, options=SHORT)
    templated = await client.generate("tiny", "abc", options=SHORT)
    assert raw.prompt_eval_count == 3
    assert raw.context is None
    assert templated.context
    assert (templated.prompt_eval_count or 0) > 3


async def test_a_context_is_gone_on_with(client: ollama.AsyncClient) -> None:
    first = await client.generate("tiny", "abc", options=SHORT)
    second = await client.generate("tiny", "def", context=first.context, options=SHORT)
    assert list(second.context or [])[: len(first.context or [])] == list(first.context or [])


async def test_an_empty_question_loads_and_zero_keep_alive_unloads(client: ollama.AsyncClient) -> None:
    assert (await client.generate("tiny", "")).done_reason == "load"
    running = (await client.ps()).models
    assert [(model.model, model.context_length) for model in running] == [("tiny:latest", 1024)]
    assert (running[0].size or 0) > 1_000_000  # what it takes in memory; its file has some 60 kB
    assert (await client.generate("tiny", "", keep_alive=0)).done_reason == "unload"
    assert (await client.ps()).models == []
    assert (await client.chat("tiny", [])).done_reason == "load"
    assert (await client.chat("tiny", [], keep_alive=0)).done_reason == "unload"


async def test_a_model_leaves_after_its_time(client: ollama.AsyncClient, server: Server) -> None:
    await client.generate("tiny", "a", keep_alive="100ms", options=SHORT)
    deadline = time.monotonic() + DEADLINE_S
    while (await client.ps()).models or server[1].children():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_another_model_or_context_takes_the_place(client: ollama.AsyncClient, server: Server) -> None:
    await client.generate("tiny", "", keep_alive=-1)
    await client.generate("other", "", options={"num_ctx": 512})
    (running,) = (await client.ps()).models
    assert (running.model, running.context_length) == ("other:latest", 512)
    assert len(server[1].children()) == 1


async def test_no_more_context_is_made_than_the_model_knows(client: ollama.AsyncClient) -> None:
    await client.generate("tiny", "", options={"num_ctx": 10 * CONTEXT})
    assert (await client.ps()).models[0].context_length == CONTEXT


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/api/chat", '{"model":"nobody","messages":[]}', 404, "model 'nobody' not found"),
        ("/api/generate", '{"model":"nobody"}', 404, "model 'nobody' not found"),
        ("/api/show", '{"model":"nobody"}', 404, "model 'nobody' not found"),
        ("/api/chat", "{}", 400, "model is required"),
        ("/api/chat", "", 400, "missing request body"),
        ("/api/chat", "{oops", 400, "invalid JSON"),
        ("/api/chat", '{"model":"tiny","think":true}', 400, '"tiny" does not support thinking'),
        ("/api/chat", '{"model":"tiny","messages":[],"tools":[{}]}', 400, "does not support tools"),
        ("/api/chat", '{"model":"tiny","messages":[],"keep_alive":"soon"}', 400, "invalid duration"),
        ("/api/chat", '{"model":"tiny","options":{"num_ctx":"x"}}', 500, 'option "num_ctx" must be of type'),
        ("/api/generate", '{"model":"tiny","prompt":"a","raw":true,"system":"x"}', 400, "raw mode does not"),
        ("/api/generate", '{"model":"tiny","prompt":"a","suffix":"b"}', 400, "not supported"),
    ],
)
async def test_errors_have_their_status_and_words(
    http: httpx.AsyncClient, path: str, body: str, status: int, words: str
) -> None:
    response = await http.post(path, content=body)
    assert response.status_code == status
    assert words in response.json()["error"]
    assert list(response.json()) == ["error"]


async def test_an_unknown_path_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/nothing")).status_code == 404
    assert (await http.get("/api/chat")).status_code == 405


@pytest.mark.parametrize("streamed", [True, False])
async def test_closing_the_request_stops_the_generation(
    client: ollama.AsyncClient, http: httpx.AsyncClient, server: Server, streamed: bool
) -> None:
    await client.generate("tiny", "", options={"num_ctx": CONTEXT})
    if streamed:
        stream = await client.chat("tiny", MESSAGES, stream=True, options=LONG)
        await anext(stream)
        await stream.aclose()
    else:
        body = {"model": "tiny", "messages": MESSAGES, "stream": False, "options": LONG}
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/api/chat", json=body, timeout=0.5)
    await asyncio.to_thread(wait_until_idle, runner_of(server[1]))
    assert (await client.chat("tiny", MESSAGES, options=SHORT)).done


async def test_closing_the_request_stops_the_reading_of_the_prompt(
    client: ollama.AsyncClient, http: httpx.AsyncClient, server: Server
) -> None:
    await client.generate("tiny", "", options={"num_ctx": CONTEXT})
    body = {"model": "tiny", "prompt": "слово " * 2500, "raw": True, "options": LONG}
    with pytest.raises(httpx.ReadTimeout):
        await http.post("/api/generate", json=body, timeout=0.3)
    await asyncio.to_thread(wait_until_idle, runner_of(server[1]))


async def test_too_many_requests_are_refused_in_ollamas_words(client: ollama.AsyncClient) -> None:
    streams = [await client.chat("tiny", MESSAGES, stream=True, options=LONG) for _ in range(2)]
    first = asyncio.create_task(anext(streams[0]))
    await first
    second = asyncio.create_task(anext(streams[1]))
    await asyncio.sleep(0.2)
    with pytest.raises(ollama.ResponseError, match="maximum pending requests exceeded") as caught:
        await client.chat("tiny", MESSAGES, options=SHORT)
    assert caught.value.status_code == 503
    await streams[0].aclose()
    assert (await second).message.content
    await streams[1].aclose()


async def test_a_conversation_that_is_too_long_loses_its_oldest_messages(client: ollama.AsyncClient) -> None:
    turns = [{"role": ("user", "assistant")[n % 2], "content": f"turn {n} " * 10} for n in range(41)]
    answer = await client.chat("tiny", [MESSAGES[0], *turns], options=SHORT)
    assert 1024 // 2 < (answer.prompt_eval_count or 0) <= 1024 - 40
    assert answer.eval_count == 40


async def test_a_message_that_is_too_long_by_itself_is_answered(client: ollama.AsyncClient) -> None:
    messages = [MESSAGES[0], {"role": "user", "content": "очень длинно " * 2000}]
    answer = await client.chat("tiny", messages, options=SHORT)
    assert (answer.prompt_eval_count or 0) <= 1024 - 40
    assert answer.eval_count == 40


async def test_what_does_not_fit_is_refused_where_cutting_is_forbidden(http: httpx.AsyncClient) -> None:
    body = {"model": "tiny", "messages": [{"role": "user", "content": "x " * 2000}], "truncate": False}
    response = await http.post("/api/chat", json=body)
    assert (response.status_code, response.json()["error"]) == (
        400,
        "the input length exceeds the context length",
    )


async def test_a_dead_runner_costs_one_answer(client: ollama.AsyncClient, server: Server) -> None:
    stream = await client.chat("tiny", MESSAGES, stream=True, options=LONG)
    await anext(stream)
    runner_of(server[1]).kill()
    with pytest.raises(ollama.ResponseError, match="llama runner process has terminated"):
        async for _ in stream:
            pass
    assert (await client.chat("tiny", MESSAGES, options=SHORT)).eval_count == 40


async def test_the_server_answers_others_while_it_generates(client: ollama.AsyncClient) -> None:
    stream = await client.chat("tiny", MESSAGES, stream=True, options=LONG)
    await anext(stream)
    assert (await client.list()).models
    await stream.aclose()


def test_nothing_is_left_when_the_server_is_killed(tmp_path: Path) -> None:
    path = make_tiny_gguf(tmp_path / "tiny.gguf")
    with llm_server({"tiny": path}) as (address, process):
        httpx.post(f"{address}/api/generate", json={"model": "tiny"}, timeout=DEADLINE_S, trust_env=False)
        runner = runner_of(process)
        process.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs([runner], timeout=DEADLINE_S)
        assert alive == []


def test_the_server_ends_with_its_parent(tmp_path: Path) -> None:
    path = make_tiny_gguf(tmp_path / "tiny.gguf")
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with parent, llm_server({"tiny": path}, "--parent-pid", str(parent.pid)) as (_, process):
        parent.kill()
        parent.wait()
        _, alive = psutil.wait_procs([process], timeout=DEADLINE_S)
        assert alive == []


def test_a_file_that_is_no_model_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF broken")
    with (
        pytest.raises(AssertionError, match="the server ended with 1"),
        llm_server({"x": tmp_path / "broken.gguf"}),
    ):
        pass


def test_a_model_without_its_weights_is_an_error_and_not_the_end(tmp_path: Path) -> None:
    path = make_tiny_gguf(tmp_path / "tiny.gguf")
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(path.read_bytes()[:-5000])
    with llm_server({"tiny": path, "cut": cut}) as (address, _):
        for model, status in (("cut", 500), ("tiny", 200)):
            body = {"model": model, "prompt": "x", "stream": False, "options": SHORT}
            response = httpx.post(f"{address}/api/generate", json=body, timeout=DEADLINE_S, trust_env=False)
            assert response.status_code == status
            assert ("error" in response.json()) == (status != 200)
