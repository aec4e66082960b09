"""Where results go, and what is refused before the work."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bot.analysis.items import Item
from bot.analysis.places import chart_paths, clip_paths, refuse, try_to_write, whole
from bot.config import ConfigError
from bot.texts import Texts
from skills import Media, MediaKind

SAY = Texts().say("en")


def videos(*names: Path) -> list[Item]:
    return [Item(Media(MediaKind.VIDEO, name), str(name), name) for name in names]


def test_one_clip_goes_where_it_is_wanted(tmp_path: Path) -> None:
    assert clip_paths(videos(Path("a.mp4")), tmp_path / "new" / "b.mp4", SAY) == [tmp_path / "new" / "b.mp4"]


def test_a_name_without_an_ending_is_that_of_a_folder(tmp_path: Path) -> None:
    assert clip_paths(videos(Path("a.mov")), tmp_path / "new", SAY) == [tmp_path / "new" / "a_detected.mp4"]
    assert clip_paths(videos(Path("a.mov")), Path(os.devnull), SAY) == [Path(os.devnull)]


def test_one_clip_has_a_name_of_its_own_until_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert clip_paths(videos(Path("x/a.mov")), None, SAY) == [Path("output_detected.mp4")]
    Path("output_detected.mp4").touch()
    assert clip_paths(videos(Path("x/a.mov")), None, SAY) == [Path("a_detected.mp4")]
    assert clip_paths(videos(Path("a.mp4"), Path("b.mp4")), None, SAY) == [
        Path("a_detected.mp4"), Path("b_detected.mp4"),
    ]  # fmt: skip


def test_a_folder_gets_the_clip_under_its_own_name(tmp_path: Path) -> None:
    assert clip_paths(videos(Path("x/a.mov")), tmp_path, SAY) == [tmp_path / "a_detected.mp4"]


def test_videos_of_one_name_get_clips_of_their_own(tmp_path: Path) -> None:
    names = [
        path.name for path in clip_paths(videos(Path("x/a.mp4"), Path("y/a.mp4")), tmp_path / "out", SAY)
    ]
    assert names == ["a_detected.mp4", "a_detected-2.mp4"]


def test_no_clip_takes_the_place_of_its_source(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"film")
    with pytest.raises(ConfigError, match="choose another name"):
        clip_paths(videos(source), source, SAY)
    assert source.read_bytes() == b"film"


def test_no_table_takes_the_place_of_the_list_that_it_is_of(tmp_path: Path) -> None:
    source, link = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text("one")
    link.symlink_to(source)
    with pytest.raises(ConfigError, match="choose another name"):
        refuse(link, [Item(None, "one", source)], SAY)
    refuse(tmp_path / "c.csv", [Item(None, "one", source)], SAY)


@pytest.mark.parametrize("places", [clip_paths, chart_paths])
def test_pictures_cannot_go_to_the_screen_nor_several_into_one_file(places: object, tmp_path: Path) -> None:
    assert callable(places)
    with pytest.raises(ConfigError, match="screen"):
        places(videos(Path("a.mp4")), Path("-"), SAY)
    for name in ("x.png", "x.jpg", "x.mp4"):
        with pytest.raises(ConfigError, match="a folder"):
            places(videos(Path("a"), Path("b")), tmp_path / name, SAY)
    assert list(tmp_path.iterdir()) == []


def test_a_clip_is_not_named_as_something_else(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="A clip is an MP4 file"):
        clip_paths(videos(tmp_path / "a.mp4"), tmp_path / "a.avi", SAY)


def test_a_chart_is_named_as_the_picture_that_it_is(tmp_path: Path) -> None:
    assert chart_paths(videos(Path("a.wav")), tmp_path / "x.PNG", SAY) == [tmp_path / "x.PNG"]
    with pytest.raises(ConfigError, match="PNG"):
        chart_paths(videos(Path("a.wav")), tmp_path / "x.jpg", SAY)
    assert chart_paths(videos(Path("a.wav")), tmp_path / "x", SAY) == [tmp_path / "x" / "a_chart.png"]


def test_what_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be written: Is a directory\."):
        try_to_write(tmp_path, SAY)
    with pytest.raises(ConfigError, match=r"cannot be written: No such file or directory\."):
        try_to_write(tmp_path / "none" / "x.json", SAY)
    with pytest.raises(ConfigError, match=r"cannot be written: File name too long\."):
        refuse(tmp_path / ("x" * 300), [], SAY)
    with pytest.raises(ConfigError, match=r"записать не удалось, это папка\."):
        refuse(tmp_path, [], Texts().say("ru"))


def test_trying_to_write_leaves_everything_as_it_was(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("[]")
    try_to_write(kept, SAY)
    try_to_write(tmp_path / "new.json", SAY)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("kept.json", "[]")]


def test_what_there_is_no_room_for_is_not_left_half_done(tmp_path: Path) -> None:
    half = tmp_path / "half.csv"
    half.write_text("one")
    with (
        pytest.raises(ConfigError, match=r"half\.csv cannot be written: there is no room left on the disk\."),
        whole(half, SAY),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not half.exists()
    half.write_text("of somebody else")
    with pytest.raises(ConfigError, match="Permission denied"), whole(half, SAY):
        raise PermissionError(errno.EACCES, "Permission denied")
    assert half.exists()


def test_a_pipe_is_not_opened_to_try_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    refuse(tmp_path / "pipe.csv", [], SAY)  # opened, it would wait for a reader for ever
