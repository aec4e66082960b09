from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psutil
import pytest

from skills._errors import Busy, InferenceFailed, ModelUnavailable, TimedOut
from skills._prompt import PromptMessage
from skills.chat import ChatSkill
from tests.skills.models.llm_server import llm_server, runner_of, wait_until_idle
from tests.skills.models.tiny_gguf import CONTEXT, make_tiny_gguf

MESSAGES = [PromptMessage("system", "You are Chutko."), PromptMessage("user", "Привет!")]
SHORT = {"num_ctx": 1024, "num_predict": 30, "temperature": 0}
LONG = {"num_ctx": CONTEXT, "num_predict": CONTEXT, "temperature": 0}

Server = tuple[str, psutil.Process]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = make_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")
    with llm_server({"tiny": path}, "--queue", "3") as running:
        yield running


@pytest.fixture
def skill(server: Server) -> ChatSkill:
    return ChatSkill(lambda: server[0], "tiny", SHORT, timeout_s=60)


async def test_an_answer_comes_in_pieces_and_tells_how_it_ended(skill: ChatSkill) -> None:
    answer = skill.stream(MESSAGES)
    assert answer.finish is None
    pieces = [piece async for piece in answer]
    assert len(pieces) > 1
    assert answer.finish is not None
    assert answer.finish.cut
    assert answer.finish.answer_tokens == 30
    assert answer.finish.prompt_tokens > 30
    assert skill.tokens_per_s > 0
    assert (skill.answering, skill.waiting) == (0, 0)


async def test_closing_an_answer_stops_the_model(server: Server) -> None:
    skill = ChatSkill(lambda: server[0], "tiny", LONG, timeout_s=60)
    async with skill.stream(MESSAGES) as answer:
        await anext(answer)
        assert skill.answering == 1
    assert skill.answering == 0
    assert answer.finish is None
    await asyncio.to_thread(wait_until_idle, runner_of(server[1]))


async def test_cancelling_stops_the_model_and_frees_the_turn(server: Server) -> None:
    skill = ChatSkill(lambda: server[0], "tiny", LONG, timeout_s=60)
    started = asyncio.Event()

    async def listen() -> None:
        async for _ in skill.stream(MESSAGES):
            started.set()

    task = asyncio.create_task(listen())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(wait_until_idle, runner_of(server[1]))
    assert skill.answering == 0


async def test_questions_wait_in_order_and_too_many_are_refused(server: Server) -> None:
    skill = ChatSkill(lambda: server[0], "tiny", LONG, timeout_s=60, parallel=1, queue=2)
    order: list[int] = []

    async def ask(number: int) -> None:
        async with skill.stream(MESSAGES) as answer:
            await anext(answer)
            order.append(number)
            first.set()
            if number == 0:
                await release.wait()

    first, release = asyncio.Event(), asyncio.Event()
    tasks = []
    for number in range(3):
        tasks.append(asyncio.create_task(ask(number)))
        await asyncio.sleep(0)
    await first.wait()
    assert skill.waiting == 2
    with pytest.raises(Busy) as caught:
        await anext(skill.stream(MESSAGES))
    assert caught.value.retry_after_s > 0
    release.set()
    await asyncio.gather(*tasks)
    assert order == [0, 1, 2]


async def test_a_full_server_is_busy(server: Server) -> None:
    skill = ChatSkill(lambda: server[0], "tiny", LONG, timeout_s=60, parallel=8)
    answers = [skill.stream(MESSAGES) for _ in range(3)]
    tasks = [asyncio.create_task(anext(answer)) for answer in answers]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(0.3)
    with pytest.raises(Busy):
        await anext(skill.stream(MESSAGES))
    for task, answer in zip(tasks, answers, strict=True):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await answer.aclose()


async def test_a_missing_model_is_named(server: Server) -> None:
    skill = ChatSkill(lambda: server[0], "nobody", SHORT)
    with pytest.raises(ModelUnavailable) as caught:
        await anext(skill.stream(MESSAGES))
    assert caught.value.reason == "llm-model-missing"
    assert caught.value.details == {"model": "nobody"}
    state = await skill.probe()
    assert state.reachable
    assert not state.model_present


async def test_a_server_that_is_not_there_is_unreachable(unused_tcp_port: int) -> None:
    skill = ChatSkill(lambda: f"http://127.0.0.1:{unused_tcp_port}", "tiny", SHORT)
    for attempt in (lambda: anext(skill.stream(MESSAGES)), skill.warm_up):
        with pytest.raises(ModelUnavailable) as caught:
            await attempt()
        assert caught.value.reason == "llm-unreachable"
    assert not (await skill.probe()).reachable
    assert skill.answering == 0


async def test_a_silent_server_is_given_up(unused_tcp_port: int) -> None:
    gone = asyncio.Event()

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the client hangs up
        writer.close()
        gone.set()

    async with await asyncio.start_server(silence, "127.0.0.1", unused_tcp_port):
        skill = ChatSkill(lambda: f"http://127.0.0.1:{unused_tcp_port}", "tiny", SHORT, timeout_s=0.2)
        with pytest.raises(TimedOut) as caught:
            await anext(skill.stream(MESSAGES))
        assert caught.value.reason == "llm-silent"
        await gone.wait()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"
        b'{"message":{"role":"assistant","content":"Hel"},"done":false}\n',
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
        b'{"message":{"role":"assistant","content":"Hel"},"done":false}\n{"error":"it went wrong"}\n',
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
        b'{"message":{"role":"assistant","content":"Hel"},"done":false}\nnot json\n',
        b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\nconnection: close\r\n\r\n"
        b'{"message":{"role":"assistant","content":"Hel"},"done":false}\n',
    ],
    ids=["ends early", "error line", "not json", "connection lost"],
)
async def test_an_answer_that_breaks_off_is_no_finished_answer(answer: bytes, unused_tcp_port: int) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", unused_tcp_port):
        stream = ChatSkill(lambda: f"http://127.0.0.1:{unused_tcp_port}", "tiny", SHORT).stream(MESSAGES)
        assert await anext(stream) == "Hel"
        with pytest.raises(InferenceFailed):
            await anext(stream)
        assert stream.finish is None


async def test_warming_up_loads_the_model(skill: ChatSkill) -> None:
    await skill.warm_up()
    state = await skill.probe()
    assert state.version
    assert (state.reachable, state.model_present, state.model_loaded) == (True, True, True)


async def test_a_host_that_is_not_up_says_so_itself() -> None:
    def host() -> str:
        raise ModelUnavailable(reason="llm-starting")

    skill = ChatSkill(host, "tiny", SHORT)
    with pytest.raises(ModelUnavailable) as caught:
        await anext(skill.stream(MESSAGES))
    assert caught.value.reason == "llm-starting"
    assert not (await skill.probe()).reachable


def test_the_context_must_be_named() -> None:
    with pytest.raises(ValueError, match="num_ctx"):
        ChatSkill(lambda: "", "tiny", {})


def test_the_prompt_leaves_room_for_the_answer() -> None:
    assert ChatSkill(lambda: "", "t", {"num_ctx": 4096, "num_predict": 512}).prompt_budget_tokens == 3584
    assert ChatSkill(lambda: "", "t", {"num_ctx": 100, "num_predict": 512}).prompt_budget_tokens == 50
    assert ChatSkill(lambda: "", "t", {"num_ctx": 4096}).prompt_budget_tokens == 3072
