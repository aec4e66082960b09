"""How updates come in: by long polling, or by a webhook with a server of its own."""

from __future__ import annotations

import asyncio
import secrets
from urllib.parse import urlsplit

import uvicorn
from telegram import Bot

from .intake import ALLOWED_UPDATES, Intake, Polling, webhook_app
from .sections import BotSettings


class Receiving:
    def __init__(self, settings: BotSettings, telegram: Bot, intake: Intake, polling: Polling) -> None:
        self._settings = settings
        self._telegram = telegram
        self._intake = intake
        self._polling = polling

    async def run(self) -> None:
        """Take updates until cancelled. Raises TelegramError if Telegram refuses the webhook."""
        if self._settings.mode == "polling":
            await self._telegram.delete_webhook()
            await self._polling.run()
        else:
            await self._listen()

    async def _listen(self) -> None:
        url = self._settings.webhook_url
        secret = self._settings.webhook_secret.get_secret_value() or secrets.token_urlsafe(32)
        host, _, port = self._settings.webhook_listen.rpartition(":")
        server = uvicorn.Server(
            uvicorn.Config(
                webhook_app(urlsplit(url).path or "/", secret, self._intake.take),
                host=host.strip("[]"),
                port=int(port),
                log_level="warning",
                access_log=False,
                timeout_keep_alive=75,  # s, longer than clients do: at a tie one of their requests is lost
                server_header=False,
            )
        )
        serving = asyncio.create_task(server._serve())  # without its signal handlers: the program has its own
        try:
            await self._telegram.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
            await asyncio.shield(serving)  # it ends by itself, so that it closes its socket
        finally:
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)
