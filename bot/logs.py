"""The log: one line an event, for people or machines, and never a token in it."""

from __future__ import annotations

import logging
import re
import sys
import warnings

import structlog
from telegram.warnings import PTBDeprecationWarning

from .sections import LogSettings

TOKEN = re.compile(r"\d{4,}(:|%3A)[A-Za-z0-9_-]{20,}")
NOISY = (
    "httpx",
    "httpcore",
    "telegram",
    "uvicorn.access",
    "aiosqlite",
    "alembic",
    "markdown_it",
    "matplotlib",
    "PIL",
    "asyncio",
    "urllib3",
)
"""Libraries of which only warnings matter. httpx and urllib3 would write whole addresses, token and all."""


def redact(text: str) -> str:
    """The text without any bot token."""
    return TOKEN.sub("<token>", text)


class Redacting(logging.Formatter):
    """Formats with another formatter, then takes tokens out of the finished line, tracebacks included."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record))


def set_up(settings: LogSettings) -> None:
    """Make the process log to stderr as `settings` say."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(
            fmt="iso" if settings.format == "json" else "%H:%M:%S", utc=settings.format == "json"
        ),
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if settings.format == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        Redacting(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            )
        )
    )
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    # python-telegram-bot warns whenever it reads its own attribute.
    warnings.filterwarnings("ignore", ".*In a future major version attribute", PTBDeprecationWarning)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
