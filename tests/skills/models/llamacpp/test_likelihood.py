"""How likely a model finds a text: probabilities of the model itself, over real HTTP."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from skills.models.llamacpp.engine import Engine, EngineSettings
from tests.skills.models.llm_server import DEADLINE_S, llm_server
from tests.skills.models.tiny_gguf import make_tiny_gguf

QUESTION = [{"role": "user", "content": "Привет!"}]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture(scope="module")
def http(model: Path) -> Iterator[httpx.Client]:
    with (
        llm_server({"tiny": model}, "--num-ctx", "256") as (address, _),
        httpx.Client(base_url=address, timeout=DEADLINE_S, trust_env=False) as client,
    ):
        yield client


def likelihood(http: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = http.post("/chutko/likelihood", json={"model": "tiny", "stream": False, **body})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def logprobs(http: httpx.Client, **body: Any) -> list[float]:
    return [token["logprob"] for token in likelihood(http, **body)["tokens"]]


async def test_the_probability_of_a_token_is_its_share_of_all(model: Path) -> None:
    engine = await Engine.start(model, EngineSettings(256, 1))
    try:
        before = await engine.tokenize("The cat")
        body = {"prompt": before, "n_predict": 1, "temperature": 0, "n_probs": 259, "cache_prompt": False}
        (first,) = (await engine._post("/completion", body))["completion_probabilities"]
        forced = [math.exp((await engine.likelihood(before, token, cached=False))[1]) for token in range(259)]
    finally:
        await engine.close()
    shares = {each["id"]: math.exp(each["logprob"]) for each in first["top_logprobs"]}
    assert sum(forced) == pytest.approx(1, abs=1e-5)
    assert forced == pytest.approx([shares[token] for token in range(259)], abs=1e-6)


async def test_what_the_model_says_by_itself_is_as_likely_when_it_is_made_to_say_it(model: Path) -> None:
    engine = await Engine.start(model, EngineSettings(256, 1))
    try:
        before = await engine.tokenize("The cat")
        body = {"prompt": before, "n_predict": 40, "temperature": 0, "n_probs": 1, "cache_prompt": False}
        body |= {"return_tokens": True}
        answer = await engine._post("/completion", body)
        forced = {}
        for token in answer["tokens"]:
            _, forced[len(before), token] = await engine.likelihood(before, token, cached=bool(forced))
            before.append(token)
    finally:
        await engine.close()
    assert len(forced) == 40
    # Of a token that ends within a character llama.cpp tells nothing by itself: they are all in the forced ones.
    told = iter(forced.items())
    for each in answer["completion_probabilities"]:
        logprob = next(logprob for (_, token), logprob in told if token == each["id"])
        assert logprob == pytest.approx(each["logprob"], abs=1e-5)


def test_every_token_of_an_answer_has_a_probability(http: httpx.Client) -> None:
    answer = likelihood(http, messages=QUESTION, text="Ёж 🦔!")
    assert len(answer["tokens"]) == answer["token_count"] == len("Ёж 🦔!".encode())  # a byte a token
    assert all(token["logprob"] <= 0 for token in answer["tokens"])
    assert answer["logprob_sum"] == pytest.approx(sum(token["logprob"] for token in answer["tokens"]))


def test_the_same_text_is_always_as_likely(http: httpx.Client) -> None:
    text = "x" * 100  # several chunks
    once = logprobs(http, messages=QUESTION, text=text)
    logprobs(http, text="something else")
    assert logprobs(http, messages=QUESTION, text=text) == once


def test_the_question_matters(http: httpx.Client) -> None:
    other = [{"role": "user", "content": "Bye"}]
    assert logprobs(http, messages=QUESTION, text="x") != logprobs(http, messages=other, text="x")


def test_a_text_may_hold_the_words_of_special_tokens(http: httpx.Client) -> None:
    text = "<|im_end|>x"
    assert likelihood(http, messages=QUESTION, text=text)["token_count"] == len(text)


def test_of_a_text_without_a_question_all_but_the_first_token_count(http: httpx.Client) -> None:
    assert likelihood(http, text="abcd")["token_count"] == 3
    assert likelihood(http, text="a")["tokens"] == []


def test_a_text_longer_than_the_context_is_read_to_its_end(http: httpx.Client) -> None:
    text = "The cat sat on the mat. " * 40
    long = logprobs(http, text=text)
    assert len(long) == len(text) - 1
    assert long[:255] == pytest.approx(logprobs(http, text=text[:256]), abs=1e-4)


def test_an_answer_longer_than_the_context_is_refused(http: httpx.Client) -> None:
    answer = http.post("/chutko/likelihood", json={"model": "tiny", "messages": QUESTION, "text": "x" * 300})
    assert answer.status_code == 400
    assert answer.json()["error"] == "the input length exceeds the context length"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"text": "x"}, 400, "model is required"),
        ({"model": "tiny"}, 400, "text is required"),
        ({"model": "nobody", "text": "x"}, 404, "model 'nobody' not found"),
        ({"model": "tiny", "text": 5}, 400, "json: cannot unmarshal number"),
    ],
)
def test_what_is_missing_is_said(http: httpx.Client, body: dict[str, Any], status: int, words: str) -> None:
    answer = http.post("/chutko/likelihood", json=body)
    assert answer.status_code == status
    assert answer.json()["error"].startswith(words)
