"""What admins are told about a group's mood: the words, the picture, and the buttons under them."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.mood.letters import Letter
from bot.mood.picture import mood_chart
from bot.mood.readers import Kind
from bot.mood.view import MoodView, Shift
from bot.mood.wording import day_words, period_words, points, signed, title_of, word
from bot.mood.words import sentences
from bot.texts import Speaker
from storage.mood_groups import MoodGroup

DigestTo = Literal["group", "admins", "instead"]
"""`instead`: to the admins, since the bot may not write in the group."""
_DAY_S = 86_400
_SURE_SD, _FAIRLY_SURE_SD = 2.5, 1.5
"""In the spread of a group's days: a shift of the first size is hardly ever chance, one below the second sometimes."""


Write = Callable[[Speaker], Letter]


def alert_letter(group: MoodGroup, shift: Shift, view: MoodView | None, least_people: int) -> Write:
    def write(say: Speaker) -> Letter:
        chart = mood_chart(view, say, group.title, least_people=least_people) if view else None
        return Letter(alert_text(group, shift, say), chart, buttons(say, "shift", group.id))

    return write


def alert_text(group: MoodGroup, shift: Shift, say: Speaker) -> str:
    """Since when, from what to what, how sure, and what the bot cannot know. HTML."""
    size_sd = abs(shift.size_sd)
    return say(
        "telling-shift",
        title=title_of(group),
        direction="up" if shift.after > shift.before else "down",
        since=day_words(shift.at, group.settings.time_zone, say),
        before=_level(shift.before, say),
        after=_level(shift.after, say),
        sure="very" if size_sd >= _SURE_SD else "fairly" if size_sd >= _FAIRLY_SURE_SD else "little",
        times=round(size_sd, 1),
        days=max(1, round((shift.found_at - shift.at) / _DAY_S)),
    )


def digest_letter(group: MoodGroup, view: MoodView, least_people: int, *, to: DigestTo) -> Write:
    def write(say: Speaker) -> Letter:
        head = say("telling-digest", title=title_of(group), period=period_words(view.period, say))
        told = html.escape(sentences(view, say), quote=False)
        blocks = [head, told, *([say("telling-instead")] if to == "instead" else [])]
        chart = mood_chart(view, say, group.title, least_people=least_people)
        # The buttons are for admins.
        keyboard = None if to == "group" else buttons(say, "digest", group.id)
        return Letter("\n\n".join(blocks), chart, keyboard)

    return write


def buttons(say: Speaker, kind: Kind, group_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(say("telling-month"), callback_data=f"mood:open:{group_id}:m")],
            [_button(say(f"telling-stop-{kind}"), "stop", kind, group_id)],
        ]
    )


def stop_buttons(say: Speaker, kind: Kind, group_id: int) -> InlineKeyboardMarkup:
    """For whom they are to stop."""
    return InlineKeyboardMarkup(
        [
            [_button(say("telling-stop-me"), "me", kind, group_id)],
            [_button(say("telling-stop-all"), "all", kind, group_id)],
            [_button(say("telling-back"), "back", kind, group_id)],
        ]
    )


def again_button(say: Speaker, kind: Kind, group_id: int) -> InlineKeyboardMarkup:
    """After a person has stopped them."""
    return InlineKeyboardMarkup([[_button(say("telling-again"), "again", kind, group_id)]])


def settings_button(say: Speaker, group_id: int) -> InlineKeyboardMarkup:
    """After they were stopped for everybody."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(say("mood-settings"), callback_data=f"mood:set:{group_id}")]]
    )


def _button(text: str, action: str, kind: Kind, group_id: int) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=f"telling:{action}:{kind}:{group_id}")


def _level(mean: float, say: Speaker) -> str:
    score = points(mean)
    return say("telling-level", score=signed(score), word=word(score, say))
