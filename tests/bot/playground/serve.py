"""A playground of its own process, for tests that kill it: `python -m tests.bot.playground.serve FOLDER PORT`."""

import asyncio
import sys
from pathlib import Path

import uvicorn

from bot.playground import World, create_app
from storage.documents import Documents


async def main(folder: Path, port: int) -> None:
    documents = await Documents.open(folder / "world.sqlite3")
    world = await World.open(documents, folder / "files")
    app = create_app(world, status=lambda: {"ready": True, "models": []})
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", timeout_keep_alive=75))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    sys.stdout.write(f"{world.bot_token}\n")
    sys.stdout.flush()
    await serving


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
