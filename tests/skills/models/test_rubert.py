"""RuBERT's loader and its windows, on a tiny checkpoint in the true layout. Its weights are random."""

from __future__ import annotations

import itertools
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skills import Job, Media, MediaKind
from skills.models.rubert import LABELS, RuBert, load
from skills.sentiment import Sentiment, SentimentSkill
from tests.skills import contract
from tests.skills.models.checkpoints import MOODS, write_rubert
from tests.skills.models.full import needs

pytestmark = needs("torch", "transformers")

FIVE = (
    "Этот проект отличный!",
    "Мне совсем не понравилось выполнение задания.",
    "Результат нормальный, но можно улучшить.",
    "Просто ужасно — я не доволен.",
    "Замечательная работа! Всё получилось.",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_rubert(tmp_path_factory.mktemp("rubert"))


@pytest.fixture(scope="module")
def model(files: dict[str, Path]) -> Iterator[RuBert]:
    loaded = load(files, {"threads": 1})
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def pipeline(files: dict[str, Path]) -> Any:
    from transformers import pipeline

    return pipeline("text-classification", model=str(files["config.json"].parent), top_k=None)


def same(ours: Sentiment, theirs: list[dict[str, Any]]) -> bool:
    """Label and scores as transformers' own pipeline gives them."""
    scores = {scored["label"].lower(): scored["score"] for scored in theirs}
    best = max(scores, key=lambda label: scores[label])
    return ours.label == best and ours.probabilities == pytest.approx(scores, abs=1e-4)


def test_labels_and_scores_are_those_of_the_pipeline(model: RuBert, pipeline: Any) -> None:
    texts = [*FIVE, "", "да", "漢字 abc"]
    answers = model.predict(texts)
    assert [same(*pair) for pair in zip(answers, pipeline(texts), strict=True)] == [True] * len(texts)
    assert len({answer.label for answer in answers}) > 1, "the comparison would show nothing"


@pytest.mark.parametrize("order", list(itertools.permutations(("NEUTRAL", "POSITIVE", "negative"))))
def test_which_output_is_which_class_is_read_from_the_config(tmp_path: Path, order: tuple[str, ...]) -> None:
    files = write_rubert(tmp_path, dict(enumerate(order)))
    (answer,) = load(files, {}).predict(["Этот проект отличный!"])
    files["config.json"].write_text(
        files["config.json"]
        .read_text()
        .replace(order[0], "?")
        .replace(order[1], order[0])
        .replace("?", order[1])
    )
    (swapped,) = load(files, {}).predict(["Этот проект отличный!"])
    first, second = order[0].lower(), order[1].lower()
    assert answer.probabilities[first] == pytest.approx(swapped.probabilities[second])
    assert answer.probabilities[second] == pytest.approx(swapped.probabilities[first])
    assert answer.probabilities[first] != pytest.approx(answer.probabilities[second], abs=1e-4)


@pytest.mark.parametrize(
    "id2label",
    [{0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, {0: "POSITIVE", 1: "NEGATIVE"}, {**MOODS, 3: "SKIP"}],
)
def test_a_model_that_does_not_name_the_three_moods_is_refused(
    tmp_path: Path, id2label: dict[int, str]
) -> None:
    files = write_rubert(tmp_path, id2label)
    with pytest.raises(ValueError, match="negative, neutral and positive"):
        load(files, {})


def test_answers_come_in_the_order_of_the_texts_and_do_not_depend_on_their_neighbours(model: RuBert) -> None:
    draw = random.Random(3)
    texts = ["".join(draw.choices("абв где", k=draw.randrange(120))) for _ in range(64)]
    together = model.predict(texts)
    for text, answer in zip(texts, together, strict=True):
        (alone,) = model.predict([text])
        assert answer.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
    assert model.predict([]) == []


def test_a_long_text_is_judged_in_overlapping_windows_to_its_very_end(model: RuBert, pipeline: Any) -> None:
    # every letter is a token: windows of 62 that begin 54 apart, and share 8
    text = " ".join("абвгдежзик" * 13)
    letters = text.split()
    windows = [letters[start : start + 62] for start in (0, 54, 108)]
    assert windows[-1][-1] == letters[-1]
    probabilities = dict.fromkeys(LABELS, 0.0)
    for window, theirs in zip(windows, pipeline([" ".join(window) for window in windows]), strict=True):
        for scored in theirs:
            share = (len(window) + 2) / sum(len(each) + 2 for each in windows)
            probabilities[scored["label"].lower()] += share * scored["score"]
    (answer,) = model.predict([text])
    assert answer.probabilities == pytest.approx(probabilities, abs=1e-4)


def test_any_text_gets_an_answer_whose_probabilities_sum_to_one(model: RuBert, tmp_path: Path) -> None:
    skill, job = SentimentSkill(), Job(tmp_path)
    texts = list(contract.odd_texts().values())
    inputs = [skill.prepare(Media(MediaKind.TEXT, text=text), job) for text in texts]
    for answer in skill.infer(model, inputs, [job] * len(inputs)):
        assert set(answer.probabilities) == set(LABELS)
        assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-6)
        assert answer.confidence == answer.probabilities[answer.label] == max(answer.probabilities.values())
        contract.check_result_is_light(answer)


def test_weights_as_safetensors_give_the_same(tmp_path: Path, model: RuBert) -> None:
    files = write_rubert(tmp_path, safe=True)
    assert "model.safetensors" in files
    for ours, theirs in zip(load(files, {}).predict(FIVE), model.predict(FIVE), strict=True):
        assert ours.probabilities == pytest.approx(theirs.probabilities, abs=1e-6)


def test_weights_without_a_head_are_refused(tmp_path: Path) -> None:
    import torch

    files = write_rubert(tmp_path)
    weights = torch.load(files["pytorch_model.bin"], weights_only=True)
    torch.save(
        {name: w for name, w in weights.items() if "classifier" not in name}, files["pytorch_model.bin"]
    )
    with pytest.raises(ValueError, match=r"classifier\.weight"):
        load(files, {})


def test_weights_that_would_run_code_are_not_unpickled(tmp_path: Path) -> None:
    import torch

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "ran",))

    files = write_rubert(tmp_path / "model")
    torch.save({"evil": Evil()}, files["pytorch_model.bin"])
    with pytest.raises(Exception, match=r"(?i)weights.?only|unpickl"):
        load(files, {})
    assert not (tmp_path / "ran").exists()


def test_loading_asks_no_network(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("the loader went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert load(files, {}).predict(["да"])


def test_a_closed_model_says_so(files: dict[str, Path]) -> None:
    model = load(files, {})
    model.close()
    with pytest.raises(RuntimeError, match="closed"):
        model.predict(["да"])
