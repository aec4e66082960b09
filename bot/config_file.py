"""config.toml, written from the settings themselves: every key, its default, one line on what it does."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from pydantic import SecretStr

from .config import PREFIX, Settings, walk

HEAD = f"""\
# Every setting of Chutko with its default. Change what you like and leave out what you do not.
# The environment and .env win over this file: {PREFIX}VIDEO__EVERY=2 sets `every` of [video].
"""


def default_file() -> str:
    """The text of config.toml with all defaults."""
    lines = [HEAD]
    section: tuple[str, ...] = ()
    for path, default, description in walk(Settings):
        if path[:-1] != section:
            section = path[:-1]
            lines.append(f"\n[{'.'.join(section)}]")
        lines.append(f"{path[-1]} = {_toml(default)}  # {description}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, PurePath):
        value = value.as_posix()
    # Strings, numbers, booleans and flat lists read the same in JSON and TOML.
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
