"""Files of a checkout that are written from the code. A test fails when one is stale; `make docs` writes them again."""

from __future__ import annotations

from skills import load_catalog
from skills._cards import models_page, notice

from .benchmarking.page import reference_page
from .config_file import default_file


def generated_files() -> dict[str, str]:
    """Path in the checkout -> text."""
    catalog = load_catalog()
    return {
        "config.toml": default_file(),
        "docs/models.md": models_page(catalog),
        "docs/reference.md": reference_page(),
        "NOTICE": notice(catalog),
    }
