"""Figures of one model on this machine: in words, as JSON, beside those of the reference report, and kept."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.quantities import size_words
from bot.texts import Speaker


@dataclass(frozen=True, slots=True)
class Measured:
    """What one model takes and gives. What was not or cannot be measured is None."""

    skill: str
    model: str
    """Its id, or its name on the server."""
    title: str
    what: str
    """What one run was."""
    runs: int
    succeeded: int
    load_s: float
    """From nothing until it can answer: process, libraries, weights."""
    latency_p50_s: float
    """Of one run, with nothing else going on."""
    latency_p95_s: float
    throughput_per_s: float
    """Runs a second, with as many at once as a worker takes together."""
    cores: float | None
    """Processor time of its processes over the time that passed: 1 is one core the whole time."""
    cpu_share: float | None
    """The same as a share of the whole machine."""
    memory_bytes: int | None
    """The most resident memory of its processes that was seen; what a server of the owner's says that it takes."""
    size_bytes: int | None
    """Of its files; None if they come within a package or lie on a server."""
    frame_s: float | None = None
    """Video: for each frame of the clip, all work together."""
    first_token_s: float | None = None
    """Chat: from the question to the first piece of the answer, the median."""
    first_token_p95_s: float | None = None
    tokens_per_s: float | None = None
    hundred_tokens_s: float | None = None
    """Chat: from the question to the end of an answer of 100 tokens, the median; None if no answer was that long."""
    hundred_tokens_runs: int | None = None
    """Chat: answers that were that long. A model may have said all before."""
    hundred_tokens_computed_s: float | None = None
    """Chat: the time to the first token, and 99 more at the speed of the answers."""
    in_a_row: int | None = None
    """Chat: the most runs that went well one after the other."""
    video_memory_bytes: int | None = None
    """Chat: what of the memory is that of graphics cards, as a server of the owner's says."""

    def to_json(self) -> dict[str, Any]:
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def in_words(figures: Measured, say: Speaker) -> dict[str, str]:
    """Name of the figure -> its value; the names, in English, are those of reference.toml."""
    m = figures
    words = {
        "success": f"{m.succeeded} / {m.runs}",
        "load": seconds(m.load_s, say),
        "latency, median": seconds(m.latency_p50_s, say),
        "latency, 95 of 100": seconds(m.latency_p95_s, say),
        "throughput": say("bench-per-second", number=_short(m.throughput_per_s)),
    }
    if m.frame_s is not None:
        words["time for a frame"] = seconds(m.frame_s, say)
        words["frames a second"] = say("bench-number", number=_short(1 / m.frame_s))
    if m.in_a_row is not None:
        words["success in a row"] = f"{m.in_a_row} / {m.runs}"
    if m.first_token_s is not None:
        words["first token"] = seconds(m.first_token_s, say)
    if m.first_token_p95_s is not None:
        words["first token, 95 of 100"] = seconds(m.first_token_p95_s, say)
    if m.tokens_per_s is not None:
        words["tokens a second"] = say("bench-number", number=_short(m.tokens_per_s))
    if m.hundred_tokens_s is not None:
        time, long = seconds(m.hundred_tokens_s, say), m.hundred_tokens_runs
        whole = long in (None, m.succeeded)
        words["100 tokens"] = time if whole else say("bench-some-so-long", time=time, count=long or 0)
    elif m.hundred_tokens_computed_s is not None:
        words["100 tokens"] = say("bench-none-so-long", time=seconds(m.hundred_tokens_computed_s, say))
    if m.cores is not None and m.cpu_share is not None:
        words["processor"] = say("bench-cores", percent=round(100 * m.cpu_share), cores=round(m.cores, 2))
    if m.memory_bytes is not None:
        memory, cards = size_words(say, m.memory_bytes), m.video_memory_bytes
        words["memory"] = (
            say("bench-on-cards", memory=memory, cards=size_words(say, cards)) if cards else memory
        )
    if m.size_bytes is not None:
        words["model size"] = size_words(say, m.size_bytes)
    return words


def reference() -> Mapping[str, Mapping[str, str]]:
    """The reference report's figures: skill -> `model`, and name of the figure -> what it says."""
    data = tomllib.loads(files("bot.benchmarking").joinpath("reference.toml").read_text(encoding="utf-8"))
    return {skill: figures for skill, figures in data.items() if isinstance(figures, dict)}


def keep(root: Path, figures: Measured, around: Mapping[str, Any]) -> Path:
    """Keep the latest figures of a model beside the models. Raises OSError."""
    path = _path(root, figures.model)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(
        json.dumps({**figures.to_json(), **around}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    new.replace(path)
    return path


def kept(root: Path, model: str) -> dict[str, Any] | None:
    """What `keep` has kept of a model on this machine, with `date`, `machine` and `versions`; None if nothing."""
    try:
        found = json.loads(_path(root, model).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _path(root: Path, model: str) -> Path:
    name = "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in model)
    return root / "measured" / f"{name}.json"


def seconds(took_s: float, say: Speaker) -> str:
    """For people."""
    if took_s < 1:
        return say("bench-milliseconds", number=_short(took_s * 1000))
    return say("seconds-short", number=_short(took_s))


def _short(number: float) -> float:
    """Three digits that count."""
    return float(f"{number:.3g}")
