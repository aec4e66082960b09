"""What the tests of the full profile's models share."""

from __future__ import annotations

import importlib.util

import pytest


def needs(*packages: str) -> list[pytest.MarkDecorator]:
    """Marks of a test that `make test-full` runs; elsewhere it skips where the packages are not installed.

    They are looked for, not imported: torch alone takes 4 s.
    """
    absent = [name for name in packages if importlib.util.find_spec(name) is None]
    sentence = f"{' and '.join(absent)} of the full profile is not installed: make test-full"
    return [pytest.mark.full, pytest.mark.skipif(bool(absent), reason=sentence)]
