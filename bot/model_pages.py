"""Models in words: a line of the list, and a card with all that is known of one. As HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from skills import LaneStats, ModelCard
from skills.chat import ChatSkill

from .texts import Speaker

HASH_CHARS = 12
FILES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a card tells of."""

    skill: str
    icon: str
    model: str
    """Its id, or its name on the chat server."""
    title: str
    state: str
    """The state in words."""
    card: ModelCard | None
    """None for a model of the owner's own server that the catalog does not know."""
    measured: Mapping[str, Any] | None
    """What `chutko bench` has kept of it on this machine."""
    memory_bytes: int | None = None
    """Now; None where that cannot be known."""
    lane: LaneStats | None = None
    chat: ChatSkill | None = None


def state_words(say: Speaker, row: Mapping[str, Any]) -> str:
    """How a model is doing; `row` is one of `Bot.models`."""
    percent = int(100 * row["fetched_bytes"] / (row["total_bytes"] or 1))
    return say(f"state-{row['state']}", percent=percent, note=html.escape(str(row["note"]), quote=False))


def model_line(say: Speaker, icon: str, row: Mapping[str, Any]) -> str:
    """One model and how it is doing."""
    return say(
        "models-line",
        icon=icon,
        skill=say(f"skill-name-{row['skill']}"),
        title=html.escape(str(row["title"]), quote=False),
        state=state_words(say, row),
    )


def card_page(say: Speaker, shown: Shown) -> str:
    """The whole card."""
    head = say(
        "card-head",
        icon=shown.icon,
        skill=say(f"skill-name-{shown.skill}"),
        title=_plain(shown.title),
        model=_plain(shown.model),
        state=shown.state,
    )
    sections = [head, *_about(say, shown.card), _measured(say, shown.measured), _now(say, shown)]
    return "\n\n".join(section for section in sections if section)


def size_words(say: Speaker, size_bytes: float) -> str:
    """Decimal units, as disks and downloads are counted."""
    if size_bytes >= 1e9:
        return say("size-gb", number=round(size_bytes / 1e9, 1))
    return say("size-mb", number=round(size_bytes / 1e6, 1 if size_bytes < 1e7 else None))


def seconds_words(say: Speaker, seconds: float) -> str:
    return say("seconds-short", number=rounded(seconds))


def rounded(number: float) -> float:
    """Two digits that count, and no false precision."""
    if number == 0 or not math.isfinite(number):
        return 0
    value = round(number, max(0, 1 - math.floor(math.log10(abs(number)))))
    return int(value) if value == int(value) else value


def _about(say: Speaker, card: ModelCard | None) -> Iterator[str]:
    if card is None:
        yield say("card-unknown")
        return
    lines = [say("card-architecture", text=_said(say, card.architecture))]
    if card.parameters:
        lines.append(_parameters(say, card.parameters))
    lines += [
        say("card-data", text=_said(say, card.data)),
        say("card-classes", text=_said(say, card.classes)),
        say("card-licence", licence=_plain(card.licence), publisher=_plain(card.publisher)),
        say(
            "card-source",
            url=html.escape(card.homepage),
            host=_plain(urlsplit(card.homepage).hostname or card.homepage),
        ),
        *_files(say, card),
    ]
    yield "\n".join(lines)
    yield say("card-published", text=_said(say, card.figures) if card.figures else say("card-published-none"))


def _parameters(say: Speaker, count: int) -> str:
    if count >= 1e9:
        return say("card-parameters-billions", billions=rounded(count / 1e9))
    return say("card-parameters", millions=rounded(count / 1e6))


def _files(say: Speaker, card: ModelCard) -> Iterator[str]:
    if card.shipped != "files":
        yield say("card-in-package") if card.shipped == "package" else say("card-on-server")
        return
    yield say("card-size", size=size_words(say, card.size_bytes))
    digests = [f"<code>{file.sha256[:HASH_CHARS]}</code>…" for file in card.files if file.sha256]
    if digests:
        more = len(digests) - FILES_SHOWN
        rest = [say("card-more-files", count=more)] if more > 0 else []
        yield say("card-hash", hashes=", ".join([*digests[:FILES_SHOWN], *rest]))
    else:
        yield say("card-not-pinned")


def _measured(say: Speaker, kept: Mapping[str, Any] | None) -> str:
    if kept is None:
        return say("card-not-measured")
    lines = [say("card-measured", date=_plain(str(kept.get("date", ""))[:10]))]
    for name in ("load_s", "latency_p50_s", "latency_p95_s", "frame_s", "first_token_s", "hundred_tokens_s"):
        if (number := _number(kept, name)) is not None:
            lines.append(say(f"measured-{name.replace('_', '-')}", time=seconds_words(say, number)))
    for name in ("throughput_per_s", "tokens_per_s"):
        if (number := _number(kept, name)) is not None:
            lines.append(say(f"measured-{name.replace('_', '-')}", number=rounded(number)))
    if (number := _number(kept, "memory_bytes")) is not None:
        lines.append(say("measured-memory", size=size_words(say, number)))
    return "\n".join(lines)


def _now(say: Speaker, shown: Shown) -> str:
    """What holds at this moment; nothing for a model that is not in use."""
    lines = []
    if shown.memory_bytes is not None:
        size = size_words(say, shown.memory_bytes) if shown.memory_bytes else say("card-memory-none")
        lines.append(say("card-memory", size=size))
    if shown.lane is not None:
        lines.append(latency_words(say, shown.lane))
        lines.append(say("card-queue", waiting=shown.lane.waiting, running=shown.lane.running))
    if shown.chat is not None:
        lines.append(speed_words(say, shown.chat))
        lines.append(say("card-queue", waiting=shown.chat.waiting, running=shown.chat.answering))
    return "\n".join([say("card-now"), *lines]) if lines else ""


def latency_words(say: Speaker, lane: LaneStats) -> str:
    """How long its latest answers took."""
    if not lane.done:
        return say("latency-none")
    return say(
        "latency",
        middle=seconds_words(say, lane.latency_p50_s),
        most=seconds_words(say, lane.latency_p95_s),
    )


def speed_words(say: Speaker, chat: ChatSkill) -> str:
    """How fast the language model writes."""
    if not chat.tokens_per_s:
        return say("speed-none")
    return say("speed", number=rounded(chat.tokens_per_s))


def _number(kept: Mapping[str, Any], name: str) -> float | None:
    """A figure of a file that anybody may have edited."""
    value = kept.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _said(say: Speaker, sentence: str) -> str:
    """A sentence of the catalog, in the person's language where it is translated."""
    return _plain(say.label("models", sentence))


def _plain(text: str) -> str:
    return html.escape(text.replace("`", ""), quote=False)
