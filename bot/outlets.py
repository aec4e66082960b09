"""What an answer's outlet may be wrapped in: a line above the answer, and an older answer that it replaces."""

from __future__ import annotations

import html
from collections import deque
from collections.abc import Sequence

from .markup import MESSAGE_UNITS, Part, utf16_length
from .outlet import Outlet


class WithHeader:
    """An outlet that puts a line above the answer."""

    def __init__(self, inner: Outlet, header: str) -> None:
        self._inner = inner
        self._header = header
        self._due = True
        """The first finished message carries the line."""

    async def draft(self, text: str, /) -> None:
        await self._inner.draft(self._above(text))

    async def open(self, text: str, /) -> int:
        return await self._inner.open(self._above(text))

    async def edit(self, message_id: int, text: str, /) -> None:
        await self._inner.edit(message_id, self._above(text))

    async def typing(self) -> None:
        await self._inner.typing()

    async def send(self, part: Part, /) -> int:
        return await self._inner.send(await self._headed(part))

    async def replace(self, message_id: int, part: Part, /) -> int:
        return await self._inner.replace(message_id, await self._headed(part))

    def _above(self, text: str) -> str:
        whole = f"{self._header}\n\n{text}" if text else self._header
        return whole if utf16_length(whole) <= MESSAGE_UNITS else text

    async def _headed(self, part: Part) -> Part:
        if not self._due:
            return part
        self._due = False
        text = f"{self._header}\n\n{part.text}"
        if utf16_length(text) > MESSAGE_UNITS:
            return part  # the answer matters more than the line
        return Part(f"{html.escape(self._header, quote=False)}\n\n{part.html}", text)


class Amending:
    """An outlet that writes over the messages of an older answer before it makes new ones."""

    def __init__(self, inner: Outlet, message_ids: Sequence[int]) -> None:
        self._inner = inner
        self._old = deque(message_ids)

    @property
    def left_over(self) -> tuple[int, ...]:
        """Messages of the older answer that the new one did not need."""
        return tuple(self._old)

    async def draft(self, text: str, /) -> None:
        """An old message grows instead of a draft; see `open`."""
        await self._inner.draft(text)

    async def open(self, text: str, /) -> int:
        if not self._old:
            return await self._inner.open(text)
        # It stays in line until it has its final form: a frame may be lost.
        await self._inner.edit(self._old[0], text)
        return self._old.popleft()

    async def edit(self, message_id: int, text: str, /) -> None:
        await self._inner.edit(message_id, text)

    async def typing(self) -> None:
        await self._inner.typing()

    async def send(self, part: Part, /) -> int:
        if not self._old:
            return await self._inner.send(part)
        return await self._inner.replace(self._old.popleft(), part)

    async def replace(self, message_id: int, part: Part, /) -> int:
        return await self._inner.replace(message_id, part)
