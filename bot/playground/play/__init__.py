"""The people's side: what the page and scripts do as people, JSON under `/play` (docs/playground.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.routing import Route

from bot.playground.media import MediaTaker
from bot.playground.play import actions, chats, mood, posting, stream
from bot.playground.play.inputs import Play
from bot.playground.teller import Mood
from bot.playground.world import World

Status = Callable[[], Mapping[str, Any]]


def routes(world: World, media: MediaTaker, status: Status, teller: Mood | None) -> list[Route]:
    """Every route under `/play`."""
    play = Play(world, media, status, teller)
    table = {
        ("GET", "/state"): chats.state,
        ("PATCH", "/settings"): chats.change_settings,
        ("POST", "/people"): chats.add_person,
        ("PATCH", "/people/{person:int}"): chats.change_person,
        ("POST", "/chats"): chats.add_chat,
        ("POST", "/chats/{chat}/title"): chats.set_title,
        ("POST", "/chats/{chat}/members"): chats.set_membership,
        ("POST", "/chats/{chat}/topics"): chats.add_topic,
        ("PATCH", "/chats/{chat}/topics/{topic:int}"): chats.change_topic,
        ("POST", "/chats/{chat}/upgrade"): chats.upgrade_chat,
        ("GET", "/chats/{chat}/messages"): posting.list_messages,
        ("POST", "/chats/{chat}/messages"): posting.post_message,
        ("POST", "/chats/{chat}/forward"): posting.forward,
        ("POST", "/chats/{chat}/messages/{message:int}/forward"): posting.forward_one,
        ("POST", "/chats/{chat}/messages/{message:int}/edit"): actions.edit,
        ("POST", "/chats/{chat}/messages/{message:int}/delete"): actions.delete,
        ("POST", "/chats/{chat}/react"): actions.react,
        ("POST", "/chats/{chat}/press"): actions.press,
        ("POST", "/chats/{chat}/vote"): actions.vote,
        ("POST", "/chats/{chat}/stop"): actions.stop,
        ("GET", "/mood/{chat}"): mood.words,
        ("GET", "/mood/{chat}/picture.png"): mood.picture,
        ("GET", "/faults"): actions.list_faults,
        ("POST", "/faults"): actions.add_fault,
        ("DELETE", "/faults"): actions.clear_faults,
        ("GET", "/files/{file_id}"): stream.get_file,
        ("GET", "/events"): stream.events,
    }
    return [
        Route(path, play.endpoint(handler), methods=[method]) for (method, path), handler in table.items()
    ]
