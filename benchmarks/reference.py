"""Product and infrastructure figures for docs/reference.md: `python -m benchmarks.reference lite|full [SKILL...]`.

As `chutko bench` measures them, several rounds of each but chat; the round with the shortest latency counts, since
other work may go on beside. `lite`: the real models of the cache, and what they say of the reference report's five
sentences. `full`: random weights of true size (`random_models`) in a store of their own: speed and memory alone;
Llama is held by Chutko's own local server, and takes 10 GB of disk for the time being.
Writes benchmarks/results/reference-PROFILE.json; skills that are not named keep what is there.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks._report import RESULTS
from bot.benchmarking import inputs
from bot.benchmarking.figures import Measured
from bot.benchmarking.measuring import measure_chat, measure_lane
from bot.config import Settings
from bot.lanes import COMPUTING
from bot.machine import circumstances
from bot.offline import open_models
from bot.sections import ModelsSettings

ROUNDS = 3
SKILLS = {"lite": (*COMPUTING, "chat"), "full": ("sentiment", "sounds", "photo", "video", "chat")}
RANDOM = {
    "sentiment": "rubert",
    "sounds": "yamnet",
    "photo": "resnet18",
    "video": "detr-resnet-50",
    "chat": "llama3-8b",
}
ANSWERS = {"lite": 30, "full": 5}
"""Lite: as many as in the reference report. One of a random Llama 3 8B takes a minute and a half."""
SIDES_PX = {"lite": (300,), "full": (800, 480)}
"""Short sides that the detector's own frames can have; the first is as published."""


def measured(settings: Settings, skill: str) -> Measured:
    if skill == "chat":
        return asyncio.run(measure_chat(settings, ANSWERS[settings.profile], lambda done, wanted: None))
    times = 1 if skill == "video" else 5  # with DETR a run is a minute
    runs = [
        asyncio.run(measure_lane(settings, skill, times, lambda done, wanted: None)) for _ in range(ROUNDS)
    ]
    return min(runs, key=lambda run: run.latency_p50_s)


def looks_s(settings: Settings) -> dict[str, float]:
    """Seconds of the detector alone for a frame of the measured clip, by the short side that it looks at; the best."""
    import av

    store, _, cards = open_models(settings)
    card = cards["video"]
    module, _, function = card.loader.partition(":")
    load = getattr(import_module(module), function)
    with tempfile.TemporaryDirectory(prefix="chutko-") as folder:
        path = inputs.write_clip(Path(folder) / "clip.mp4")
        with av.open(str(path)) as clip:
            frame = next(clip.decode(video=0)).to_ndarray(format="rgb24")
    found = {}
    for side_px in SIDES_PX[settings.profile]:
        model = load(store.files(card.id), {"threads": 1, "detr_side_px": side_px})
        took_s = []
        for _ in range(1 + ROUNDS):  # the first is slower
            begun_s = time.monotonic()
            model.predict([frame])
            took_s.append(time.monotonic() - begun_s)
        model.close()
        found[str(side_px)] = round(min(took_s), 4)
    return found


def five_sentences() -> list[dict[str, Any]]:
    """What `chutko analyze text` says of them."""
    command = [sys.executable, "-m", "bot", "analyze", "text", "--json", "-"]
    told = subprocess.run(
        command, input="\n".join(inputs.SENTENCES[:5]), capture_output=True, text=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


def main() -> None:
    profile, *named = sys.argv[1:]
    wanted = named or SKILLS[profile]
    path = RESULTS / f"reference-{profile}.json"
    report = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"figures": {}}
    with ExitStack() as stack:
        settings = Settings(profile=profile)
        if profile == "full":
            from benchmarks.random_models import store_of_random_models

            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chutko-bench-"))
            store = store_of_random_models(Path(folder), tuple(RANDOM[skill] for skill in wanted))
            settings = Settings(profile=profile, models=ModelsSettings(cache_dir=folder))
            # Their hashes stand in the catalog of that store.
            stack.enter_context(patch("bot.offline.load_catalog", lambda: store.catalog))
        for skill in wanted:
            report["figures"][skill] = measured(settings, skill).to_json()
            if skill == "video":
                report["looks_s"] = looks_s(settings)
            report.setdefault("loads", {})[skill] = circumstances()["machine"]["load_average"]
            print(skill, report["figures"][skill], flush=True)
            _write(path, report)
    if profile == "lite" and "sentiment" in wanted:
        report["sentences"] = five_sentences()
        _write(path, report)


def _write(path: Path, report: dict[str, Any]) -> None:
    path.write_text(json.dumps({**report, **circumstances()}, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
