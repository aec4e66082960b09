"""`chutko analyze` before any model is loaded: where results go, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.analyze import Item, _clip_paths, _try_to_write
from bot.config import ConfigError
from skills import Media, MediaKind


def videos(*names: Path) -> list[Item]:
    return [Item(Media(MediaKind.VIDEO, name), str(name)) for name in names]


def test_one_clip_goes_where_it_is_wanted(tmp_path: Path) -> None:
    assert _clip_paths(videos(Path("a.mp4")), tmp_path / "new" / "b.mp4") == [tmp_path / "new" / "b.mp4"]


def test_a_folder_gets_the_clip_under_its_own_name(tmp_path: Path) -> None:
    assert _clip_paths(videos(Path("x/a.mov")), tmp_path) == [tmp_path / "a_detected.mp4"]


def test_videos_of_one_name_get_clips_of_their_own(tmp_path: Path) -> None:
    names = [path.name for path in _clip_paths(videos(Path("x/a.mp4"), Path("y/a.mp4")), tmp_path / "out")]
    assert names == ["a_detected.mp4", "a_detected-2.mp4"]


def test_no_clip_takes_the_place_of_its_source(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"film")
    with pytest.raises(ConfigError, match="choose another name"):
        _clip_paths(videos(source), source)
    assert source.read_bytes() == b"film"


def test_a_clip_cannot_go_to_the_screen() -> None:
    with pytest.raises(ConfigError, match="-o"):
        _clip_paths(videos(Path("a.mp4")), Path("-"))


def test_what_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be written: Is a directory\."):
        _try_to_write(tmp_path)
    with pytest.raises(ConfigError, match=r"cannot be written: No such file or directory\."):
        _try_to_write(tmp_path / "none" / "x.json")


def test_trying_to_write_leaves_everything_as_it_was(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("[]")
    _try_to_write(kept)
    _try_to_write(tmp_path / "new.json")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("kept.json", "[]")]
