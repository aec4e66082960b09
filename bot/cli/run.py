"""`chutko run`: the bot in Telegram."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.config import ConfigError, Settings, load


def run(
    context: typer.Context,
    profile: Annotated[str | None, typer.Option(help="lite or full.")] = None,
) -> None:
    """Run the bot in Telegram. The token comes from .env (TELEGRAM_BOT_TOKEN=...) or the environment."""
    settings = load(context.obj, {"profile": profile} if profile else None)
    if not settings.bot.token.get_secret_value():
        raise ConfigError(
            "There is no token yet. Ask @BotFather in Telegram for one (/newbot) and put it into a file .env here:\n"
            "TELEGRAM_BOT_TOKEN=123456:ABC...\n"
            "To try the bot without a token: chutko demo"
        )
    if settings.bot.mode == "webhook" and not settings.bot.webhook_url.startswith("https://"):
        raise ConfigError(
            "bot.mode is webhook, and so bot.webhook_url must be the bot's public https address."
        )
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    from bot import logs
    from bot.app import running_bot
    from bot.fetching_view import show_fetching
    from bot.signals import until_signal

    logs.set_up(settings.log)
    typer.echo("Connecting to Telegram ...", err=True)
    token, url = settings.bot.token.get_secret_value(), settings.bot.api_url
    async with running_bot(settings, token, url, settings.storage.data_dir) as bot:
        typer.echo(f"@{bot.me.username} is answering. Ctrl+C stops it.", err=True)

        async def tell() -> None:
            if settings.models.fetch:
                await show_fetching(bot.fetching, settings.profile)
            await asyncio.Event().wait()

        await until_signal(bot.run(), tell())
