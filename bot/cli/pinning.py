"""Pins in the terminal: which files this machine accepts of a model whose hashes the catalog does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from skills import ModelCard, PinError, Store

COMMIT_CHARS = 7


def pin_row(store: Store, model_id: str) -> dict[str, Any] | None:
    """The pin, for programs."""
    pin = store.pin(model_id)
    return None if pin is None else pin.model_dump(mode="json")


def pin_words(store: Store, model_id: str) -> str:
    """A few words behind the state of a model; empty for one without a pin."""
    pin = store.pin(model_id)
    return "" if pin is None else f", pinned to {pin.commit[:COMMIT_CHARS]}"


def say_pin(store: Store, model_id: str) -> None:
    """One sentence on the pin, if there is one."""
    if pin := store.pin(model_id):
        typer.echo(str(pin))


def say_pin_stays(store: Store, model_id: str) -> None:
    """After the model was removed."""
    if pin := store.pin(model_id):
        ending = f"`chutko models pin {model_id} --forget` ends it"
        typer.echo(f"{model_id}: its pin to commit {pin.commit[:COMMIT_CHARS]} stays; {ending}.")


def show_pin(store: Store, card: ModelCard) -> None:
    """The pin as it can be carried to another machine. Ends the program where there is none."""
    pin = store.pin(card.id)
    if pin is None:
        typer.echo(f"{card.id} is not pinned yet; `chutko models pull {card.id}` does it.", err=True)
        raise typer.Exit(1)
    typer.echo(pin.model_dump_json(indent=1))


def take_pin(store: Store, card: ModelCard, file: Path) -> None:
    """Ends the program where the file is no pin of this model."""
    try:
        pin = store.take_pin(card.id, file)
    except (PinError, OSError) as error:
        why = f"{error.strerror}." if isinstance(error, OSError) else str(error)
        typer.echo(f"The pin in {file} was not taken. {why}", err=True)
        raise typer.Exit(1) from error
    typer.echo(str(pin))
