"""What the names on the command line mean."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.analysis.items import Item, find_items, take_pipe, text_item, text_lines, visible
from bot.texts import Texts
from skills import MediaKind

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
SAY = Texts().say("en")
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(64)


async def found(kind: MediaKind, *names: Path, recursive: bool = False) -> list[Item]:
    return await find_items(kind, names, Path(), SAY, recursive=recursive)


async def through_pipe(kind: MediaKind, folder: Path) -> list[Item]:
    take_pipe(folder)
    return await find_items(kind, [Path("-")], folder, SAY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures under wrong names, one of them deeper, among other things."""
    deep = tmp_path / "a" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / "a" / "one.txt").write_bytes(PNG)
    (deep / "two").write_bytes(PNG)
    (tmp_path / "a" / ".hidden.png").write_bytes(PNG)
    (tmp_path / "a" / "one_chart.png").write_bytes(PNG)
    (tmp_path / "a" / "sound.png").write_bytes(WAV)
    (tmp_path / "a" / "words.jpg").write_text("раз\nдва\n", encoding="utf-8")
    (tmp_path / "a" / "empty.bin").touch()
    os.mkfifo(tmp_path / "a" / "pipe.png")
    (deep / "loop").symlink_to(tmp_path / "a")
    return tmp_path / "a"


async def test_a_folder_gives_its_files_of_the_kind_by_their_bytes(folder: Path) -> None:
    assert [item.name for item in await found(MediaKind.PHOTO, folder)] == [str(folder / "one.txt")]
    assert [item.name for item in await found(MediaKind.AUDIO, folder)] == [str(folder / "sound.png")]
    assert [item.name for item in await found(MediaKind.TEXT, folder)] == ["раз", "два"]


async def test_a_damaged_file_of_a_folder_is_of_the_kind_that_its_name_says(tmp_path: Path) -> None:
    (tmp_path / "cut.mp4").write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(40))
    (tmp_path / "empty.png").touch()
    (tmp_path / "noise.mp3").write_bytes(bytes(range(128, 256)))
    (tmp_path / "words.mp3").write_text("раз", encoding="utf-8")
    names = {kind: [Path(item.name).name for item in await found(kind, tmp_path)] for kind in MediaKind}
    assert names == {
        MediaKind.TEXT: ["раз"],
        MediaKind.AUDIO: ["noise.mp3"],
        MediaKind.PHOTO: ["empty.png"],
        MediaKind.VIDEO: ["cut.mp4"],
    }


async def test_folders_within_are_entered_on_request_and_links_in_circles_are_not(folder: Path) -> None:
    names = [item.name for item in await found(MediaKind.PHOTO, folder, recursive=True)]
    assert names == [str(folder / "one.txt"), str(folder / "deep" / "two")]


async def test_a_pattern_gives_what_it_matches(folder: Path) -> None:
    items = await found(MediaKind.PHOTO, folder / "**" / "t*", folder / "*.gif")
    assert [item.name for item in items] == [str(folder / "deep" / "two"), str(folder / "*.gif")]
    assert [item.fault for item in items] == ["", f"No file matches {folder / '*.gif'}."]


async def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "cat[1].png").write_bytes(PNG)
    (tmp_path / "cat1.png").write_bytes(PNG)
    [item] = await found(MediaKind.PHOTO, tmp_path / "cat[1].png")
    assert item.source == tmp_path / "cat[1].png"


async def test_what_is_wrong_with_one_name_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("один\n", encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "utf32.txt").write_bytes("Замечательно, я счастлив".encode("utf-32"))
    (tmp_path / "none").mkdir()
    names = [
        tmp_path / name for name in ("x" * 300, "gone.txt", "empty.txt", "utf32.txt", "none", "good.txt")
    ]
    items = await found(MediaKind.TEXT, *names)
    assert [item.fault.partition(str(tmp_path))[0] for item in items[:3]] == [
        "There is no file ", "There is no file ", "There is no text in ",
    ]  # fmt: skip
    assert items[3].fault == f"{names[3]} is no text in UTF-8. Save it as UTF-8 and try again."
    assert items[4].fault == f"There is no text in the folder {names[4]}."
    assert [item.name for item in items[5:]] == ["один"]


async def test_a_pipe_brings_a_list_or_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("раз\nдва".encode())))
    items = await through_pipe(MediaKind.TEXT, tmp_path)
    assert [item.name for item in items] == ["раз", "два"]
    [nothing] = await through_pipe(MediaKind.PHOTO, tmp_path)
    assert nothing.fault == "Nothing came through the pipe."
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(PNG)))
    [picture] = await through_pipe(MediaKind.PHOTO, tmp_path)
    assert (picture.name, picture.source and picture.source.read_bytes()) == ("-", PNG)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_is_read_as_editors_write_it(encoding: str) -> None:
    assert text_lines(" раз\r\n\r\nдва\u2028ещё\rтри".encode(encoding)) == ["раз", "два\u2028ещё", "три"]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_a_russian_list_is_read_as_old_programs_write_it(encoding: str) -> None:
    for text in ("Мне очень понравилось!\nТак себе.\nУЖАСНО\n", "плохо", "Отлично! 5/5"):
        assert text_lines(text.encode(encoding)) == text.splitlines()


def test_a_broken_letter_is_forgiven_and_a_binary_file_is_not() -> None:
    assert text_lines("А это длинная строка, в которой".encode() + b"\xff") == [
        "А это длинная строка, в которой\ufffd"
    ]
    for binary in (b"abc\0def", bytes(range(128, 256)), b"\xff\xfea", "déçu, ça".encode("cp1252")):
        with pytest.raises(ValueError):
            text_lines(binary)


def test_a_text_of_broken_bytes_can_still_be_written() -> None:
    assert text_item("a\udcff").name == "a?"


def test_a_terminal_is_not_commanded_by_what_it_shows() -> None:
    assert visible("\x1b[31mred\x07 \u202eabc\x9b1m") == "\ufffd[31mred\ufffd \ufffdabc\ufffd1m"
    assert visible("👩\u200d🚀 ещё\nстрока\t—") == "👩\u200d🚀 ещё\nстрока\t—"


async def test_what_is_wrong_is_said_in_the_language_of_the_person(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    names = [tmp_path / "gone.txt", tmp_path / "*.csv", tmp_path / "empty.txt"]
    items = await find_items(MediaKind.TEXT, names, tmp_path, Texts().say("ru"))
    assert [item.fault for item in items] == [
        f"Файла {names[0]} нет. Если это сам текст, поставьте перед ним --text.",
        f"Под образец {names[1]} не подходит ни один файл. Если это сам текст, поставьте перед ним --text.",
        f"В файле {names[2]} нет текста.",
    ]


async def test_a_closed_input_has_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    [nothing] = await through_pipe(MediaKind.TEXT, tmp_path)
    assert nothing.fault == "Nothing came through the pipe."
