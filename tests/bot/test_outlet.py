from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.limiter import PatientLimiter
from bot.markup import Part
from bot.outlet import FrameLost, TelegramOutlet
from bot.replies import Place

MESSAGE = {"message_id": 7, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "x"}
OK = (200, {"ok": True, "result": MESSAGE})
PART = Part("<b>x</b>", "x")

Answer = tuple[int, dict[str, Any]]


async def forget(endpoint: str, result: object) -> None:
    """Nobody wants to know what was sent."""


def error(code: int, description: str, **parameters: int) -> Answer:
    return code, {"ok": False, "error_code": code, "description": description, "parameters": parameters}


class Wire(BaseRequest):
    """Answers calls as it is told, and remembers them."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answer: Callable[[str, dict[str, Any]], Answer] = lambda method, arguments: OK

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        arguments = dict(request_data.parameters) if request_data else {}
        self.calls.append((name, arguments))
        code, body = self.answer(name, arguments)
        return code, json.dumps(body).encode()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def outlet(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> TelegramOutlet:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns of its own future
    limiter = PatientLimiter(forget)
    bot: ExtBot[Any] = ExtBot("1:a", request=wire, get_updates_request=wire, rate_limiter=limiter)
    return TelegramOutlet(bot, Place(5, thread_id=3), draft_id=9)


async def test_a_draft_names_its_stream_and_can_be_stopped(wire: Wire, outlet: TelegramOutlet) -> None:
    wire.answer = lambda method, arguments: (200, {"ok": True, "result": True})
    await outlet.draft("half an ans")
    assert wire.calls == [
        (
            "sendMessageDraft",
            {"chat_id": 5, "draft_id": 9, "text": "half an ans", "message_thread_id": 3, "can_stop": True},
        )
    ]


async def test_frames_are_plain_text_and_the_finished_answer_is_html(
    wire: Wire, outlet: TelegramOutlet
) -> None:
    assert await outlet.open("**x") == 7
    await outlet.edit(7, "**x**")
    assert await outlet.replace(7, PART) == 7
    assert await outlet.send(PART) == 7
    assert [(name, arguments.get("parse_mode")) for name, arguments in wire.calls] == [
        ("sendMessage", None), ("editMessageText", None), ("editMessageText", "HTML"), ("sendMessage", "HTML"),
    ]  # fmt: skip


async def test_a_refused_frame_says_how_long_to_wait_and_is_not_repeated(
    wire: Wire, outlet: TelegramOutlet
) -> None:
    wire.answer = lambda method, arguments: error(429, "Too Many Requests: retry after 200", retry_after=200)
    for frame in (outlet.draft("x"), outlet.open("x"), outlet.edit(7, "x"), outlet.typing()):
        with pytest.raises(FrameLost) as caught:
            await frame
        assert caught.value.retry_after_s == 200
    assert len(wire.calls) == 4


async def test_a_frame_that_changes_nothing_has_arrived(wire: Wire, outlet: TelegramOutlet) -> None:
    wire.answer = lambda method, arguments: error(
        400, "Bad Request: message is not modified: specified new ..."
    )
    await outlet.edit(7, "x")
    assert await outlet.replace(7, PART) == 7
    assert [name for name, _ in wire.calls] == ["editMessageText"] * 2


async def test_html_that_telegram_does_not_take_is_sent_plain(wire: Wire, outlet: TelegramOutlet) -> None:
    wire.answer = lambda method, arguments: (
        error(400, "Bad Request: can't parse entities: Unsupported start tag")
        if "parse_mode" in arguments
        else OK
    )
    assert await outlet.send(PART) == 7
    assert await outlet.replace(7, PART) == 7
    assert [arguments["text"] for _, arguments in wire.calls] == ["<b>x</b>", "x", "<b>x</b>", "x"]


async def test_an_answer_that_was_deleted_while_it_grew_is_sent_anew(
    wire: Wire, outlet: TelegramOutlet
) -> None:
    wire.answer = lambda method, arguments: (
        error(400, "Bad Request: message to edit not found") if method == "editMessageText" else OK
    )
    with pytest.raises(FrameLost):
        await outlet.edit(6, "x")
    assert await outlet.replace(6, PART) == 7
    assert [name for name, _ in wire.calls] == ["editMessageText", "editMessageText", "sendMessage"]


async def test_other_refusals_of_the_finished_answer_are_raised(wire: Wire, outlet: TelegramOutlet) -> None:
    wire.answer = lambda method, arguments: error(403, "Forbidden: bot was blocked by the user")
    with pytest.raises(Forbidden):
        await outlet.send(PART)
    wire.answer = lambda method, arguments: error(400, "Bad Request: chat not found")
    with pytest.raises(BadRequest):
        await outlet.send(PART)
