"""`chutko demo`: page, Bot API server and bot together, in a browser, without a token."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import webbrowser
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.config import ConfigError, Settings, load

if TYPE_CHECKING:
    from bot.bot import Bot
    from bot.playground.teller import Mood

ANY = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what to type into a browser for these
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def demo(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port of the page; 0 takes a free one.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; other than loopback opens it to the network.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="lite or full.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Try the whole bot on a page in your browser: no token, no account, real models."""
    wanted = {"host": host, "port": port}
    flags: dict[str, Any] = {"playground": {key: value for key, value in wanted.items() if value is not None}}
    settings = load(context.obj, flags | ({"profile": profile} if profile else {}))
    from bot.folder import take_folder

    with ExitStack() as stack:
        listener = stack.enter_context(_listen(settings.playground.host, settings.playground.port))
        folder = settings.storage.data_dir / "playground"
        take_folder(stack, folder, "page.lock")
        asyncio.run(_demo(settings, browser, folder, listener))


async def _demo(settings: Settings, browser: bool, folder: Path, listener: socket.socket) -> None:
    from bot import logs
    from bot.app import running_bot
    from bot.fetching_view import show_fetching
    from bot.signals import until_signal

    logs.set_up(
        settings.log.model_copy(update={"level": "warning"}) if settings.log.level == "info" else settings.log
    )
    port = listener.getsockname()[1]
    inside = "127.0.0.1" if settings.playground.host in ANY else settings.playground.host
    bots: list[Bot] = []

    def status() -> Mapping[str, Any]:
        return bots[0].status() if bots else {"ready": False, "models": []}

    async with _page(settings, folder, listener, status, lambda: bots[0].mood if bots else None) as token:
        address = f"http://{_shown(settings.playground.host)}:{port}"
        typer.echo(f"The page is open: {address}")
        if browser:
            # Where there is no browser this does nothing.
            await asyncio.to_thread(webbrowser.open, address)
        async with running_bot(settings, token, f"http://{_bracketed(inside)}:{port}", folder) as bot:
            bots.append(bot)

            async def tell() -> None:
                if settings.models.fetch:
                    await show_fetching(bot.fetching, settings.profile)
                await bot.settled.wait()
                typer.echo(f"Playground ready: {address}")
                await asyncio.Event().wait()

            await until_signal(bot.run(), tell())


@asynccontextmanager
async def _page(
    settings: Settings, folder: Any, listener: socket.socket, status: Any, mood: Mood
) -> AsyncIterator[str]:
    """Serves the playground; yields the bot's token."""
    import uvicorn

    from bot.playground.server import create_app
    from bot.playground.world import World
    from storage.documents import Documents

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # the demo ends page and bot together

    documents = await Documents.open(folder / "world.sqlite3")
    try:
        world = await World.open(documents, folder / "files")
        world.settings.real_limits = world.settings.real_limits or settings.playground.real_limits
        host = settings.playground.host
        hosts = None if host in LOOPBACK else ["*"]
        app = create_app(world, status=status, mood=mood, allowed_hosts=hosts)
        server = Server(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=1,
                timeout_keep_alive=75,  # s, longer than clients do: at a tie one of their requests is lost
                server_header=False,
            )
        )
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(0.01)
        try:
            yield world.bot_token
        finally:
            world.release()
            server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await serving
            await world.close()
    finally:
        await documents.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio lets small answers go without delay only where the protocol is named; unnamed, each takes 40 ms longer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        hint = "Give an address of this machine with --host."
        if error.errno == errno.EADDRINUSE:
            hint = f"Perhaps another copy is running; choose another port: chutko demo --port {port + 1}"
        raise ConfigError(f"The page cannot listen on {host}:{port} ({error.strerror}). {hint}") from None
    return listener


def _shown(host: str) -> str:
    return ANY.get(host, _bracketed(host))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
