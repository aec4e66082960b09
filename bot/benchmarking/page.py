"""docs/reference.md: the reference report's figures, the publishers', and those measured here, model by model."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.texts import Speaker, Texts

from . import inputs
from .figures import Measured, in_words, seconds

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: what was measured is no part of the package."""

_HEAD = """# The reference figures, and these

*Written by `chutko docs` from `benchmarks/reference.toml` and `benchmarks/results/reference-*.json`.*

Chutko began with the course work «Отчёт по серии заданий 1 (ПрИнж 25/26)», which tried five ready models and gave
figures of each. Every row of its tables is here, with

- **report**: what the report says, on a machine that it does not name;
- **publisher**: what those say who made the model, where they say anything;
- **lite**: measured here with the published models of the lite profile;
- **full**: measured here with the report's own models, but **random weights** of true size, since their publishers
  could not be reached. Speed, memory and size are those of the true ones; what such a model answers means nothing, so
  no accuracy stands in that column;
- **measured by**: the command that gives the figure, on your machine and your data.

Made on a machine shared with other work, one thread a model; of several rounds the one with the shortest latency
counts. Where the machine was busy, idle ones are faster: the load at the end of each measurement, of which about 1 is
its own, says how busy.
"""


def reference_page() -> str:
    """The page. Raises OSError and ValueError outside of a checkout."""
    rows = tomllib.loads((ROOT / "benchmarks" / "reference.toml").read_text(encoding="utf-8"))
    measured = {profile: _results(f"reference-{profile}") for profile in ("lite", "full")}
    say = Texts().say("en")
    words = {
        profile: {
            skill: in_words(Measured(**figures), say)
            | (_looks(found["looks_s"], say) if skill == "video" else {})
            for skill, figures in found["figures"].items()
        }
        for profile, found in measured.items()
    }
    parts = [_HEAD, *(_circumstances(profile, found) for profile, found in measured.items()), ""]
    for model in rows["models"]:
        parts += [f"## {model['title']}\n", _table(model, words), *(f"{note}\n" for note in model["notes"])]
        if model["skill"] == "sentiment":
            parts += [
                _sentences(rows["sentences"], measured["lite"]["sentences"]),
                _thousand(_results("sentiment-1000")),
            ]
    return "\n".join(parts)


def _results(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text("utf-8"))
    return found


def _circumstances(profile: str, found: Mapping[str, Any]) -> str:
    machine = found["machine"]
    return (
        f"- {profile}: {found['date'][:10]}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_bytes'] / 1e9:.0f} GB; load {', '.join(f'{s} {load}' for s, load in found['loads'].items())}"
    )


def _looks(looks_s: Mapping[str, float], say: Speaker) -> dict[str, str]:
    """The detector alone on one frame; with smaller frames, too, where it has them."""
    (_, first_s), *smaller = looks_s.items()
    others = (f"; {seconds(other_s, say)} with frames of {side_px} px" for side_px, other_s in smaller)
    return {"a look": seconds(first_s, say) + "".join(others)}


def _table(model: Mapping[str, Any], words: Mapping[str, Mapping[str, Mapping[str, str]]]) -> str:
    skill = model["skill"]
    run = f"One run is {inputs.described()[skill]}."
    lines = [
        f"{run}\n",
        f"|  | report | publisher | lite | {model.get('full', 'full, random weights')} | measured by |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in model["rows"]:
        figure = row.get("figure", "")
        here = [
            words[profile].get(skill, {}).get(figure, "not measured") if figure else row.get(profile, "–")
            for profile in ("lite", "full")
        ]
        command = row.get("command") or f"chutko bench {skill}{row.get('options', '')}"
        shown = command if command.startswith(("`", "–")) else f"`{command}`"
        lines.append(" | ".join((f"| {row['name']}", row["report"], row["published"], *here, f"{shown} |")))
    return "\n".join(lines) + "\n"


def _sentences(report: Mapping[str, Any], answers: list[dict[str, Any]]) -> str:
    """The five sentences of the report, as both models read them."""
    return "\n".join(
        (
            "### The five sentences\n",
            "`chutko analyze text -`, a sentence a line. The report's column is what its RuBERT said there.\n",
            "| sentence | meant | report: RuBERT | lite |",
            "| --- | --- | --- | --- |",
            *_sentence_rows(report, answers),
            "",
        )
    )


def _sentence_rows(report: Mapping[str, Any], answers: list[dict[str, Any]]) -> Iterator[str]:
    for meant, (said, sure), answer in zip(report["meant"], report["said"], answers, strict=True):
        yield f"| {answer['text']} | {meant} | {said} {sure:.2f} | {answer['label']} {answer['confidence']:.2f} |"


def _thousand(found: Mapping[str, Any]) -> str:
    busy = found["machine"]["load_average"]
    return (
        "### A thousand texts in one command\n\n"
        "`chutko evaluate sentiment tweets.csv -o report.html`, with 1,000 labelled rows: "
        f"{found['processor_seconds']} s of processor time on the lite model, start and report included "
        f"({found['seconds']} s by the clock, load {busy}); accuracy {found['accuracy']:.3f}, "
        f"macro-F1 {found['macro_f1']:.3f}. Most of these rows the model has learnt from: for quality see the held-out "
        "figures above.\n"
    )
