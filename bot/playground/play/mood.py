"""The mood of a group, for the panel beside its chat."""

from __future__ import annotations

from typing import get_args

from starlette.responses import Response

from bot.playground.errors import PlayError
from bot.playground.play.inputs import Ask
from bot.playground.records import JSON
from bot.playground.teller import MoodTeller, Period

Question = tuple[int, Period, int | None, str]
"""Chat, period, topic (None is the whole group), language."""


async def words(ask: Ask) -> JSON:
    told = await _teller(ask).words(*_question(ask))
    return {"watched": False} if told is None else {"watched": True, **told}


async def picture(ask: Ask) -> Response:
    dark = ask.request.query_params.get("dark", "") in ("1", "true")
    png = await _teller(ask).picture(*_question(ask), dark=dark)
    if png is None:
        raise PlayError(404, "The mood of this group is not watched.")
    return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})


def _teller(ask: Ask) -> MoodTeller:
    if ask.play.mood is None:
        raise PlayError(404, "Nobody here knows of moods.")
    teller = ask.play.mood()
    if teller is None:
        raise PlayError(503, "The bot is still starting.")
    return teller


def _question(ask: Ask) -> Question:
    chat = ask.chat()
    if chat.type not in ("group", "supergroup"):
        raise PlayError(400, "Only groups have a mood.")
    query = ask.request.query_params
    wanted = query.get("period", "week")
    period = next((one for one in get_args(Period) if one == wanted), None)
    if period is None:
        raise PlayError(400, f"`period` must be one of {', '.join(get_args(Period))}.")
    thread = int(ask.number("thread", 0)) if query.get("thread") else None
    if thread and thread not in chat.topics:
        raise PlayError(404, f"There is no topic {thread} in this chat.")
    return chat.id, period, thread, query.get("language_code", "")
