"""The pages of the models: the list, and a card of each, with the buttons that fit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.benchmarking.figures import kept
from bot.fetching import Arrival
from bot.llm import Llm
from bot.model_names import Found, find
from bot.model_pages import Shown, card_page, model_line, state_words
from bot.model_states import ModelStates
from bot.model_work import Works
from bot.ollama_names import OLLAMA_NAMES
from bot.texts import Speaker, Texts
from skills import ModelCard, Pin, Runtime, SkillSpec, Store
from skills.models.ollama import full_name

Page = tuple[str, InlineKeyboardMarkup]
GUESSES_SHOWN = 8


class ModelPages:
    """A key is the skill of a model in use, or the id of another model of the catalog."""

    def __init__(
        self,
        texts: Texts,
        specs: Mapping[str, SkillSpec],
        store: Store,
        states: ModelStates,
        runtime: Runtime,
        llm: Llm,
        works: Works,
        profile: str,
    ) -> None:
        """`works` are those going on by skill; measured figures lie beside the models."""
        self._texts = texts
        self._specs = specs
        self._store = store
        self._catalog = store.catalog
        self._states = states
        self._runtime = runtime
        self._llm = llm
        self._works = works
        self._profile = profile

    def all_models(self, say: Speaker) -> Page:
        lines = [say("models-title", profile=self._profile)]
        lines += [model_line(say, self._icon(row.skill), row) for row in self._states.rows()]
        return "\n\n".join(lines), self.choices(say)

    def choices(self, say: Speaker) -> InlineKeyboardMarkup:
        """A button for each model in use, two in a row."""
        skills = [row.skill for row in self._states.rows()]
        buttons = [self._skill_button(say, skill) for skill in skills]
        return InlineKeyboardMarkup([buttons[at : at + 2] for at in range(0, len(buttons), 2)])

    def guesses(self, say: Speaker, keys: Sequence[str]) -> InlineKeyboardMarkup:
        """A button for each of these models by its title, and for the list."""
        buttons = [button(self._titled(key), "card", key) for key in keys[:GUESSES_SHOWN]]
        return InlineKeyboardMarkup([*([each] for each in buttons), [button(say("models-all"), "list")]])

    async def card(self, say: Speaker, key: str, *, admin: bool) -> Page:
        """Raises CatalogError for a key that does not exist."""
        row = self.in_use(key)
        if row is None:
            other = self._catalog[key]
            shown = await self._other(say, other)
            instead = [self._skill_button(say, other.skill)] if self.in_use(other.skill) else []
            return card_page(say, shown), InlineKeyboardMarkup(
                [[button(say("models-all"), "list"), *instead]]
            )
        shown = await self._own(say, row)
        turning = [button(say("models-all"), "list")]
        keys = [other.skill for other in self._states.rows()]
        if len(keys) > 1:
            at = keys.index(key)
            before, after = keys[at - 1], keys[(at + 1) % len(keys)]
            turning = [button("‹", "card", before), *turning, button("›", "card", after)]
        acting = self._actions(say, row, here=shown.here, admin=admin)
        return card_page(say, shown), InlineKeyboardMarkup([turning, *([each] for each in acting)])

    def find(self, wanted: str) -> Found:
        """The keys of models by their id or title, by what their server or people call them."""
        return find(wanted, dict(self._names()))

    def in_use(self, key: str) -> Arrival | None:
        return next((row for row in self._states.rows() if row.skill == key), None)

    def exists(self, key: str) -> bool:
        return self.in_use(key) is not None or any(card.id == key for card in self._catalog)

    async def here(self, row: Arrival) -> bool:
        """Whether the model's files are on this machine, or are no affair of it."""
        if row.skill == "chat" and not self._llm.own:
            return True
        if not self._states.arrived(row.skill):
            return False
        card = self._card_of(row.model)
        return card is None or await asyncio.to_thread(self._store.has, card.id)

    def _names(self) -> Iterable[tuple[str, list[str]]]:
        """All spellings of each key."""
        keys = {}
        for row in self._states.rows():
            card = self._card_of(row.model)
            if card is not None:
                keys[card.id] = row.skill
            speakers = [self._texts.say(language) for language in self._texts.languages]
            called = [say(f"skill-name-{row.skill}") for say in speakers]
            called += [name for say in speakers for name in say(f"skill-aliases-{row.skill}").split(",")]
            yield row.skill, [row.skill, row.model, *_spellings(card), *called]
        for card in self._catalog:
            if card.id not in keys:
                yield card.id, _spellings(card)

    def _titled(self, key: str) -> str:
        """What a button says that shows this model."""
        row = self.in_use(key)
        if row is None:
            return f"{self._icon(self._catalog[key].skill)} {self._catalog[key].title}"
        return f"{self._icon(row.skill)} {row.title}"

    def _skill_button(self, say: Speaker, skill: str) -> InlineKeyboardButton:
        return button(f"{self._icon(skill)} {say(f'skill-name-{skill}')}", "card", skill)

    def _actions(
        self, say: Speaker, row: Arrival, *, here: bool, admin: bool
    ) -> Iterable[InlineKeyboardButton]:
        if not (self._works.busy(row.skill) or row.state == "fetching"):
            if not here:
                if row.state == "failed" or admin:
                    yield button(
                        say("models-retry" if row.state == "failed" else "models-fetch"), "fetch", row.skill
                    )
            elif row.state in ("cold", "failed"):
                yield button(say("models-wake" if row.state == "cold" else "models-retry"), "wake", row.skill)
            elif admin and row.state == "ready":
                yield button(say("models-sleep"), "sleep", row.skill)
                yield button(say("models-again"), "again", row.skill)
        if admin and here and row.skill == "chat":
            yield button(say("models-other"), "chats")

    async def _other(self, say: Speaker, card: ModelCard) -> Shown:
        known = await asyncio.to_thread(self._known, card.id, card)
        here = await asyncio.to_thread(self._store.has, card.id)
        state = say("state-not-in-use")
        return Shown(card.skill, self._icon(card.skill), card.id, card.title, state, *known, here=here)

    async def _own(self, say: Speaker, row: Arrival) -> Shown:
        card = self._card_of(row.model)
        chat = row.skill == "chat"
        lane = None if chat else self._runtime.stats().get(row.skill)
        served = await self._llm.look() if chat and not self._llm.own else None
        memory_bytes = lane.memory_bytes if lane else None
        if chat and self._llm.own:
            memory_bytes = await asyncio.to_thread(self._llm.resident_bytes)
        elif served is not None and served.reachable:
            memory_bytes = served.memory_bytes
        return Shown(
            row.skill,
            self._icon(row.skill),
            row.model,
            card.title if card is not None else row.title,
            state_words(say, row),
            *await asyncio.to_thread(self._known, self._llm.chat.model if chat else row.model, card),
            here=await self.here(row),
            in_use=True,
            memory_bytes=memory_bytes,
            served=served,
            lane=lane,
            chat=self._llm.chat if chat else None,
        )

    def _known(
        self, model: str, card: ModelCard | None
    ) -> tuple[ModelCard | None, Mapping[str, Any] | None, Pin | None]:
        """The card as it holds on this machine, what was measured, and what was pinned; reads files."""
        if card is None:
            return None, kept(self._store.root, model), None
        # Figures are kept under the name that the chat server has for it, or under its id.
        found = (kept(self._store.root, name) for name in (model, card.id))
        measured = next((each for each in found if each is not None), None)
        return self._store.card(card.id), measured, self._store.pin(card.id)

    def _card_of(self, model: str) -> ModelCard | None:
        """The catalog's card of a model by its id, or by what the chat server calls it."""
        wanted = full_name(model)
        names = ((card, OLLAMA_NAMES.get(card.id, card.id)) for card in self._catalog)
        return next((card for card, name in names if wanted in (full_name(name), full_name(card.id))), None)

    def _icon(self, skill: str) -> str:
        return self._specs[skill].icon if skill in self._specs else "💬"


def _spellings(card: ModelCard | None) -> list[str]:
    return [] if card is None else [card.id, card.title, OLLAMA_NAMES.get(card.id, card.id)]


def button(text: str, *data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=":".join(("model", *data)))
