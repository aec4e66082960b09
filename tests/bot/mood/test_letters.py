"""What becomes of a letter that cannot be delivered."""

from __future__ import annotations

from typing import Any, cast

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.mood.letters import Letter, Letters, Sent
from bot.texts import Texts

SAY = Texts().say("en")


def letters(trouble: TelegramError) -> Letters:
    class Replies:
        async def text(self, *_: Any, **__: Any) -> list[int]:
            raise trouble

    nobody = cast(Any, None)
    return Letters(nobody, nobody, cast(Any, Replies()), lambda say: Letter("How it was", None))


@pytest.mark.parametrize(
    ("trouble", "sent"),
    [
        (Forbidden("bot was blocked by the user"), Sent.REFUSED),
        (BadRequest("chat not found"), Sent.REFUSED),
        (NetworkError("no route"), Sent.LATER),
        (RetryAfter(300), Sent.LATER),
        (TimedOut("no answer"), Sent.DOUBTFUL),
    ],
)
async def test_what_went_wrong_says_whether_to_try_again(trouble: TelegramError, sent: Sent) -> None:
    assert await letters(trouble).send(-1, SAY) is sent
