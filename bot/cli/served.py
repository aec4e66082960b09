"""`chutko models` for what an Ollama server holds: which names are meant for it, and what it has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from bot.config import Settings
from bot.ollama_names import OLLAMA_NAMES, catalog_id, ollama_host
from bot.ollama_names import on_server as name_on_server
from skills import Catalog, CatalogError, ModelCard, ModelUnavailable
from skills._cards import human_size
from skills.models import ollama_library
from skills.models.ollama import full_name
from skills.models.ollama_library import HeldModel


@dataclass(frozen=True, slots=True)
class Wanted:
    """Models that are asked for, by who is to act."""

    cards: tuple[ModelCard, ...]
    """Of the store."""
    names: tuple[str, ...]
    """Of the Ollama server."""


def sort_out(
    settings: Settings, catalog: Catalog, model_ids: Sequence[str], *, here_only: bool = False
) -> Wanted:
    """What the catalog does not know is meant for the server. Names without a tag may be slips of the pen:
    they are unknown where no server answers. With `here_only` the server has no part.

    Raises CatalogError.
    """
    cards: list[ModelCard] = []
    names: list[str] = []
    known = {card.id: card for card in catalog}
    for model_id in dict.fromkeys(model_ids):
        card = known.get(model_id)
        if here_only:
            cards.append(catalog[model_id])
        elif card is None:
            if ":" not in model_id and "/" not in model_id:
                _require_server(settings, catalog, model_id)
            names.append(model_id)
        elif card.shipped == "server":
            names.append(OLLAMA_NAMES.get(card.id, card.id))
        else:
            cards.append(card)
    return Wanted(tuple(cards), tuple(dict.fromkeys(names)))


def of_settings(settings: Settings, cards: Iterable[ModelCard], *, here_only: bool = False) -> Wanted:
    """The models of a profile. With `here_only` the server has no part."""
    cards = tuple(cards)
    if here_only:
        return Wanted(cards, ())
    names = {card.id: name_on_server(settings, card) for card in cards}
    here = tuple(card for card in cards if not names[card.id])
    return Wanted(here, tuple(filter(None, names.values())))


def models(settings: Settings) -> tuple[HeldModel, ...]:
    """What the server has; nothing if none answers, which is said of a server that the settings name."""
    try:
        return asyncio.run(ollama_library.held(ollama_host(settings)))
    except ModelUnavailable as error:
        if settings.chat.host:
            typer.echo(str(error), err=True)
        return ()


def remove(settings: Settings, names: Sequence[str], *, yes: bool) -> bool:
    """Have the server remove models, after asking unless `yes`. False if one could not be removed."""
    host, well = ollama_host(settings), True
    for name in names:
        if not (yes or typer.confirm(f"Remove {name} from the Ollama server at {host}?")):
            typer.echo(f"{name}: stays.")
            continue
        try:
            was_there = asyncio.run(ollama_library.remove(host, name))
        except ModelUnavailable as error:
            typer.echo(str(error), err=True)
            well = False
            continue
        if was_there:
            typer.echo(f"{name}: removed from the server at {host}.")
        else:
            typer.echo(f"The Ollama server at {host} has no model {name!r}.", err=True)
            well = False
    return well


def show(settings: Settings, held: Sequence[HeldModel], chosen: str) -> None:
    """A table of what the server has, `chosen` in bold; nothing where there is nothing."""
    if not held:
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("model", "parameters", "size"):
        table.add_column(heading, justify="left" if heading == "model" else "right", no_wrap=True)
    for model in held:
        name = escape(model.name)
        name = f"[bold]{name}[/bold]" if _same(model, chosen) else name
        table.add_row(name, model.parameters or "-", human_size(model.size_bytes))
    typer.echo(
        f"\nModels on the Ollama server at {ollama_host(settings)}"
    )  # a title would be as narrow as the table
    Console().print(table)


def describe(settings: Settings, catalog: Catalog, name: str, *, as_json: bool) -> bool:
    """Say what is known of a model that the server has and the catalog does not know. False if there is none."""
    if catalog_id(name) in {card.id for card in catalog}:
        return False
    model = ollama_library.find(models(settings), name)
    if model is None:
        return False
    if as_json:
        [row] = rows(settings, [model], settings.chat.model)
        typer.echo(json.dumps(row, ensure_ascii=False, indent=1))
        return True
    parameters = f"{model.parameters} parameters, " if model.parameters else ""
    typer.echo(
        f"{model.name}: {parameters}{human_size(model.size_bytes)}, on the Ollama server at {ollama_host(settings)}."
    )
    typer.echo("Chutko has no card of it.")
    return True


def rows(settings: Settings, held: Sequence[HeldModel], chosen: str) -> list[dict[str, Any]]:
    """The same for programs, as rows of `chutko models list --json`."""
    return [
        {
            "id": model.name,
            "title": model.name,
            "skill": "chat",
            "profile": "",
            "chosen": _same(model, chosen),
            "size_bytes": model.size_bytes,
            "fetched_bytes": model.size_bytes,
            "licence": "",
            "state": "served",
            "host": ollama_host(settings),
        }
        for model in held
    ]


def report(settings: Settings, outcomes: Mapping[str, str]) -> list[dict[str, Any]]:
    """How pulling on the server went, as rows of `chutko models pull --json`."""
    held = models(settings) if outcomes else ()
    return [
        {
            "id": name,
            "state": "served" if (model := ollama_library.find(held, name)) else "missing",
            "size_bytes": model.size_bytes if model else 0,
            "error": error,
        }
        for name, error in outcomes.items()
    ]


def _same(model: HeldModel, name: str) -> bool:
    return bool(name) and full_name(name) == full_name(model.name)


def _require_server(settings: Settings, catalog: Catalog, model_id: str) -> None:
    """Raises CatalogError if no server answers."""
    try:
        asyncio.run(ollama_library.held(ollama_host(settings)))
    except ModelUnavailable as absent:
        try:
            catalog[model_id]
        except CatalogError as unknown:
            raise CatalogError(f"{unknown} {absent}") from None
