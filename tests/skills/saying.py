"""The real texts, for tests of `render`. Skills know nothing of the bot, their tests may."""

from __future__ import annotations

from bot.texts import Speaker, Texts


def russian() -> Speaker:
    return Texts().say("ru")


def english() -> Speaker:
    return Texts().say("en")
