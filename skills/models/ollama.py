"""A server that speaks Ollama's protocol: is it there, which models has it, and getting one into memory."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import ollama

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
UNREACHABLE = (
    ConnectionError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""What the client raises when nobody answers at the address."""
ODD = (httpx.HTTPError, ollama.ResponseError, ValueError, TypeError)
"""What it raises when somebody does, but not as they should."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a look at the server found."""

    reachable: bool
    """It answers as an Ollama server does."""
    trouble: str = ""
    """What is wrong with its answers, in English; empty where nobody answers at all."""
    version: str = ""
    models: tuple[str, ...] = ()
    """Names of the models that the server has."""
    model_present: bool = False
    model_loaded: bool = False
    """True if the model is in memory now."""
    size_bytes: int = 0
    """Of the model on the server's disk; 0 if it is absent."""
    digest: str = ""
    """SHA-256 by which the server knows the model, hexadecimal; empty if it does not say."""
    memory_bytes: int = 0
    """That the loaded model takes, by the server; 0 while it is not loaded."""
    video_memory_bytes: int = 0
    """The part of `memory_bytes` that lies on graphics cards."""


def connect(host: str, timeout_s: float) -> ollama.AsyncClient:
    """A client whose every wait is limited: `timeout_s` for the next piece, 10 s for the connection."""
    timeout = httpx.Timeout(timeout_s, connect=min(10.0, timeout_s))
    # A proxy of the environment must not come between us and our own machine.
    trust_env = urlsplit(host).hostname not in LOOPBACK
    return ollama.AsyncClient(host, timeout=timeout, trust_env=trust_env, verify=_certificates())


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes 20 ms, and there is a client for every question."""
    return httpx.create_ssl_context()


async def probe(client: ollama.AsyncClient, model: str) -> ServerState:
    """Never raises for a server that is absent or odd: that is what it reports."""
    try:
        listed = (await client.list()).models
        loaded = await _loaded(client)
        version = await _version(client)
    except UNREACHABLE:
        return ServerState(reachable=False)
    except ODD as error:
        return ServerState(reachable=False, trouble=oddity(error))
    wanted = full_name(model)
    present = next((entry for entry in listed if full_name(entry.model or "") == wanted), None)
    held = next((entry for entry in loaded if full_name(entry.model or "") == wanted), None)
    return ServerState(
        reachable=True,
        version=version,
        models=tuple(entry.model or "" for entry in listed),
        model_present=present is not None,
        model_loaded=held is not None,
        size_bytes=int(present.size or 0) if present else 0,
        digest=(present.digest or "").removeprefix("sha256:") if present else "",
        memory_bytes=int(held.size or 0) if held else 0,
        video_memory_bytes=int(held.size_vram or 0) if held else 0,
    )


def oddity(error: Exception) -> str:
    """What the server answered that an Ollama server in order would not, as the end of a sentence."""
    match error:
        case ollama.ResponseError():
            return f"answers with the error {error.status_code}"
        case httpx.TimeoutException():
            return "takes too long to answer"
        case httpx.HTTPError():
            return f"breaks off its answer ({type(error).__name__})"
    return "does not answer as an Ollama server does"


async def warm_up(client: ollama.AsyncClient, model: str, num_ctx: int, keep_alive: str) -> float:
    """Load the model without asking it anything. Seconds that it took. Raises what the client raises."""
    answer = await client.generate(model, "", options={"num_ctx": num_ctx}, keep_alive=keep_alive)
    return (answer.load_duration or 0) / 1e9


async def unload(client: ollama.AsyncClient, model: str) -> None:
    """Give the model's memory back at once. Raises what the client raises."""
    await client.generate(model, "", keep_alive=0)


def full_name(model: str) -> str:
    """A model's name with its tag, lower case, as servers compare it."""
    tagged = ":" in model.rsplit("/", 1)[-1]
    return (model if tagged else f"{model}:latest").lower()


async def _loaded(client: ollama.AsyncClient) -> Sequence[ollama.ProcessResponse.Model]:
    """Models in memory; servers from before 2024-05 cannot say."""
    try:
        return (await client.ps()).models
    except ollama.ResponseError as error:
        if error.status_code != httpx.codes.NOT_FOUND:
            raise
        return ()


async def _version(client: ollama.AsyncClient) -> str:
    response = await client._client.get("/api/version")  # the client has no method for it
    said = response.json() if response.is_success else {}
    return str(said.get("version", "")) if isinstance(said, dict) else ""
