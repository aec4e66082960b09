"""Product and infrastructure figures for docs/reference.md: `python -m benchmarks.reference lite|full [SKILL...]`.

As `chutko bench` measures them, several rounds of each; the round with the shortest latency counts, since other
work may go on beside. `lite`: the real models of the cache, and what they say of the reference report's five
sentences. `full`: random weights of true size (`random_models`) in a store of their own: speed and memory alone.
Writes benchmarks/results/reference-PROFILE.json; skills that are not named keep what is there.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks._report import RESULTS
from bot.benchmarking.figures import Measured
from bot.benchmarking.inputs import SENTENCES
from bot.benchmarking.measuring import measure_chat, measure_lane
from bot.config import Settings
from bot.lanes import COMPUTING
from bot.machine import circumstances
from bot.sections import ModelsSettings

ROUNDS = 3
SKILLS = {"lite": (*COMPUTING, "chat"), "full": ("sentiment", "sounds", "photo", "video")}


def measured(settings: Settings, skill: str) -> Measured:
    if skill == "chat":
        return asyncio.run(measure_chat(settings, 5, lambda done, wanted: None))
    rounds, times = (1, 1) if skill == "video" else (ROUNDS, 5)  # with DETR a run is a minute
    runs = [
        asyncio.run(measure_lane(settings, skill, times, lambda done, wanted: None)) for _ in range(rounds)
    ]
    return min(runs, key=lambda run: run.latency_p50_s)


def five_sentences() -> list[dict[str, Any]]:
    """What `chutko analyze text` says of them."""
    command = [sys.executable, "-m", "bot", "analyze", "text", "--json", "-"]
    told = subprocess.run(command, input="\n".join(SENTENCES[:5]), capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


def main() -> None:
    profile, *wanted = sys.argv[1:]
    path = RESULTS / f"reference-{profile}.json"
    report = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"figures": {}}
    with ExitStack() as stack:
        settings = Settings(profile=profile)
        if profile == "full":
            from benchmarks.random_models import store_of_random_models

            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chutko-bench-"))
            store = store_of_random_models(Path(folder))
            settings = Settings(profile=profile, models=ModelsSettings(cache_dir=folder))
            # Their hashes stand in the catalog of that store.
            stack.enter_context(patch("bot.offline.load_catalog", lambda: store.catalog))
        for skill in wanted or SKILLS[profile]:
            report["figures"][skill] = measured(settings, skill).to_json()
            print(skill, report["figures"][skill], flush=True)
    if profile == "lite" and "sentiment" in (wanted or SKILLS[profile]):
        report["sentences"] = five_sentences()
    path.write_text(json.dumps({**report, **circumstances()}, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
