"""What the bot says, in every language it speaks (Fluent, `locales/<language>/`)."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

LOCALES = Path(__file__).parent / "locales"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Speaker:
    """Says things in one language. Satisfies `skills.Say`."""

    language: str
    _bundle: FluentBundle
    _labels: Mapping[str, Mapping[str, str]] = field(repr=False)

    def __call__(self, message_id: str, /, **arguments: str | float | int) -> str:
        """The sentence `message_id`. Raises KeyError if no language has it."""
        message = self._bundle.get_message(message_id)
        if message.value is None:
            raise KeyError(message_id)
        text, faults = self._bundle.format_pattern(message.value, arguments)
        if faults:
            log.warning("text %s (%s): %s", message_id, self.language, faults)
        return str(text)

    def has(self, message_id: str) -> bool:
        return bool(self._bundle.has_message(message_id))

    def labels(self, domain: str) -> Mapping[str, str]:
        """All translated labels of a domain."""
        return self._labels.get(domain, {})

    def label(self, domain: str, label: str, /) -> str:
        """A model's label in this language; the label itself where there is no translation."""
        return self._labels.get(domain, {}).get(label, label)


class Texts:
    """All languages. Read from disk once, by whoever makes it."""

    def __init__(self, default: str = "en", root: Path = LOCALES) -> None:
        self._speakers = {folder.name: _read(folder) for folder in sorted(root.iterdir()) if folder.is_dir()}
        self._default = default

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._speakers)

    def say(self, language_code: str | None) -> Speaker:
        """The speaker for a Telegram `language_code` (`ru`, `ru-RU`), or the default language's."""
        return self._speakers.get(_language(language_code)) or self._speakers[self._default]

    def speaks(self, language_code: str | None) -> bool:
        return _language(language_code) in self._speakers


def _language(language_code: str | None) -> str:
    return (language_code or "").lower().replace("_", "-").partition("-")[0]


def _read(folder: Path) -> Speaker:
    bundle: Any = FluentBundle([folder.name], use_isolating=False)
    for file in sorted(folder.glob("*.ftl")):
        bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    labels = {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("labels/*.toml"))
    }
    return Speaker(folder.name, bundle, labels)
