"""Talking with a local LLM: answers as they are made, one after the other, stoppable at any moment."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx
import ollama

from ._errors import Busy, InferenceFailed, ModelUnavailable, SkillError, TimedOut
from ._stats import percentile
from ._tokens import TokenCounter
from ._types import ChatMessage, MediaKind, SkillSpec
from .models import ollama as server

log = logging.getLogger(__name__)

FIRST_GUESS_S = 15.0
LATEST = 256
"""Answers whose latency is kept."""
"""Seconds that an answer takes, before any has been measured."""


@dataclass(frozen=True, slots=True)
class Finish:
    """How an answer ended, with the server's own measurements."""

    cut: bool
    """True if it stopped because it was as long as allowed, and not because all was said."""
    prompt_tokens: int
    answer_tokens: int
    first_piece_s: float
    """From the question's turn to the first piece, seconds: loading, reading the prompt."""
    tokens_per_s: float
    """Speed of the answer; 0 if it is too short to tell, or the server does not say."""


class Answer:
    """The pieces of one answer. Closing it, or leaving its `async with`, stops the generation.

    Iterating raises ModelUnavailable, TimedOut, Busy, InferenceFailed.
    """

    def __init__(self, pieces: AsyncGenerator[str, None]) -> None:
        self._pieces = pieces
        self.finish: Finish | None = None
        """How it ended; None while it goes on, and if it was stopped."""

    def __aiter__(self) -> Answer:
        return self

    async def __anext__(self) -> str:
        return await anext(self._pieces)

    async def aclose(self) -> None:
        await self._pieces.aclose()

    async def __aenter__(self) -> Answer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class ChatSkill:
    """One model on one server. A StreamingSkill."""

    spec = SkillSpec("chat", MediaKind.TEXT, "💬", timeout_s=300)

    def __init__(
        self,
        host: Callable[[], str],
        model: str,
        options: Mapping[str, Any],
        *,
        keep_alive: str = "30m",
        timeout_s: float = 300.0,
        parallel: int = 1,
        queue: int = 20,
    ) -> None:
        """`host` is asked for every question, as a local server may come back at another address.

        `options` are Ollama's and must name `num_ctx`: servers silently cut prompts to their own default.
        """
        if int(options.get("num_ctx", 0)) <= 0:
            raise ValueError("options must name num_ctx")
        self._host = host
        self.model = model
        self._options = dict(options)
        self._keep_alive = keep_alive
        self._timeout_s = timeout_s
        self._parallel = parallel
        self._queue = queue
        self._turns = asyncio.Semaphore(parallel)  # wakes those who wait in the order they came
        self._waiting = 0
        self._answering = 0
        self._answer_s = FIRST_GUESS_S
        self._latencies_s: deque[float] = deque(maxlen=LATEST)
        self.tokens_per_s = 0.0
        """Speed of the last answers, smoothed; 0 before the first."""
        self.count_tokens = TokenCounter()
        """Estimates tokens for the prompt's budget; learns from every answer."""

    @property
    def prompt_budget_tokens(self) -> int:
        """Tokens that a prompt may have, leaving room for the longest answer."""
        num_ctx = int(self._options["num_ctx"])
        answer = int(self._options.get("num_predict", 0))
        return num_ctx - (min(answer, num_ctx // 2) if answer > 0 else num_ctx // 4)

    @property
    def waiting(self) -> int:
        """Questions that wait for their turn."""
        return self._waiting

    @property
    def answering(self) -> int:
        """Questions that are being answered."""
        return self._answering

    def latency_s(self, share: float) -> float:
        """Seconds from question to end of answer, which `share` of the latest answers did not exceed.

        0 before the first.
        """
        return percentile(sorted(self._latencies_s), share)

    def stream(self, messages: Sequence[ChatMessage], /) -> Answer:
        """Ask. Nothing is sent before the first piece is wanted."""
        answer = Answer(self._ask(messages, lambda finish: setattr(answer, "finish", finish)))
        return answer

    async def warm_up(self) -> float:
        """Load the model. Seconds that it took. Raises ModelUnavailable, TimedOut, Busy."""
        try:
            async with server.connect(self._host(), self._timeout_s) as client:
                return await server.warm_up(
                    client, self.model, int(self._options["num_ctx"]), self._keep_alive
                )
        except Exception as error:
            raise self._explained(error) from error

    async def unload(self) -> None:
        """Have the server give the model's memory back. Raises ModelUnavailable, TimedOut, Busy."""
        try:
            async with server.connect(self._host(), self._timeout_s) as client:
                await server.unload(client, self.model)
        except Exception as error:
            raise self._explained(error) from error

    async def probe(self) -> server.ServerState:
        """Is the server there, and has it the model. Never raises."""
        try:
            async with server.connect(self._host(), 10.0) as client:
                return await server.probe(client, self.model)
        except SkillError:
            return server.ServerState(reachable=False)

    async def _ask(
        self, messages: Sequence[ChatMessage], finished: Callable[[Finish], None]
    ) -> AsyncGenerator[str, None]:
        asked = time.monotonic()
        await self._wait_for_turn()
        started = time.monotonic()
        self._answering += 1
        try:
            async with (
                server.connect(self._host(), self._timeout_s) as client,
                aclosing(self._pieces(client, messages, started, finished)) as pieces,
            ):
                async for piece in pieces:
                    yield piece
                self._latencies_s.append(time.monotonic() - asked)
        except Exception as error:
            raise self._explained(error) from error
        finally:
            self._answering -= 1
            self._turns.release()

    async def _wait_for_turn(self) -> None:
        if self._waiting >= self._queue and self._turns.locked():
            retry_after_s = self._answer_s * (self._waiting + 1) / self._parallel
            raise Busy("the chat queue is full", reason="", retry_after_s=retry_after_s)
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1

    async def _pieces(
        self,
        client: ollama.AsyncClient,
        messages: Sequence[ChatMessage],
        started: float,
        finished: Callable[[Finish], None],
    ) -> AsyncGenerator[str, None]:
        plain = [{"role": message.role, "content": message.content} for message in messages]
        parts: Any = await client.chat(
            self.model, plain, stream=True, options=self._options, keep_alive=self._keep_alive
        )
        first_s = 0.0
        async with aclosing(parts):
            async for part in parts:
                if part.message.content:
                    first_s = first_s or time.monotonic() - started
                    yield part.message.content
                if part.done:
                    finish = _finish(part, first_s)
                    self._learn(plain, finish, time.monotonic() - started)
                    finished(finish)
                    return
        raise InferenceFailed("the server ended the answer early", reason="llm-broken-off")

    def _learn(self, plain: list[dict[str, str]], finish: Finish, seconds: float) -> None:
        self._answer_s += 0.3 * (seconds - self._answer_s)
        if finish.tokens_per_s:
            before = self.tokens_per_s or finish.tokens_per_s
            self.tokens_per_s = before + 0.3 * (finish.tokens_per_s - before)
        self.count_tokens.observe([message["content"] for message in plain], finish.prompt_tokens)
        log.debug("answered in %.1f s: %s", seconds, finish)

    def _explained(self, error: Exception) -> SkillError:
        """The client's error in the words of skills."""
        if isinstance(error, SkillError):
            return error
        if isinstance(error, server.UNREACHABLE):
            return ModelUnavailable(f"no LLM server answers: {error}", reason="llm-unreachable")
        if isinstance(error, httpx.TimeoutException):
            return TimedOut(f"the LLM server was silent for {self._timeout_s:g} s", reason="llm-silent")
        if isinstance(error, ollama.ResponseError):
            if error.status_code == httpx.codes.NOT_FOUND:
                return ModelUnavailable(str(error), reason="llm-model-missing", model=self.model)
            if error.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                return Busy(str(error), reason="", retry_after_s=self._answer_s)
            return InferenceFailed(str(error), reason="llm-error")
        if isinstance(error, httpx.HTTPError):
            return InferenceFailed(f"the LLM server broke off: {error!r}", reason="llm-broken-off")
        return InferenceFailed(repr(error), reason="llm-error")


def _finish(part: ollama.ChatResponse, first_s: float) -> Finish:
    tokens, nanoseconds = part.eval_count or 0, part.eval_duration or 0
    return Finish(
        cut=part.done_reason == "length",
        prompt_tokens=part.prompt_eval_count or 0,
        answer_tokens=tokens,
        first_piece_s=first_s,
        tokens_per_s=tokens / (nanoseconds / 1e9) if nanoseconds and tokens > 1 else 0.0,
    )
