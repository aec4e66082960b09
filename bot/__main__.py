"""The command line, `chutko`."""

from __future__ import annotations

import sys

STOPPED = 130
"""Exit code of what somebody ended with Ctrl-C, as of shells."""


def main() -> None:
    """Run the command line; whenever it is stopped, it stops without a word."""
    try:
        from bot.cli import app  # takes half a second

        app.main()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
