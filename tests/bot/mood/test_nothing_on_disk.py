"""No text of an overheard message reaches the disk: the bot as a process of its own, with its default settings.

The Bot API is this test's, and keeps its own files elsewhere.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from PIL import Image

from bot.playground.server import create_app
from bot.playground.world import World
from bot.sections import ModelsSettings
from storage.database import Database
from storage.documents import Documents
from storage.mood_groups import MoodGroups
from tests.bot.mood.frail import STUMBLE
from tests.serving import serving

ROOT = Path(__file__).parents[3]
MARKERS = ("занзибарскийсверчок", "quokkawhisper")
SAID = " ".join(MARKERS)


def forms(marker: str) -> Iterator[bytes]:
    """How a text may lie in a file."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = marker.encode(encoding)
        yield raw
        for shift in range(3):
            # Of each alignment, the characters that depend on the text alone.
            first, last = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
            for coded in (base64.b64encode, base64.urlsafe_b64encode):
                yield coded(bytes(shift) + raw)[first:last]
    escaped = json.dumps(marker)[1:-1]
    yield from (escaped.encode(), escaped.upper().replace("\\U", "\\u").encode())
    yield from (quote(marker).encode(), quote(marker).lower().encode())


FORMS = {form: marker for marker in MARKERS for form in forms(marker)}


@dataclass
class Process:
    """The bot, and everything that it can write to."""

    folder: Path
    arguments: tuple[str, ...]
    environment: dict[str, str]
    process: asyncio.subprocess.Process | None = None
    looks: int = 0
    seen: set[str] = field(default_factory=set)
    """Files that were there at some time."""

    async def start(self) -> None:
        with (self.folder / "output.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.bot.mood.frail", *self.arguments,
                cwd=self.folder, env=self.environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    async def end(self, *, kill: bool) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.kill() if kill else process.terminate()
            await process.wait()

    def look(self) -> None:
        """Fails if a marker is in any file, in any form."""
        self.looks += 1
        for path in self.folder.rglob("*"):
            try:
                content = path.read_bytes() if path.is_file() else b""
            except FileNotFoundError:
                continue
            self.seen.add(path.name)
            found = {marker for form, marker in FORMS.items() if form in content}
            assert not found, f"{path} has {found} in it"

    def scores(self) -> int:
        with closing(
            sqlite3.connect(f"file:{self.folder / 'data/chutko.sqlite3'}?mode=ro", uri=True)
        ) as database:
            return int(database.execute("SELECT count(*) FROM moods").fetchone()[0])

    async def until_scored(self, count: int) -> None:
        deadline = time.monotonic() + 60
        while self.scores() < count:
            self.look()
            assert time.monotonic() < deadline, (self.folder / "output.log").read_text()
            await asyncio.sleep(0.02)
        self.look()


@dataclass
class Group:
    """Where people talk, and the bot listens."""

    people: httpx.AsyncClient
    id: int
    picture: Path

    async def post(self, text: str) -> int:
        return await self._posted(json={"text": text, "from": 2})

    async def caption(self, text: str) -> int:
        with self.picture.open("rb") as file:
            return await self._posted(data={"caption": text, "from": "2"}, files={"file": ("p.png", file)})

    async def edit(self, message: int, **content: str) -> None:
        url = f"/play/chats/{self.id}/messages/{message}/edit"
        answer = await self.people.post(url, json={"from": 2, **content})
        assert answer.status_code == 200, answer.text

    async def forward(self, message: int) -> None:
        body = {"source": self.id, "message_ids": [message], "from": 2}
        answer = await self.people.post(f"/play/chats/{self.id}/forward", json=body)
        assert answer.status_code < 300, answer.text

    async def _posted(self, **content: Any) -> int:
        answer = await self.people.post(f"/play/chats/{self.id}/messages", **content)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["message_id"])


