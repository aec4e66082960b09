"""`chutko analyze` from the command to the results."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.config import ConfigError, load
from bot.offline import open_models
from tests.media_samples import SAMPLES, cat_picture


def analyze(*arguments: object, typed: bytes = b"") -> Result:
    result = CliRunner().invoke(app, ["analyze", *map(str, arguments)], input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def needs(skill: str) -> None:
    store, _, cards = open_models(load())
    if not store.has(cards[skill].id):
        pytest.skip(f"{cards[skill].id} is not in the cache: `chutko models pull` fetches it")


def test_nothing_to_look_at_is_a_wrong_call() -> None:
    assert analyze("photo").exit_code == 2
    with pytest.raises(ConfigError, match="Give a file"):
        analyze("text")
    with pytest.raises(ConfigError, match="is empty"):
        analyze("text", "--text", " ")


def test_a_terminal_in_an_old_encoding_gets_what_it_can_show(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "analyze", "photo", str(tmp_path / "кот.png")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "300"}
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (1, "")
    assert "???.png" in shown.stdout


def test_errors_come_in_the_language_of_the_terminal_unless_another_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    gone = tmp_path / "gone.png"
    russian, english = f"Файла {gone} нет.", f"There is no file {gone}."
    assert json.loads(analyze("photo", gone, "--json").stdout)[0]["error"] == russian
    assert json.loads(analyze("photo", gone, "--json", "--language", "en").stdout)[0]["error"] == english
    with pytest.raises(ConfigError, match="Дайте файл"):
        analyze("text")


def test_how_many_failed_is_said_where_no_table_tells_it(tmp_path: Path) -> None:
    gone = (tmp_path / "a.png", tmp_path / "b.png")
    assert analyze("photo", *gone, "--json").stderr == "Total: 2, failed: 2\n"
    assert analyze("photo", *gone, "-o", tmp_path / "r.txt").output == "Total: 2, failed: 2\n"
    table = analyze("photo", *gone, "--csv", "-", "--semicolons")
    assert (table.stdout.splitlines()[0][:13], table.stderr) == ("file;label_1;", "Total: 2, failed: 2\n")
    assert analyze("photo", *gone).stdout.endswith("Total: 2, failed: 2\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_ends_it_early_gets_no_traceback_and_nothing_stays_behind(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "bot", "analyze", "text", "-"]
    process = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # What runs in the background of a script is told to ignore Ctrl+C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("chutko-*/-")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == status
    assert list(tmp_path.iterdir()) == []
    process.communicate()


def test_what_is_missing_is_told_in_its_place(tmp_path: Path) -> None:
    result = analyze("photo", tmp_path / "gone.png", tmp_path, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {"file": str(tmp_path / "gone.png"), "error": f"There is no file {tmp_path / 'gone.png'}."},
        {"file": str(tmp_path), "error": f"There is no picture in the folder {tmp_path}."},
    ]


def test_two_results_cannot_share_one_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the screen"):
        analyze("text", "-t", "да", "--json", "--csv", "-")
    with pytest.raises(ConfigError, match="cannot hold both"):
        analyze("text", "-t", "да", "--csv", tmp_path / "x", "-o", tmp_path / "x")


def test_a_list_is_not_overwritten_by_its_results(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("one\n")
    with pytest.raises(ConfigError, match="choose another name"):
        analyze("text", tmp_path / "x.csv", "--csv", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == "one\n"


@pytest.mark.models
def test_texts_come_from_options_lists_and_the_pipe_in_order(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Так себе\n=1+1\n", encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(bytes(range(256)))
    names = (tmp_path / "x.txt", tmp_path / "bad.txt", "-")
    result = analyze(
        "text", "-t", "Замечательно!", *names, "--json", "--csv", tmp_path / "r.csv", typed="Ужасно".encode()
    )
    assert result.exit_code == 1  # for the bad list
    rows = json.loads(result.stdout)
    assert [row.get("text") for row in rows] == ["Замечательно!", "Так себе", "=1+1", None, "Ужасно"]
    assert [row.get("label") for row in (rows[0], rows[1], rows[4])] == ["positive", "neutral", "negative"]
    assert all(list(row) == ["text", "label", "confidence", "probabilities"] for row in rows if "text" in row)
    assert list(rows[3]) == ["file", "error"]
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbftext,label,")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)][2] == "'=1+1"


@pytest.mark.models
def test_pictures_of_a_folder_get_their_charts(tmp_path: Path) -> None:
    needs("photo")
    pytest.importorskip("skimage")
    picture = cat_picture(tmp_path).rename(tmp_path / "cat.txt")
    result = analyze("photo", tmp_path, "--chart", tmp_path / "charts", "--csv", "-")
    assert result.exit_code == 0, result.output
    [row] = csv.DictReader(result.stdout.splitlines())
    assert (row["file"], row["label_1"]) == (str(picture), "Egyptian cat")
    assert row["chart"] == str(tmp_path / "charts" / "cat_chart.png")
    assert Path(row["chart"]).read_bytes().startswith(b"\x89PNG")


@pytest.mark.models
@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")
def test_a_recording_through_the_pipe_gets_its_chart(tmp_path: Path) -> None:
    needs("sounds")
    dog = (SAMPLES / "dog_975ms.wav").read_bytes()
    result = analyze("audio", "-", "--json", "--chart", tmp_path / "dog.png",
                     "--spectrogram", tmp_path / "mel", typed=dog)  # fmt: skip
    assert result.exit_code == 0, result.output
    [row] = json.loads(result.stdout)
    assert (row["file"], row["top"][0]["label"], row["chart"]) == ("-", "Dog", str(tmp_path / "dog.png"))
    assert row["spectrogram"] == str(tmp_path / "mel" / "stdin_spectrogram.png")
    pictures = [Path(row[kind]).read_bytes() for kind in ("chart", "spectrogram")]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert pictures[0] != pictures[1]


def test_two_pictures_do_not_go_into_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    same = tmp_path / "a.png"
    with pytest.raises(ConfigError, match="both pictures"):
        analyze("audio", tmp_path / "a.wav", "--chart", same, "--spectrogram", same)
