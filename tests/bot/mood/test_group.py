"""A small group lives a month in the playground: what is told of it, and what is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from benchmarks._grouplife import ZONE, Planted, lives
from benchmarks.mood_group import ADMIN, Clock, Group, live, matched, move_in
from tests.bot.house import house

TEXTS = {
    "positive": (
        "Какой чудесный день, всё получилось!",
        "Спасибо огромное, вы лучшие!",
        "Обожаю вас, это просто счастье",
        "Ура, мы победили, я так рад!",
        "Отличная новость, очень приятно",
    ),
    "neutral": (
        "Собрание завтра в шесть часов",
        "Кто возьмёт ключи от склада?",
        "Поезд приходит на вторую платформу",
        "Я отправил файл на почту",
        "В магазине есть хлеб и молоко",
    ),
    "negative": (
        "Как же всё надоело, ужасный день",
        "Это отвратительно, я очень зол",
        "Всё плохо, опять ничего не работает",
        "Мне грустно и обидно до слёз",
        "Ненавижу такие дни, сил больше нет",
    ),
}
FIRST = datetime(2025, 3, 3, tzinfo=ZONE)
DAYS, PEOPLE = 21, 8
SHIFTS = (Planted(0, 0.35), Planted(14, -0.8))
STEP_S = 8 * 3600


@pytest.mark.models
@pytest.mark.timeout(120)
async def test_a_shift_of_a_groups_mood_is_told_to_its_admin_once_and_shown_beside_the_chat(
    tmp_path: Path,
) -> None:
    clock = Clock(FIRST.timestamp())
    end = (FIRST + timedelta(days=DAYS)).timestamp()
    group = Group("Allotments", lives(TEXTS, 1, FIRST, DAYS, PEOPLE, SHIFTS, 2.0), SHIFTS[1:])
    async with house(tmp_path, mood=True, now=clock) as home:
        assert (await home.people.get("/play/mood/-1001")).json() == {"watched": False}
        await home.ask("/start")
        await move_in(home, [group], PEOPLE)
        await live(home, clock, [group], end, step_s=STEP_S)
        letters = [message for message in await home.messages(ADMIN) if "photo" in message]
        live_view = f"/play/mood/{group.chat}"
        month = {"period": "month", "language_code": "ru"}
        told = (await home.people.get(live_view, params=month)).json()
        assert (told["watched"], told["waiting"]) == (True, False)
        topic = (await home.people.get(live_view, params={**month, "thread": str(group.topic)})).json()
        assert "17 марта" in told["text"]
        assert topic["mark"] != told["mark"]
        picture = await home.people.get(f"{live_view}/picture.png", params=month)
        assert picture.content.startswith(b"\x89PNG")
    [shift], false_alarms = matched(group, FIRST)
    assert shift["told_after_days"] is not None
    assert (false_alarms, len(letters)) == (0, 1)
