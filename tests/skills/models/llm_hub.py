"""A local LLM server with a store, and a hub from which its models can be had."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.skills.hub import Hub, Page, serving
from tests.skills.models.llm_server import llm_server
from tests.skills.models.tiny_gguf import make_tiny_gguf

ENTRY = """
[[model]]
id = "{id}"
skill = "chat"
profile = "lite"
default = false
title = "Tiny"
architecture = "llama"
classes = "free text"
data = "none"
licence = "CC0-1.0"
publisher = "tests"
homepage = "https://example.org"
memory_mb = 1

[[model.files]]
name = "{id}.gguf"
size_bytes = {size_bytes}
sha256 = "{sha256}"
sources = [{{ url = "{url}" }}]
"""


@dataclass
class LlmHub:
    """Its catalog: `tiny` and `tiny-coder-0.1b`, two models; `lost`, whose file is nowhere."""

    address: str
    hub: Hub
    pages: dict[str, Page]
    """By id."""
    sha256: dict[str, str]
    store: Path

    def blob(self, model_id: str) -> Path:
        return self.store / "blobs" / "sha256" / self.sha256[model_id]


@contextmanager
def llm_hub(folder: Path) -> Iterator[LlmHub]:
    """A server process that begins with an empty store."""
    store, catalog = folder / "store", folder / "catalog.toml"
    pages: dict[str, Page] = {}
    hashes: dict[str, str] = {}
    text = ""
    with serving() as hub:
        for seed, model_id in enumerate(("tiny", "tiny-coder-0.1b", "lost")):
            body = make_tiny_gguf(folder / f"{model_id}.gguf", seed).read_bytes()
            hashes[model_id] = hashlib.sha256(body).hexdigest()
            url = f"{hub.url}/{model_id}.gguf"
            text += ENTRY.format(id=model_id, size_bytes=len(body), sha256=hashes[model_id], url=url)
            if model_id != "lost":
                pages[model_id] = hub.put(f"/{model_id}.gguf", body)
        catalog.write_text(text, encoding="utf-8")
        options = ("--store", str(store), "--catalog", str(catalog), "--index", hub.index_url)
        with llm_server({}, "--num-ctx", "512", *options) as (address, _):
            yield LlmHub(address, hub, pages, hashes, store)
