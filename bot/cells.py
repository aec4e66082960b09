"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

from typing import Any

_FORMULA = tuple("=+-@\t\r＝＋－＠")
"""What a spreadsheet may take for the start of a formula (OWASP, CSV Injection)."""


def guarded(value: Any) -> Any:
    """A text that might be read as a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
