"""Text files as editors and spreadsheets write them."""

from __future__ import annotations

import codecs

_NOT_TEXT = 0.05
"""Share of letters that no text in UTF-8 has from which a file is no text in it; a few broken ones are forgiven."""


def decoded(data: bytes) -> str:
    """The text of UTF-8, or of UTF-16 with its mark. Raises ValueError for what is neither."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16")
    else:
        text = data.decode("utf-8-sig", errors="replace")
        if text.count("\ufffd") + text.count("\0") > _NOT_TEXT * len(text):
            raise ValueError("not UTF-8")
    return text
