"""A playground on loopback, with everything that speaks to it."""

import contextlib
import functools
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.playground import World, create_app
from storage.documents import Documents
from tests.bot.playground.schema import SHARED, Schema
from tests.serving import serving


@dataclass
class Ground:
    """A running playground."""

    world: World
    base: str
    client: httpx.AsyncClient
    bot: Bot
    schema: Schema | None
    checked: set[str] = field(default_factory=set)

    async def raw(self, method: str, /, **params: Any) -> httpx.Response:
        return await self.post(f"/bot{self.world.bot_token}/{method}", params)

    async def post(self, path: str, body: Any) -> httpx.Response:
        """JSON in plain ASCII, so that texts may hold what UTF-8 cannot."""
        headers = {"Content-Type": "application/json"}
        return await self.client.post(path, content=json.dumps(body).encode(), headers=headers)

    async def api(self, method: str, /, **params: Any) -> Any:
        """Call as JSON; the result must be what the Bot API promises."""
        response = await self.raw(method, **params)
        body = response.json()
        assert response.status_code == 200, body
        return self.approve(method, body["result"])

    def approve(self, method: str, result: Any) -> Any:
        if self.schema is not None and method in self.schema.methods:
            assert self.schema.check_answer(method, result) == []
            self.checked.add(method)
        return result

    async def refused(self, method: str, /, **params: Any) -> tuple[int, str]:
        """Call and give the code and the words of the refusal."""
        body = (await self.raw(method, **params)).json()
        assert body["ok"] is False, body
        return body["error_code"], body["description"]

    async def upload(self, method: str, files: dict[str, Any], **params: Any) -> Any:
        response = await self.client.post(f"/bot{self.world.bot_token}/{method}", data=params, files=files)
        body = response.json()
        assert response.status_code == 200, body
        return self.approve(method, body["result"])

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = await self.api("getUpdates", **params)
        return result

    async def say(self, text: str = "hello", chat: int = 1, **fields: Any) -> dict[str, Any]:
        """A person's message."""
        response = await self.client.post(f"/play/chats/{chat}/messages", json={"text": text, **fields})
        assert response.status_code == 201, response.text
        message: dict[str, Any] = response.json()
        if self.schema is not None:
            bare = {key: value for key, value in message.items() if key != "reactions"}
            assert self.schema.check("Message", bare) == []
        return message

    async def play(self, method: str, path: str, **body: Any) -> Any:
        response = await self.client.request(method, f"/play{path}", json=body or None)
        assert response.status_code in (200, 201), response.text
        return response.json()

    async def group(self, **fields: Any) -> int:
        """A new group of persons 1 and 2, its updates taken away."""
        chat = await self.play(
            "POST", "/chats", **{"type": "supergroup", "title": "Room", "members": [1, 2], **fields}
        )
        self.world.updates.clear()
        return int(chat["id"])


@contextlib.asynccontextmanager
async def running(world: World, **options: Any) -> AsyncIterator[str]:
    """Serve a world on a free port of loopback; gives the address."""
    async with serving(create_app(world, status=lambda: {"ready": True, "models": []}, **options)) as address:
        try:
            yield address
        finally:
            world.release()


@functools.cache
def _schema() -> Schema | None:
    return Schema() if SHARED.exists() else None


def _request() -> HTTPXRequest:
    # There is no TLS on loopback; reading the certificates took most of a test's time.
    return HTTPXRequest(httpx_kwargs={"verify": False, "trust_env": False})


@contextlib.asynccontextmanager
async def playground(folder: Path) -> AsyncIterator[Ground]:
    """A playground whose world is kept in `folder`."""
    documents = await Documents.open(folder / "world.sqlite3")
    world = await World.open(documents, folder / "files")
    schema = _schema()
    async with (
        running(world, webhook_delay_s=0.02) as base,
        httpx.AsyncClient(base_url=base, timeout=30, trust_env=False, verify=False) as client,
        Bot(
            world.bot_token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=_request(),
            get_updates_request=_request(),
        ) as bot,
    ):
        yield Ground(world, base, client, bot, schema)
    await world.close()
    await documents.close()


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    async with playground(tmp_path) as made:
        yield made


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 400), mode: str = "RGB") -> bytes:
    """A picture of one colour."""
    data = io.BytesIO()
    Image.new(mode, size, "teal" if mode != "P" else 3).save(data, kind)
    return data.getvalue()
