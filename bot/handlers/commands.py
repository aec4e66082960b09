"""Slash commands: what the bot is, what it remembers, and stopping it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)

from bot.config import Settings
from bot.context import Context
from bot.handlers.memory import Memory
from bot.handlers.models import Models
from bot.handlers.mood import Mood
from bot.handlers.privacy import Privacy
from bot.handlers.spectrogram import Spectrograms
from bot.handlers.stats import Stats
from bot.replies import Replies
from bot.routing import Me
from bot.texts import Texts
from skills import SkillSpec

Command = Callable[[Context], Awaitable[list[int]]]

PRIVATE = (
    "help", "models", "model", "stats", "spectrogram", "groups", "mood", "optout", "optin", "privacy",
    "history", "reset", "forget", "cancel",
)  # fmt: skip
"""Commands in the order of the menu; /start is known to everyone."""
GROUP = (
    "help", "mood", "optout", "optin", "privacy", "models", "model", "stats", "spectrogram",
    "reset", "forget", "cancel",
)  # fmt: skip


class Commands:
    """Every command is a method; `menu` and /help are made from the same list."""

    def __init__(
        self,
        bot: Bot,
        me: Me,
        replies: Replies,
        memory: Memory,
        models: Models,
        stats: Stats,
        spectrograms: Spectrograms,
        mood: Mood,
        privacy: Privacy,
        specs: Mapping[str, SkillSpec],
        settings: Settings,
        cancel: Callable[[int, int | None], int],
    ) -> None:
        self._bot = bot
        self._me = me
        self._replies = replies
        self._memory = memory
        self._mood = mood
        self._specs = specs
        self._settings = settings
        self._cancel = cancel
        self._commands: dict[str, Command] = {
            "start": self._start,
            "help": self._help,
            "models": models.show_all,
            "model": models.show_one,
            "stats": stats.show,
            "spectrogram": spectrograms.command,
            "mood": mood.command,
            "optout": mood.opt_out,
            "optin": mood.opt_in,
            "groups": mood.groups,
            "privacy": privacy.command,
            "history": memory.history,
            "reset": memory.reset,
            "forget": memory.forget,
            "cancel": self._stop,
            "stop": self._stop,
        }

    async def run(self, ctx: Context) -> list[int]:
        """Carry the command out; one that nobody knows gets the help, but only in a private chat."""
        command = self._commands.get(ctx.route.command)
        if command is None:
            return await self._help(ctx) if ctx.private else []
        return await command(ctx)

    async def register(self, texts: Texts) -> None:
        """Tell Telegram the menus: per kind of chat and language; the default language's also for everyone else."""
        default = texts.say(self._settings.bot.language)
        for language in (None, *texts.languages):
            say = texts.say(language) if language else default
            for scope, names in (
                (BotCommandScopeDefault(), PRIVATE),
                (BotCommandScopeAllPrivateChats(), PRIVATE),
                (BotCommandScopeAllGroupChats(), GROUP),
            ):
                menu = [BotCommand(name, say(f"command-{name}")) for name in names]
                await self._bot.set_my_commands(menu, scope=scope, language_code=language)

    async def greet(self, ctx: Context) -> list[int]:
        """Introduce the bot to a group it was just added to."""
        return await self._replies.text(ctx.place, ctx.say("start-group", username=f"@{self._me.username}"))

    async def _start(self, ctx: Context) -> list[int]:
        if not ctx.private:
            return await self.greet(ctx)
        if (shown := await self._mood.start(ctx)) is not None:
            return shown
        name = ctx.message.from_user.first_name if ctx.message.from_user else ""
        return await self._replies.text(ctx.place, ctx.say("start", name=name))

    async def _help(self, ctx: Context) -> list[int]:
        say = ctx.say
        names = PRIVATE if ctx.private else GROUP
        text = say(
            "help",
            skills="\n".join(say(f"skill-{name}-help") for name in ("chat", *self._specs)),
            commands="\n".join(f"/{name} – {say(f'command-{name}')}" for name in names),
            **{"limit-mb": self._settings.limits.download_mb},
        )
        return await self._replies.text(ctx.place, text, html_ready=True)

    async def _stop(self, ctx: Context) -> list[int]:
        everyone = ctx.private
        stopped = self._cancel(ctx.route.chat_id, None if everyone else ctx.route.person_id)
        return await self._replies.text(ctx.place, ctx.say("cancel-done" if stopped else "cancel-nothing"))
