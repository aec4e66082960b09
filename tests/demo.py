"""`chutko demo` as a person starts it: a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
READY = re.compile(r"Playground ready: (\S+)")
READY_S = 120.0

Message = dict[str, Any]


class Demo:
    """Start, kill, start again: the folder stays."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.output = ""
        self.address = ""
        self.ready_s = 0.0
        """Seconds from the start to the ready line."""
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def __aenter__(self) -> Demo:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.kill()

    async def start(self) -> None:
        self._ready.clear()
        started = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser",
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self._environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read(self._process.stdout))
        try:
            async with asyncio.timeout(READY_S):
                await self._ready.wait()
        except TimeoutError:
            raise AssertionError(f"the demo did not get ready:\n{self.output}") from None
        self.ready_s = time.monotonic() - started

    async def kill(self) -> None:
        """As a power cut does it."""
        await self._end(kill=True)

    async def stop(self) -> int:
        """As Ctrl+C does it; the exit status."""
        return await self._end(kill=False)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def post(self, chat: int = 1, **content: Any) -> Message:
        file: Path | None = content.pop("file", None)
        url = f"{self.address}/play/chats/{chat}/messages"
        async with httpx.AsyncClient(timeout=60) as client:
            if file is None:
                answer = await client.post(url, json=content)
            else:
                answer = await client.post(url, data=content, files={"file": (file.name, file.read_bytes())})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def messages(self, chat: int = 1, after: int = 0) -> list[Message]:
        async with httpx.AsyncClient(timeout=60) as client:
            url = f"{self.address}/play/chats/{chat}/messages"
            return list((await client.get(url, params={"after": after})).json())

    async def until(self, words: str, after: Message, wait_s: float = 150) -> Message:
        """The bot's message after `after` that says `words`."""
        seen: list[Message] = []
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            seen = await self.messages(after["chat"]["id"], after["message_id"])
            for message in seen:
                text = message.get("text") or message.get("caption") or ""
                if message["from"]["is_bot"] and words.lower() in text.lower():
                    return message
            await asyncio.sleep(0.1)
        said = [message.get("text") or message.get("caption") for message in seen]
        raise AssertionError(f"nobody said {words!r}: {said}\n{self.output}")

    async def download(self, file_id: str) -> bytes:
        async with httpx.AsyncClient(timeout=60) as client:
            return (await client.get(f"{self.address}/play/files/{file_id}")).content

    async def _read(self, stream: asyncio.StreamReader | None) -> None:
        assert stream is not None
        while line := await stream.readline():
            self.output += line.decode("utf-8", "replace")
            if found := READY.search(self.output):
                self.address = found[1]
                self._ready.set()

    async def _end(self, *, kill: bool) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill() if kill else process.terminate()
        code = await process.wait()
        assert self._reader is not None
        await self._reader
        self.output = ""
        return code
