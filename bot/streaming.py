"""An answer that grows on the screen while the model makes it.

Frames are plain text, the newest one only, and may be lost; the finished answer is formatted and must arrive.
When Telegram asks for patience, frames end for that long, or for good if it is long.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from skills import InferenceFailed, SkillError

from .markup import Part, preview, render
from .outlet import FrameLost, Outlet

log = logging.getLogger(__name__)

How = Literal["draft", "edit", "off"]

TYPING_EVERY_S = 4.0
"""Telegram shows an action for five seconds."""
DRAFT_EVERY_S = 0.3
DRAFT_REFRESH_S = 15.0
"""A draft goes away after 30 s without a newer one."""
LONG_WAIT_S = 10.0
"""Asked to wait longer than this, no more frames are sent: only the finished answer."""
LAST_FRAME_S = 10.0
"""How long a frame on its way is waited for, so that it does not arrive after the finished answer."""
LOST_FRAMES = 3
"""So many failures in a row, and no more frames are sent."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands under an answer that is not whole, in the person's language."""

    stopped: str
    cut: str
    """It was as long as the model may answer."""
    broken: str
    """The model failed in the middle."""


@dataclass(frozen=True, slots=True)
class Said:
    """A finished stream."""

    text: str
    """What the model wrote (Markdown), without the mark."""
    message_ids: tuple[int, ...]
    """The messages that hold it, in order."""
    stopped: bool = False
    cut: bool = False
    error: SkillError | None = None
    """Why it broke off after something had been said."""


def how(setting: Literal["auto", "draft", "edit", "off"], *, private: bool) -> How:
    """Drafts exist in private chats only."""
    if setting == "auto" or (setting == "draft" and not private):
        return "draft" if private else "edit"
    return setting


class AnswerStream:
    """One answer. `run` once; `stop` at any time, from anywhere in the event loop."""

    def __init__(self, outlet: Outlet, how: How, marks: Marks, *, edit_every_s: float = 3.5) -> None:
        self._outlet = outlet
        self._how = how
        self._marks = marks
        self._every_s = edit_every_s if how == "edit" else DRAFT_EVERY_S
        self._text = ""
        self._grown = asyncio.Event()
        self._stop = asyncio.Event()
        self._over = asyncio.Event()
        self._message_id: int | None = None

    def stop(self) -> None:
        """End the generation and keep what has been said."""
        self._stop.set()

    async def run(self, pieces: AsyncIterator[str], *, was_cut: Callable[[], bool] = lambda: False) -> Said:
        """Show the answer as it grows, then in its final form.

        An error before the first word is raised (SkillError), so that it can be explained; one in the middle
        ends the answer with a mark. Cancelling ends the generation and leaves the answer unfinished.
        """
        error: SkillError | None = None
        shows = [asyncio.create_task(self._keep_typing())]
        if self._how != "off":
            shows.append(asyncio.create_task(self._show()))
        try:
            try:
                await self._take(pieces)
            except SkillError as problem:
                error = problem
            self._over.set()
            self._grown.set()
            await asyncio.wait(shows, timeout=LAST_FRAME_S)
        finally:
            await _end(shows)
        said = Said(self._text, (), self._stop.is_set(), error is None and was_cut(), error)
        if not self._text.strip() and not said.stopped:
            raise error or InferenceFailed("the model said nothing", reason="llm-empty")
        return replace(said, message_ids=tuple(await self._finish(said)))

    async def _take(self, pieces: AsyncIterator[str]) -> None:
        """Collect until the end or the stop; the source is closed in any case."""
        reading = asyncio.create_task(self._read(pieces))
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                await reading
        finally:
            await _end([reading, stopping])
            close = getattr(pieces, "aclose", None)
            if close is not None:
                await close()

    async def _read(self, pieces: AsyncIterator[str]) -> None:
        async for piece in pieces:
            self._text += piece
            self._grown.set()

    async def _show(self) -> None:
        """Send frames: the newest text, not oftener than allowed."""
        lost = 0
        shown: str | None = None
        shown_at = 0.0
        while not self._over.is_set():
            frame = preview(self._text)
            fresh = frame != shown or (
                self._how == "draft" and time.monotonic() - shown_at >= DRAFT_REFRESH_S
            )
            wait_s = self._every_s
            if fresh and (frame or self._how == "draft"):
                try:
                    await self._frame(frame)
                    shown, shown_at, lost = frame, time.monotonic(), 0
                except FrameLost as problem:
                    lost += 1
                    if lost >= LOST_FRAMES or problem.retry_after_s > LONG_WAIT_S:
                        log.info("no more frames of this answer: %s", problem)
                        return
                    wait_s = max(wait_s, problem.retry_after_s)
            await self._pause(wait_s)
            self._grown.clear()
            if preview(self._text) == shown and not self._over.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._grown.wait(), DRAFT_REFRESH_S)

    async def _frame(self, text: str) -> None:
        if self._how == "draft":
            await self._outlet.draft(text)
        elif self._message_id is None:
            self._message_id = await self._outlet.open(text)
        else:
            await self._outlet.edit(self._message_id, text)

    async def _keep_typing(self) -> None:
        """The chat action, for as long as there is nothing else to see."""
        while self._message_id is None and not self._over.is_set():
            with contextlib.suppress(FrameLost):
                await self._outlet.typing()
            await self._pause(TYPING_EVERY_S)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    async def _finish(self, said: Said) -> list[int]:
        mark = ""
        if said.stopped:
            mark = self._marks.stopped
        elif said.error is not None:
            mark = self._marks.broken
        elif said.cut:
            mark = self._marks.cut
        ids = []
        for number, part in enumerate(render(said.text, mark=mark)):
            ids.append(await self._place(part, self._message_id if number == 0 else None))
        return ids

    async def _place(self, part: Part, message_id: int | None) -> int:
        if message_id is None:
            return await self._outlet.send(part)
        return await self._outlet.replace(message_id, part)


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
