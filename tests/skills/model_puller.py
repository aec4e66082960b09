"""Pulls a model in a process of its own: `python -m tests.skills.model_puller ROOT CATALOG INDEX MODEL`."""

from __future__ import annotations

import sys
from pathlib import Path

from skills._catalog import parse
from skills._store import PullProgress, Store


def say(progress: PullProgress) -> None:
    print(progress.done_bytes, progress.note, flush=True)


if __name__ == "__main__":
    root, catalog, index_url, model_id = sys.argv[1:]
    Store(Path(root), parse(Path(catalog).read_text()), index_url).pull(model_id, say)
    print("done", flush=True)
