"""All commands together. What they need is loaded when they are called, so that the bot starts fast."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import analyze, bench, demo, docs, doctor, evaluate, run
from bot.cli.models import models_app
from bot.config import ConfigError
from skills import CatalogError
from storage import StorageError

app = typer.Typer(
    help="Chutko: a Telegram bot that hears, sees, reads and answers with models on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo.demo)
app.command()(run.run)
app.add_typer(analyze.analyze_app, name="analyze")
app.add_typer(evaluate.evaluate_app, name="evaluate")
app.command()(bench.bench)
app.add_typer(models_app, name="models")
app.command()(doctor.doctor)
app.command()(docs.config)
app.command(hidden=True)(docs.docs)


@app.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Settings file; config.toml of this folder if there is one.")
    ] = None,
) -> None:
    """Options of every command."""
    context.obj = config


def main() -> None:
    """Run the command line; a wrong setting ends with its sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal in an old encoding shows ? for what it does not have.
            stream.reconfigure(errors="replace")
    try:
        app()
    except (ConfigError, CatalogError, StorageError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the logs are not set up yet
        sys.exit(2)
