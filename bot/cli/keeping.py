"""`chutko models verify`, `rm` and `pin`: what happens to models that are here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.opening import NAMES, Id, Json, named_card, open_for
from bot.cli.pinning import say_pin, say_pin_stays, show_pin, take_pin
from bot.config import terminal_language
from bot.texts import Texts
from skills import CatalogError, ModelCard, Store
from skills._cards import human_size, origin

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of models, as `chutko models list` shows them.")]


def verify(
    context: typer.Context,
    model_ids: Ids = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove damaged files and fetch them again.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Hash the files again and name the bad ones; all models on this machine if none is named."""
    settings, store = open_for(context)
    here = [card for card in store.catalog if store.was_fetched(card.id)]
    cards = [named_card(store, model_id) for model_id in model_ids] if model_ids else here
    report: list[dict[str, Any]] = []
    bad: list[ModelCard] = []
    for card in cards:
        pinned = store.pin(card.id)
        with _changing(store):
            checks = store.verify(card.id, repair)
        if any(check.problem for check in checks):
            bad.append(card)
        for check in checks:
            entry = {"model": card.id, "file": check.file, "problem": check.problem}
            report.append({**entry, "commit": pinned.commit} if pinned else entry)
            if not as_json:
                typer.echo(f"{card.id}/{check.file}: {check.problem or 'ok'}")
        if not as_json:
            say_pin(store, card.id)
    if repair and bad:
        from bot.cli.pulling import pull_models

        say = Texts(settings.bot.language).say(terminal_language(settings))
        outcomes = pull_models(store, bad, None, say, quiet=as_json)
        bad = [card for card in bad if outcomes[card.id]]
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1))
    elif not cards:
        typer.echo("There are no models on this machine yet.")
    if bad:
        raise typer.Exit(1)


def rm(
    context: typer.Context,
    model_ids: Annotated[list[str], typer.Argument(help=NAMES)],
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before an Ollama server removes a model.")
    ] = False,
) -> None:
    """Remove models; files that another model uses stay. What an Ollama server holds is removed there."""
    from bot.cli import served

    settings, store = open_for(context)
    try:
        wanted = served.sort_out(settings, store.catalog, model_ids)
    except CatalogError as error:
        raise typer.BadParameter(str(error)) from error
    for card in wanted.cards:
        if not card.files:
            typer.echo(f"{card.id}: {origin(card)}; there is nothing to remove.")
            continue
        with _changing(store):
            freed_bytes = store.remove(card.id)
        what = f"removed, {human_size(freed_bytes)} freed" if freed_bytes else "there was nothing to remove"
        typer.echo(f"{card.id}: {what}.")
        say_pin_stays(store, card.id)
    if not served.remove(settings, wanted.names, yes=yes):
        raise typer.Exit(1)


def pin(
    context: typer.Context,
    model_id: Id,
    file: Annotated[
        Path | None,
        typer.Option("--from", help="Take over this pin, made on another machine or written by hand."),
    ] = None,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Remove the pin and the model; the next pull pins what the hub gives."),
    ] = False,
) -> None:
    """Show which files this machine accepts of a model whose hashes Chutko does not know; take or end that."""
    _, store = open_for(context)
    card = named_card(store, model_id)
    if card.repository is None and store.pin(card.id) is None:
        raise typer.BadParameter(f"{card.id} needs no pin: Chutko knows which files it has")
    if file is not None and forget:
        raise typer.BadParameter("--from and --forget are two things")
    if forget:
        with _changing(store):
            was_pinned = store.forget_pin(card.id)
        typer.echo(f"{card.id}: {'the pin is gone' if was_pinned else 'there was no pin'}.")
    elif file is not None:
        take_pin(store, card, file)
    else:
        show_pin(store, card)


@contextmanager
def _changing(store: Store) -> Iterator[None]:
    """Ends the program with a sentence where the folder cannot be written to."""
    try:
        yield
    except OSError as error:
        typer.echo(f"The models in {store.root} cannot be changed: {error.strerror or error}.", err=True)
        raise typer.Exit(1) from error
