"""`chutko evaluate` from the file to the report."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import bot
from bot.cli.app import app
from bot.cli.evaluate.classifying import _scores
from bot.config import ConfigError, load
from bot.evaluation.page import Sheet, page
from bot.offline import open_models
from skills import Scored
from skills.photo import Photo
from tests.media_samples import cat_picture


def evaluate(*arguments: object) -> Result:
    result = CliRunner().invoke(
        app, ["evaluate", str(arguments[0]), "--language", "en", *map(str, arguments[1:])]
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def needs(skill: str) -> None:
    store, _, cards = open_models(load())
    if not store.has(cards[skill].id):
        pytest.skip(f"{cards[skill].id} is not in the cache: `chutko models pull` fetches it")


def test_its_libraries_come_with_the_program() -> None:
    project = tomllib.loads(Path(bot.__file__).parents[1].joinpath("pyproject.toml").read_text())["project"]
    installed = {re.match(r"[\w.-]+", each)[0] for each in project["dependencies"]}  # type: ignore[index]
    assert installed >= {"scikit-learn", "pycocotools", "sacrebleu", "rouge-score", "krippendorff"}


def test_a_table_without_the_column_is_refused_with_its_columns(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("words,label\na,neutral\n")
    with pytest.raises(ConfigError, match="no column “text”; it has words, label"):
        evaluate("sentiment", tmp_path / "x.csv")


def test_a_table_without_a_usable_row_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("text,label\na,fine\n,neutral\n")
    with pytest.raises(ConfigError, match=r"no such class: fine \(1\)\.\nRow 2: There is nothing"):
        evaluate("sentiment", tmp_path / "x.csv")


def test_a_report_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("text,label\na,neutral\n")
    with pytest.raises(ConfigError, match="cannot be written"):
        evaluate("sentiment", tmp_path / "x.csv", "-o", tmp_path)
    with pytest.raises(ConfigError, match="cannot be written to the screen"):
        evaluate("sentiment", tmp_path / "x.csv", "-o", "-")


def test_of_two_classes_with_one_name_the_likelier_counts() -> None:
    result = Photo((Scored("crane", 0.5), Scored("owl", 0.3), Scored("crane", 0.2)), 1, 1)
    assert _scores("photo", result) == {"crane": 0.5, "owl": 0.3}


def test_nothing_in_the_data_becomes_part_of_the_page() -> None:
    evil = '<script>alert("x")</script>'
    html = page(evil, [Sheet(evil, (evil,), [[evil]])], {evil: b"png"}, [evil], evil)
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 9


def test_words_and_figures_of_a_report_stay_whole_and_empty_tables_are_left_out() -> None:
    first = Sheet("Figures", ("what", "value"), [("x" * 300, "100.0%")])
    shown = page("Report", [first, Sheet("Mistakes", ("row",), [])], {}, [], "")
    assert f'<td class="long">{"x" * 300}</td><td>100.0%</td>' in shown
    assert "Mistakes" not in shown


@pytest.mark.models
def test_texts_are_evaluated_with_a_report_that_needs_no_other_file(tmp_path: Path) -> None:
    data, report = tmp_path / "x.csv", tmp_path / "report.html"
    data.write_text(
        "text,label\nЗамечательно, я счастлив!,positive\nУжасно, ненавижу,negative\n,neutral\nм,skip\n".replace(
            "о, ", "о "
        ),
        encoding="utf-8",
    )
    result = evaluate("sentiment", data, "--json", "-o", report)
    assert result.exit_code == 1  # for the empty row
    figures = json.loads(result.stdout)
    assert (figures["model"], figures["used"], figures["accuracy"]) == ("use-sentiment", 2, 1.0)
    assert [fault["row"] for fault in figures["failed"]] == [3]
    assert figures["notes"] == ["1 row left out, as the model has no such class: skip (1)."]
    assert {"date", "machine", "versions"} <= figures.keys()
    html = report.read_text(encoding="utf-8")
    assert html.count("data:image/png;base64,") == 3
    assert "http" not in html


@pytest.mark.models
def test_a_report_is_in_the_language_that_is_wished(tmp_path: Path) -> None:
    data, report = tmp_path / "x.csv", tmp_path / "report.html"
    data.write_text("Отзыв;Оценка\r\nЗамечательно, я счастлив!;5\r\nУжасно;1\r\nТак;\r\n", encoding="cp1251")
    result = evaluate("sentiment", data, "-o", report, "--language", "ru")
    assert result.exit_code == 1
    html = report.read_text(encoding="utf-8")
    assert '<html lang="ru">' in html
    for words in (
        "Матрица ошибок",
        "полнота",
        "Windows-1251",
        "«Отзыв»",
        "5 → positive",
        "В строке нет метки.",
    ):
        assert words in html
    assert "доля верных ответов (accuracy)  100.0%" in result.stdout


@pytest.mark.models
def test_pictures_are_evaluated(tmp_path: Path) -> None:
    needs("photo")
    cat_picture(tmp_path)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "x.csv").write_text("file,label\ncat.png,egyptian CAT\nbroken.png,tabby\n")
    result = evaluate("photo", tmp_path / "x.csv", "--json")
    figures = json.loads(result.stdout)
    assert (result.exit_code, figures["used"], figures["top5_accuracy"]) == (1, 1, 1.0)
    assert [fault["name"] for fault in figures["failed"]] == ["broken.png"]


@pytest.mark.models
def test_the_detector_is_evaluated_on_frames(tmp_path: Path) -> None:
    needs("video")
    cat_picture(tmp_path)  # the cat's head and shoulders fill it
    coco = {
        "images": [{"id": 1, "file_name": "cat.png"}],
        "categories": [{"id": 4, "name": "cat"}],
        "annotations": [{"image_id": 1, "category_id": 4, "bbox": [10, 0, 440, 300]}],
    }
    (tmp_path / "x.json").write_text(json.dumps(coco))
    result = evaluate("video", tmp_path / "x.json", "--json")
    figures = json.loads(result.stdout)
    assert (result.exit_code, figures["objects"], figures["map50"]) == (0, 1, pytest.approx(1.0))
    assert figures["mean_iou"] > 0.7
