"""Starts a runner process for one model and talks to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[3]
"""The folder that holds the package `skills`: `python -m` finds it there, installed or not."""

BATCH = 32
"""Tokens of a prompt evaluated between two looks at whether anybody still waits; larger is hardly faster."""

FORCE = 1e9
"""A bias that no logit outweighs."""
BESIDE = (1000, 1_000_000)
"""How many of the likeliest tokens are looked through for one: some, then all."""


class EngineFailed(Exception):
    """The model could not be loaded, or its process died."""


class EngineRefused(Exception):
    """The engine will not take this request; the message says why."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    num_ctx: int
    """Context, tokens."""
    threads: int
    batch: int = BATCH


class Engine:
    """One loaded model. Made by `start`, gone after `close`."""

    def __init__(self, process: asyncio.subprocess.Process, client: httpx.AsyncClient, num_ctx: int) -> None:
        self._process = process
        self._client = client
        self.num_ctx = num_ctx

    @classmethod
    async def start(cls, path: Path, settings: EngineSettings) -> Engine:
        """Load a model file (absolute path). Cancelling kills the process. Raises EngineFailed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "skills.models.llamacpp.runner",
            "--model", str(path), "--num-ctx", str(settings.num_ctx),
            "--threads", str(settings.threads), "--batch", str(settings.batch),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        try:
            key = secrets.token_urlsafe(24)
            address = await _handshake(process, key)
            client = httpx.AsyncClient(
                base_url=address,
                headers={"Authorization": f"Bearer {key}"},
                timeout=httpx.Timeout(None, connect=10.0),
                # llama.cpp closes idle connections when it likes; a fresh one costs nothing on loopback.
                limits=httpx.Limits(max_keepalive_connections=0),
                trust_env=False,
            )
        except BaseException:
            await _end(process)
            raise
        return cls(process, client, settings.num_ctx)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def resident_bytes(self) -> int:
        """Memory of its process; 0 if that has ended."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    async def tokenize(
        self, text: str, *, whole_prompt: bool = True, special: bool | None = None
    ) -> list[int]:
        """Token ids. A whole prompt gets the model's first token and, unless `special` says no, may hold others."""
        parse_special = whole_prompt if special is None else special
        answer = await self._post(
            "/tokenize", {"content": text, "add_special": whole_prompt, "parse_special": parse_special}
        )
        return list(answer["tokens"])

    async def detokenize(self, tokens: Sequence[int]) -> str:
        return str((await self._post("/detokenize", {"tokens": list(tokens)}))["content"])

    async def render(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The prompt that the model's own template makes of the messages."""
        answer = await self._post("/apply-template", {"messages": [dict(message) for message in messages]})
        return str(answer["prompt"])

    async def complete(
        self, body: Mapping[str, Any], *, infill: bool = False
    ) -> AsyncGenerator[dict[str, Any], None]:
        """llama.cpp's own completion events, the last with `stop` true. Closing the iterator stops it."""
        path = "/infill" if infill else "/completion"
        try:
            async with self._client.stream("POST", path, json={**body, "stream": True}) as response:
                if response.status_code != httpx.codes.OK:
                    raise EngineRefused(_message(await response.aread()))
                async for line in response.aiter_lines():
                    if line.startswith("data: ") and line != "data: [DONE]":
                        yield json.loads(line.removeprefix("data: "))
                    elif line.startswith("error: "):
                        raise EngineRefused(_message(line.removeprefix("error: ").encode()))
        except httpx.TransportError as error:
            raise await self._died(error) from error

    async def likelihood(self, before: Sequence[int], token: int, *, cached: bool) -> tuple[str, float]:
        """One token after others: its text, and the natural logarithm of its probability.

        The probability is the model's own, of all tokens, as llama.cpp takes it before a bias makes the model say
        this one. `cached` False reads `before` anew. Raises EngineFailed, EngineRefused.
        """
        for found in await self._forced(before, token, 1, cached=cached):
            return str(found["token"]), float(found["logprob"])
        # llama.cpp tells nothing of a token that ends within a character: it is looked for beside another.
        (letter, *_) = await self.tokenize("a", whole_prompt=False)
        for n_probs in BESIDE:
            for other in await self._forced(before, letter, n_probs, cached=True):
                for each in other["top_logprobs"]:
                    if each["id"] == token:
                        return str(each["token"]), float(each["logprob"])
        raise EngineFailed(f"llama runner knows no probability of token {token}")

    async def _forced(
        self, before: Sequence[int], token: int, n_probs: int, *, cached: bool
    ) -> list[dict[str, Any]]:
        """What llama.cpp tells of the one token that it is made to say."""
        body = {
            "prompt": list(before),
            "n_predict": 1,
            "logit_bias": [[token, FORCE]],
            "temperature": 0,
            "n_probs": n_probs,
            "post_sampling_probs": False,
            "cache_prompt": cached,
            "stream": False,
        }
        answer = await self._post("/completion", body)
        return list(answer.get("completion_probabilities", ()))

    async def close(self) -> None:
        """Free the memory. Always succeeds."""
        await _end(self._process)
        await self._client.aclose()

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            response = await self._client.post(path, json=body)
        except httpx.TransportError as error:
            raise await self._died(error) from error
        if response.status_code != httpx.codes.OK:
            raise EngineRefused(_message(response.content))
        answer: dict[str, Any] = response.json()
        return answer

    async def _died(self, error: Exception) -> EngineFailed:
        with contextlib.suppress(TimeoutError):  # the socket closes a moment before the process is reaped
            await asyncio.wait_for(self._process.wait(), 1.0)
        code = self._process.returncode
        if code is None:
            return EngineFailed(f"llama runner does not answer: {error!r}")
        return EngineFailed(f"llama runner process has terminated: exit status {code}")


async def _handshake(process: asyncio.subprocess.Process, key: str) -> str:
    if process.stdin is None or process.stdout is None:
        raise EngineFailed("llama runner has no pipes")
    with contextlib.suppress(ConnectionError):
        process.stdin.write(key.encode() + b"\n")
        await process.stdin.drain()
    async for line in process.stdout:
        if not line.startswith(b"{"):
            continue  # native code may have its own things to say
        said = json.loads(line)
        if "address" not in said:
            raise EngineFailed(f"unable to load model: {said.get('error', 'unknown error')}")
        return str(said["address"])
    raise EngineFailed(f"llama runner process has terminated: exit status {await process.wait()}")


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()  # it holds nothing that would need saving
    await asyncio.shield(process.wait())


def _message(body: bytes) -> str:
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace") or "unknown error"
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)
