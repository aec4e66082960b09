"""The whole bot in a playground, over real HTTP, with a language model that says what a test wants."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.app import running_bot
from bot.bot import Bot
from bot.config import Settings
from bot.playground.server import create_app
from bot.playground.world import World
from storage.documents import Documents
from tests.serving import serving

Message = dict[str, Any]


class ScriptedLlm:
    """Speaks enough of Ollama's protocol; notes every prompt and answers by `script`."""

    def __init__(self) -> None:
        self.prompts: list[list[dict[str, str]]] = []
        self.script: Callable[[str], str] = lambda question: f"You said: {question}"
        self.word_s = 0.0
        """Pause between two words."""
        self.closed: list[bool] = []
        """Of every answer: was it cut off by the client."""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/chat", self._chat, methods=["POST"]),
                Route("/api/generate", self._load, methods=["POST"]),
                Route("/api/tags", self._tags),
                Route("/api/ps", self._ps),
                Route("/api/version", self._version),
            ]
        )

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        self.prompts.append(body["messages"])
        words = self.script(body["messages"][-1]["content"]).split(" ")

        async def pieces() -> AsyncIterator[str]:
            self.closed.append(True)
            number = len(self.closed) - 1
            for at, word in enumerate(words):
                await asyncio.sleep(self.word_s)
                yield self._line({"content": word if at == 0 else f" {word}"}, done=False)
            yield self._line({"content": ""}, done=True)
            self.closed[number] = False

        return StreamingResponse(pieces(), media_type="application/x-ndjson")

    @staticmethod
    def _line(message: dict[str, str], *, done: bool) -> str:
        body: dict[str, Any] = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "done": done}
        body["message"] = {"role": "assistant", **message}
        if done:
            body |= {"done_reason": "stop", "prompt_eval_count": 10, "eval_count": 5, "eval_duration": 10**9}
        return json.dumps(body) + "\n"

    async def _load(self, _: Request) -> Response:
        return JSONResponse(
            {"model": "m", "created_at": "2026-01-01T00:00:00Z", "response": "", "done": True}
        )

    async def _tags(self, _: Request) -> Response:
        return JSONResponse({"models": [{"name": "m:latest", "model": "m:latest"}]})

    async def _ps(self, _: Request) -> Response:
        return JSONResponse({"models": [{"name": "m:latest", "model": "m:latest"}]})

    async def _version(self, _: Request) -> Response:
        return JSONResponse({"version": "0.0.0"})


@dataclass
class House:
    """A running bot, and the people's side of its playground."""

    bot: Bot
    llm: ScriptedLlm
    people: httpx.AsyncClient
    folder: Path
    world: World
    seen: dict[int, int] = field(default_factory=dict)
    """By chat: the newest message that a test has looked at."""

    async def post(self, chat: int = 1, **content: Any) -> Message:
        """Send as a person; `file` is a path or (name, bytes), or a list of them."""
        files = content.pop("file", None)
        url = f"/play/chats/{chat}/messages"
        if files is None:
            answer = await self.people.post(url, json=content)
        else:
            parts = [
                ("file", (f.name, f.read_bytes()) if isinstance(f, Path) else f)
                for f in (files if isinstance(files, list) else [files])
            ]
            answer = await self.people.post(url, data={k: str(v) for k, v in content.items()}, files=parts)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def messages(self, chat: int = 1, after: int = 0) -> list[Message]:
        answer = await self.people.get(f"/play/chats/{chat}/messages", params={"after": after})
        return list(answer.json())

    async def answers(self, to: Message, count: int = 1, wait_s: float = 60) -> list[Message]:
        """The bot's messages after `to`, once its work is done and there are `count` of them."""
        chat = to["chat"]["id"]
        deadline = time.monotonic() + wait_s
        while True:
            found = [
                m for m in await self.messages(chat, to["message_id"]) if m.get("from", {}).get("is_bot")
            ]
            if len(found) >= count and not self.bot.busy():
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(found)} of {count} answers: {found}")
            await asyncio.sleep(0.02)

    async def ask(self, text: str, chat: int = 1, **more: Any) -> str:
        """Send a text; the text of the first answer."""
        found = await self.answers(await self.post(chat, text=text, **more))
        return str(found[0].get("text") or found[0].get("caption"))

    async def quiet(self) -> None:
        """Wait until the bot has nothing more to do, and everything overheard has its score."""
        async with asyncio.timeout(30):
            # An update is pending until it is in the dispatcher's hands, which are busy from then on.
            while len(self.world.updates) or self.bot.busy() or self.bot.mood.waiting():
                await asyncio.sleep(0.01)

    async def press(self, message: Message, data: str, person: int = 1) -> dict[str, Any]:
        body = {"from": person, "message_id": message["message_id"], "data": data}
        answer = await self.people.post(f"/play/chats/{message['chat']['id']}/press", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def fault(self, *methods: str, kind: str, **more: Any) -> None:
        answer = await self.people.post("/play/faults", json={"methods": list(methods), "kind": kind, **more})
        assert answer.status_code < 300, answer.text


@asynccontextmanager
async def house(
    folder: Path,
    *,
    mood: bool = False,
    now: Callable[[], float] = time.time,
    **sections: dict[str, Any],
) -> AsyncIterator[House]:
    """A bot at home in `folder`; call it again for the same folder to see it after a restart.

    With `mood` the sentiment's real model is loaded, which takes seconds. Moods go by the clock `now`.
    """
    llm = ScriptedLlm()
    documents = await Documents.open(folder / "world.sqlite3")
    world = await World.open(documents, folder / "files")
    bots: list[Bot] = []
    app = create_app(
        world,
        status=lambda: bots[0].status() if bots else {"ready": False, "models": []},
        mood=lambda: bots[0].mood if bots else None,
    )
    try:
        async with serving(llm.app()) as llm_address, serving(app) as address:
            chosen: dict[str, Any] = {
                "models": {"fetch": False},
                "chat": {"host": llm_address, "model": "m", **sections.pop("chat", {})},
                **sections,
            }
            if not mood:
                chosen |= {"sentiment": {"show": "off"}, "lanes": {"sentiment": {"warm_up": False}}}
            settings = Settings.model_validate(chosen)
            async with (
                running_bot(settings, world.bot_token, address, folder, now=now) as bot,
                httpx.AsyncClient(base_url=address, timeout=60, verify=False, trust_env=False) as people,
            ):
                bots.append(bot)
                running = asyncio.create_task(bot.run())
                try:
                    yield House(bot, llm, people, folder, world)
                finally:
                    running.cancel()
                    await asyncio.gather(running, return_exceptions=True)
                    world.release()
        await world.close()
    finally:
        await documents.close()
