"""From the turns of a conversation to the messages of a prompt.

Two rules shape it. What others wrote, said or showed (transcripts, quotes, forwarded texts, what a photo
holds) comes as notes in square brackets: data, never instructions. And the beginning of a prompt stays the same
from turn to turn as long as it can, because the server evaluates again only what has changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from ._tokens import MESSAGE_TOKENS

NOTE_CHARS = 1500
"""Longer notes are shortened in their middle."""
_CONTROL = re.compile(
    r"<\|(?=[^\s|]{0,40}\|>)|<(?=/?(?:start_of_turn|end_of_turn|s|bos|eos|think)>)|\[(?=/?INST\])"
)
"""Openings of the control words of chat templates; a person who types them must not end a turn."""
_SCORE = re.compile(r"\s\d{1,3}\s?%(?=[,\]]|$)")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said, answered, or noticed."""

    role: Literal["user", "assistant", "memory"]
    """`memory` is what a skill saw or heard: one line."""
    content: str
    name: str = ""
    """Who spoke; only where several people share the conversation."""
    notes: tuple[str, ...] = ()
    """Data that came with it: the message that it replies to, what it forwards."""


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message of a prompt. Satisfies `ChatMessage`."""

    role: Literal["system", "user", "assistant"]
    content: str


def build_prompt(
    system: str, turns: Sequence[Turn], budget_tokens: int, count_tokens: Callable[[str], int]
) -> list[PromptMessage]:
    """The system prompt and the newest turns that fit into `budget_tokens`, oldest first.

    The last turn is always there, shortened in its middle if it alone is too long.
    """
    room = budget_tokens - count_tokens(system) - MESSAGE_TOKENS
    texts = [_text(turn) for turn in turns]
    costs = [count_tokens(text) + MESSAGE_TOKENS for text in texts]
    start = _start(turns, costs, room)
    kept = [(_speaker(turn), text) for turn, text in zip(turns[start:], texts[start:], strict=True)]
    if kept and costs[-1] > room:
        kept = [(kept[-1][0], _shorten(kept[-1][1], max(16, room - MESSAGE_TOKENS), count_tokens))]
    messages = [PromptMessage("system", system)] if system else []
    for role, group in groupby(kept, key=lambda item: item[0]):
        messages.append(PromptMessage(role, "\n".join(text for _, text in group)))
    return messages


def note(text: str) -> str:
    """Somebody's words or a skill's findings as one line of data, which nothing inside it can close."""
    line = " ".join(_clean(text).split()).strip()
    inner = line[1:-1] if line.startswith("[") and line.endswith("]") else line
    inner = inner.replace("[", "(").replace("]", ")")
    if len(inner) > NOTE_CHARS:
        inner = f"{inner[: NOTE_CHARS * 2 // 3]} … {inner[-NOTE_CHARS // 3 :]}"
    return f"[{inner}]"


def _speaker(turn: Turn) -> Literal["user", "assistant"]:
    return "assistant" if turn.role == "assistant" else "user"


def _text(turn: Turn) -> str:
    if turn.role == "memory":
        return "\n".join(note(_without_scores(line)) for line in turn.content.splitlines() if line.strip())
    said = _clean(turn.content).strip()
    if turn.name and turn.role == "user":
        name = " ".join(re.sub(r"[\[\]:]", " ", _clean(turn.name)).split())
        said = f"{name}: {said}"
    return "\n".join([*(note(each) for each in turn.notes), said])


def _without_scores(line: str) -> str:
    """Small models take a score for a property ("a cat that is 94% visible"). Words that were said stay whole."""
    return line if re.search('[«“"]', line) else _SCORE.sub("", line)


def _clean(text: str) -> str:
    return _CONTROL.sub(lambda match: match[0][0] + " " + match[0][1:], _UNPRINTABLE.sub("", text))


def _start(turns: Sequence[Turn], costs: Sequence[int], room: int) -> int:
    """Index of the oldest turn that is kept.

    If not all fit, the start is chosen among the older half of those that do, by the smallest hash: it is the
    same choice for the next prompts, too, until that turn no longer fits (winnowing, Schleimer et al. 2003).
    So the beginning of the prompt moves once in many turns, and not with every one.
    """
    fits, total = len(turns), 0
    half = len(turns)
    while fits > 0 and total + costs[fits - 1] <= room:
        fits -= 1
        total += costs[fits]
        if total <= room // 2:
            half = fits
    if fits == 0:
        return 0
    last = len(turns) - 1
    candidates = [at for at in range(fits, min(half, last) + 1) if turns[at].role != "assistant"]
    return min(candidates, key=lambda at: _hash(turns[at]), default=min(fits, last))


def _hash(turn: Turn) -> bytes:
    return hashlib.blake2b(
        f"{turn.role}\0{turn.name}\0{turn.content}".encode("utf-8", "replace"), digest_size=8
    ).digest()


def _shorten(text: str, most_tokens: int, count_tokens: Callable[[str], int]) -> str:
    """Beginning and end, without the middle."""
    low, high = 0, len(text)
    while low < high:
        keep = (low + high + 1) // 2
        if count_tokens(_ends(text, keep)) <= most_tokens:
            low = keep
        else:
            high = keep - 1
    return _ends(text, low)


def _ends(text: str, keep: int) -> str:
    if keep >= len(text):
        return text
    return f"{text[: keep - keep // 2]} … {text[len(text) - keep // 2 :]}"
