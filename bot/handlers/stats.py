"""/stats: how much has been answered, how fast, and what waits."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

from bot.context import Context
from bot.model_pages import chat_lines, lane_lines
from bot.mood.watcher import WatcherStats
from bot.replies import Replies
from bot.texts import Speaker
from skills import LaneStats, SkillSpec
from skills.chat import ChatSkill


class Stats:
    """Counts of the bot since it started, and of its inbox."""

    def __init__(
        self,
        replies: Replies,
        specs: Mapping[str, SkillSpec],
        counts: Callable[[], Awaitable[Mapping[str, int]]],
        lanes: Callable[[], Mapping[str, LaneStats]],
        chat: ChatSkill,
        watching: Callable[[], WatcherStats],
    ) -> None:
        """`counts` are those of the inbox by state, `lanes` those of the runtime."""
        self._replies = replies
        self._specs = specs
        self._counts = counts
        self._lanes = lanes
        self._chat = chat
        self._watching = watching
        self._started_s = time.monotonic()

    async def show(self, ctx: Context) -> list[int]:
        say = ctx.say
        counts = await self._counts()
        sections = [
            "\n".join(
                [
                    say("stats-title"),
                    uptime_words(say, time.monotonic() - self._started_s),
                    # This very command is not answered yet.
                    say("stats-answered", done=counts["done"], owed=max(0, counts["owed"] - 1)),
                    *([say("stats-aside", aside=counts["aside"])] if counts["aside"] else ()),
                    *_watched(say, self._watching()),
                ]
            )
        ]
        sections += [_lane(say, self._specs[name], lane) for name, lane in self._lanes().items()]
        sections.append(
            "\n".join(
                [
                    say("stats-skill", icon=self._chat.spec.icon, skill=say("skill-name-chat")),
                    *chat_lines(say, self._chat),
                ]
            )
        )
        return await self._replies.text(ctx.place, "\n\n".join(sections), html_ready=True)


def uptime_words(say: Speaker, seconds: float) -> str:
    """How long the bot has been working, in the two largest units that say something."""
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return say("stats-uptime-days", days=days, hours=hours)
    if hours:
        return say("stats-uptime-hours", hours=hours, minutes=minutes)
    return say("stats-uptime-minutes", minutes=minutes)


def _watched(say: Speaker, stats: WatcherStats) -> list[str]:
    if not stats.groups:
        return []
    numbers = {"scored": stats.scored, "waiting": stats.waiting, "out": stats.left_out}
    return [say("stats-watched", groups=stats.groups, **numbers)]


def _lane(say: Speaker, spec: SkillSpec, lane: LaneStats) -> str:
    lines = [
        say("stats-skill", icon=spec.icon, skill=say(f"skill-name-{spec.name}")),
        *([say("stats-done", done=lane.done)] if lane.done else ()),
        *lane_lines(say, lane),
    ]
    if lane.failed or lane.refused or lane.crashes:
        lines.append(
            say(
                "stats-failed",
                failed=lane.failed,
                late=lane.timed_out,
                refused=lane.refused,
                crashes=lane.crashes,
            )
        )
    return "\n".join(lines)
