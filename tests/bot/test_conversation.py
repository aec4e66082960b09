from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Message

from bot.context import Context
from bot.conversation import Conversation
from bot.dispatch import Incoming
from bot.routing import Me, route
from bot.texts import Texts
from skills.chat import ChatSkill
from storage.database import Database
from storage.history import History

PHOTO = 5


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[History]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'it.sqlite3'}")
    yield History(database)
    await database.close()


@pytest.fixture
def conversation(history: History) -> Conversation:
    chat = SimpleNamespace(count_tokens=len, prompt_budget_tokens=10_000)
    return Conversation(history, cast(ChatSkill, chat), "system", 5_000)


def _context(message_id: int = PHOTO, *, edited: bool = False) -> Context:
    message: dict[str, Any] = {
        "message_id": message_id,
        "date": 1,
        "chat": {"id": 1, "type": "private"},
        "from": {"id": 1, "first_name": "Anna", "is_bot": False},
        "photo": [{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}],
        "caption": "Which cat is bigger?",
    }
    update = {"update_id": 1, "edited_message" if edited else "message": message}
    way = route(update, Me(7, "bot"))
    assert way is not None
    return Context([Incoming(1, way, update)], [Message.de_json(message, None)], Texts().say("en"))


async def test_a_reset_does_not_take_the_photos_from_a_question_that_is_being_answered(
    conversation: Conversation, history: History
) -> None:
    await conversation.remember(_context(), "[photo: a cat]")
    await conversation.remember(_context(), "[photo: a tiger]")
    await history.reset(1)

    prompt = str(await conversation.prompt(_context(), "Which cat is bigger?"))
    assert "a cat" in prompt
    assert "a tiger" in prompt

    assert "tiger" not in str(await conversation.prompt(_context(PHOTO + 1), "And now?"))


async def test_a_corrected_question_is_answered_with_its_photo_and_without_its_old_answer(
    conversation: Conversation,
) -> None:
    await conversation.remember(_context(), "[photo: a cat]")
    await conversation.keep(_context(), "Wich cat?", "The first answer.", [6])

    prompt = str(await conversation.prompt(_context(edited=True), "Which cat?"))

    assert "a cat" in prompt
    assert "Wich" not in prompt
    assert "The first answer." not in prompt
