"""What is to be told of the data, before anybody has said in which language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.texts import Speaker


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of `locales/*/evaluate.ftl`."""

    name: str
    """Without `evaluate-`."""
    arguments: Mapping[str, str | int]

    def said(self, say: Speaker) -> str:
        return say(f"evaluate-{self.name}", **self.arguments)


def told(name: str, /, **arguments: str | int) -> Told:
    return Told(name, {key.replace("_", "-"): value for key, value in arguments.items()})
