"""Which column of a table holds what: data sets have many names for the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .rows import DataError
from .telling import Told, told

USUAL = {
    name: names.split()
    for name, names in {
        "text": "text sentence review comment message tweet post content document phrase utterance "
        "текст предложение отзыв комментарий сообщение твит пост фраза",
        "label": "label sentiment class category mood polarity emotion labels target rating stars score "
        "метка тональность класс категория настроение эмоция разметка оценка",
        "file": "file filename path filepath image imagepath picture photo img audio audiopath sound wav clip "
        "recording slicefilename fname файл имяфайла путь изображение картинка фото фотография снимок аудио звук "
        "запись",
        "prompt": "prompt question instruction query вопрос запрос промпт инструкция",
        "answer": "answer answers response output completion prediction ответ ответмодели ответы",
        "reference": "reference references referenceanswer expected target gold ideal эталон эталоны "
        "эталонныйответ правильныйответ",
        "rater": "rater annotator оценщик эксперт",
        "coherence": "coherence связность",
        "relevance": "relevance релевантность уместность",
        "fluency": "fluency беглость грамотность",
    }.items()
}
"""Name of the column in Chutko's own data -> names in those of others, the likeliest first."""
_NUMBERED = re.compile(r"(.*?)([0-9]*)", re.DOTALL)


def find_column(source: object, columns: Sequence[str], wanted: str, option: str) -> str:
    """The column `wanted`, as `column_like` finds it. Raises DataError, which names `option` as the way out."""
    found = column_like(columns, wanted)
    if found is None:
        raise DataError(no_column(source, columns, wanted, option))
    return found


def no_column(source: object, columns: Sequence[str], wanted: str, option: str) -> Told:
    """The sentence of `find_column`."""
    return told("no-column", path=str(source), wanted=wanted, columns=", ".join(columns), option=option)


def column_like(columns: Sequence[str], wanted: str) -> str | None:
    """The column `wanted`, whatever its capitals; else the likeliest of the usual names for such a one."""
    plain = {_plain(column): column for column in reversed(columns)}
    names = map(_plain, USUAL.get(wanted, (wanted,)))
    return wanted if wanted in columns else next((plain[name] for name in names if name in plain), None)


def columns_like(columns: Sequence[str], wanted: str) -> list[str]:
    """The column `wanted` and those numbered after it: `answer`, `answer_2`, `answer_3` and so on, in this order."""
    stems: dict[str, list[tuple[int, str]]] = {}
    for column in columns:
        stem, number = _NUMBERED.fullmatch(_plain(column)).groups()  # type: ignore[union-attr]  # all fit
        stems.setdefault(stem, []).append((int(number or 0), column))
    names = map(_plain, USUAL.get(wanted, (wanted,)))
    family = next((stems[name] for name in names if name in stems), [])
    return [column for _, column in sorted(family)] or [column for column in columns if column == wanted]


def _plain(name: str) -> str:
    """Letters and digits alone: `File Name`, `file_name` and `FILENAME` are one."""
    return "".join(filter(str.isalnum, name.casefold()))
