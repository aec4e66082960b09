"""`chutko models` and RuBERT: from a hub that behaves as the real one does to a mood."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.models import models_app
from bot.config import Settings
from skills import Store, load_catalog
from skills.models.rubert import load
from tests.skills.hugging_face import HuggingFace, hugging_face
from tests.skills.models.checkpoints import write_rubert
from tests.skills.models.full import needs

REPOSITORY = "blanchefort/rubert-base-cased-sentiment"
COMMIT = "abcdef0" + "1" * 33
FILES = {
    "README.md": b"read me",
    "config.json": b'{"model_type": "bert"}',
    "pytorch_model.bin": bytes(range(256)) * 100,
    "tokenizer_config.json": b"{}",
    "vocab.txt": b"[PAD]\n[UNK]\n",
}
Run = Callable[..., Result]


@pytest.fixture
def hub() -> Iterator[HuggingFace]:
    with hugging_face() as hub:
        yield hub


@pytest.fixture
def run(tmp_path: Path, hub: HuggingFace) -> Run:
    app = typer.Typer()
    app.add_typer(models_app, name="models")

    @app.callback()
    def root(context: typer.Context) -> None:
        models = {"cache_dir": str(tmp_path / "models"), "hub_url": hub.url}
        context.obj = Settings.model_validate({"models": models, "chat": {"host": "http://127.0.0.1:9"}})

    return lambda *arguments: CliRunner().invoke(app, ["models", *map(str, arguments)])


def test_rubert_is_pinned_and_every_command_says_so(run: Run, hub: HuggingFace, tmp_path: Path) -> None:
    hub.publish(FILES, REPOSITORY, COMMIT)
    assert run("pin", "rubert").exit_code == 1
    pulled = run("pull", "rubert")
    assert pulled.exit_code == 0, pulled.stderr
    sentence = f"rubert is pinned to commit abcdef0 of {REPOSITORY} (4 files)"
    assert pulled.stderr.count(sentence) == 1
    assert "Nobody vouches for these files but the hub" in pulled.stderr
    assert sentence not in run("pull", "rubert").stderr

    row = next(row for row in json.loads(run("list", "--json").stdout) if row["id"] == "rubert")
    assert row["state"] == "ready"
    assert row["size_bytes"] == row["fetched_bytes"] == sum(map(len, FILES.values())) - len(b"read me")
    assert row["pin"]["commit"] == COMMIT
    assert "here, pinned to abcdef0" in run("list").stdout
    verified = run("verify", "rubert").stdout
    assert "rubert/pytorch_model.bin: ok" in verified
    assert sentence in verified
    assert {row["commit"] for row in json.loads(run("verify", "rubert", "--json").stdout)} == {COMMIT}
    assert sentence in run("info", "rubert").stdout
    shown = run("pin", "rubert").stdout
    assert json.loads(shown) == row["pin"]

    removed = run("rm", "rubert").stdout
    assert "its pin to commit abcdef0 stays" in removed
    assert "the pin is gone" in run("pin", "rubert", "--forget").stdout
    pin = tmp_path / "pin.json"
    pin.write_text(shown)
    taken = run("pin", "rubert", "--from", pin)
    assert taken.exit_code == 0
    assert sentence in taken.stdout
    assert run("pin", "rubert", "--from", pin).exit_code == 1
    hub.publish({**FILES, "vocab.txt": b"[UNK]\n"}, REPOSITORY, "9" * 40)
    assert json.loads(run("pull", "rubert", "--json").stdout)[0]["pin"]["commit"] == COMMIT


def test_a_damaged_file_of_a_pinned_model_is_mended(run: Run, hub: HuggingFace, tmp_path: Path) -> None:
    hub.publish(FILES, REPOSITORY, COMMIT)
    run("pull", "rubert")
    blob = (tmp_path / "models" / "names" / "rubert" / "vocab.txt").resolve()
    blob.chmod(0o644)
    blob.write_bytes(b"[PAD]\n[UNK]!")
    assert "rubert/vocab.txt: damaged" in run("verify", "rubert").stdout
    assert run("verify", "rubert", "--repair").exit_code == 0
    assert run("verify", "rubert").exit_code == 0


@pytest.mark.parametrize("arguments", [("whisper-base",), ("rubert", "--forget", "--from", "pin.json")])
def test_a_pin_that_makes_no_sense_is_a_wrong_call(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("pin", *arguments).exit_code == 2


def test_a_pin_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    missing = run("pin", "rubert", "--from", tmp_path / "nothing.json")
    assert missing.exit_code == 1
    assert "was not taken. No such file or directory." in missing.stderr
    (tmp_path / "pin.json").write_text("[]")
    assert "It is no pin" in run("pin", "rubert", "--from", tmp_path / "pin.json").stderr


@pytest.mark.parametrize(
    "safe", [pytest.param(safe, marks=needs("torch", "transformers")) for safe in (False, True)]
)
def test_rubert_is_fetched_and_tells_a_mood(run: Run, hub: HuggingFace, tmp_path: Path, safe: bool) -> None:
    files = write_rubert(tmp_path / "checkpoint", safe=safe)
    hub.publish({name: path.read_bytes() for name, path in files.items()}, REPOSITORY, COMMIT)
    assert run("pull", "rubert").exit_code == 0
    fetched = Store(tmp_path / "models", load_catalog()).files("rubert")
    assert {name: path.read_bytes() for name, path in fetched.items()} == {
        name: path.read_bytes() for name, path in files.items()
    }
    (mood,) = load(fetched, {}).predict(["Какой чудесный день!"])
    assert mood.label in ("negative", "neutral", "positive")
