"""What a group of neighbours says in a month, for the pictures of its mood (docs/screenshots.py)."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

DAYS = 30
MESSAGES_A_DAY = 24
WORSE_FROM_DAY, BETTER_FROM_DAY = 11, 21
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Neighbours:
    title: str
    names: Sequence[str]
    """Of those who join the administrator."""
    texts: Mapping[str, Sequence[str]]
    """By mood."""
    now: Sequence[str]
    """The last that is said."""


EN = Neighbours(
    "Riverside gardeners",
    ("Ada", "Ben", "Cora", "Dan", "Eve", "Finn", "Gus", "Hana"),
    {
        "good": (
            "The tomatoes are wonderful this year!",
            "Thank you so much for the seedlings, they are doing great",
            "What a lovely evening by the river, I loved it",
            "Brilliant news, the pump works again!",
            "So happy with the new compost, thanks everyone",
        ),
        "plain": (
            "Who has the key to the shed?",
            "The meeting is on Thursday at six",
            "I left the hose by the gate",
            "Does anybody need lids for jars?",
            "The shop opens at nine",
        ),
        "bad": (
            "The water is off again, this is awful",
            "I am so tired of this fence, it is terrible",
            "Somebody trampled my beds, I am really upset",
            "Everything is ruined by the frost, so sad",
            "I hate it when nobody answers",
        ),
    },
    ("The water is back, hooray!", "Great, thank you for calling them!", "See you all on Saturday then"),
)
RU = Neighbours(
    "Садоводы у реки",
    ("Аня", "Борис", "Вера", "Глеб", "Даша", "Егор", "Женя", "Зоя"),
    {
        "good": (
            "Помидоры в этом году чудесные!",
            "Спасибо огромное за рассаду, всё отлично растёт",
            "Какой прекрасный был вечер у реки, просто счастье",
            "Отличная новость, насос снова работает!",
            "Обожаю наш сад, вы лучшие соседи",
        ),
        "plain": (
            "У кого ключ от сарая?",
            "Собрание в четверг в шесть",
            "Шланг лежит у ворот",
            "Кому нужны крышки для банок?",
            "Магазин открывается в девять",
        ),
        "bad": (
            "Воду опять отключили, это ужасно",
            "Как же надоел этот забор, всё плохо",
            "Кто-то потоптал мои грядки, очень обидно",
            "Мороз всё погубил, так грустно",
            "Ненавижу, когда никто не отвечает",
        ),
    },
    ("Воду дали, ура!", "Как хорошо, спасибо, что дозвонились!", "Тогда до субботы"),
)


def month(neighbours: Neighbours) -> Iterator[tuple[int, int, str]]:
    """(Unix time, person, text) up to an hour ago, oldest first: good days, worse ones, and good ones again.

    Person 0 is the administrator, the others are those of `names`.
    """
    chance = random.Random(5)
    until = int(time.time()) - 3600
    times = sorted(chance.random() for _ in range(DAYS * MESSAGES_A_DAY))
    for part in times:
        day = part * DAYS
        worse = WORSE_FROM_DAY <= day < BETTER_FROM_DAY
        weights = (1, 3, 4) if worse else (4, 4, 1)
        kind = chance.choices(("good", "plain", "bad"), weights)[0]
        at = until - int((1 - part) * DAYS * DAY_S)
        if 7 <= at // 3600 % 24 <= 22:
            yield at, chance.randint(0, len(neighbours.names)), chance.choice(neighbours.texts[kind])
