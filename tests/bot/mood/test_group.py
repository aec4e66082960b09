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
DAYS, PEOPLE = 24, 8
SHIFTS = (Planted(0, 0.3), Planted(17, -0.8))


@pytest.mark.models
@pytest.mark.timeout(120)
async def test_a_shift_of_a_groups_mood_is_told_to_its_admin_once_and_nothing_else(tmp_path: Path) -> None:
    today = datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=DAYS)
    clock = Clock(first.timestamp())
    group = Group("Allotments", lives(TEXTS, 1, first, DAYS, PEOPLE, SHIFTS, 2.5), SHIFTS[1:])
    async with house(tmp_path, mood=True, now=clock) as home:
        await home.ask("/start")
        await move_in(home, [group], PEOPLE)
        await live(home, clock, [group], today.timestamp())
        letters = [message for message in await home.messages(ADMIN) if "photo" in message]
        words = await home.people.get(f"/play/mood/{group.chat}", params={"period": "month"})
        assert words.json()["watched"]
    [shift], false_alarms = matched(group, first)
    assert shift["told_after_days"] is not None
    assert (false_alarms, len(letters)) == (0, 1)
