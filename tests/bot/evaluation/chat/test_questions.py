"""Files of prompts, texts and rated answers, as people write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluation.chat.questions import (
    Kind,
    Question,
    Questions,
    read_questions,
    read_scale,
    write_answers,
)
from bot.evaluation.rows import DataError
from bot.texts import Texts

SAY = Texts().say("en")


def read(folder: Path, text: str, name: str = "x.csv", **options: str) -> Questions:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_questions(path, **options)


def test_a_prompt_may_have_several_right_answers(tmp_path: Path) -> None:
    found = read(tmp_path, 'prompt,answer,answer_2,answer_10\np,a,,c\nq,"[""x"", ""y""]",x,z\nr,[1],,\n')
    assert found.kind is Kind.PROMPTS
    assert [one.references for one in found.items] == [("a", "c"), ("x", "y", "z"), ("[1]",)]


def test_a_prompt_may_have_a_system_text_and_no_answer(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "\ufeffprompt;answer;system\nпривет;;Ты поэт\n").items
    assert one == Question(1, "привет", (), "Ты поэт")


def test_lines_of_json_are_read_as_well(tmp_path: Path) -> None:
    lines = ['{"prompt": "p", "answer": ["a", "b"]}', "", "{", "[]", '{"prompt": null, "answer": "c"}']
    found = read(tmp_path, "\n".join(lines), "x.jsonl")
    assert [one.references for one in found.items] == [("a", "b")]
    assert [fault.row for fault in found.faults] == [2, 3, 4]
    assert found.faults[1].said(SAY) == "The row is no JSON object."


def test_one_list_of_json_is_read_as_well(tmp_path: Path) -> None:
    found = read(tmp_path, '\n[{"text": "a"}, 5]', "x.json")
    assert (found.kind, [one.references for one in found.items]) == (Kind.TEXTS, [("a",)])
    assert len(found.faults) == 1
    with pytest.raises(DataError, match="no-json"):
        read(tmp_path, "[{", "y.json")


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "q,a,a_2\nx,y,z\n", prompt_column="q", answer_column="a").items
    assert (one.prompt, one.references) == ("x", ("y", "z"))


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("prompt,reference", Kind.PROMPTS),
        ("Вопрос,Ответ", Kind.PROMPTS),
        ("question,answer_1", Kind.PROMPTS),
        ("Prompt,References,", Kind.PROMPTS),
        ("prompt,reference,response", Kind.ANSWERED),
        ("prompt,answer,Coherence", Kind.ANSWERED),
        ("вопрос,ответ модели,связность", Kind.ANSWERED),
        ("Текст,номер", Kind.TEXTS),
    ],
)
def test_columns_are_known_by_their_usual_names(tmp_path: Path, heading: str, kind: Kind) -> None:
    found = read(tmp_path, f"{heading}\n{'p,1,1'[: 2 * heading.count(',') + 1]}\n")
    assert found.kind is kind
    assert len(found.items) == 1


def test_ratings_may_stand_on_another_scale(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("prompt,answer,fluency\na,b,5\nc,d,2\ne,f,6\n")
    found = read_questions(path, scale=read_scale("1-5"))
    assert [one.ratings for one in found.items] == [{"fluency": 1.0}, {"fluency": 0.25}]
    assert "not between 1 and 5: 6. --scale" in found.faults[0].said(SAY)


@pytest.mark.parametrize("text", ["5", "5-1", "a-b", "1-1", ""])
def test_a_scale_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="bad-scale"):
        read_scale(text)


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("prompt,label", "no column “answer”; it has prompt, label"),
        ("words,answer", "neither a column “prompt” nor “text”; it has words, answer"),
        ("", "is empty"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, heading: str, words: str) -> None:
    with pytest.raises(DataError) as refused:
        read(tmp_path, f"{heading}\na,b\n" if heading else "")
    assert words in refused.value.why.said(SAY)


def test_the_answers_come_back_as_they_were_written(tmp_path: Path) -> None:
    asked = [
        Question(1, "=1+1", ("2", "two"), "-s"),
        Question(2, 'Line\n"two"', (), ""),
    ]
    path = tmp_path / "answers.csv"
    write_answers(path, [(asked[0], "@two"), (asked[1], "Да, конечно")])
    text = path.read_text(encoding="utf-8")
    assert text.startswith("\ufeffsystem,prompt,reference,reference_2,answer,coherence,relevance,fluency")
    assert "'=1+1" in text  # a spreadsheet must not compute it
    found = read_questions(path)
    assert found.kind is Kind.ANSWERED
    assert not found.faults
    again = [(one.prompt, one.references, one.system, one.answer, one.ratings) for one in found.items]
    assert again == [
        ("=1+1", ("2", "two"), "-s", "@two", {}),
        ('Line\n"two"', (), "", "Да, конечно", {}),
    ]


def test_a_single_column_needs_no_quotes(tmp_path: Path) -> None:
    (one,) = read(tmp_path, 'text\nYes, and "no"; perhaps\n').items
    assert one.references == ('Yes, and "no"; perhaps',)


def test_a_row_with_too_many_cells_is_named_and_not_cut(tmp_path: Path) -> None:
    found = read(tmp_path, "prompt,answer\nHello, world,hi\np,a,,\n")
    assert [(fault.row, fault.said(SAY)[:38]) for fault in found.faults] == [
        (1, "The row has more cells than the headin")
    ]
    assert [one.prompt for one in found.items] == ["p"]


def test_halves_of_characters_do_no_harm(tmp_path: Path) -> None:
    (one,) = read(tmp_path, '{"prompt": "a\\ud83d", "answer": 12}', "x.jsonl").items
    assert (one.prompt, one.references) == ("a?", ("12",))


def test_ratings_are_numbers_from_0_to_1(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "prompt;reference;answer;coherence;relevance;fluency;rater\n"
        "p;r;a;0,9;;1;Аня\np;r;a;90;1;1;\np;r;a;good;1;1;\np;r;;1;1;1;\np;r;a;nan;1;1;\n",
    )
    (one,) = found.items
    assert (dict(one.ratings), one.rater) == ({"coherence": 0.9, "fluency": 1.0}, "Аня")
    assert [fault.said(SAY) for fault in found.faults] == [
        "The coherence is not between 0 and 1: 90. --scale names another worst and best.",
        "The coherence is no number: good.",
        "There is no answer in this row.",
        "The coherence is not between 0 and 1: nan. --scale names another worst and best.",
    ]


def test_only_the_first_rows_are_read_where_that_is_wished(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps({"text": str(number)}) + "\n" for number in range(9)))
    assert len(read_questions(path, limit=3).items) == 3


def test_the_sample_has_a_dozen_prompts_with_answers() -> None:
    found = read_questions(Path(__file__).parents[4] / "docs" / "samples" / "questions.csv")
    assert (len(found.items), found.faults) == (12, ())
    assert all(one.references for one in found.items)
