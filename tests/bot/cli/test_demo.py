from __future__ import annotations

import asyncio
import socket

import pytest

from bot.cli.demo import _listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_small_answers_of_the_page_leave_at_once(host: str) -> None:
    if ":" in host and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    undelayed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours = writer.get_extra_info("socket")
        undelayed.set_result(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = _listen(host, 0)
    async with await asyncio.start_server(take, sock=listener):
        _, writer = await asyncio.open_connection(host, listener.getsockname()[1])
        assert await undelayed
        writer.close()


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False
