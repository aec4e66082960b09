"""`chutko bench` from the command to the figures."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.benchmarking.figures import kept
from bot.cli.bench import bench
from bot.config import ConfigError, Settings, load
from bot.offline import open_models
from tests.bot.cli.scripted import running
from tests.bot.house import ScriptedLlm
from tests.skills.models.llm_server import ROOT


def run(settings: Settings, *arguments: object) -> Result:
    app = typer.Typer()
    app.command()(bench)

    @app.callback()
    def root(context: typer.Context) -> None:
        context.obj = settings

    return CliRunner().invoke(app, ["bench", *map(str, arguments)])


def elsewhere(folder: Path) -> Settings:
    # Port 9 is the discard service: nobody listens there, so that nothing leaves this machine.
    models = {"cache_dir": str(folder / "models"), "index_url": "http://127.0.0.1:9/simple/"}
    return Settings.model_validate({"models": models, "chat": {"host": "http://127.0.0.1:9"}})


def test_a_skill_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    result = run(elsewhere(tmp_path), "smell")
    assert result.exit_code == 2
    assert "no skill smell" in result.stderr


def test_a_model_that_is_not_here_is_named_with_the_command_that_brings_it(tmp_path: Path) -> None:
    result = run(elsewhere(tmp_path), "photo", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["figures"] == []
    assert report["failed"] == [
        {"skill": "photo", "error": "Its model is not here: chutko models pull mobilenet-v2"}
    ]


def test_a_server_that_does_not_answer_is_a_failure_in_words(tmp_path: Path) -> None:
    result = run(elsewhere(tmp_path), "chat", "--json")
    assert result.exit_code == 1
    (failure,) = json.loads(result.stdout)["failed"]
    assert failure["skill"] == "chat"
    assert failure["error"]


def test_it_speaks_the_language_that_is_wished(tmp_path: Path) -> None:
    result = run(elsewhere(tmp_path), "photo", "--language", "ru")
    assert "photo: Модели для этого здесь нет: chutko models pull mobilenet-v2" in result.stderr
    gone = run(elsewhere(tmp_path), "photo", "--language", "ru", "-o", tmp_path / "gone" / "bench.json")
    assert isinstance(gone.exception, ConfigError)
    assert "записать не удалось" in str(gone.exception)


@pytest.mark.models
def test_a_skill_is_measured_and_its_figures_are_kept(tmp_path: Path) -> None:
    settings = elsewhere(tmp_path)  # the mood's model comes with the installation
    result = run(settings, "sentiment", "--runs", "3", "--json", "-o", tmp_path / "bench.json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    (figures,) = report["figures"]
    assert figures["model"] == "use-sentiment"
    assert figures["succeeded"] == figures["runs"] >= 3
    for name in ("load_s", "latency_p50_s", "throughput_per_s", "memory_bytes", "cores"):
        assert figures[name] > 0
    assert figures["latency_p50_s"] <= figures["latency_p95_s"]
    assert figures["reference"]["memory"] == "≈ 700 MB"
    assert json.loads((tmp_path / "bench.json").read_text(encoding="utf-8")) == report
    again = kept(settings.models.root, "use-sentiment")
    assert again is not None
    assert again["machine"] == report["machine"]


@pytest.mark.models
def test_ctrl_c_gives_what_is_measured_so_far(tmp_path: Path) -> None:
    llm, reached = ScriptedLlm(), threading.Event()

    def script(_: str) -> str:
        llm.word_s = 60
        reached.set()
        return "never said to its end"

    llm.script = script
    with running(llm) as host:
        path = tmp_path / "config.toml"
        path.write_text(f'[chat]\nhost = "{host}"\nmodel = "m"\n[models]\ncache_dir = "{tmp_path}"\n')
        command = [sys.executable, "-m", "bot", "--config", str(path), "bench", "sentiment", "chat", "--json"]
        process = subprocess.Popen(
            [*command, "--runs", "1"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            assert reached.wait(120)
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    report = json.loads(out)
    assert (process.returncode, [one["skill"] for one in report["figures"]]) == (130, ["sentiment"])
    assert [one["skill"] for one in report["failed"]] == ["chat"]
    assert "chat: It was stopped" in errors


@pytest.mark.models
@pytest.mark.timeout(600)
def test_the_chat_is_measured_in_tokens(tmp_path: Path) -> None:
    given = load().model_dump()
    wish = {**given, "models": {**given["models"], "chat": "qwen2.5-coder-0.5b"}}
    settings = Settings.model_validate(wish)
    store, _, cards = open_models(settings)
    if not store.has(cards["chat"].id):
        pytest.skip(f"{cards['chat'].id} is not in the cache: `chutko models pull` fetches it")
    result = run(settings, "chat", "--runs", "1", "--json")
    assert result.exit_code == 0, result.stderr
    (figures,) = json.loads(result.stdout)["figures"]
    assert (figures["runs"], figures["succeeded"]) == (1, 1)
    assert 0 < figures["first_token_s"] <= figures["latency_p50_s"]
    # A small model may have said all before its hundredth token; then there is no such figure.
    assert figures["hundred_tokens_s"] in (None, figures["latency_p50_s"])
    assert figures["tokens_per_s"] > 0
    assert figures["memory_bytes"] > figures["size_bytes"] / 2
