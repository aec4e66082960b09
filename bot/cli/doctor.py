"""`chutko doctor`: what is ready, what is missing, and how to mend it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from bot.config import load


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    profile: Annotated[str | None, typer.Option(help="lite or full.")] = None,
) -> None:
    """Look whether everything is ready, and say how to mend what is not."""
    from rich.console import Console

    from bot.checks import Verdict, examine
    from bot.lanes import chosen_models
    from bot.model_store import open_store
    from skills import load_catalog

    settings = load(context.obj, {"profile": profile} if profile else None)
    catalog = load_catalog()
    store = open_store(settings, catalog)
    checks = asyncio.run(examine(settings, store, chosen_models(settings, catalog)))
    bad = any(check.verdict is Verdict.MISSING for check in checks)
    if as_json:
        typer.echo(
            json.dumps(
                {"ready": not bad, "checks": [asdict(check) for check in checks]},
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        signs = {Verdict.OK: "[green]✓[/]", Verdict.NOTE: "[yellow]•[/]", Verdict.MISSING: "[red]✗[/]"}
        console = Console(highlight=False, soft_wrap=True)
        for check in checks:
            console.print(f"{signs[check.verdict]} [bold]{check.name}[/]: ", end="")
            console.print(check.found, markup=False)
            if check.mend:
                console.print(f"    {check.mend}", markup=False)
        console.print("\nSomething is missing." if bad else "\nEverything is ready.")
    if bad:
        raise typer.Exit(1)
