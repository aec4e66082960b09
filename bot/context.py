"""One message on its way through the handlers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Message

from .dispatch import Incoming
from .replies import Place
from .routing import Route
from .texts import Speaker


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler needs to know about the message (or album) that it answers."""

    items: Sequence[Incoming]
    messages: Sequence[Message]
    """One, or the parts of an album in order."""
    say: Speaker
    old_answers: tuple[int, ...] = ()
    """Messages that answered this one before it was edited."""

    @property
    def route(self) -> Route:
        return self.items[0].route

    @property
    def message(self) -> Message:
        return self.messages[0]

    @property
    def private(self) -> bool:
        return self.message.chat.type == "private"

    @property
    def person_name(self) -> str:
        """How the person is called in the history and in prompts."""
        sender = self.message.from_user
        if sender is not None:
            return sender.full_name
        return (self.message.sender_chat.title if self.message.sender_chat else "") or ""

    @property
    def place(self) -> Place:
        """Where the answer goes: in groups it quotes the message."""
        reply_to = None if self.private else self.message.message_id
        return Place(self.route.chat_id, self.route.thread_id, reply_to)

    @property
    def quoting(self) -> Place:
        """Where an answer goes that may come late: it quotes the message everywhere."""
        return Place(self.route.chat_id, self.route.thread_id, self.message.message_id)
