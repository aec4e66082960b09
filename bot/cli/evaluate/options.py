"""Options that the evaluations share, and the settings they begin with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bot.analysis.items import PIPE
from bot.config import ConfigError, Settings, load, terminal_language
from bot.texts import Speaker, Texts

Data = Annotated[
    Path, typer.Argument(help="CSV with a heading, or JSON.", metavar="DATA", exists=True, dir_okay=False)
]
DataOrFolder = Annotated[
    Path,
    typer.Argument(
        help="CSV with a heading, or JSON; or a folder with a folder of files for each class.",
        metavar="DATA",
        exists=True,
    ),
]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Where the report goes, one HTML file.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")]
Limit = Annotated[int, typer.Option(min=0, help="Only so many rows, from the first on; 0 is all.")]
Profile = Annotated[str | None, typer.Option(help="lite or full.")]
Language = Annotated[
    Literal["en", "ru"] | None,
    typer.Option(
        help="Language of the words: en or ru.", show_default="that of the terminal or the settings"
    ),
]
LabelColumn = Annotated[str, typer.Option(help="Column of the labels.")]
FileColumn = Annotated[str, typer.Option(help="Column of the files.")]
Files = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the files; else they are named relative to the table.", exists=True, file_okay=False
    ),
]
Labels = Annotated[
    list[str] | None,
    typer.Option(
        help="What labels mean, as 0=negative,1=neutral,2=positive.",
        metavar="LABEL=CLASS",
        show_default=False,
    ),
]


def ready(
    config: Any, profile: str | None, language: str | None, outs: Sequence[Path | None], data: Sequence[Path]
) -> tuple[Settings, Speaker]:
    """The settings, and the language. Raises ConfigError for a place that cannot be written, before any work."""
    settings = (
        config if isinstance(config, Settings) else load(config, {"profile": profile} if profile else None)
    )
    say = Texts(settings.bot.language).say(language or terminal_language(settings))
    for out in filter(None, outs):
        from bot.analysis.places import try_to_write

        if str(out) == PIPE:
            raise ConfigError(say("evaluate-no-screen"))
        if out.exists() and any(out.samefile(each) for each in data):
            raise ConfigError(say("evaluate-data-itself", path=str(out)))
        try_to_write(out, say)
    return settings, say
