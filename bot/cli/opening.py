"""What the commands of `chutko models` begin with: the settings, the store, and the model that is named."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import config
from bot.model_store import open_store
from bot.ollama_names import catalog_id
from skills import CatalogError, ModelCard, Store, load_catalog

NAMES = "Ids of models, as `chutko models list` shows them, or names of an Ollama server's models."
Id = Annotated[str, typer.Argument(help="Id of a model, as `chutko models list` shows it.")]
Json = Annotated[bool, typer.Option("--json", help="For programs: JSON instead of a table.")]


def open_for(context: typer.Context) -> tuple[config.Settings, Store]:
    """`context.obj` is what the program was given: a settings file, nothing, or settings already made."""
    given = context.obj
    settings = given if isinstance(given, config.Settings) else config.load(given)
    return settings, open_store(settings, load_catalog())


def named_card(store: Store, model_id: str) -> ModelCard:
    """By its id, or by what Ollama calls it. Ends the program where nobody knows it."""
    try:
        return store.card(catalog_id(model_id))
    except CatalogError as error:
        raise typer.BadParameter(str(error)) from error
