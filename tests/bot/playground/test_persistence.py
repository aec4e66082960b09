"""What was answered is kept: through a restart, and through `kill -9` of a real process."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import httpx

from bot.playground import World
from storage.documents import Documents
from tests.bot.playground.conftest import Ground, picture, playground

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def process(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient, str]]:
    """A playground in a process; killed at the end, if it still lives."""
    port = free_port()
    module = "tests.bot.playground.serve"
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, str(folder), str(port), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert running.stdout is not None
    token = (await running.stdout.readline()).decode().strip()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        try:
            yield running, client, token
        finally:
            if running.returncode is None:
                running.kill()
            await running.wait()


async def test_nothing_that_was_answered_is_lost_by_kill_9(tmp_path: Path) -> None:
    answered: list[int] = []

    async with process(tmp_path) as (running, client, first_token):

        async def talk(n: int) -> None:
            try:
                response = await client.post("/play/chats/1/messages", json={"text": f"message {n}"})
                answered.append(response.json()["message_id"])
            except httpx.TransportError:
                return
            if len(answered) == 100:
                running.kill()

        photo = await client.post("/play/chats/1/messages", files={"file": ("a.png", picture())})
        path = f"/bot{first_token}/getUpdates"
        [update] = (await client.get(path)).json()["result"]
        # Confirmed, so that it must not come again.
        assert (await client.get(path, params={"offset": update["update_id"] + 1})).json()["result"] == []
        await asyncio.gather(*(talk(n) for n in range(150)))

    async with process(tmp_path) as (_, client, token):
        assert token == first_token
        messages = (await client.get("/play/chats/1/messages")).json()
        assert set(answered) <= {message["message_id"] for message in messages}
        updates = (await client.get(f"/bot{token}/getUpdates", params={"limit": 1})).json()["result"]
        assert updates[0]["update_id"] == update["update_id"] + 1
        size = photo.json()["photo"][-1]
        assert len((await client.get(f"/play/files/{size['file_id']}")).content) == size["file_size"]
        later = (await client.post("/play/chats/1/messages", json={"text": "later"})).json()
        assert later["message_id"] > max(message["message_id"] for message in messages)


async def _live(ground: Ground) -> None:
    chat = await ground.group(is_forum=True, bot="administrator", privacy_mode=True)
    await ground.play("POST", f"/chats/{chat}/topics", **{"from": 1, "name": "Cats"})
    said = await ground.say("hello", chat=chat)
    await ground.api("sendPoll", chat_id=chat, question="Tea?", options=["yes", "no"])
    await ground.api(
        "setMessageReaction",
        chat_id=chat,
        message_id=said["message_id"],
        reaction=[{"type": "emoji", "emoji": "👍"}],
    )
    await ground.api("pinChatMessage", chat_id=chat, message_id=said["message_id"])
    await ground.api("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await ground.api("setMyName", name="Renamed")
    await ground.play("PATCH", "/people/1", language_code="ru")
    await ground.play("PATCH", "/settings", real_limits=True)
    await ground.updates(allowed_updates=["message"])
    gone = await ground.say("gone")
    await ground.play("POST", f"/chats/1/messages/{gone['message_id']}/delete")


async def _told(ground: Ground) -> list[object]:
    state = await ground.play("GET", "/state")
    messages = [await ground.play("GET", f"/chats/{chat['id']}/messages") for chat in state["chats"]]
    updates = await ground.updates()
    names = await ground.api("getMyName")
    return [state, messages, updates, names, ground.world.updates.allowed]


async def test_a_restart_changes_nothing_and_events_go_on(tmp_path: Path) -> None:
    async with playground(tmp_path) as ground:
        await _live(ground)
        before = await _told(ground)
        last = ground.world.events.last_id
        kept = [asdict(event) for event in ground.world.events.since(last - 3)]
    async with playground(tmp_path) as ground:
        assert await _told(ground) == before
        assert [asdict(event) for event in ground.world.events.since(last - 3)] == kept
        await ground.say("on")
        assert [event.id for event in ground.world.events.since(last)] == [last + 1]


async def test_a_token_given_at_the_beginning_stays(tmp_path: Path) -> None:
    documents = await Documents.open(tmp_path / "world.sqlite3")
    first = await World.open(documents, tmp_path, token="42:given")
    again = await World.open(documents, tmp_path, token="43:other")
    assert (first.bot_token, again.bot_token, again.bot.id) == ("42:given", "42:given", 42)
    await documents.close()
