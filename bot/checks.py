"""What `chutko doctor` looks at. Every check says what is so, and how to mend what is not."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx
import psutil

from skills import ModelCard, ModelState, ModelUnavailable, Store
from skills._cards import human_size
from skills.models import ollama_library

from .config import Settings
from .ollama_names import ollama_host, on_server

MB = 1024 * 1024
SPARE_MB = 500
"""Room on the disk for the database and passing files."""
PACKAGES = {
    "rubert": ("torch", "transformers"),
    "yamnet": ("tensorflow", "tensorflow_hub"),
    "resnet18": ("torch", "torchvision"),
    "detr-resnet-50": ("torch", "torchvision", "transformers", "timm"),
}
"""What a model loads with, beyond what every installation has."""


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Works, but worth knowing."""
    MISSING = "missing"
    """Something does not work until it is mended."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    verdict: Verdict
    found: str
    mend: str = ""
    """What to do about it; empty where nothing is to be done."""


async def examine(settings: Settings, store: Store, cards: Mapping[str, ModelCard]) -> list[Check]:
    """All checks, in the order in which a person would mend things."""
    return [
        _python(),
        *_packages(cards),
        *_shifts(),
        _folder("data folder", settings.storage.data_dir, "storage.data_dir"),
        _folder("model folder", store.root, "models.cache_dir"),
        _disk(store, cards),
        _memory(cards),
        *await asyncio.to_thread(_models, store, cards),
        *await _chat(settings, cards),
        *await _telegram(settings),
    ]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", Verdict.OK, version)


def _packages(cards: Mapping[str, ModelCard]) -> list[Check]:
    wanted = {name for card in cards.values() for name in PACKAGES.get(card.id, ())}
    if not wanted:
        return []
    absent = sorted(name for name in wanted if importlib.util.find_spec(name) is None)
    if not absent:
        return [Check("packages", Verdict.OK, "all that the chosen models need is installed")]
    found = f"the chosen models need {', '.join(absent)}"
    mend = "make install PROFILE=full, and then .venv-full/bin/chutko; or choose models of the lite profile"
    return [Check("packages", Verdict.MISSING, found, mend)]


def _shifts() -> list[Check]:
    if importlib.util.find_spec("ruptures") is not None:
        return []
    found = "groups get no alerts when their mood shifts: the library ruptures is not here"
    return [
        Check(
            "alerts",
            Verdict.NOTE,
            found,
            "use Python 3.11 to 3.13, or a C compiler and: pip install ruptures",
        )
    ]


def _folder(name: str, folder: Path, setting: str) -> Check:
    existing = next((path for path in (folder, *folder.absolute().parents) if path.exists()), folder)
    try:
        probe = existing / f".chutko-{id(folder)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check(
            name,
            Verdict.MISSING,
            f"{folder}: {error.strerror}",
            f"choose a folder that you may write to, in {setting}",
        )
    return Check(name, Verdict.OK, str(folder.absolute()))


def _disk(store: Store, cards: Mapping[str, ModelCard]) -> Check:
    missing_bytes = sum(
        card.size_bytes - store.fetched_bytes(card.id) for card in cards.values() if card.files
    )
    existing = next(path for path in (store.root, *store.root.parents) if path.exists())
    free_mb = shutil.disk_usage(existing).free // MB
    wanted_mb = missing_bytes // MB + SPARE_MB
    found = f"{free_mb / 1024:.1f} GB free, {wanted_mb / 1024:.1f} GB wanted"
    if free_mb < wanted_mb:
        return Check("disk", Verdict.MISSING, found, "make room, or name another folder in models.cache_dir")
    return Check("disk", Verdict.OK, found)


def _memory(cards: Mapping[str, ModelCard]) -> Check:
    have_mb = psutil.virtual_memory().total // MB
    want_mb = sum(card.memory_mb for card in cards.values()) + SPARE_MB
    found = f"{have_mb / 1024:.1f} GB in all; all models together take about {want_mb / 1024:.1f} GB"
    if have_mb < want_mb:
        mend = "models.chat can name a smaller model (qwen2.5-coder-0.5b); idle models leave memory by themselves"
        return Check("memory", Verdict.NOTE, found, mend)
    return Check("memory", Verdict.OK, found)


def _models(store: Store, cards: Mapping[str, ModelCard]) -> list[Check]:
    checks = []
    for card in cards.values():
        state = store.state(card.id)
        if state in (ModelState.READY, ModelState.PACKAGED):
            checks.append(Check(f"model {card.skill}", Verdict.OK, card.title))
        elif state is ModelState.UNPINNED:
            why = f"{card.title} cannot be used by this version of Chutko yet"
            checks.append(Check(f"model {card.skill}", Verdict.MISSING, why, 'choose profile = "lite"'))
        elif state is not ModelState.SERVED:
            size = f" ({human_size(card.size_bytes)})" if card.size_bytes else ""
            why = f"{card.title} is not on this machine{size}"
            checks.append(Check(f"model {card.skill}", Verdict.MISSING, why, f"chutko models pull {card.id}"))
    return checks


async def _chat(settings: Settings, cards: Mapping[str, ModelCard]) -> list[Check]:
    name = on_server(settings, cards["chat"])
    if not name:
        return []
    host = ollama_host(settings)
    try:
        held = await ollama_library.held(host)
    except ModelUnavailable as error:
        if error.reason != "llm-unreachable":
            return [Check("Ollama", Verdict.MISSING, str(error))]
        why = f"no Ollama server answers at {host}"
        return [Check("Ollama", Verdict.MISSING, why, "start it with `ollama serve`, or set chat.host")]
    has = f"{host} has {', '.join(model.name for model in held) or 'no models'}"
    if ollama_library.find(held, name) is None:
        kin = next((model.name for model in held if _family(model.name) == _family(name)), None)
        mend = f"chutko models pull {name}" + (f', or chat.model = "{kin}" in the settings' if kin else "")
        return [Check("Ollama", Verdict.MISSING, f"{has}, and not {name}", mend)]
    return [Check("Ollama", Verdict.OK, has)]


def _family(name: str) -> str:
    """A model's name without its tag."""
    head, slash, tail = name.lower().rpartition("/")
    return f"{head}{slash}{tail.partition(':')[0]}"


async def _telegram(settings: Settings) -> list[Check]:
    token = settings.bot.token.get_secret_value()
    if not token:
        mend = "only for Telegram: ask @BotFather for a token and put TELEGRAM_BOT_TOKEN=... into .env"
        return [Check("token", Verdict.NOTE, "there is none; the playground needs none", mend)]
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = (await client.get(f"{settings.bot.api_url}/bot{token}/getMe")).json()
    except (httpx.HTTPError, ValueError) as error:
        why = f"{settings.bot.api_url} cannot be reached ({type(error).__name__})"
        return [Check("Telegram", Verdict.MISSING, why, "check the network of this machine")]
    if not answer.get("ok"):
        return [
            Check("token", Verdict.MISSING, "Telegram does not accept it", "ask @BotFather for the right one")
        ]
    me = answer["result"]
    checks = [Check("token", Verdict.OK, f"@{me['username']}")]
    if not me.get("can_read_all_group_messages"):
        why = "privacy mode is on: in groups the bot sees only what is meant for it"
        mend = (
            "to let it follow a group's mood: @BotFather, /setprivacy, Disable; "
            "then take the bot out of the group and add it again"
        )
        return [*checks, Check("groups", Verdict.NOTE, why, mend)]
    return [*checks, Check("groups", Verdict.OK, "privacy mode is off: the bot hears every message")]
