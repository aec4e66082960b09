"""`chutko models` with a server that speaks Ollama's protocol: a real one, in a process of its own."""

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
from tests.skills.models.llm_hub import LlmHub, llm_hub

Run = Callable[..., Result]

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LlmHub]:
    with llm_hub(tmp_path / "server") as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "server").mkdir()
    return tmp_path


def runner(folder: Path, host: str, model: str = "", profile: str = "lite") -> Run:
    body = {
        "profile": profile,
        "models": {"cache_dir": str(folder / "models"), "index_url": f"{NOBODY}/simple/"},
        "chat": {"host": host, "model": model},
    }
    app = typer.Typer()
    app.add_typer(models_app, name="models")

    @app.callback()
    def root(context: typer.Context) -> None:
        context.obj = Settings.model_validate(body)

    return lambda *arguments, **more: CliRunner().invoke(app, ["models", *map(str, arguments)], **more)


@pytest.fixture
def run(folder: Path, server: LlmHub) -> Run:
    return runner(folder, server.address, "tiny-coder:0.1b")


def listed(run: Run) -> dict[str, bool]:
    """Names of the server's models, and which is chosen."""
    rows = json.loads(run("list", "--json").stdout)
    return {row["id"]: row["chosen"] for row in rows if row["state"] == "served" and row.get("host")}


def test_a_model_is_fetched_listed_and_removed_on_the_server(run: Run, server: LlmHub) -> None:
    assert listed(run) == {}
    pulled = run("pull", "tiny-coder:0.1b")
    assert pulled.exit_code == 0
    assert f"on the server at {server.address}" in pulled.stderr
    assert server.sha256["tiny-coder-0.1b"][:12] in pulled.stderr
    assert run("pull", "tiny:latest", "tiny").exit_code == 0  # pulled again, a bare name

    assert listed(run) == {"tiny:latest": False, "tiny-coder:0.1b": True}
    table = run("list").stdout
    assert f"Models on the Ollama server at {server.address}" in table
    assert "tiny-coder:0.1b" in table

    told = run("info", "tiny").stdout
    assert told.startswith("tiny:latest: ")
    assert f"154.8 kB, on the Ollama server at {server.address}" in told
    assert json.loads(run("info", "tiny", "--json").stdout)["size_bytes"] == len(server.pages["tiny"].body)

    kept = run("rm", "tiny", input="n\n")
    assert kept.exit_code == 0
    assert "tiny:latest" in listed(run)
    assert run("rm", "tiny", input="y\n").exit_code == 0
    assert run("rm", "tiny-coder:0.1b", "--yes").exit_code == 0
    assert listed(run) == {}
    again = run("rm", "tiny:latest", "--yes")
    assert again.exit_code == 1
    assert "has no model 'tiny:latest'" in again.stderr


def test_without_an_answer_a_model_of_the_server_stays(run: Run) -> None:
    run("pull", "tiny:latest")
    assert run("rm", "tiny:latest", input="").exit_code == 1
    assert "tiny:latest" in listed(run)


def test_a_name_that_the_server_does_not_know_is_said(run: Run) -> None:
    result = run("pull", "huge:1t")
    assert result.exit_code == 1
    assert "knows no model 'huge:1t'" in result.stderr
    assert run("pull", "huge:1t", "--best-effort").exit_code == 0
    [row] = json.loads(run("pull", "huge", "--json").stdout)
    assert row["state"] == "missing"
    assert "knows no model 'huge'" in row["error"]


def test_what_the_server_cannot_fetch_is_said_in_its_words(run: Run) -> None:
    result = run("pull", "lost:latest")
    assert result.exit_code == 1
    assert "could not fetch lost:latest: Could not fetch lost.gguf" in result.stderr


def test_programs_learn_how_a_pull_went(run: Run, server: LlmHub) -> None:
    result = run("pull", "tiny:latest", "--json")
    size_bytes = len(server.pages["tiny"].body)
    assert json.loads(result.stdout) == [
        {"id": "tiny:latest", "state": "served", "size_bytes": size_bytes, "error": ""}
    ]
    assert result.stderr == ""


@pytest.mark.parametrize(
    "arguments", [["pull", "llama3:8b"], ["pull", "llama3-8b"], ["rm", "llama3:8b", "-y"]]
)
def test_a_server_that_is_not_there_is_a_clear_sentence(folder: Path, arguments: list[str]) -> None:
    result = runner(folder, NOBODY)(*arguments)
    assert result.exit_code == 1
    assert f"No Ollama server answers at {NOBODY}: start it with `ollama serve`" in result.stderr


def test_the_full_profile_asks_the_server_for_its_chat_model(folder: Path, server: LlmHub) -> None:
    result = runner(folder, server.address, profile="full")("pull", "llama3-8b")
    assert result.exit_code == 1
    assert "knows no model 'llama3:8b'" in result.stderr


def test_from_a_folder_nothing_is_asked_of_a_server(folder: Path) -> None:
    result = runner(folder, NOBODY)("pull", "llama3-8b", "--from", folder)
    assert result.exit_code == 0
    assert runner(folder, NOBODY)("pull", "llama3:8b", "--from", folder).exit_code == 2
