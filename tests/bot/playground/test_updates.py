"""Long polling, webhooks, flood limits and faults: what a bot meets on its way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import Conflict, NetworkError, RetryAfter

from bot.playground.flood import FloodLimits
from tests.bot.playground.conftest import Ground


async def test_updates_stay_until_an_offset_confirms_them(ground: Ground) -> None:
    for text in "abc":
        await ground.say(text)
    first = await ground.updates()
    assert [update["message"]["text"] for update in first] == ["a", "b", "c"]
    assert await ground.updates() == first
    assert await ground.updates(limit=1) == first[:1]
    assert await ground.updates(offset=first[1]["update_id"]) == first[1:]
    assert await ground.updates() == first[1:]
    assert await ground.updates(offset=first[2]["update_id"] + 1) == []
    assert await ground.updates() == []


async def test_a_negative_offset_keeps_the_end_and_forgets_the_rest(ground: Ground) -> None:
    for text in "abcd":
        await ground.say(text)
    last = await ground.updates(offset=-2)
    assert [update["message"]["text"] for update in last] == ["c", "d"]
    assert await ground.updates() == last


async def test_an_offset_of_another_world_confirms_nothing(ground: Ground) -> None:
    await ground.say()
    assert len(await ground.updates(offset=2_000_000_000)) == 1
    assert len(await ground.updates()) == 1


async def test_a_long_poll_ends_with_the_first_message(ground: Ground) -> None:
    poll = asyncio.create_task(ground.updates(timeout=30))
    await ground.say("now")
    assert [update["message"]["text"] for update in await poll] == ["now"]


async def _is_polling(ground: Ground) -> None:
    while ground.world.updates._poll is None:
        await asyncio.sleep(0.005)


async def test_a_second_poller_ends_the_first_with_a_conflict(ground: Ground) -> None:
    first = asyncio.create_task(ground.raw("getUpdates", timeout=30))
    await _is_polling(ground)
    second = asyncio.create_task(ground.updates(timeout=30))
    ended = (await first).json()
    assert (ended["error_code"], ended["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await ground.say()
    assert len(await second) == 1


async def test_polling_and_a_webhook_exclude_each_other(ground: Ground) -> None:
    poll = asyncio.create_task(ground.raw("getUpdates", timeout=30))
    await _is_polling(ground)
    answer = (await ground.raw("setWebhook", url="http://127.0.0.1:9/hook")).json()
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    assert (await poll).json()["description"] == "Conflict: terminated by setWebhook request"
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await ground.bot.get_updates()
    assert (await ground.raw("deleteWebhook")).json()["description"] == "Webhook was deleted"
    assert (await ground.raw("deleteWebhook")).json()["description"] == "Webhook is already deleted"


async def test_allowed_updates_are_remembered(ground: Ground) -> None:
    await ground.updates(allowed_updates=["message_reaction"])
    said = await ground.say()
    await ground.play(
        "POST", "/chats/1/react", **{"from": 1, "message_id": said["message_id"], "emoji": "👍"}
    )
    [update] = await ground.updates()
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    await ground.updates(offset=update["update_id"] + 1, allowed_updates=[])
    await ground.play("POST", "/chats/1/react", **{"from": 1, "message_id": said["message_id"], "emoji": ""})
    await ground.say("again")
    assert [list(update)[1] for update in await ground.updates()] == ["message"]


@dataclass
class Hook:
    """A bot behind a webhook."""

    url: str
    answers: list[Response] = field(default_factory=list)
    """Given in turn; then always 200."""
    seen: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20), self.news:
            await self.news.wait_for(lambda: len(self.seen) >= count)


@asynccontextmanager
async def listening() -> AsyncIterator[Hook]:
    hook = Hook("")

    async def take(request: Request) -> Response:
        hook.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        update = await request.json()
        async with hook.news:
            hook.seen.append(update)
            hook.news.notify_all()
        return hook.answers.pop(0) if hook.answers else Response()

    app = Starlette(routes=[Route("/hook", take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_keep_alive=75))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    hook.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hook"
    yield hook
    server.should_exit = True
    await task


async def test_a_webhook_gets_updates_in_order_again_after_a_failure_and_with_the_secret(
    ground: Ground,
) -> None:
    async with listening() as hook:
        hook.answers = [Response(status_code=500), Response(status_code=503)]
        await ground.say("one")
        await ground.api("setWebhook", url=hook.url, secret_token="s3cret_-", max_connections=5)
        await ground.say("two")
        await hook.until(4)
        assert [update["message"]["text"] for update in hook.seen] == ["one", "one", "one", "two"]
        assert set(hook.secrets) == {"s3cret_-"}
        info = await ground.api("getWebhookInfo")
        assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
        assert info["max_connections"] == 5
        while (await ground.api("getWebhookInfo"))["pending_update_count"]:
            await asyncio.sleep(0.01)
        await ground.api("deleteWebhook")
        assert await ground.updates() == []


async def test_a_method_in_the_answer_to_a_webhook_is_run(ground: Ground) -> None:
    async with listening() as hook:
        hook.answers = [JSONResponse({"method": "sendMessage", "chat_id": 1, "text": "from the hook"})]
        await ground.api("setWebhook", url=hook.url)
        said = await ground.say()
        messages = await ground.play("GET", f"/chats/1/messages?after={said['message_id']}&wait=10")
        assert [message["text"] for message in messages] == ["from the hook"]


async def test_a_webhook_that_is_not_there_is_reported_and_pending_updates_can_be_dropped(
    ground: Ground,
) -> None:
    await ground.api("setWebhook", url="http://127.0.0.1:1/hook")
    await ground.say()
    while "last_error_message" not in (info := await ground.api("getWebhookInfo")):
        await asyncio.sleep(0.01)
    assert (info["last_error_message"], info["pending_update_count"]) == ("Connection refused", 1)
    await ground.api("deleteWebhook", drop_pending_updates=True)
    assert await ground.updates() == []


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "ftp://x.y"}, "invalid webhook URL specified"),
        ({"url": "http://[::1"}, "invalid webhook URL specified"),
        ({"url": "http://x.y:port/"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "ä"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_a_wrong_webhook_is_refused(ground: Ground, params: dict[str, str], words: str) -> None:
    assert await ground.refused("setWebhook", **params) == (400, f"Bad Request: {words}")


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_real_limits_refuse_with_the_seconds_to_wait(ground: Ground) -> None:
    await ground.play("PATCH", "/settings", real_limits=True)
    sends = [ground.bot.send_message(1, "x") for _ in range(10)]
    results = await asyncio.gather(*sends, return_exceptions=True)
    assert sum(isinstance(result, RetryAfter) for result in results) >= 5
    response = await ground.raw("sendMessage", chat_id=1, text="x")
    body = response.json()
    wait = body["parameters"]["retry_after"]
    assert (response.status_code, body["description"]) == (429, f"Too Many Requests: retry after {wait}")
    assert response.headers["retry-after"] == str(wait)
    await ground.play("PATCH", "/settings", real_limits=False)
    await ground.api("sendMessage", chat_id=1, text="x")


def test_limits_are_a_burst_in_private_twenty_a_minute_in_groups_and_thirty_a_second_in_all() -> None:
    now = [0.0]
    limits = FloodLimits(lambda: now[0])
    assert _sent(limits, 1) == 5
    assert _sent(limits, -5) == 20
    now[0] = 1.0
    assert [_sent(limits, chat) for chat in (2, 3, 4, 6, 7, 8, 9)] == [5, 5, 5, 5, 5, 5, 0]
    now[0] = 5.0
    assert _sent(limits, 1) == 5
    now[0] = 59.0
    assert _sent(limits, -5) == 0
    now[0] = 60.0
    assert _sent(limits, -5) == 20


def _sent(limits: FloodLimits, chat: int) -> int:
    count = 0
    while count < 100:
        try:
            limits.check(chat)
        except Exception:
            return count
        count += 1
    return count


async def test_ordered_faults_strike_the_named_methods_as_often_as_ordered(ground: Ground) -> None:
    await ground.play("POST", "/faults", methods=["sendMessage"], kind="429", times=2, retry_after=3)
    for _ in range(2):
        body = (await ground.raw("SENDMESSAGE", chat_id=1, text="x")).json()
        assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 3})
    await ground.api("sendMessage", chat_id=1, text="x")

    await ground.play("POST", "/faults", methods=["*"], kind="500", times=1)
    assert await ground.refused("getMe") == (500, "Internal Server Error")

    await ground.play("POST", "/faults", methods=["sendMessage"], kind="slow", times=1, delay_s=0.01)
    await ground.api("sendMessage", chat_id=1, text="slow")

    await ground.play("POST", "/faults", methods=["sendMessage"], kind="drop", times=2, after=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await ground.raw("sendMessage", chat_id=1, text="dropped")
    with pytest.raises(NetworkError):
        await ground.bot.send_message(1, "dropped too")
    texts = [message["text"] for message in await ground.play("GET", "/chats/1/messages")]
    assert texts == ["x", "slow", "dropped", "dropped too"]

    await ground.play("POST", "/faults", methods=["sendMessage"], kind="drop", times=2)
    assert len(await ground.play("GET", "/faults")) == 1
    await ground.play("DELETE", "/faults")
    assert await ground.play("GET", "/faults") == []
    wrong = await ground.client.post("/play/faults", json={"methods": ["x"], "kind": "earthquake"})
    assert wrong.status_code == 400
