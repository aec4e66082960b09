"""The models in the chat: the list, a card of each, and the buttons that wake, stop and change them."""

from __future__ import annotations

import asyncio
import hashlib
import html
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from telegram.error import TelegramError

from bot.access import Access
from bot.benchmarking.figures import kept
from bot.chat_choice import ChatChoice
from bot.context import Context
from bot.errors import explain
from bot.llm import Llm
from bot.model_pages import Shown, card_page, model_line, state_words
from bot.ollama_names import OLLAMA_NAMES
from bot.replies import Replies
from bot.texts import Speaker, Texts
from skills import Catalog, ModelCard, Runtime, SkillError, SkillSpec
from skills.models.ollama import full_name

log = logging.getLogger(__name__)

Row = Mapping[str, Any]
Page = tuple[str, InlineKeyboardMarkup]

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
NAME_CHARS = 60
CHAT_MODELS_SHOWN = 30
FOR_ADMINS = ("sleep", "again", "chats", "use")
"""Actions that change what everybody gets."""


class Models:
    """/models and /model NAME, with their buttons (`model:ACTION:KEY`).

    A key is the skill of a model in use, the id of another model of the catalog, or the hash of a chat model's
    name, which may be longer than the 64 bytes that a button holds.
    """

    def __init__(
        self,
        bot: Bot,
        replies: Replies,
        texts: Texts,
        access: Access,
        specs: Mapping[str, SkillSpec],
        catalog: Catalog,
        rows: Callable[[], Sequence[Row]],
        runtime: Runtime,
        llm: Llm,
        choice: ChatChoice,
        profile: str,
        models_root: Path,
    ) -> None:
        """`rows` are those of `Bot.models`; measured figures lie in `models_root`."""
        self._bot = bot
        self._replies = replies
        self._texts = texts
        self._access = access
        self._specs = specs
        self._catalog = catalog
        self._rows = rows
        self._runtime = runtime
        self._llm = llm
        self._choice = choice
        self._profile = profile
        self._models_root = models_root
        self._works: dict[str, asyncio.Task[None]] = {}
        """By skill: its model is being loaded or unloaded at somebody's wish."""
        self._choosing = asyncio.Lock()
        self._watched: dict[tuple[int, int], str] = {}
        """Chat and message -> the key whose card is brought up to date there when the work is done."""

    async def close(self) -> None:
        works = list(self._works.values())
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def show_all(self, ctx: Context) -> list[int]:
        """/models"""
        text, buttons = self._list(ctx.say)
        return await self._replies.text(ctx.place, text, html_ready=True, buttons=buttons)

    async def show_one(self, ctx: Context) -> list[int]:
        """/model NAME; without a name, or with one that nobody knows, buttons to choose from."""
        wanted = " ".join(ctx.route.arguments.split())
        key = self._find(wanted) if wanted else None
        if key is None:
            name = html.escape(wanted[:NAME_CHARS], quote=False)
            text = ctx.say("model-not-known", name=name) if wanted else ctx.say("model-which")
            return await self._replies.text(
                ctx.place, text, html_ready=True, buttons=InlineKeyboardMarkup(self._choices(ctx.say))
            )
        text, buttons = await self._card(ctx.say, key, admin=self._access.is_admin(ctx.route.person_id))
        message = await self._bot.send_message(
            text=text,
            parse_mode="HTML",
            reply_markup=buttons,
            link_preview_options=NO_PREVIEW,
            **ctx.place.arguments,
        )
        return [message.message_id]

    async def press(self, query: CallbackQuery, say: Speaker) -> bool:
        """Take a button of ours. False if it is somebody else's, or of an older version."""
        subject, _, rest = (query.data or "").partition(":")
        action, _, key = rest.partition(":")
        message = query.message
        if subject != "model" or not isinstance(message, Message):
            return False
        admin = self._access.is_admin(query.from_user.id)
        if action in FOR_ADMINS and not admin:
            await query.answer(say("models-only-admins"), show_alert=True)
            return True
        match action:
            case "list":
                await query.answer()
                await self._turn(message, self._list(say))
            case "card" if self._exists(key):
                await query.answer()
                await self._turn(message, await self._card(say, key, admin=admin))
            case "wake" | "sleep" | "again" if self._in_use(key):
                await self._change(query, message, say, action, key, admin=admin)
            case "chats":
                await query.answer()
                await self._turn(message, await self._chat_models(say))
            case "use":
                return await self._use(query, message, say, key)
            case _:
                return False
        return True

    # -- pages -----------------------------------------------------------------------------------------------

    def _list(self, say: Speaker) -> Page:
        lines = [say("models-title", profile=self._profile)]
        lines += [model_line(say, self._icon(row["skill"]), row) for row in self._rows()]
        return "\n\n".join(lines), InlineKeyboardMarkup(self._choices(say))

    def _choices(self, say: Speaker) -> list[list[InlineKeyboardButton]]:
        """A button for each model in use, two in a row."""
        skills = [row["skill"] for row in self._rows()]
        buttons = [
            _button(f"{self._icon(skill)} {say(f'skill-name-{skill}')}", "card", skill) for skill in skills
        ]
        return [buttons[at : at + 2] for at in range(0, len(buttons), 2)]

    async def _card(self, say: Speaker, key: str, *, admin: bool) -> Page:
        row = self._in_use(key)
        page = card_page(say, await self._shown(say, key, row))
        keys = [other["skill"] for other in self._rows()]
        turning = [_button(say("models-all"), "list")]
        if row is not None and len(keys) > 1:
            at = keys.index(key)
            before, after = keys[at - 1], keys[(at + 1) % len(keys)]
            turning = [_button("‹", "card", before), *turning, _button("›", "card", after)]
        acting = self._actions(say, row, admin=admin) if row is not None else []
        return page, InlineKeyboardMarkup([turning, *([each] for each in acting)])

    def _actions(self, say: Speaker, row: Row, *, admin: bool) -> Iterable[InlineKeyboardButton]:
        skill, state = row["skill"], row["state"]
        if skill not in self._works:
            if state in ("cold", "failed"):
                yield _button(say("models-wake"), "wake", skill)
            if admin and state == "ready":
                yield _button(say("models-sleep"), "sleep", skill)
                yield _button(say("models-again"), "again", skill)
        if admin and skill == "chat":
            yield _button(say("models-other"), "chats")

    async def _chat_models(self, say: Speaker) -> Page:
        names = await self._choice.names()
        back = [_button(say("models-back"), "card", "chat")]
        if not names:
            return say("chat-models-none"), InlineKeyboardMarkup([back])
        shown = sorted(names)[:CHAT_MODELS_SHOWN]
        buttons = [
            [_button(f"✅ {name}" if self._choice.answers(name) else name, "use", _hash(name))]
            for name in shown
        ]
        title = say("chat-models-title", model=html.escape(self._choice.model, quote=False))
        return title, InlineKeyboardMarkup([*buttons, back])

    async def _shown(self, say: Speaker, key: str, row: Row | None) -> Shown:
        if row is None:
            other = self._catalog[key]
            measured = await asyncio.to_thread(self._measured, other.id, other)
            return Shown(
                other.skill,
                self._icon(other.skill),
                other.id,
                other.title,
                say("state-not-in-use"),
                other,
                measured,
            )
        skill, model = row["skill"], row["model"]
        chat, card = skill == "chat", self._card_of(model)
        lane = None if chat else self._runtime.stats().get(skill)
        return Shown(
            skill,
            self._icon(skill),
            model,
            card.title if card is not None else row["title"],
            state_words(say, row),
            card,
            await asyncio.to_thread(self._measured, model, card),
            memory_bytes=self._llm.memory_bytes if chat else lane.memory_bytes if lane else None,
            lane=lane,
            chat=self._llm.chat if chat else None,
        )

    def _measured(self, model: str, card: ModelCard | None) -> Mapping[str, Any] | None:
        """Kept under the name that the chat server has for it, or under its id."""
        names = (model, card.id) if card is not None else (model,)
        return next((found for name in names if (found := kept(self._models_root, name)) is not None), None)

    async def _turn(self, message: Message, page: Page) -> None:
        """Show another page in the same message."""
        self._watched.pop((message.chat.id, message.message_id), None)
        await self._edit(message, page)

    async def _edit(self, message: Message, page: Page) -> None:
        text, buttons = page
        await message.edit_text(
            text, parse_mode="HTML", reply_markup=buttons, link_preview_options=NO_PREVIEW
        )

    # -- changes ---------------------------------------------------------------------------------------------

    async def _change(
        self, query: CallbackQuery, message: Message, say: Speaker, action: str, skill: str, *, admin: bool
    ) -> None:
        row = self._in_use(skill)
        state = row["state"] if row else "missing"
        if state in ("missing", "fetching"):
            await query.answer(say("models-not-here"), show_alert=True)
            return
        if skill in self._works or state == "loading":
            await query.answer(say("models-patience"))
            return
        if action == "wake" and state == "ready":
            await query.answer(say("models-awake"))
            await self._turn(message, await self._card(say, skill, admin=admin))
            return
        self._start(skill, message, say, getattr(self, f"_{action}")(skill), admin=admin)
        await query.answer(say("models-falling-asleep" if action == "sleep" else "models-waking"))
        await self._edit(message, await self._card(say, skill, admin=admin))

    async def _use(self, query: CallbackQuery, message: Message, say: Speaker, key: str) -> bool:
        name = next((name for name in await self._choice.names() if _hash(name) == key), None)
        if name is None:
            return False
        async with self._choosing:
            if "chat" in self._works:
                await query.answer(say("models-patience"))
                return True
            if not self._choice.answers(name):
                before = self._choice.model
                await self._choice.choose(name)
                log.info("%s chose %s to answer in the chat", query.from_user.id, self._choice.model)
                waking = self._choice.wake_or_return(self._choice.model, before)
                self._start("chat", message, say, waking, admin=True)
        await query.answer(say("chat-models-chosen", model=name[:NAME_CHARS]))
        await self._edit(message, await self._card(say, "chat", admin=True))
        return True

    def _start(
        self, skill: str, message: Message, say: Speaker, work: Coroutine[Any, Any, None], *, admin: bool
    ) -> None:
        """Loading takes a while; commands in the chat do not wait for it."""
        place = (message.chat.id, message.message_id)
        self._watched[place] = skill

        async def see_through() -> None:
            trouble = ""
            try:
                await work
            except SkillError as error:
                log.warning("the model of %s, at somebody's wish: %s", skill, error)
                trouble = html.escape(explain(error, say), quote=False)
            except Exception:
                log.exception("the model of %s, at somebody's wish", skill)
            finally:
                self._works.pop(skill, None)
            if self._watched.pop(place, None) != skill:
                return  # another page stands there by now
            text, buttons = await self._card(say, skill, admin=admin)
            try:
                await self._edit(message, (f"{text}\n\n⚠️ {trouble}" if trouble else text, buttons))
            except TelegramError as error:
                log.info("a card could not be brought up to date: %s", error)

        self._works[skill] = asyncio.create_task(see_through())

    async def _wake(self, skill: str) -> None:
        await (self._llm.wake() if skill == "chat" else self._runtime.warm_up(skill))

    async def _sleep(self, skill: str) -> None:
        await (self._llm.unload() if skill == "chat" else self._runtime.unload(skill))

    async def _again(self, skill: str) -> None:
        await self._sleep(skill)
        await self._wake(skill)

    # -- names -----------------------------------------------------------------------------------------------

    def _find(self, wanted: str) -> str | None:
        """The key of a model by its id, or its skill's name in any language; a beginning will do if it is clear."""
        names: dict[str, str] = {card.id: card.id for card in self._catalog}
        for row in self._rows():
            skill = row["skill"]
            names |= {row["model"].casefold(): skill, skill: skill}
            for language in self._texts.languages:
                say = self._texts.say(language)
                called = [say(f"skill-name-{skill}"), *say(f"skill-aliases-{skill}").split(",")]
                names |= {name.strip().casefold(): skill for name in called}
        wanted = wanted.casefold()
        if wanted in names:
            return names[wanted]
        close = {key for name, key in names.items() if name.startswith(wanted)}
        return close.pop() if len(close) == 1 else None

    def _in_use(self, key: str) -> Row | None:
        return next((row for row in self._rows() if row["skill"] == key), None)

    def _exists(self, key: str) -> bool:
        return self._in_use(key) is not None or any(card.id == key for card in self._catalog)

    def _card_of(self, model: str) -> ModelCard | None:
        """The catalog's card of a model by its id, or by what the chat server calls it."""
        wanted = full_name(model)
        names = ((card, OLLAMA_NAMES.get(card.id, card.id)) for card in self._catalog)
        return next((card for card, name in names if wanted in (full_name(name), full_name(card.id))), None)

    def _icon(self, skill: str) -> str:
        return self._specs[skill].icon if skill in self._specs else "💬"


def _button(text: str, *data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=":".join(("model", *data)))


def _hash(name: str) -> str:
    return hashlib.sha256(full_name(name).encode()).hexdigest()[:16]
