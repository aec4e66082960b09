"""A local Telegram for one bot: a page, people, and a Bot API server.

How to use it: docs/playground.md.
"""

from bot.playground.server import create_app
from bot.playground.world import World

__all__ = ["World", "create_app"]
