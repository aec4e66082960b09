from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.fetching import Arrival, Fetching
from bot.notes import Note
from skills import CatalogError, ModelUnavailable, Store
from skills._catalog import Catalog
from skills._http import Http
from skills._retries import Patience
from tests.skills.hub import Hub, serving
from tests.skills.hugging_face import hugging_face
from tests.skills.test_hub import CONFIG, WEIGHTS, unknown
from tests.skills.test_store import BODY, OTHER, card, direct, file_entry

SMALL = b"small" * 1000


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        hub.put("/big", BODY)
        hub.put("/small", SMALL)
        yield hub


@pytest.fixture
def store(hub: Hub, tmp_path: Path) -> Store:
    cards = (
        card(file_entry("big.bin", BODY, direct(hub, "/big")), model_id="big", skill="video"),
        card(file_entry("small.bin", SMALL, direct(hub, "/small")), model_id="small", skill="photo"),
        card(model_id="inside", skill="sentiment", shipped="package"),
    )
    patience = Patience(connect_s=2, read_s=30, attempts=1, backoff_s=0.01, rest_s=0)
    return Store(tmp_path, Catalog(cards), hub.index_url, Http(patience))


async def until(true: Callable[[], bool]) -> None:
    def wait() -> None:
        while not true():
            time.sleep(0.01)

    await asyncio.to_thread(wait)


WANTED = {"video": "big", "photo": "small", "sentiment": "inside"}


async def test_the_smallest_model_arrives_first_and_its_skill_is_ready_then(hub: Hub, store: Store) -> None:
    gate = threading.Event()
    page = hub.pages["/big"]
    page.gate = gate
    fetching = Fetching(store, WANTED)
    assert fetching.ready("sentiment")
    assert not fetching.ready("photo")
    assert fetching.arrival("photo") == Arrival(
        skill="photo",
        model="small",
        title="Tiny",
        state="missing",
        fetched_bytes=0,
        total_bytes=len(SMALL),
    )
    running = asyncio.create_task(fetching.run())
    try:
        await fetching.wait_for("photo")
        assert not fetching.ready("video")
        assert await asyncio.to_thread(page.reached_gate.wait, 10)
        assert fetching.arrival("video").state == "fetching"
    finally:
        gate.set()
    await running
    await fetching.wait_for("video")
    assert {arrival.state for arrival in fetching.arrivals()} == {"ready"}
    assert [arrival.skill for arrival in fetching.arrivals()] == list(WANTED)


async def test_what_fails_says_why_does_not_hold_up_the_others_and_is_tried_again(
    hub: Hub, store: Store
) -> None:
    hub.put("/small", OTHER)
    fetching = Fetching(store, WANTED, pauses_s=(0.01,))
    running = asyncio.create_task(fetching.run())
    await fetching.wait_for("video")
    await until(lambda: fetching.arrival("photo").state == "failed")
    assert fetching.arrival("photo").note == Note("unreachable", {"model": "small"})
    hub.put("/small", SMALL)
    await running
    assert fetching.arrival("photo").note is None


async def test_what_failed_to_come_or_is_gone_is_fetched_at_once_when_asked(hub: Hub, store: Store) -> None:
    body = hub.pages.pop("/small").body
    fetching = Fetching(store, WANTED, pauses_s=(3600,))
    running = asyncio.create_task(fetching.run())
    await fetching.tried.wait()
    with pytest.raises(ModelUnavailable) as caught:
        await fetching.again("photo")
    assert caught.value.reason == "unreachable"
    hub.put("/small", body)
    await fetching.again("photo")
    assert fetching.ready("photo")
    assert fetching.arrival("photo").state == "ready"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_is_brought_by_hand_is_noticed_long_before_the_next_try(hub: Hub, store: Store) -> None:
    body = hub.pages.pop("/small").body
    fetching = Fetching(store, WANTED, pauses_s=(3600,), look_s=0.05)
    running = asyncio.create_task(fetching.run())
    await fetching.tried.wait()
    assert fetching.arrival("photo").state == "failed"
    hub.put("/small", body)
    await asyncio.to_thread(store.pull, "small")
    async with asyncio.timeout(60):
        await fetching.wait_for("photo")
        await running


async def test_what_goes_from_the_disk_after_everything_has_come_is_fetched_again(store: Store) -> None:
    fetching = Fetching(store, WANTED)
    await fetching.run()
    store.remove("small")
    await fetching.again("photo")
    assert store.has("small")


async def test_what_holds_a_model_up_is_noted_while_it_lasts(hub: Hub, store: Store) -> None:
    gate = threading.Event()
    hub.pages["/big"].gate = gate
    first, second = (Fetching(store, {"video": "big"}) for _ in range(2))
    running = asyncio.create_task(first.run())
    try:
        assert await asyncio.to_thread(hub.pages["/big"].reached_gate.wait, 10)
        waiting = asyncio.create_task(second.run())
        await until(lambda: second.arrival("video").note == Note("elsewhere"))
    finally:
        gate.set()
    await asyncio.gather(running, waiting)
    assert second.arrival("video").note is None


async def test_stopping_ends_the_download_and_keeps_what_has_arrived(hub: Hub, store: Store) -> None:
    gate = threading.Event()
    hub.pages["/big"].gate = gate
    fetching = Fetching(store, {"video": "big"})
    running = asyncio.create_task(fetching.run())
    try:
        assert await asyncio.to_thread(hub.pages["/big"].reached_gate.wait, 10)
        await until(lambda: store.fetched_bytes("big") == len(BODY) // 2)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert running.cancelled()
        assert store.fetched_bytes("big") == len(BODY) // 2
    finally:
        gate.set()


async def test_models_that_are_here_need_no_fetching(hub: Hub, store: Store) -> None:
    store.pull("big")
    fetching = Fetching(store, {"video": "big"})
    await fetching.run()
    assert fetching.arrival("video").fetched_bytes == len(BODY)
    assert hub.times("/big") == 1


def test_an_unknown_model_is_refused_at_once(store: Store) -> None:
    with pytest.raises(CatalogError):
        Fetching(store, {"video": "huge"})


async def test_the_size_of_a_model_that_is_pinned_at_its_first_pull_is_shown_as_soon_as_it_is_known(
    tmp_path: Path,
) -> None:
    with hugging_face() as hub:
        hub.publish({"config.json": CONFIG, "pytorch_model.bin": WEIGHTS})
        weights = hub.body(WEIGHTS)
        weights.gate = threading.Event()
        fetching = Fetching(Store(tmp_path, Catalog((unknown(),)), hub_url=hub.url), {"photo": "tiny"})
        assert fetching.arrival("photo").total_bytes == 0
        running = asyncio.create_task(fetching.run())
        try:
            await until(weights.reached_gate.is_set)
            assert fetching.arrival("photo").total_bytes == len(CONFIG) + len(WEIGHTS)
        finally:
            weights.gate.set()
            await running
        assert fetching.arrival("photo").fetched_bytes == len(CONFIG) + len(WEIGHTS)
