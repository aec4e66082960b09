"""The real lite models, where they have been fetched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from skills import ModelUnavailable
from skills._catalog import load as load_catalog
from skills._store import Store


def lite_model(model_id: str, load: Callable[..., Any]) -> Any:
    """`load` on the files of `model_id`, with one thread; skips the test if they are not on this machine."""
    store = Store(Path(platformdirs.user_cache_dir("chutko"), "models"), load_catalog())
    try:
        files = store.files(model_id)
    except ModelUnavailable:
        pytest.skip(f"{model_id} is not in the cache: `chutko models pull` fetches it")
    return load(files, {"threads": 1})
