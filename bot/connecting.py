"""The connection to Telegram, and who we are there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import InvalidToken, NetworkError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from .config import ConfigError
from .limiter import PatientLimiter
from .routing import Me

log = logging.getLogger(__name__)

PAUSE_S = 5.0


async def connect(
    token: str, api_url: str, note: Callable[[str, Any], Awaitable[None]]
) -> tuple[ExtBot[str], Me]:
    """Waits for Telegram as long as it takes. `note` hears of every call's name and result.

    Raises ConfigError for a wrong token.
    """
    telegram: ExtBot[str] = ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=64, read_timeout=30, media_write_timeout=120, pool_timeout=30
        ),
        rate_limiter=PatientLimiter(note),
    )
    while True:
        try:
            await telegram.initialize()
        except InvalidToken:
            raise ConfigError(
                "Telegram does not accept the token. Ask @BotFather for the right one."
            ) from None
        except NetworkError as error:
            log.warning("Telegram cannot be reached (%s). Trying again.", error)
            await asyncio.sleep(PAUSE_S)
        else:
            return telegram, Me(telegram.bot.id, telegram.bot.username or "")
