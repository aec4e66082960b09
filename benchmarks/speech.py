"""Speech: this skill against faster-whisper as its own example calls it, in one run.

`python -m benchmarks.speech FILE...` with recordings of speech; each way runs in a process of its own, so that
its peak memory is its own. Needs the model in the cache; writes benchmarks/results/speech.json.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import platformdirs

from benchmarks._report import peak_memory_mb, write
from skills import Job, Media, MediaKind
from skills._catalog import load as load_catalog
from skills._store import Store
from skills.models.whisper import load
from skills.speech import SpeechSkill


def files() -> dict[str, Path]:
    return Store(Path(platformdirs.user_cache_dir("chutko"), "models"), load_catalog()).files("whisper-base")


def ours(path: Path) -> tuple[float, float, str]:
    start = time.perf_counter()
    model = load(files(), {"threads": 1})
    loaded = time.perf_counter()
    skill, job = SpeechSkill(), Job(path.parent)
    (said,) = skill.infer(model, [skill.prepare(Media(MediaKind.AUDIO, path), job)], [job])
    return loaded - start, time.perf_counter() - loaded, said.text


def naive(path: Path) -> tuple[float, float, str]:
    from faster_whisper import WhisperModel

    with tempfile.TemporaryDirectory() as folder:
        for name, file in files().items():
            Path(folder, name).symlink_to(file)
        start = time.perf_counter()
        model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
        loaded = time.perf_counter()
        segments, _ = model.transcribe(str(path), beam_size=5)
        text = "".join(segment.text for segment in segments).strip()
    return loaded - start, time.perf_counter() - loaded, text


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] in ("ours", "naive"):
        load_s, took_s, text = (ours if sys.argv[1] == "ours" else naive)(Path(sys.argv[2]))
        peak_mb = peak_memory_mb()
        found = {
            "load_s": round(load_s, 2),
            "seconds": round(took_s, 1),
            "peak_memory_mb": peak_mb,
            "text": text,
        }
        print(json.dumps(found))
        return
    figures: dict[str, Any] = {}
    for path in map(Path, sys.argv[1:]):
        figures[path.name] = {}
        for who in ("ours", "naive"):
            command = [sys.executable, "-m", "benchmarks.speech", who, str(path)]
            figures[path.name][who] = json.loads(
                subprocess.run(command, capture_output=True, check=True).stdout
            )
    write("speech", figures)


if __name__ == "__main__":
    main()
