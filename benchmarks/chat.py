"""The local language model: load, first word, words a second, second turn, stop; with one thread and with two.

    python benchmarks/chat.py MODEL.gguf [--threads 1 2]

Writes one JSON object per number of threads. Numbers hold for the machine and its other load at that moment.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import ollama
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.skills.models.llm_server import llm_server, runner_of  # noqa: E402

SYSTEM = "Ты Чутко, дружелюбный помощник. Отвечай коротко и по делу, на языке вопроса. " * 4
QUESTION = "Расскажи коротко, почему небо голубое?"
LONG_PROMPT = "кот и пёс гуляют по парку и " * 200
OPTIONS = {"num_ctx": 4096, "temperature": 0}


async def measure(address: str, server: psutil.Process) -> dict[str, Any]:
    """Figures of one server; seconds, tokens per second, MB."""
    client = ollama.AsyncClient(address, timeout=600, trust_env=False)
    runner, figures = None, {}
    begin = time.perf_counter()
    await client.generate("model", "", options=OPTIONS, keep_alive="1h")
    figures["load_s"] = time.perf_counter() - begin
    runner = runner_of(server)

    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
    first = await _ask(client, messages, 64)
    messages += [{"role": "assistant", "content": first["text"]}, {"role": "user", "content": "А ночью?"}]
    second = await _ask(client, messages, 16)
    figures |= {
        "prompt_tokens": first["prompt_tokens"],
        "first_word_s": first["first_s"],
        "prompt_tokens_per_s": first["prompt_tokens"] / first["prompt_s"],
        "tokens_per_s": first["tokens_per_s"],
        "second_turn_prompt_tokens": second["prompt_tokens"],
        "second_turn_first_word_s": second["first_s"],
        "runner_mb": runner.memory_info().rss / 1e6,
        "server_mb": server.memory_info().rss / 1e6,
    }
    stream = await client.chat("model", messages, stream=True, options={**OPTIONS, "num_predict": 500})
    await anext(stream)
    await stream.aclose()
    figures["stop_while_answering_s"] = await _seconds_until_idle(runner)
    reading = asyncio.create_task(client.generate("model", LONG_PROMPT, options=OPTIONS))
    await asyncio.sleep(2)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    figures["stop_while_reading_s"] = await _seconds_until_idle(runner)
    return {name: round(value, 2) for name, value in figures.items()}


async def _ask(client: ollama.AsyncClient, messages: list[dict[str, str]], tokens: int) -> dict[str, Any]:
    begin = time.perf_counter()
    text, first_s = "", 0.0
    async for part in await client.chat(
        "model", messages, stream=True, options={**OPTIONS, "num_predict": tokens}
    ):
        first_s = first_s or time.perf_counter() - begin
        text += part.message.content or ""
    return {
        "text": text,
        "first_s": first_s,
        "prompt_tokens": part.prompt_eval_count,
        "prompt_s": (part.prompt_eval_duration or 1) / 1e9,
        "tokens_per_s": (part.eval_count or 0) / ((part.eval_duration or 1) / 1e9),
    }


async def _seconds_until_idle(process: psutil.Process) -> float:
    begin = time.perf_counter()
    while True:
        before = process.cpu_times().user
        since = time.perf_counter()
        await asyncio.sleep(0.1)
        if process.cpu_times().user - before < 0.01:
            return since - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    for threads in arguments.threads:
        with llm_server({"model": arguments.model}, "--threads", str(threads)) as (address, server):
            figures = asyncio.run(measure(address, server))
        machine = {
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "commit": commit.stdout.strip(),
        }
        print(json.dumps({"threads": threads, **figures, **machine}))


if __name__ == "__main__":
    main()
