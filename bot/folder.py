"""The folder of data belongs to one bot at a time."""

from __future__ import annotations

from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

from filelock import FileLock, Timeout

from .config import ConfigError


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
