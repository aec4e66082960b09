"""The pages of the models: the list, and a card of each, with the buttons that fit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.benchmarking.figures import kept
from bot.fetching import Arrival
from bot.llm import Llm
from bot.model_pages import Shown, card_page, model_line, state_words
from bot.model_states import ModelStates
from bot.model_work import Works
from bot.ollama_names import OLLAMA_NAMES
from bot.texts import Speaker, Texts
from skills import ModelCard, Pin, Runtime, SkillSpec, Store
from skills.models.ollama import full_name

Page = tuple[str, InlineKeyboardMarkup]


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
        return "\n\n".join(lines), InlineKeyboardMarkup(self.choices(say))

    def choices(self, say: Speaker) -> list[list[InlineKeyboardButton]]:
        """A button for each model in use, two in a row."""
        skills = [row.skill for row in self._states.rows()]
        buttons = [
            button(f"{self._icon(skill)} {say(f'skill-name-{skill}')}", "card", skill) for skill in skills
        ]
        return [buttons[at : at + 2] for at in range(0, len(buttons), 2)]

    async def card(self, say: Speaker, key: str, *, admin: bool) -> Page:
        """Raises CatalogError for a key that does not exist."""
        row = self.in_use(key)
        shown = self._other(say, self._catalog[key]) if row is None else self._own(say, row)
        page = card_page(say, await shown)
        keys = [other.skill for other in self._states.rows()]
        turning = [button(say("models-all"), "list")]
        if row is not None and len(keys) > 1:
            at = keys.index(key)
            before, after = keys[at - 1], keys[(at + 1) % len(keys)]
            turning = [button("‹", "card", before), *turning, button("›", "card", after)]
        acting = self._actions(say, row, admin=admin) if row is not None else []
        return page, InlineKeyboardMarkup([turning, *([each] for each in acting)])

    def find(self, wanted: str) -> str | None:
        """The key of a model by its id, or its skill's name in any language; a beginning will do if it is clear."""
        names: dict[str, str] = {card.id: card.id for card in self._catalog}
        for row in self._states.rows():
            names |= {row.model.casefold(): row.skill, row.skill: row.skill}
            for language in self._texts.languages:
                say = self._texts.say(language)
                called = [say(f"skill-name-{row.skill}"), *say(f"skill-aliases-{row.skill}").split(",")]
                names |= {name.strip().casefold(): row.skill for name in called}
        wanted = wanted.casefold()
        if wanted in names:
            return names[wanted]
        close = {key for name, key in names.items() if name.startswith(wanted)}
        return close.pop() if len(close) == 1 else None

    def in_use(self, key: str) -> Arrival | None:
        return next((row for row in self._states.rows() if row.skill == key), None)

    def exists(self, key: str) -> bool:
        return self.in_use(key) is not None or any(card.id == key for card in self._catalog)

    def _actions(self, say: Speaker, row: Arrival, *, admin: bool) -> Iterable[InlineKeyboardButton]:
        if not self._works.busy(row.skill):
            if row.state in ("cold", "failed"):
                yield button(say("models-wake"), "wake", row.skill)
            if admin and row.state == "ready":
                yield button(say("models-sleep"), "sleep", row.skill)
                yield button(say("models-again"), "again", row.skill)
        if admin and row.skill == "chat":
            yield button(say("models-other"), "chats")

    async def _other(self, say: Speaker, card: ModelCard) -> Shown:
        known = await asyncio.to_thread(self._known, card.id, card)
        state = say("state-not-in-use")
        return Shown(card.skill, self._icon(card.skill), card.id, card.title, state, *known)

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


def button(text: str, *data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=":".join(("model", *data)))
