"""`chutko config` prints the default settings file; `chutko docs` writes every generated file again."""

from __future__ import annotations

from pathlib import Path

import typer


def config() -> None:
    """Print a settings file with every setting, its default and what it does."""
    from bot.config_file import default_file

    typer.echo(default_file(), nl=False)


def docs() -> None:
    """Write the generated files of a checkout again: config.toml, docs and NOTICE."""
    from bot.generated import generated_files

    for path, text in generated_files().items():
        Path(path).write_text(text, encoding="utf-8")
        typer.echo(path)
