"""Models in words: a line of the list, and a card with all that is known of one. As HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from skills import LaneStats, ModelCard, Pin
from skills.chat import ChatSkill
from skills.models.ollama import ServerState

from .fetching import Arrival
from .notes import note_words
from .quantities import day_words, rounded, seconds_words, size_words
from .texts import Speaker

HASH_CHARS = 12
FILES_SHOWN = 4
COMMIT_CHARS = 7


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
    pin: Pin | None = None
    """Where this machine, and not the catalog, has fixed the files."""
    here: bool = True
    """False while its files are yet to come to this machine."""
    in_use: bool = False
    memory_bytes: int | None = None
    """Now; None where that cannot be known."""
    served: ServerState | None = None
    """What the owner's own server says of the model."""
    lane: LaneStats | None = None
    chat: ChatSkill | None = None


def state_words(say: Speaker, row: Arrival) -> str:
    """How a model is doing, and what holds it up."""
    state = say(f"state-{row.state}", percent=row.percent)
    return f"{state}. {html.escape(note_words(say, row.note), quote=False)}" if row.note else state


def model_line(say: Speaker, icon: str, row: Arrival) -> str:
    """One model and how it is doing."""
    return say(
        "models-line",
        icon=icon,
        skill=say(f"skill-name-{row.skill}"),
        title=html.escape(row.title, quote=False),
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
    sections = [head, *_about(say, shown), _measured(say, shown.measured), _now(say, shown)]
    return "\n\n".join(section for section in sections if section)


def _about(say: Speaker, shown: Shown) -> Iterator[str]:
    card, served = shown.card, shown.served
    if card is None:
        yield "\n".join([say("card-unknown"), *_on_server(say, served)])
        return
    lines = [say("card-architecture", text=_said(say, card.architecture))]
    if card.parameters:
        lines.append(_parameters(say, card.parameters))
    lines += [
        say("card-data", text=_said(say, card.data)),
        say("card-classes", text=_said(say, card.classes)),
        say("card-licence", licence=_said(say, card.licence)),
        say("card-publisher", publisher=_said(say, card.publisher)),
        say(
            "card-source",
            url=html.escape(card.homepage),
            host=_plain(urlsplit(card.homepage).hostname or card.homepage),
        ),
        *(_on_server(say, served) if served else _files(say, card, shown)),
        say("card-needs", size=size_words(say, card.memory_mb * 1e6)),
    ]
    yield "\n".join(lines)
    yield say("card-published", text=_said(say, card.figures) if card.figures else say("card-published-none"))


def _parameters(say: Speaker, count: int) -> str:
    if count >= 1e9:
        return say("card-parameters-billions", billions=rounded(count / 1e9))
    return say("card-parameters", millions=rounded(count / 1e6))


def _files(say: Speaker, card: ModelCard, shown: Shown) -> Iterator[str]:
    if card.shipped != "files":
        yield say("card-in-package") if card.shipped == "package" else say("card-on-server")
        return
    if card.repository is not None:
        yield say("card-pinned-later")
        return
    yield say("card-size" if shown.here else "card-size-to-come", size=size_words(say, card.size_bytes))
    digests = [f"<code>{file.sha256[:HASH_CHARS]}</code>…" for file in card.files if file.sha256]
    if shown.in_use and not shown.here:
        yield say("card-bring", model=card.id)
    if digests:
        more = len(digests) - FILES_SHOWN
        rest = [say("card-more-files", count=more)] if more > 0 else []
        yield say("card-hash", hashes=", ".join([*digests[:FILES_SHOWN], *rest]))
        if (pin := shown.pin) is not None:
            yield say(
                "card-pinned",
                commit=pin.commit[:COMMIT_CHARS],
                date=day_words(say, pin.pinned_at.date()),
                host=_plain(urlsplit(pin.endpoint).hostname or pin.endpoint),
            )
    else:
        yield say("card-not-pinned")


def _on_server(say: Speaker, served: ServerState | None) -> Iterator[str]:
    """What the server says of the model's files."""
    if served is None or not served.model_present:
        yield say("card-on-server")
        return
    yield say("card-size-on-server", size=size_words(say, served.size_bytes))
    if served.digest:
        yield say("card-hash", hashes=f"<code>{_plain(served.digest[:HASH_CHARS])}</code>…")


def _measured(say: Speaker, kept: Mapping[str, Any] | None) -> str:
    if kept is None:
        return say("card-not-measured")
    lines = [say("card-measured", date=_measured_on(say, kept))]
    for name in ("load_s", "latency_p50_s", "latency_p95_s", "frame_s", "first_token_s", "hundred_tokens_s"):
        if (number := _number(kept, name)) is not None:
            lines.append(say(f"measured-{name.replace('_', '-')}", time=seconds_words(say, number)))
    if throughput := _number(kept, "throughput_per_s"):
        lines.append(_throughput(say, throughput))
    if (speed := _number(kept, "tokens_per_s")) is not None:
        lines.append(say("measured-tokens-per-s", number=rounded(speed)))
    if (number := _number(kept, "memory_bytes")) is not None:
        lines.append(say("measured-memory", size=size_words(say, number)))
    return "\n".join(lines)


def _measured_on(say: Speaker, kept: Mapping[str, Any]) -> str:
    written = str(kept.get("date", ""))[:10]
    try:
        return day_words(say, date.fromisoformat(written))
    except ValueError:  # anybody may have edited the file
        return _plain(written)


def _throughput(say: Speaker, per_s: float) -> str:
    """As so many a second, or as one in so many seconds: whichever is easier to imagine."""
    if per_s < 1:
        return say("measured-throughput-slow", time=seconds_words(say, 1 / per_s))
    return say("measured-throughput-per-s", number=rounded(per_s))


def _now(say: Speaker, shown: Shown) -> str:
    """What holds at this moment; nothing for a model that is not in use."""
    if not shown.in_use:
        return ""
    lines = [say("card-now"), say("card-memory", size=_memory(say, shown))]
    if shown.lane is not None:
        lines += lane_lines(say, shown.lane)
    if shown.chat is not None:
        lines += chat_lines(say, shown.chat)
    return "\n".join(lines)


def _memory(say: Speaker, shown: Shown) -> str:
    if shown.memory_bytes is None:
        return say("card-memory-unknown")
    if not shown.memory_bytes:
        return say("card-memory-none")
    size = size_words(say, shown.memory_bytes)
    if shown.served is not None and shown.served.video_memory_bytes:
        return say("card-memory-video", size=size, video=size_words(say, shown.served.video_memory_bytes))
    return size


def lane_lines(say: Speaker, lane: LaneStats) -> Iterator[str]:
    """How long its latest answers took, and what waits."""
    yield _latency(say, lane.latency_p50_s, lane.latency_p95_s)
    yield say("card-queue", waiting=lane.waiting, running=lane.running)


def chat_lines(say: Speaker, chat: ChatSkill) -> Iterator[str]:
    """How long the language model's latest answers took, how fast it writes, and what waits."""
    yield _latency(say, chat.latency_s(0.50), chat.latency_s(0.95))
    if chat.tokens_per_s:
        yield say("speed", number=rounded(chat.tokens_per_s))
    yield say("card-queue", waiting=chat.waiting, running=chat.answering)


def _latency(say: Speaker, p50_s: float, p95_s: float) -> str:
    if not p95_s:
        return say("latency-none")
    return say("latency", middle=seconds_words(say, p50_s), most=seconds_words(say, p95_s))


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
