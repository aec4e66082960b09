"""The command line, with a sentiment model that stumbles over some texts and quotes them.

`python -m tests.bot.mood.frail plain run` needs no model at all, `... real run` leans on the real one.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from skills import LaneConfig
from skills.sentiment import Sentiment

STUMBLE = "stumbling"


class Frail:
    """A model."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def predict(self, batch: Sequence[str], /) -> Sequence[Sentiment]:
        for text in batch:
            if STUMBLE in text:
                print(f"{type(self).__name__} gives up", file=sys.stderr)
                raise ValueError(f"this cannot be read: {text}")
        if self._real is not None:
            answers: Sequence[Sentiment] = self._real.predict(batch)
            return answers
        return [Sentiment("neutral", 0.8, {"negative": 0.1, "neutral": 0.8, "positive": 0.1}) for _ in batch]

    def close(self) -> None: ...


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> Frail:
    if not options["real"]:
        return Frail(None)
    module, _, name = options["real"].partition(":")
    return Frail(getattr(importlib.import_module(module), name)(files, options))


def _frail(lane: LaneConfig, *, real: bool) -> LaneConfig:
    options = {**lane.options, "real": lane.loader if real else ""}
    return replace(lane, loader=f"{__spec__.name}:load", files=lane.files if real else dict, options=options)


def main() -> None:
    from bot import app
    from bot.__main__ import main as command_line

    real = sys.argv[1] == "real"
    del sys.argv[1]
    lanes = app.lane_configs
    app.lane_configs = lambda *given: (
        (found := lanes(*given)) | {"sentiment": _frail(found["sentiment"], real=real)}
    )
    command_line()


if __name__ == "__main__":
    main()
