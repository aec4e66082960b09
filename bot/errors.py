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


def explain(error: SkillError, say: Speaker) -> str:
    """The sentence for `error`: by its reason where there is one, else by its type."""
    details = {
        name.replace("_", "-"): math.ceil(value) if isinstance(value, float) else value
        for name, value in error.details.items()
    }
    by_reason = f"error-{error.reason}"
    if error.reason and say.has(by_reason):
        return say(by_reason, **details)
    return say(
        next((text for kind, text in GENERAL.items() if isinstance(error, kind)), "error-unknown"), **details
    )
