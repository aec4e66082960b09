"""The mood of a group beside its chat: what the playground asks of whoever tells it."""

from typing import Any

import httpx

from bot.playground import World, create_app
from bot.playground.teller import MoodTeller
from storage.documents import Documents
from tests.bot.playground.conftest import Ground
from tests.bot.playground.stage import ScriptedMood


async def test_without_a_teller_there_is_no_mood(ground: Ground) -> None:
    assert (await ground.play("GET", "/state"))["mood"] is False
    assert (await ground.client.get("/play/mood/-1001")).status_code == 404


async def test_words_and_picture_are_asked_of_the_teller(tmp_path: Any) -> None:
    told: list[MoodTeller] = []
    documents = await Documents.open(tmp_path / "world.sqlite3")
    world = await World.open(documents, tmp_path / "files")
    app = create_app(world, status=dict, mood=lambda: told[0] if told else None)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/play") as client:
        assert (await client.get("/state")).json()["mood"] is True
        assert (await client.get("/mood/-1001")).status_code == 503
        told.append(mood := ScriptedMood())
        assert (await client.get("/mood/-1001")).json() == {"watched": False}
        assert (await client.get("/mood/-1001/picture.png")).status_code == 404
        mood.watched.add(-1001)
        words = await client.get("/mood/-1001", params={"period": "day", "language_code": "ru"})
        assert words.json() == {"watched": True, "text": "A quiet day.", "mark": "1", "waiting": False}
        assert mood.asked[-1] == (-1001, "day", None, "ru")
        picture = await client.get("/mood/-1001/picture.png", params={"dark": "1"})
        assert (picture.headers["content-type"], picture.headers["cache-control"]) == (
            "image/png",
            "no-store",
        )
        assert picture.content.startswith(b"\x89PNG")
        assert mood.drawn[-1] is True
        for path, status in IMPOSSIBLE:
            answer = await client.get(path)
            assert answer.status_code == status, path
            assert answer.json()["error"].endswith(".")
    await world.close()
    await documents.close()


IMPOSSIBLE = [
    ("/mood/1", 400),
    ("/mood/-1001?period=year", 400),
    ("/mood/-1001?thread=soon", 400),
    ("/mood/-1001?thread=99", 404),
    ("/mood/-55", 404),
]
