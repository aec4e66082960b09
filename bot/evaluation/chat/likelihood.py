"""How likely the model finds a text that it has not written: from a server that can say so.

Chutko's own server can (skills/models/llamacpp/likelihood.py). Ollama's protocol has nothing of the kind.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from skills import InferenceFailed
from skills.models.ollama import LOOPBACK

PATH = "/chutko/likelihood"
UNKNOWN = (404, 405, 501)
"""What a server answers to a path that it does not know."""


class NoLikelihood(Exception):
    """The server cannot say how likely a given text is."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Of one text, given what comes before it."""

    tokens: int
    """Tokens that were predicted."""
    logprob_sum: float
    """Natural logarithms of their probabilities, summed."""

    @property
    def perplexity(self) -> float:
        """exp of the mean negative log-likelihood of a token."""
        return math.exp(-self.logprob_sum / self.tokens)


def together(parts: Sequence[Likelihood]) -> Likelihood | None:
    """All tokens of all texts, each token counting the same; None if there are none."""
    tokens = sum(part.tokens for part in parts)
    return Likelihood(tokens, sum(part.logprob_sum for part in parts)) if tokens else None


async def likelihood(
    host: str, model: str, text: str, messages: Sequence[Any], *, num_ctx: int, timeout_s: float
) -> Likelihood:
    """Of `text`, as the answer to `messages` (of role and content) if there are any.

    Raises NoLikelihood; InferenceFailed, also where the text is too short to predict anything; httpx.HTTPError.
    """
    body = {
        "model": model,
        "text": text,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "options": {"num_ctx": num_ctx},
    }
    last: dict[str, Any] = {}
    async with (
        httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_s, connect=min(10.0, timeout_s)),
            trust_env=urlsplit(host).hostname not in LOOPBACK,
        ) as client,
        client.stream("POST", f"{host.rstrip('/')}{PATH}", json=body) as response,
    ):
        if response.status_code in UNKNOWN or "json" not in response.headers.get("content-type", ""):
            raise NoLikelihood(f"{host} answers {response.status_code} to {PATH}")
        async for line in response.aiter_lines():
            last = _object(line)
            if "error" in last:
                raise InferenceFailed(str(last["error"]), reason="llm-error")
    if not last.get("done"):
        raise InferenceFailed("the server ended early", reason="llm-broken-off")
    if not last.get("token_count"):
        raise InferenceFailed("the text is too short", reason="llm-error")
    return Likelihood(int(last["token_count"]), float(last["logprob_sum"]))


def _object(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise InferenceFailed(f"the server says what nobody understands: {line[:80]}", reason="llm-error")
    return said
