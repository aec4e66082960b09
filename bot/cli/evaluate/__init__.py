"""`chutko evaluate`: how right the models are on data that says what is right."""

from __future__ import annotations

import typer

from .chatting import chat
from .classifying import photo, sentiment, sounds
from .detecting import video

evaluate_app = typer.Typer(help="Measure how right the models are on labelled data.", no_args_is_help=True)
for command in (sentiment, sounds, photo, video, chat):
    evaluate_app.command()(command)
