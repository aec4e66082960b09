"""/privacy: what is stored, where, how long, and who sees it, from the running configuration."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bot.config import Settings
from bot.context import Context
from bot.handlers.mood_desk import in_group
from bot.llm import Llm
from bot.mood.wording import title_of
from bot.replies import Replies
from bot.sections import BotSettings
from bot.texts import Speaker
from storage.mood_groups import MoodGroup, MoodGroups

_TELEGRAM = BotSettings.model_fields["api_url"].default
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Privacy:
    def __init__(
        self,
        replies: Replies,
        groups: MoodGroups,
        settings: Settings,
        llm: Llm,
        api_url: str,
        data_dir: Path,
        database_url: str,
    ) -> None:
        self._replies = replies
        self._groups = groups
        self._settings = settings
        self._llm = llm
        self._api_url = api_url
        self._data_dir = data_dir
        self._database_url = database_url

    async def command(self, ctx: Context) -> list[int]:
        group = await self._groups.get(ctx.message.chat.id) if in_group(ctx) else None
        parts = [*self._parts(ctx.say, group, in_a_group=in_group(ctx))]
        return await self._replies.text(ctx.place, "\n\n".join(parts), html_ready=True)

    def _parts(self, say: Speaker, group: MoodGroup | None, *, in_a_group: bool) -> Iterator[str]:
        settings = self._settings
        yield say("privacy-title")
        yield say("privacy-talk", days=settings.storage.history_days)
        if not in_a_group:
            yield say("privacy-mood-private")
        elif group is None or not group.watched:
            yield say("privacy-mood-off", title=title_of(group) if group else "")
            if group is not None:
                yield say("privacy-mood-kept", days=group.settings.retention_days)
        else:
            yield self._mood(say, group)
        yield self._where(say)
        yield "\n".join(self._leaving(say))
        yield say("privacy-who")
        yield say("privacy-erase", kind=self._kind)

    @property
    def _kind(self) -> str:
        return "sqlite" if self._database_url.startswith("sqlite") else "server"

    def _mood(self, say: Speaker, group: MoodGroup) -> str:
        chosen = group.settings
        return say(
            "privacy-mood-on",
            title=title_of(group),
            days=chosen.retention_days,
            people=self._settings.mood.least_people,
            voices="on" if chosen.transcripts else "off",
            digest=chosen.digest_to if chosen.digest != "off" else "off",
        )

    def _where(self, say: Speaker) -> str:
        url, kind = urlsplit(self._database_url), self._kind
        file = Path(url.path.removeprefix("/"))
        inside = file.absolute().parent == self._data_dir.absolute()
        named = (file.name if inside else file) if kind == "sqlite" else url.hostname
        return say(
            "privacy-where",
            folder=_code(self._data_dir.absolute()),
            kind=kind,
            database=_code(named),
            key=_code("mood.key"),
        )

    def _leaving(self, say: Speaker) -> Iterator[str]:
        yield say("privacy-leaves")
        server = "telegram" if self._api_url == _TELEGRAM else "own"
        yield say("privacy-telegram", server=server, address=_code(self._api_url))
        if self._llm.own:
            yield say("privacy-llm-here")
        else:
            address = urlsplit(self._llm.address())
            where = "here" if address.hostname in _LOOPBACK else "there"
            host = _code(address.netloc.rpartition("@")[2])
            yield say("privacy-llm-host", where=where, host=host, model=_code(self._llm.chat.model))
        if self._settings.models.fetch:
            yield say("privacy-models")


def _code(value: object) -> str:
    return f"<code>{html.escape(str(value), quote=False)}</code>"
