"""The mood of a group as a page shows it beside the chat: the same picture and words as /mood, whenever asked."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, Literal

from bot.mood.analyst import Analyst
from bot.mood.periods import recent
from bot.mood.picture import mood_chart
from bot.mood.view import MoodView
from bot.mood.words import sentences
from bot.painter import Painter
from bot.texts import Speaker, Texts
from skills import Chart
from storage.mood_groups import MoodGroup, MoodGroups

_KEPT = 8
"""Pictures: light and dark ones of the periods that somebody looks at."""
Name = Literal["day", "week", "month"]


class LiveMood:
    """`words` and `picture` are None for a group that is not watched.

    They raise AnalystFailed, `picture` also ChartFailed.
    """

    def __init__(
        self,
        groups: MoodGroups,
        analyst: Analyst,
        painter: Painter,
        texts: Texts,
        least_people: int,
        waiting: Callable[[], int],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._groups = groups
        self._analyst = analyst
        self._painter = painter
        self._texts = texts
        self._least_people = least_people
        self.waiting = waiting
        """How many overheard messages have no score yet."""
        self._now = now
        self._drawn: OrderedDict[tuple[str, bool], bytes] = OrderedDict()

    async def words(
        self, chat_id: int, period: Name, thread_id: int | None, language: str
    ) -> Mapping[str, Any] | None:
        """`text`, two sentences; `mark`, which changes with the picture; `waiting`: more is on its way."""
        waiting = bool(self.waiting())
        group = await self._watched(chat_id)
        if group is None:
            return None
        say = self._texts.say(language)
        view = await self._view(group, period, thread_id)
        chart = await self._chart(group, view, thread_id, say)
        return {"text": sentences(view, say), "mark": _mark(chart), "waiting": waiting}

    async def picture(
        self, chat_id: int, period: Name, thread_id: int | None, language: str, *, dark: bool
    ) -> bytes | None:
        """A PNG, drawn anew if it shows anything new."""
        group = await self._watched(chat_id)
        if group is None:
            return None
        view = await self._view(group, period, thread_id)
        chart = await self._chart(group, view, thread_id, self._texts.say(language))
        key = _mark(chart), dark
        png = self._drawn.pop(key, None) or await self._painter.draw(chart, dark=dark)
        self._drawn[key] = png
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return png

    async def _watched(self, chat_id: int) -> MoodGroup | None:
        group = await self._groups.get(chat_id)
        return group if group is not None and group.watched else None

    async def _view(self, group: MoodGroup, period: Name, thread_id: int | None) -> MoodView:
        return await self._analyst.view(
            group.id, recent(period, self._now(), group.settings.time_zone), thread_id
        )

    async def _chart(self, group: MoodGroup, view: MoodView, thread_id: int | None, say: Speaker) -> Chart:
        topic = ""
        if thread_id is not None:
            topic = (await self._groups.topic_names(group.id)).get(thread_id) or say("mood-general")
        return mood_chart(view, say, group.title, topic=topic, least_people=self._least_people)


def _mark(chart: Chart) -> str:
    return blake2b(json.dumps(chart.data, sort_keys=True).encode(), digest_size=8).hexdigest()
