"""Requests of the people's side: who asks, in which chat, with what; and how refusals are told."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from bot.playground.botapi.inputs import safe_name
from bot.playground.errors import ApiError, PlayError
from bot.playground.media import MediaTaker, Upload
from bot.playground.members import chat_changed
from bot.playground.records import JSON, Chat, Message
from bot.playground.teller import Mood
from bot.playground.world import World

UPLOAD_BYTES = 200 * 1024 * 1024
"""Largest file that a person may send here."""
_FIELD_BYTES = 1024 * 1024
_BODY_BYTES = 4 * 1024 * 1024

_log = logging.getLogger(__name__)

Handler = Callable[["Ask"], Awaitable[Any]]


class JSONAnswer(Response):
    """JSON in plain ASCII: texts may hold what UTF-8 cannot."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Created:
    """An answer with status 201."""

    body: Any


@dataclass(frozen=True, slots=True)
class Play:
    """What every request may use."""

    world: World
    media: MediaTaker
    status: Callable[[], Mapping[str, Any]]
    mood: Mood | None
    """None where nobody tells moods."""

    def endpoint(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Read the request, run the handler, keep what changed, answer."""

        async def answer(request: Request) -> Response:
            try:
                result = await handler(await _read(self, request))
            except PlayError as error:
                return JSONAnswer({"error": error.sentence}, error.status)
            except ApiError as error:
                return JSONAnswer({"error": error.description}, error.code)
            except Exception:
                _log.exception("a request of the people's side failed")
                return JSONAnswer({"error": "Something broke in the playground; its log says what."}, 500)
            finally:
                await request.close()
            await self.world.commit()
            if isinstance(result, Response):
                return result
            return JSONAnswer(result.body, 201) if isinstance(result, Created) else JSONAnswer(result)

        return answer


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    play: Play
    request: Request
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()

    @property
    def world(self) -> World:
        return self.play.world

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise PlayError(400, f"`{name}` must be a text.")
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        value = self.fields.get(name)
        if value in (None, ""):
            value = default
        if value is None:
            raise PlayError(400, f"`{name}` is missing.")
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise PlayError(400, f"`{name}` must be a whole number.") from None
        if isinstance(value, bool) or abs(number) >= 2**53:
            raise PlayError(400, f"`{name}` must be a whole number.")
        return number

    def boolean(self, name: str) -> bool:
        value = self.fields.get(name)
        if isinstance(value, str):
            return value.lower() in ("true", "1", "yes")
        return value is True

    def json(self, name: str) -> Any:
        """A value that is JSON text when it comes in a form."""
        value = self.fields.get(name)
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                return json.loads(value)
            except ValueError:
                raise PlayError(400, f"`{name}` is not JSON.") from None
        return value

    def number(self, name: str, default: float) -> float:
        """A number of the address, as `?wait=5`."""
        try:
            number = float(self.request.query_params.get(name, default))
        except ValueError:
            number = math.nan
        if not abs(number) < 2**53:
            raise PlayError(400, f"`{name}` must be a number.")
        return number

    def chat(self) -> Chat:
        """The chat of the address; a person's private chat opens by itself."""
        text = self.request.path_params["chat"]
        try:
            chat_id = int(text)
        except ValueError:
            raise PlayError(404, f"There is no chat {text}.") from None
        chat = self.world.chats.get(chat_id)
        if chat is None:
            if chat_id not in self.world.people:
                raise PlayError(404, f"There is no chat {chat_id}.")
            chat = self.world.open_private_chat(chat_id)
            chat_changed(self.world, chat)
        return chat

    def sender(self, chat: Chat) -> int:
        """Who acts: `from`, or the person of the private chat, or the first member."""
        people = [id_ for id_, member in chat.members.items() if member.inside and id_ != self.world.bot.id]
        if not people:
            raise PlayError(409, "Nobody is in this chat.")
        person = self.integer("from", people[0])
        if person == self.world.bot.id:
            raise PlayError(403, "The bot speaks for itself.")
        if person not in self.world.people:
            raise PlayError(404, f"There is no person {person}.")
        if person not in people:
            raise PlayError(403, f"Person {person} is not in this chat.")
        return person

    def message(self, chat: Chat, message_id: int) -> Message:
        message = self.world.message(chat.id, message_id)
        if message is None:
            raise PlayError(404, f"There is no message {message_id} in this chat.")
        return message


async def _read(play: Play, request: Request) -> Ask:
    if request.method == "GET":
        return Ask(play, request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return await _read_form(play, request)
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > _BODY_BYTES:
        raise PlayError(413, "The request is too large.")
    body = await request.body()
    try:
        fields: JSON = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        raise PlayError(400, "The request is neither JSON nor a form.") from None
    if not isinstance(fields, dict):
        raise PlayError(400, "The request must be a JSON object.")
    return Ask(play, request, fields)


async def _read_form(play: Play, request: Request) -> Ask:
    try:
        form = await request.form(max_files=20, max_fields=100, max_part_size=_FIELD_BYTES)
    except (MultiPartException, HTTPException):
        raise PlayError(400, "The form cannot be read.") from None
    fields: JSON = {}
    files: list[Upload] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append(Upload(value.file, safe_name(value.filename), value.size or 0))
        else:
            fields[name] = value
    if any(file.size_bytes > UPLOAD_BYTES for file in files):
        raise PlayError(413, f"A file may have at most {UPLOAD_BYTES // 1024**2} MB.")
    return Ask(play, request, fields, tuple(files))
