from __future__ import annotations

import subprocess
import sys

import pytest

import skills


@pytest.mark.parametrize("name", skills.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(skills, name) is not None


def test_names_that_are_not_public_are_not_there() -> None:
    with pytest.raises(AttributeError, match="'smell'"):
        _ = skills.smell  # type: ignore[attr-defined]


def test_a_worker_does_not_load_the_store() -> None:
    code = "import sys, skills._worker; print({'skills._store', 'pydantic'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
