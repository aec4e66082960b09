"""What the bot and the doctor say of a server at `chat.host` that is no Ollama, an ill one, or an old one."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.checks import Verdict
from bot.lanes import chosen_models
from bot.llm import Llm
from bot.notes import Note
from tests.bot.test_llm import look, ollama_check, settings_for, store_for
from tests.serving import serving

MODEL = b'{"models": [{"name": "%s", "model": "%s", "size": 7}]}'


def answering(pages: dict[str, tuple[int, bytes]]) -> Starlette:
    """Says the same at an address whatever it is asked; `*` is every address beside those that are named."""

    async def answer(request: Request) -> Response:
        status, body = pages.get(request.url.path) or pages.get("*", (404, b"404 page not found"))
        return Response(body, status)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, b'{"error": "out of memory"}', "answers with the error 500"),
        (404, b"404 page not found", "answers with the error 404"),
        (401, b"", "answers with the error 401"),
        (200, b"<html>It works!</html>", "does not answer as an Ollama server does"),
        (200, b"[]", "does not answer as an Ollama server does"),
        (200, b'"yes"', "does not answer as an Ollama server does"),
        (200, b'{"models": 3}', "does not answer as an Ollama server does"),
    ],
)
async def test_a_server_that_answers_wrongly_is_not_said_to_be_absent(
    tmp_path: Path, status: int, body: bytes, words: str
) -> None:
    async with serving(answering({"*": (status, body)})) as host:
        settings = settings_for(host, tmp_path)
        check = await ollama_check(settings)
        assert check.verdict is Verdict.MISSING
        assert words in check.found
        store = store_for(settings)
        llm = Llm(settings, store, chosen_models(settings, store.catalog)["chat"])
        await look(llm, store)
        assert (llm.state, llm.note) == ("failed", Note("llm-odd"))


async def test_an_old_server_that_does_not_tell_what_is_in_memory_serves(tmp_path: Path) -> None:
    pages = {
        "/api/tags": (200, MODEL.replace(b"%s", b"tiny:latest")),
        "/api/generate": (200, b'{"model": "tiny", "created_at": "", "response": "", "done": true}'),
    }
    async with serving(answering(pages)) as host:
        settings = settings_for(host, tmp_path)
        store = store_for(settings)
        llm = Llm(settings, store, chosen_models(settings, store.catalog)["chat"])
        await look(llm, store)
        assert llm.note is None
        assert (await ollama_check(settings)).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("held", "kin"), [("tiny:8b", 'chat.model = "tiny:8b"'), ("tiny2:latest", ""), ("else/tiny:latest", "")]
)
async def test_the_doctor_names_the_same_model_under_another_tag(tmp_path: Path, held: str, kin: str) -> None:
    pages = {"/api/tags": (200, MODEL.replace(b"%s", held.encode()))}
    async with serving(answering(pages)) as host:
        mend = (await ollama_check(settings_for(host, tmp_path))).mend
    assert mend.startswith("chutko models pull tiny:latest")
    assert ("chat.model" in mend) is bool(kin)
    assert kin in mend
