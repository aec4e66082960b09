"""The models that an Ollama server holds: listed, fetched and removed there."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

import httpx
import ollama

from skills._errors import ModelUnavailable, PullFailed
from skills._progress import PullProgress
from skills.models.ollama import ODD, UNREACHABLE, connect, full_name, oddity

LOOK_S = 3.0
"""Longest wait for a list of models."""
SILENCE_S = 600.0
"""Longest wait for the next sign of a pull: a server is silent while it hashes gigabytes."""


@dataclass(frozen=True, slots=True)
class HeldModel:
    """A model that the server has."""

    name: str
    """With its tag."""
    size_bytes: int
    parameters: str
    """As the server writes it, such as `8.0B`; empty if it does not say."""


async def held(host: str) -> tuple[HeldModel, ...]:
    """What the server has. Raises ModelUnavailable with a sentence if none answers, or not well."""
    try:
        async with connect(host, LOOK_S) as client:
            listed = (await client.list()).models
    except UNREACHABLE as error:
        raise _absent(host) from error
    except ODD as error:
        raise _odd(host, error) from error
    return tuple(
        HeldModel(
            entry.model or "", int(entry.size or 0), (entry.details and entry.details.parameter_size) or ""
        )
        for entry in listed
    )


async def pull(host: str, name: str) -> AsyncGenerator[PullProgress, None]:
    """Have the server fetch a model; ends when it has it. Closing stops the server's download.

    `file` is the layer on its way, the bytes are those of all layers that were named so far.
    Raises PullFailed with a sentence.
    """
    layers: dict[str, tuple[int, int]] = {}
    done_bytes = total_bytes = 0
    status: str | None = None
    try:
        async with connect(host, SILENCE_S) as client, aclosing(await _events(client, name)) as events:
            async for event in events:
                status = event.status
                if event.digest:
                    before = layers.get(event.digest, (0, 0))
                    layers[event.digest] = (event.completed or before[0], event.total or before[1])
                    done_bytes = sum(done for done, _ in layers.values())
                    total_bytes = sum(total for _, total in layers.values())
                layer = event.digest.removeprefix("sha256:")[:12] if event.digest else ""
                note = "" if layer or status == "success" else status or ""
                yield PullProgress(name, layer, done_bytes, total_bytes, "Ollama", note)
    except UNREACHABLE as error:
        raise PullFailed(str(_absent(host)), reason="llm-unreachable", model=name) from error
    except ollama.ResponseError as error:
        raise PullFailed(_refusal(host, name, error), reason="llm-error", model=name) from error
    except (httpx.HTTPError, ValueError) as error:
        why = f"The Ollama server at {host} broke off while it fetched {name}"
        raise PullFailed(f"{why} ({type(error).__name__}).", reason="llm-broken-off", model=name) from error
    if status != "success":
        raise PullFailed(
            f"The Ollama server at {host} stopped before it had all of {name}.",
            reason="llm-broken-off",
            model=name,
        )


async def remove(host: str, name: str) -> bool:
    """False if the server does not have it. Raises ModelUnavailable with a sentence."""
    try:
        async with connect(host, SILENCE_S) as client:
            await client.delete(name)
    except ollama.ResponseError as error:
        if error.status_code == httpx.codes.NOT_FOUND:
            return False
        raise ModelUnavailable(
            f"The Ollama server at {host} does not remove {name}: {error.error}.", reason="llm-error"
        ) from error
    except UNREACHABLE as error:
        raise _absent(host) from error
    except ODD as error:
        raise _odd(host, error) from error
    return True


def find(models: tuple[HeldModel, ...], name: str) -> HeldModel | None:
    """The model of that name, with or without its tag."""
    return next((model for model in models if full_name(model.name) == full_name(name)), None)


async def _events(client: ollama.AsyncClient, name: str) -> AsyncGenerator[ollama.ProgressResponse, None]:
    events: Any = await client.pull(name, stream=True)  # declared as an iterator, which could not be closed
    return cast(AsyncGenerator[ollama.ProgressResponse, None], events)


def _refusal(host: str, name: str, error: ollama.ResponseError) -> str:
    if "file does not exist" in error.error or "invalid model name" in error.error:
        return f"The Ollama server at {host} knows no model {name!r} ({error.error})."
    return f"The Ollama server at {host} could not fetch {name}: {error.error.rstrip('.')}."


def _odd(host: str, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        f"The Ollama server at {host} {oddity(error)}: look into its log, or at chat.host.",
        reason="llm-error",
    )


def _absent(host: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"No Ollama server answers at {host}: start it with `ollama serve`, or set chat.host.",
        reason="llm-unreachable",
    )
