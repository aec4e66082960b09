"""The routes of the local server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from skills.models.llamacpp import generation
from skills.models.llamacpp.host import ModelHost
from skills.models.llamacpp.likelihood import likelihood
from skills.models.llamacpp.local_model import LocalModel
from skills.models.llamacpp.protocol import (
    FOREVER_S,
    VERSION,
    ChatRequest,
    GenerateRequest,
    LikelihoodRequest,
    NameRequest,
    ProtocolError,
    Shape,
    parse,
    timestamp,
)
from skills.models.llamacpp.responses import (
    GenerationResponse,
    LikelihoodResponse,
    PullResponse,
    error_response,
)

MAX_BODY_BYTES = 16 * 2**20
YEAR_9999 = 253402300799.0
"""Expiry of a model that stays; JSON knows no infinity."""


def create_app(host: ModelHost) -> Starlette:
    """An application that serves the host's models and closes it at the end."""

    async def chat(request: Request) -> Response:
        asked = parse(ChatRequest, await _body(request))
        events = generation.chat(host, asked)
        return GenerationResponse(events, Shape("chat", asked.model or ""), streamed=asked.streamed)

    async def generate(request: Request) -> Response:
        asked = parse(GenerateRequest, await _body(request))
        events = generation.generate(host, asked)
        return GenerationResponse(events, Shape("generate", asked.model or ""), streamed=asked.streamed)

    async def likely(request: Request) -> Response:
        asked = parse(LikelihoodRequest, await _body(request))
        return LikelihoodResponse(likelihood(host, asked), streamed=asked.streamed)

    async def tags(_: Request) -> Response:
        return JSONResponse({"models": [await _entry(host, model) for model in await host.models()]})

    async def running(_: Request) -> Response:
        loaded = host.loaded
        if loaded is None:
            return JSONResponse({"models": []})
        expires_at = timestamp(YEAR_9999 if loaded.expires_at == FOREVER_S else loaded.expires_at)
        entry = await _entry(host, loaded.model)
        del entry["modified_at"]
        more = {"expires_at": expires_at, "size_vram": 0, "context_length": loaded.engine.num_ctx}
        more |= {"size": loaded.engine.resident_bytes}  # in memory, not on disk, as with Ollama
        return JSONResponse({"models": [entry | more]})

    async def show(request: Request) -> Response:
        name = parse(NameRequest, await _body(request)).wanted
        if not name:
            raise ProtocolError(400, "model is required")
        return JSONResponse(_card(await host.find(name)))

    async def pull(request: Request) -> Response:
        asked = parse(NameRequest, await _body(request))
        return PullResponse(host.pull(asked.wanted), streamed=asked.streamed)

    async def delete(request: Request) -> Response:
        await host.delete(parse(NameRequest, await _body(request)).wanted)
        return Response()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await host.close()

    return Starlette(
        routes=[
            Route("/", _alive, methods=["GET", "HEAD"]),
            Route("/api/version", _version, methods=["GET", "HEAD"]),
            Route("/api/tags", tags, methods=["GET", "HEAD"]),
            Route("/api/ps", running, methods=["GET"]),
            Route("/api/show", show, methods=["POST"]),
            Route("/api/pull", pull, methods=["POST"]),
            Route("/api/delete", delete, methods=["DELETE"]),
            Route("/api/chat", chat, methods=["POST"]),
            Route("/api/generate", generate, methods=["POST"]),
            Route("/chutko/likelihood", likely, methods=["POST"]),
        ],
        exception_handlers={ProtocolError: _protocol_error, HTTPException: _http_error},
        lifespan=lifespan,
    )


async def _alive(_: Request) -> Response:
    return PlainTextResponse("Ollama is running")


async def _version(_: Request) -> Response:
    return JSONResponse({"version": VERSION})


async def _protocol_error(_: Request, error: Exception) -> Response:
    return error_response(error)


async def _http_error(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse(f"{status} page not found" if status == 404 else str(error), status_code=status)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ProtocolError(413, "request body too large")
    return bytes(body)


async def _entry(host: ModelHost, model: LocalModel) -> dict[str, Any]:
    stat = model.path.stat()
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": timestamp(stat.st_mtime),
        "size": stat.st_size,
        "digest": await host.digest(model),
        "details": _details(model),
    }


def _details(model: LocalModel) -> dict[str, Any]:
    return {
        "parent_model": "",
        "format": "gguf",
        "family": model.info.architecture,
        "families": [model.info.architecture],
        "parameter_size": model.info.parameter_size,
        "quantization_level": model.info.quantization,
    }


def _card(model: LocalModel) -> dict[str, Any]:
    return {
        "license": str(model.info.metadata.get("general.license", "")),
        "modelfile": f"FROM {model.name}\n",
        "parameters": "",
        "template": model.info.chat_template,
        "details": _details(model),
        "model_info": {
            **{
                name: value
                for name, value in model.info.metadata.items()
                if name != "tokenizer.chat_template"
            },
            "general.parameter_count": model.info.parameters,
        },
        "capabilities": ["completion"],
        "modified_at": timestamp(model.path.stat().st_mtime),
    }
