"""From what went wrong to a sentence that a person understands."""

from __future__ import annotations

import math

from skills import BadInput, Busy, InferenceFailed, ModelUnavailable, ShuttingDown, SkillError, TimedOut

from .texts import Speaker

GENERAL = {
    BadInput: "error-bad-input",
    Busy: "error-busy",
    ModelUnavailable: "error-model-unavailable",
    TimedOut: "error-timed-out",
    InferenceFailed: "error-inference-failed",
    ShuttingDown: "error-shutting-down",
}


def explain(error: SkillError, say: Speaker, *, terminal: bool = False) -> str:
    """The sentence for `error`: by its reason where there is one, else by its type.

    `terminal`: for somebody at a terminal, to whom nothing of sending and waiting is said.
    """
    details = {
        name.replace("_", "-"): math.ceil(value) if isinstance(value, float) else value
        for name, value in error.details.items()
    }
    sentence = f"error-{error.reason}"
    if not (error.reason and say.has(sentence)):
        sentence = next((text for kind, text in GENERAL.items() if isinstance(error, kind)), "error-unknown")
    if terminal and say.has(f"terminal-{sentence}"):
        sentence = f"terminal-{sentence}"
    return say(sentence, **details)
