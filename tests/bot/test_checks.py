"""What the doctor says of the connection to Telegram, and of libraries."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bot.checks import Verdict, examine
from bot.config import Settings
from bot.lanes import chosen_models
from bot.model_store import open_store
from bot.playground.server import create_app
from bot.playground.world import World
from skills import load_catalog
from storage.documents import Documents
from tests.serving import serving


@pytest.mark.parametrize(("privacy_mode", "verdict"), [(True, Verdict.NOTE), (False, Verdict.OK)])
async def test_the_doctor_tells_whether_the_bot_hears_groups(
    tmp_path: Path, privacy_mode: bool, verdict: Verdict
) -> None:
    documents = await Documents.open(tmp_path / "world.sqlite3")
    try:
        world = await World.open(documents, tmp_path / "files")
        world.settings.privacy_mode = privacy_mode
        async with serving(create_app(world, status=lambda: {"ready": True, "models": []})) as address:
            settings = Settings.model_validate({"bot": {"token": world.bot_token, "api_url": address}})
            catalog = load_catalog()
            cards = chosen_models(settings, catalog)
            checks = await examine(settings, open_store(settings, catalog), cards)
        [groups] = [check for check in checks if check.name == "groups"]
        assert groups.verdict is verdict
        assert ("/setprivacy" in groups.mend) is privacy_mode
        await world.close()
    finally:
        await documents.close()


async def test_the_doctor_knows_what_one_model_of_the_full_profile_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "transformers" else find(name)
    )
    settings = Settings.model_validate({"models": {"sentiment": "rubert"}, "storage": {"data_dir": tmp_path}})
    catalog = load_catalog()
    checks = await examine(settings, open_store(settings, catalog), chosen_models(settings, catalog))
    [packages] = [check for check in checks if check.name == "packages"]
    assert packages.verdict is Verdict.MISSING
    assert "transformers" in packages.found
    assert "make install PROFILE=full" in packages.mend
