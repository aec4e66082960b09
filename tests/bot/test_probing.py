"""Looking into a file from wherever the program was started."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.media_kind import media_kind
from bot.probing import probe
from bot.routing import What
from skills import BadInput, MediaKind
from tests.media_samples import silent_film


async def test_a_relative_path_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent_film(tmp_path / "film.mp4")
    monkeypatch.chdir(tmp_path)
    assert (await probe(Path("film.mp4")))["has_video"] is True
    assert await media_kind(Path("film.mp4"), What.DOCUMENT) is MediaKind.VIDEO


async def test_what_cannot_be_read_is_empty_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(100))
    assert not (await probe(tmp_path / "film.mp4")).get("kind")
    with pytest.raises(BadInput):
        await media_kind(tmp_path / "film.mp4", What.DOCUMENT)
