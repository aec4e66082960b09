"""`chutko evaluate chat` from the file to the report, with servers that answer over HTTP."""

from __future__ import annotations

import csv
import json
import math
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.app import app
from bot.config import ConfigError
from tests.bot.cli.scripted import running
from tests.bot.house import ScriptedLlm
from tests.skills.models.llm_server import ROOT, llm_server
from tests.skills.models.tiny_gguf import make_tiny_gguf

for library in ("sacrebleu", "rouge_score", "krippendorff"):
    pytest.importorskip(library, reason="the extra `evaluate` is not installed")

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def llm() -> ScriptedLlm:
    return ScriptedLlm()


@pytest.fixture
def host(llm: ScriptedLlm) -> Iterator[str]:
    with running(llm) as address:
        yield address


def config(folder: Path, host: str, model: str = "m") -> Path:
    path = folder / "config.toml"
    path.write_text(f'[chat]\nhost = "{host}"\nmodel = "{model}"\nnum_ctx = 256\nkeep_alive = "1m"\n')
    return path


def evaluate(folder: Path, host: str, *arguments: object, model: str = "m") -> Result:
    command = ["--config", str(config(folder, host, model)), "evaluate", "chat", "--language", "en"]
    result = CliRunner().invoke(app, [*command, *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def write(folder: Path, text: str, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_answers_are_compared_with_the_references(tmp_path: Path, llm: ScriptedLlm, host: str) -> None:
    script = {"cat?": "the cat sat on the mat", "Кто на окне?": "Кошка СИДИТ на окне."}
    llm.script = lambda question: script[question]
    data = write(
        tmp_path,
        "prompt,answer,system\ncat?,the cat is on the mat,Be brief\nКто на окне?,кошка спит на окне,\n",
    )
    report = tmp_path / "report.html"
    result = evaluate(tmp_path, host, data, "--json", "-o", report)
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert (figures["skill"], figures["model"], figures["success_rate"]) == ("chat", "m", 1.0)
    # 5 of 6 and 2 of 5 words (a full stop is one), and so on; no 4-gram of 5 counts as half a one
    assert figures["bleu"] == pytest.approx((7 / 11 * 4 / 9 * 1 / 7 * 0.5 / 5) ** (1 / 4), rel=0.001)
    assert figures["bleu_signature"].startswith("nrefs:1|")
    assert figures["rouge_l"] == pytest.approx((5 / 6 + 3 / 4) / 2)
    assert figures["perplexity"] is None
    assert figures["notes"][0].startswith("No perplexity: this server cannot say")
    assert figures["speed"]["tokens_per_s"] == pytest.approx(5)
    first = figures["speed"]["first_token_s"]["mean"]
    assert figures["speed"]["hundred_tokens_s"] == pytest.approx(first + 99 / 5)
    assert [one["answer"] for one in figures["answers"]] == list(script.values())
    assert llm.prompts[0] == [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "cat?"},
    ]
    html = report.read_text(encoding="utf-8")
    assert html.count("data:image/png;base64,") == 2
    assert "Кошка СИДИТ на окне." in html
    assert "http" not in html


def test_the_table_names_every_figure_beside_that_of_the_report(
    tmp_path: Path, llm: ScriptedLlm, host: str
) -> None:
    result = evaluate(tmp_path, host, write(tmp_path, "prompt,answer\nhi,You said: hi\n"))
    assert result.exit_code == 0, result.stderr
    lines = {line.split("  ")[0]: line for line in result.stdout.splitlines()}
    assert "100% (1 of 1)" in lines["prompts answered"]
    assert "0.61" in lines["ROUGE-L"]
    assert "nrefs:1|" in lines["BLEU's signature"]


def test_a_prompt_that_fails_is_named_and_the_others_go_on(
    tmp_path: Path, llm: ScriptedLlm, host: str
) -> None:
    llm.script = lambda question: {"silent": "", "bad": 1 / 0 if question == "bad" else ""}.get(
        question, "fine"
    )
    data = write(tmp_path, "prompt,answer\na,fine\nbad,x\nsilent,x\n,x\nb,\n")
    result = evaluate(tmp_path, host, data, "--json")
    figures = json.loads(result.stdout)
    assert (result.exit_code, figures["asked"], figures["answered"]) == (1, 4, 2)
    assert [fault["row"] for fault in figures["failed"]] == [2, 3, 4]
    assert figures["failed"][1]["error"] == "The model gave no answer."
    assert figures["notes"][1].startswith("1 of the answers")
    assert figures["rouge_l"] == 1.0


def test_people_rate_the_answers_and_nobody_is_asked_again(
    tmp_path: Path, llm: ScriptedLlm, host: str
) -> None:
    answers = tmp_path / "answers.csv"
    result = evaluate(
        tmp_path, host, write(tmp_path, "prompt,answer\nhi,You said: hi\nоу,да\n"), "--answers", answers
    )
    assert result.exit_code == 0, result.stderr
    asked = len(llm.prompts)
    for name, given in (("anna.csv", "0,9"), ("boris.csv", "0.7")):
        rows = list(csv.DictReader(answers.read_text(encoding="utf-8-sig").splitlines()))
        for row in rows:
            row |= {"coherence": given, "relevance": "1"}
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
    result = evaluate(tmp_path, NOBODY, tmp_path / "anna.csv", tmp_path / "boris.csv", "--json")
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert len(llm.prompts) == asked
    coherence = figures["ratings"]["coherence"]
    assert coherence["mean"] == pytest.approx(0.8)
    assert coherence["difference"] == pytest.approx(0.2)
    assert (coherence["answers"], coherence["raters"]) == (2, 2)
    assert figures["ratings"]["relevance"]["alpha"] is None
    assert "fluency" not in figures["ratings"]
    assert (figures["model"], figures["speed"], figures["answers"][0]["rouge_l"]) == (None, None, 1.0)
    assert "Ratings by people" in evaluate(tmp_path, NOBODY, tmp_path / "anna.csv").stdout


def test_a_server_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        evaluate(tmp_path, NOBODY, write(tmp_path, "prompt,answer\na,b\n"))


def test_several_files_of_prompts_are_refused(tmp_path: Path) -> None:
    data = write(tmp_path, "prompt,answer\na,b\n")
    with pytest.raises(ConfigError, match="several raters"):
        evaluate(tmp_path, NOBODY, data, data)


def test_the_data_is_never_written_over(tmp_path: Path) -> None:
    data = write(tmp_path, "prompt,answer\na,b\n")
    for option in ("--out", "--answers"):
        with pytest.raises(ConfigError, match="is the data itself"):
            evaluate(tmp_path, NOBODY, data, option, data)


def test_answers_cannot_be_written_for_texts(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="for prompts"):
        evaluate(tmp_path, NOBODY, write(tmp_path, "text\na\n"), "--answers", tmp_path / "a.csv")


def test_ctrl_c_gives_what_is_done_so_far(tmp_path: Path, llm: ScriptedLlm, host: str) -> None:
    reached = threading.Event()

    def script(question: str) -> str:
        if question == "slow":
            llm.word_s = 60
            reached.set()
        return "done so far"

    llm.script = script
    data = write(tmp_path, "prompt,answer\nquick,done so far\nslow,x\nnever,x\n")
    command = [sys.executable, "-m", "bot", "--config", str(config(tmp_path, host))]
    process = subprocess.Popen(
        [*command, "evaluate", "chat", str(data), "--json", "--language", "en"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert reached.wait(120)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    figures = json.loads(out)
    assert process.returncode == 130
    assert (figures["asked"], figures["rouge_l"]) == (1, 1.0)
    assert figures["notes"][-1] == "Stopped after 1 of 3 rows."


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Our own server, with a model of random weights."""
    path = make_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")
    with llm_server({"tiny": path}) as (address, _):
        yield address


def figures_of(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_our_own_server_gives_the_perplexity_of_the_references(tmp_path: Path, tiny: str) -> None:
    data = write(tmp_path, "prompt,answer\na,Да\nb,no\n")
    figures = figures_of(evaluate(tmp_path, tiny, data, "--max-tokens", 5, "--json", model="tiny"))
    assert figures["notes"] == []
    assert figures["scored_tokens"] == len("Даno".encode())
    one, two = (math.log(each["perplexity"]) for each in figures["perplexities"])
    # Every token counts the same: four are of the one, two of the other.
    assert math.log(figures["perplexity"]) == pytest.approx((4 * one + 2 * two) / 6)
    assert figures["mean_negative_log_likelihood"] == pytest.approx(math.log(figures["perplexity"]))
    assert figures["memory_bytes"] > 0  # by the server, which is none of our processes


def test_plain_texts_have_a_perplexity_without_a_question(tmp_path: Path, tiny: str) -> None:
    data = write(tmp_path, "text\nabcd\nx\n")
    result = evaluate(tmp_path, tiny, data, "--json", model="tiny")
    figures = json.loads(result.stdout)
    assert (result.exit_code, figures["asked"], figures["success_rate"]) == (1, 0, None)
    assert [each["row"] for each in figures["perplexities"]] == [1]
    assert figures["failed"] == [{"row": 2, "name": "x", "error": "No perplexity: the text is too short."}]


@pytest.mark.models
def test_words_in_order_surprise_a_real_model_less(tmp_path: Path) -> None:
    from bot.config import load
    from bot.offline import open_models

    store, _, _ = open_models(load())
    if not store.has("qwen2.5-coder-0.5b"):
        pytest.skip("qwen2.5-coder-0.5b is not in the cache: `chutko models pull` fetches it")
    data = write(
        tmp_path, "text\nThe sun rises in the east every morning.\nevery the in rises morning. sun The east\n"
    )
    path = tmp_path / "config.toml"
    path.write_text('[models]\nchat = "qwen2.5-coder-0.5b"\n[chat]\nnum_ctx = 256\n')
    figures = figures_of(
        CliRunner().invoke(
            app, ["--config", str(path), "evaluate", "chat", str(data), "--json", "--language", "en"]
        )
    )
    in_order, shuffled = (each["perplexity"] for each in figures["perplexities"])
    assert 1 < in_order < shuffled / 5
