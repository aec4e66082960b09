"""What is written from the code is as the code says."""

from pathlib import Path

import pytest

from bot.generated import generated_files

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("path", generated_files())
def test_generated_files_are_fresh(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == generated_files()[path], "run `make docs`"
