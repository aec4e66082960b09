"""Sounds: this skill against the script one would write first, in one run: `python -m benchmarks.sounds`.

The naive script reads a WAV file with the standard library and gives the same network one patch after
another. Both get a chime made here (a bell-like tone that repeats), in the forms that people send. Needs the
model in the cache; writes benchmarks/results/sounds.json. With a file as argument it prints what that costs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from benchmarks._report import peak_memory_mb, write
from skills import Job, Media, MediaKind
from skills._catalog import load as load_catalog
from skills._hearing import Sounds
from skills._store import Store
from skills.models.yamnet import YamNet, load
from skills.sounds import SoundsSkill
from tests.skills.makers import write_sound

FORMS = [
    ("wav 16 kHz", "pcm_s16le", "wav", 16_000, "mono"),
    ("wav 44.1 kHz stereo", "pcm_s16le", "wav", 44_100, "stereo"),
    ("wav 24 bits", "pcm_s24le", "wav", 48_000, "stereo"),
    ("wav 8 bits, 8 kHz", "pcm_u8", "wav", 8_000, "mono"),
    ("voice message (ogg opus)", "libopus", "ogg", 48_000, "mono"),
    ("mp3", "libmp3lame", "mp3", 44_100, "stereo"),
    ("m4a", "aac", "ipod", 44_100, "stereo"),
    ("flac 96 kHz", "flac", "flac", 96_000, "stereo"),
    ("video with sound", "aac", "mp4", 44_100, "stereo"),
    ("webm", "libopus", "webm", 48_000, "stereo"),
]
SECONDS = 60


def chime(seconds: float, rate_hz: int) -> NDArray[np.float32]:
    """A struck bell every two seconds: partials of a bell, each dying away."""
    times_s = np.arange(int(seconds * rate_hz)) / rate_hz
    since_s = times_s % 2.0
    partials = ((1.0, 1.0), (2.0, 0.6), (2.4, 0.5), (3.0, 0.3), (4.5, 0.2))
    sound = sum(level * np.sin(2 * np.pi * 520 * ratio * since_s) for ratio, level in partials)
    return np.asarray(0.3 * sound * np.exp(-2.5 * since_s), np.float32)


def ours(model: YamNet, path: Path) -> Sounds:
    skill, job = SoundsSkill(), Job(path.parent)
    (found,) = skill.infer(model, [skill.prepare(Media(MediaKind.AUDIO, path), job)], [job])
    return found


def naive(model: YamNet, path: Path) -> list[str]:
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
    frames = [model.predict([samples[at : at + 15_600]])[0][0] for at in range(0, len(samples), 15_600)]
    return [model.labels[index] for index in np.mean(frames, axis=0).argsort()[::-1][:5]]


def files() -> dict[str, Path]:
    return Store(Path(platformdirs.user_cache_dir("chutko"), "models"), load_catalog()).files("yamnet-lite")


def cost(path: Path) -> dict[str, float]:
    model = load(files(), {"threads": 1})
    ours(model, path)  # the first call imports
    start = time.perf_counter()
    ours(model, path)
    took_s = round(time.perf_counter() - start, 3)
    return {"seconds": took_s, "peak_memory_mb": peak_memory_mb()}


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(cost(Path(sys.argv[1]))))
        return
    start = time.perf_counter()
    model = load(files(), {"threads": 1})
    load_s = time.perf_counter() - start
    folder = Path(tempfile.mkdtemp())
    heard: dict[str, dict[str, object]] = {}
    for form, codec, container, rate_hz, layout in FORMS:
        sound = chime(SECONDS, rate_hz)
        picture = form.startswith("video")
        path = write_sound(folder / "file", sound, rate_hz, codec, container, layout=layout, picture=picture)
        start = time.perf_counter()
        found = ours(model, path)
        took_ms = (time.perf_counter() - start) * 1000
        heard[form] = {"ours": [scored.label for scored in found.top], "ours_ms": round(took_ms)}
        start = time.perf_counter()
        try:
            heard[form]["naive"] = naive(model, path)
            heard[form]["naive_ms"] = round((time.perf_counter() - start) * 1000)
        except Exception as error:
            heard[form]["naive"] = f"{type(error).__name__}: {error}"
    # Each in a process of its own: memory that was once taken would be counted for the next one too.
    costs = {}
    for label, seconds in (("3 s", 3), ("60 s", 60), ("900 s", 900)):
        path = write_sound(folder / "long", chime(seconds, 48_000), 48_000, "libopus", "ogg")
        command = [sys.executable, "-m", "benchmarks.sounds", str(path)]
        costs[label] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    write(
        "sounds",
        {
            "load_s": round(load_s, 3),
            "seconds_of_sound": SECONDS,
            "top_5": heard,
            "cost_of_a_voice_message": costs,
        },
    )


if __name__ == "__main__":
    main()
