"""Which Ollama server the settings mean, and what it calls the models of the catalog."""

from __future__ import annotations

from skills import ModelCard

from .config import Settings

OLLAMA = "http://127.0.0.1:11434"
"""Where Ollama listens unless told otherwise."""
OLLAMA_NAMES = {
    "llama3-8b": "llama3:8b",
    "qwen2.5-coder-1.5b": "qwen2.5-coder:1.5b",
    "qwen2.5-coder-0.5b": "qwen2.5-coder:0.5b",
}
"""What Ollama calls a model of the catalog."""


def catalog_id(name: str) -> str:
    """The catalog's id of a model by what Ollama calls it; other names stay as they are."""
    return next((card_id for card_id, called in OLLAMA_NAMES.items() if called == name.lower()), name)


def ollama_host(settings: Settings) -> str:
    """Address of the Ollama server."""
    return settings.chat.host or OLLAMA


def on_server(settings: Settings, card: ModelCard) -> str:
    """The name of the chat model that an Ollama server is to hold; empty if it holds none for this card."""
    if card.skill != "chat" or not (card.shipped == "server" or settings.chat.host):
        return ""
    return settings.chat.model or OLLAMA_NAMES.get(card.id, card.id)
