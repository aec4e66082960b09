"""A real playground on a free port with a scripted bot, in a thread, so that a browser can visit it."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from bot.playground.server import create_app
from bot.playground.world import World
from storage.documents import Documents
from tests.serving import serving

START_S = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ScriptedMood:
    """Tells every group that is switched on the same; notes what it was asked."""

    def __init__(self) -> None:
        self.watched: set[int] = set()
        self.asked: list[tuple[int, str, int | None, str]] = []
        self.drawn: list[bool] = []
        """Of every picture: was it a dark one."""
        self.mark = "1"

    async def words(
        self, chat_id: int, period: str, thread_id: int | None, language: str
    ) -> dict[str, Any] | None:
        self.asked.append((chat_id, period, thread_id, language))
        if chat_id not in self.watched:
            return None
        return {"text": f"A quiet {period}.", "mark": self.mark, "waiting": False}

    async def picture(
        self, chat_id: int, period: str, thread_id: int | None, language: str, *, dark: bool
    ) -> bytes | None:
        self.drawn.append(dark)
        out = io.BytesIO()
        Image.new("RGB", (108, 140), "black" if dark else "white").save(out, "PNG")
        return out.getvalue() if chat_id in self.watched else None


class Stage:
    """The server and the bot. `stop` and `start` again: the same world, read from the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.models: list[dict[str, Any]] = []
        self.mood = ScriptedMood()
        self.failures: list[BaseException] = []
        """What went wrong in the bot: a test that waits in vain then tells why."""
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._ready = threading.Event()

    def start(self) -> None:
        self._stop.clear()
        self._ready.clear()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._thread.start()
        if not self._ready.wait(START_S):
            raise TimeoutError("the playground did not start")

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(START_S)

    def status(self) -> Mapping[str, Any]:
        return {"ready": True, "models": self.models}

    async def _main(self) -> None:
        documents = await Documents.open(self.folder / "world.sqlite3")
        world = await World.open(documents, self.folder / "files")
        app = create_app(world, status=self.status, mood=lambda: self.mood)
        async with (
            serving(app, self.port),
            httpx.AsyncClient(base_url=f"{self.url}/bot{world.bot_token}/", timeout=60) as client,
        ):
            bot = asyncio.create_task(ScriptedBot(client, self.failures).run())
            self._ready.set()
            await asyncio.to_thread(self._stop.wait)
            bot.cancel()
            await asyncio.gather(bot, return_exceptions=True)
            await world.close()
        await documents.close()


class ScriptedBot:
    """Answers by fixed rules, over the Bot API."""

    def __init__(self, client: httpx.AsyncClient, failures: list[BaseException]) -> None:
        self.client = client
        self.failures = failures

    async def call(self, method: str, **fields: Any) -> Any:
        reply = (await self.client.post(method, json=fields)).json()
        if not reply["ok"]:
            raise RuntimeError(f"{method}: {reply}")
        return reply["result"]

    async def run(self) -> None:
        for language, word in (("", "Help"), ("ru", "Помощь")):
            commands = [{"command": "help", "description": word}, {"command": "models", "description": "-"}]
            await self.call("setMyCommands", commands=commands, language_code=language)
        offset = 0
        tasks: set[asyncio.Task[None]] = set()
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                task = asyncio.create_task(self.answer(update))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

    async def answer(self, update: dict[str, Any]) -> None:
        try:
            await self._answer(update)
        except Exception as error:
            self.failures.append(error)

    async def _answer(self, update: dict[str, Any]) -> None:
        if query := update.get("callback_query"):
            message = query["message"]
            place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
            alert = query["data"] == "alert"
            text = f"pressed {query['data']}"
            await self.call("answerCallbackQuery", callback_query_id=query["id"], text=text, show_alert=alert)
            if not alert:
                await self.call("editMessageText", **place, text=f"chosen: {query['data']}")
        elif message := update.get("message"):
            await self.message(message)

    async def message(self, message: dict[str, Any]) -> None:
        chat = message["chat"]["id"]
        text = message.get("text", "")
        rules: dict[str, Callable[[int], Coroutine[Any, Any, None]]] = {
            "stream": self.stream,
            "grow": self.grow,
            "buttons": self.buttons,
            "markup": self.markup,
        }
        if text in rules:
            await rules[text](chat)
        elif text.startswith("quiet"):
            return
        elif "photo" in message and "media_group_id" not in message:
            await self.call(
                "setMessageReaction",
                chat_id=chat,
                message_id=message["message_id"],
                reaction=[{"type": "emoji", "emoji": "👍"}],
            )
            await self.call("sendPhoto", chat_id=chat, photo=message["photo"][-1]["file_id"], caption="seen")
        elif "video" in message:
            await self.call("sendChatAction", chat_id=chat, action="upload_video")
            await self.call(
                "sendVideo",
                chat_id=chat,
                video=message["video"]["file_id"],
                caption="<b>boxed</b>",
                parse_mode="HTML",
            )
        elif "voice" in message:
            await self.call("sendMessage", chat_id=chat, text=f"heard {message['voice']['duration']} s")
        elif text:
            reply = {"message_id": message["message_id"]}
            await self.call("sendMessage", chat_id=chat, text=f"echo: {text}", reply_parameters=reply)

    async def stream(self, chat: int) -> None:
        await self.call("sendChatAction", chat_id=chat, action="typing")
        words = ["The", "answer", "grows", "word", "by", "word", "until", "it", "is", "whole."]
        for n in range(0, len(words), 2):
            await self.call(
                "sendMessageDraft", chat_id=chat, draft_id=7, text=" ".join(words[:n]), can_stop=True
            )
            await asyncio.sleep(0.25)
        await self.call("sendMessage", chat_id=chat, text=" ".join(words))

    async def grow(self, chat: int) -> None:
        sent = await self.call("sendMessage", chat_id=chat, text="one")
        for text in ("one two", "one two three"):
            await asyncio.sleep(0.2)
            await self.call("editMessageText", chat_id=chat, message_id=sent["message_id"], text=text)

    async def buttons(self, chat: int) -> None:
        row = [{"text": "Left", "callback_data": "left"}, {"text": "Alert", "callback_data": "alert"}]
        more = [{"text": "Site", "url": "https://example.org/"}]
        await self.call(
            "sendMessage", chat_id=chat, text="choose", reply_markup={"inline_keyboard": [row, more]}
        )

    async def markup(self, chat: int) -> None:
        quote = "\n".join(f"line {n}" for n in range(8))
        html = (
            '<b>bold <i>both</i></b> <code>code</code> <tg-spoiler>secret</tg-spoiler> <a href="https://example.org/">'
            'link</a><pre><code class="language-python">print("&lt;b&gt;")</code></pre>'
            f"<blockquote expandable>{quote}</blockquote>after"
        )
        await self.call("sendMessage", chat_id=chat, text=html, parse_mode="HTML")


def post(url: str, fields: Mapping[str, Any]) -> Any:
    """Something said through the people's side, without the page."""
    response = httpx.post(url, json=dict(fields), timeout=30)
    response.raise_for_status()
    return json.loads(response.content)
