"""The only place where objects are put together."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import uvicorn
from filelock import FileLock, Timeout
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from skills import Registry, Runtime, Store, load_catalog
from storage.database import Database
from storage.history import History
from storage.inbox import Inbox
from storage.preferences import Preferences

from .access import Access
from .chat_choice import ChatChoice
from .config import ConfigError, Settings
from .conversation import Conversation
from .dispatch import Dispatcher
from .downloads import Downloads
from .fetching import Fetching
from .handlers.commands import Commands
from .handlers.front import Front
from .handlers.media import MediaHandler
from .handlers.memory import Memory
from .handlers.models import Models
from .handlers.stats import Stats
from .handlers.text import TextHandler
from .intake import ALLOWED_UPDATES, Intake, Polling, webhook_app
from .lanes import chosen_models, lane_configs, not_yet
from .limiter import PatientLimiter
from .llm import Llm
from .painter import Painter
from .replies import Replies
from .routing import Me
from .texts import Texts
from .unfinished import Unfinished

log = logging.getLogger(__name__)

DAY_S = 86_400.0
SCRUB_EVERY_S = 60.0
HELLO_PAUSE_S = 5.0


class Bot:
    """A bot that is put together and ready to run."""

    def __init__(
        self,
        settings: Settings,
        telegram: ExtBot[str],
        me: Me,
        runtime: Runtime,
        fetching: Fetching,
        llm: Llm,
        dispatcher: Dispatcher,
        intake: Intake,
        polling: Polling,
        history: History,
        inbox: Inbox,
        database: Database,
    ) -> None:
        self.me = me
        self.fetching = fetching
        self.settled = asyncio.Event()
        """Set when the bot answers, and every model is here or has failed to come once."""
        self._settings = settings
        self._telegram = telegram
        self._runtime = runtime
        self._llm = llm
        self._dispatcher = dispatcher
        self._intake = intake
        self._polling = polling
        self._history = history
        self._inbox = inbox
        self._database = database

    async def run(self) -> None:
        """Answer until cancelled."""
        resumed = await self._intake.resume()
        if resumed:
            log.info("going on with %d messages of an earlier run", resumed)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._receive())
            if self._settings.models.fetch:
                tasks.create_task(self.fetching.run())
            tasks.create_task(self._llm.run(self.fetching))
            tasks.create_task(self._settle())
            tasks.create_task(self._prune())
            tasks.create_task(self._scrub())

    def status(self) -> Mapping[str, Any]:
        """For the page: is the bot ready, and how every model is doing."""
        return {"ready": self.settled.is_set(), "models": self.models()}

    def busy(self) -> int:
        """How many messages wait or are worked on."""
        return self._dispatcher.busy()

    def models(self) -> list[dict[str, Any]]:
        """How every model is doing: on its way here, and once here, in memory or not."""
        rows = self.fetching.snapshot()
        if self._llm.chat.model != self._llm.configured:
            # Somebody has chosen another than the one that was to be fetched.
            rows = [row for row in rows if row["skill"] != "chat"]
        for row in rows:
            if row["state"] == "ready" and row["skill"] != "chat":
                row["state"] = self._runtime.state(row["skill"]).value
            elif row["state"] == "ready":
                row["state"], row["note"] = self._llm.state, self._llm.note
        if all(row["skill"] != "chat" for row in rows):
            rows.append(self._llm.row())
        return rows

    async def _receive(self) -> None:
        bot = self._settings.bot
        if bot.mode == "polling":
            await self._telegram.delete_webhook()
            await self._polling.run()
            return
        secret = bot.webhook_secret.get_secret_value() or secrets.token_urlsafe(32)
        path = urlsplit(bot.webhook_url).path or "/"
        host, _, port = bot.webhook_listen.rpartition(":")
        server = uvicorn.Server(
            uvicorn.Config(
                webhook_app(path, secret, self._intake.take),
                host=host.strip("[]"),
                port=int(port),
                log_level="warning",
                access_log=False,
                server_header=False,
            )
        )
        serving = asyncio.create_task(server._serve())  # without its signal handlers: the program has its own
        try:
            await self._telegram.set_webhook(
                bot.webhook_url, secret_token=secret, allowed_updates=ALLOWED_UPDATES
            )
            await asyncio.shield(serving)  # it ends by itself, so that it closes its socket
        finally:
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)

    async def _settle(self) -> None:
        if self._settings.models.fetch:
            await self.fetching.tried.wait()
        if self.fetching.ready("chat"):
            await self._llm.settled.wait()
        self.settled.set()

    async def _prune(self) -> None:
        while True:
            await self._history.prune(self._settings.storage.history_days * DAY_S)
            await self._inbox.prune(30 * DAY_S)
            await asyncio.sleep(DAY_S)

    async def _scrub(self) -> None:
        """Payloads are erased when they are answered; soon after, no copy is left in the write-ahead log."""
        while True:
            await asyncio.sleep(SCRUB_EVERY_S)
            await self._database.scrub()


@asynccontextmanager
async def running_bot(settings: Settings, token: str, api_url: str, data_dir: Path) -> AsyncIterator[Bot]:
    """Everything that a bot is made of, taken apart again in the end.

    Raises ConfigError for what its owner must mend: a wrong token, a folder in use.
    """
    async with AsyncExitStack() as stack:
        take_folder(stack, data_dir)
        texts = Texts(settings.bot.language)
        catalog = load_catalog()
        store = Store(settings.models.root, catalog, settings.models.index_url)
        cards = chosen_models(settings, catalog)
        if without := not_yet(cards):
            log.warning(
                "This version cannot run the chosen models of %s yet. Choose others, or the profile lite.",
                ", ".join(without),
            )
        # The model of a server that the owner runs is the server's affair.
        elsewhere = {"chat"} if settings.chat.host else set()
        fetching = Fetching(
            store, {skill: card.id for skill, card in cards.items() if skill not in elsewhere}
        )

        url = settings.storage.database_url or f"sqlite+aiosqlite:///{data_dir / 'chutko.sqlite3'}"
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        history, inbox = History(database), Inbox(database)
        unfinished = Unfinished(inbox)

        registry = Registry.find()
        runtime = Runtime(registry, lane_configs(settings, store, cards), data_dir / "work")
        stack.push_async_callback(runtime.close)
        painter = Painter()
        stack.push_async_callback(painter.close)
        llm = Llm(settings, store, cards["chat"])
        stack.push_async_callback(llm.close)

        telegram = ExtBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=HTTPXRequest(
                connection_pool_size=64, read_timeout=30, media_write_timeout=120, pool_timeout=30
            ),
            rate_limiter=PatientLimiter(unfinished.note),
        )
        me = await _hello(telegram)
        stack.push_async_callback(telegram.shutdown)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=60))
        downloads = Downloads(telegram, data_dir / "tmp", settings.limits.download_mb, client)
        downloads.sweep()

        access = Access(settings.access)
        replies = Replies(telegram, painter, settings.limits.upload_mb)
        conversation = Conversation(history, llm.chat, settings.chat.system, settings.chat.history_tokens)
        text = TextHandler(telegram, settings, replies, runtime, registry, llm.chat, fetching, conversation)
        media = MediaHandler(
            telegram, me, replies, downloads, runtime.run, registry, fetching, conversation, text, settings
        )
        memory = Memory(
            telegram, replies, history, inbox, lambda chat, person: dispatcher.cancel(chat, person)
        )
        specs = {name: skill.spec for name, skill in registry.items()}
        bot: Bot | None = None

        def stop(chat_id: int, person_id: int | None) -> int:
            """End answers with what has been said, and drop the rest."""
            ended = text.stop(chat_id, person_id)
            return len(ended) + dispatcher.cancel(chat_id, person_id, spare=ended)

        choice = ChatChoice(Preferences(database), me.id, llm)
        await choice.restore()
        models = Models(
            telegram,
            replies,
            texts,
            access,
            specs,
            catalog,
            lambda: bot.models() if bot else fetching.snapshot(),
            runtime,
            llm,
            choice,
            settings.profile,
            settings.models.root,
        )
        stack.push_async_callback(models.close)
        stats = Stats(replies, specs, inbox.count, runtime.stats, llm.chat)
        commands = Commands(
            telegram,
            me,
            replies,
            memory,
            models,
            stats,
            specs,
            settings,
            stop,
        )
        front = Front(
            telegram,
            me,
            texts,
            settings,
            access,
            replies,
            text,
            media,
            commands,
            memory,
            models,
            history,
            inbox.answer_to,
            unfinished,
        )
        dispatcher = Dispatcher(inbox, front.handle, front.give_up, settings.bot.at_once)
        stack.push_async_callback(dispatcher.close)
        intake = Intake(inbox, dispatcher, me, channel_posts=settings.bot.channel_posts)
        polling = Polling(f"{api_url}/bot{token}", intake.take)
        try:
            await commands.register(texts)
        except TelegramError as error:
            log.warning("the menus of commands could not be registered: %s", error)
        await runtime.start()
        bot = Bot(
            settings,
            telegram,
            me,
            runtime,
            fetching,
            llm,
            dispatcher,
            intake,
            polling,
            history,
            inbox,
            database,
        )
        yield bot


def take_folder(stack: AsyncExitStack | ExitStack, data_dir: Path, lock_name: str = "lock") -> None:
    """One bot a folder: two would answer everything twice.

    Makes the folder; it is given back with the stack. Raises ConfigError if it cannot be had.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data_dir / lock_name, timeout=0)
        stack.enter_context(lock)
    except Timeout:
        raise ConfigError(
            f"Another copy of the bot is running in {data_dir.resolve()}. "
            "Stop it, or choose another folder: CHUTKO_STORAGE__DATA_DIR=..."
        ) from None
    except OSError as error:
        raise ConfigError(f"The folder {data_dir.resolve()} cannot be written: {error.strerror}.") from None


async def _hello(telegram: ExtBot[str]) -> Me:
    """Who we are. Waits for Telegram as long as it takes; a wrong token is said at once."""
    while True:
        try:
            await telegram.initialize()
        except InvalidToken:
            raise ConfigError(
                "Telegram does not accept the token. Ask @BotFather for the right one."
            ) from None
        except NetworkError as error:
            log.warning("Telegram cannot be reached (%s). Trying again.", error)
            await asyncio.sleep(HELLO_PAUSE_S)
        else:
            return Me(telegram.bot.id, telegram.bot.username or "")


__all__ = ["Bot", "running_bot", "take_folder"]