@asynccontextmanager
async def watched_group(folder: Path, *arguments: str, level: str) -> AsyncIterator[tuple[Process, Group]]:
    telegram, home = folder / "telegram", folder / "bot"
    for each in (telegram, home / "tmp", home / "home", home / "data"):
        each.mkdir(parents=True)
    picture = telegram / "picture.png"
    Image.new("RGB", (64, 64), "teal").save(picture)
    documents = await Documents.open(telegram / "world.sqlite3")
    try:
        world = await World.open(documents, telegram / "files")
        app = create_app(world, status=lambda: {"ready": True, "models": []})
        async with serving(app) as address, httpx.AsyncClient(base_url=address, timeout=60) as people:
            asked = {"type": "supergroup", "title": "Friends", "members": [1, 2], "privacy_mode": False}
            chat = int((await people.post("/play/chats", json=asked)).json()["id"])
            await watch(home / "data/chutko.sqlite3", chat)
            environment = {
                **{name: value for name, value in os.environ.items() if not name.startswith("CHUTKO_")},
                "PYTHONPATH": str(ROOT),
                "TMPDIR": str(home / "tmp"),
                "HOME": str(home / "home"),
                "TELEGRAM_BOT_TOKEN": world.bot_token,
                "CHUTKO_BOT__API_URL": address,
                "CHUTKO_STORAGE__DATA_DIR": str(home / "data"),
                "CHUTKO_LOG__LEVEL": level,
                "CHUTKO_MODELS__CACHE_DIR": str(ModelsSettings().root),
                # Neither the network nor a language model has anything to do with it.
                "CHUTKO_MODELS__FETCH": "false",
                "CHUTKO_CHAT__HOST": "http://127.0.0.1:9",
            }
            process = Process(home, (*arguments, "run"), environment)
            try:
                yield process, Group(people, chat, picture)
            finally:
                await process.end(kill=True)
                world.release()
        await world.close()
    finally:
        await documents.close()


async def watch(path: Path, chat: int) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    groups = MoodGroups(database)
    await groups.set((await groups.ensure(chat, "Friends")).id, watched=True)
    await database.close()


@pytest.mark.parametrize(
    ("model", "level"),
    [("plain", "debug"), pytest.param("real", "info", marks=pytest.mark.models)],
)
async def test_no_text_of_an_overheard_message_reaches_the_disk(
    tmp_path: Path, model: str, level: str
) -> None:
    async with watched_group(tmp_path, model, level=level) as (bot, group):
        await bot.start()
        first = await group.post(f"Какой чудесный день! {SAID}")
        second = await group.post(f"I am so angry about this, {SAID}")
        await group.post(f"Какая <b>радость</b> &amp; {SAID} 😡")
        await group.post(f"{'очень длинно и very long ' * 150}{SAID}")
        captioned = await group.caption(f"На фото {SAID}")
        await group.post(f"{STUMBLE} over {SAID}")
        await group.forward(first)
        await bot.until_scored(5)
        await group.edit(second, text=f"I have calmed down: {SAID}")
        await group.edit(captioned, caption=f"Не на фото: {SAID}")
        await group.edit(first, text=f"{STUMBLE} again: {SAID}")
        await group.post("a last word")
        await bot.until_scored(6)
        await bot.end(kill=False)
        bot.look()
        assert bot.scores() == 6

        await bot.start()
        await group.post(f"После перерыва {SAID}")
        await bot.until_scored(7)
        for number in range(300):
            await group.post(f"{SAID} number {number}, on its way when the power fails")
        await bot.end(kill=True)
        bot.look()
        assert bot.looks >= 5
        assert {"chutko.sqlite3", "chutko.sqlite3-wal", "chutko.sqlite3-shm", "output.log"} <= bot.seen
        said = (bot.folder / "output.log").read_text()
        assert "Frail gives up" in said
        assert "ValueError" in said


def test_a_marker_is_found_in_every_form(tmp_path: Path) -> None:
    text = f"before {SAID} after"
    shapes = [text.encode(), text.encode("utf-16"), text.encode("utf-16-be"), json.dumps(text).encode()]
    shapes += [quote(text).encode(), *(base64.b64encode(bytes(shift) + text.encode()) for shift in range(3))]
    for shape in shapes:
        found = {marker for form, marker in FORMS.items() if form in shape}
        assert found == set(MARKERS), shape
    assert not any(form in b"before and after" for form in FORMS)
