"""A power cut in the middle of the work loses nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil

from tests.bot.house import ScriptedLlm
from tests.demo import Demo
from tests.serving import serving

QUICK = {"CHUTKO_CHAT__MODEL": "m", "CHUTKO_MODELS__FETCH": "false"}


async def test_killing_everything_in_the_middle_of_ten_messages_loses_none(tmp_path: Path) -> None:
    llm = ScriptedLlm()
    llm.word_s = 0.05
    async with (
        serving(llm.app()) as host,
        Demo(tmp_path, **QUICK, CHUTKO_CHAT__HOST=host, CHUTKO_SENTIMENT__SHOW="off") as demo,
    ):
        asked = [await demo.post(text=f"question number {number}") for number in range(10)]
        await demo.until("You said: question number 3", asked[0])
        await demo.kill()
        await demo.start()
        for number, message in enumerate(asked):
            await demo.until(f"You said: question number {number}", message)
        assert await demo.stop() == 0


async def test_killing_the_bot_leaves_no_process_behind(tmp_path: Path) -> None:
    llm = ScriptedLlm()
    async with serving(llm.app()) as host, Demo(tmp_path, **QUICK, CHUTKO_CHAT__HOST=host) as demo:
        await demo.until("You said", await demo.post(text="hello"))
        children = psutil.Process(demo.pid).children(recursive=True)
        assert children  # at least the worker of the sentiment
        await demo.kill()
        async with asyncio.timeout(20):
            while any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children):
                await asyncio.sleep(0.05)
