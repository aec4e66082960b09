"""What can go wrong when a skill is asked for something.

    SkillError
      BadInput           the thing itself cannot be used; a retry changes nothing
      Busy               the queue is full; try again after `retry_after_s`
      ModelUnavailable   the model is not on this machine (yet), or its server does not answer
        PullFailed         fetching it did not succeed
          PullCancelled      because it was asked to stop
      TimedOut           the worker was stopped because the job took too long
      InferenceFailed    the worker died or the model raised
      ShuttingDown       the runtime is closing

`reason` is a short stable code (kebab-case) that texts are chosen by, `details` holds the numbers of the sentence.
The message of the exception is for the operator's log. Nothing here knows who asked.
"""

from __future__ import annotations

import errno

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Errors of the system that mean a disk, or somebody's part of it, is full."""


class SkillError(Exception):
    """Base of everything a skill or the runtime raises on purpose."""

    def __init__(self, message: str = "", *, reason: str = "", **details: float | int | str) -> None:
        super().__init__(message or reason)
        self.reason = reason
        self.details = details

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross a process boundary; keyword-only arguments need help to be unpickled.
        return (_rebuild, (type(self), str(self), self.reason, self.details))


def _rebuild(
    kind: type[SkillError], message: str, reason: str, details: dict[str, float | int | str]
) -> SkillError:
    return kind(message, reason=reason, **details)


class BadInput(SkillError):
    """The file or text cannot be used: broken, too large, of a kind not taken, a decompression bomb."""


class Busy(SkillError):
    """The queue is full. `retry_after_s` says when a place is likely to be free."""

    @property
    def retry_after_s(self) -> float:
        return float(self.details.get("retry_after_s", 1.0))


class ModelUnavailable(SkillError):
    """The model is not in the store yet, or the server that holds it does not answer."""


class PullFailed(ModelUnavailable):
    """A model could not be fetched. The message is a sentence that says what was tried."""


class PullCancelled(PullFailed):
    """Fetching was stopped on request; what has arrived is kept for the next time."""


class TimedOut(SkillError):
    """The job ran longer than its limit and was stopped."""


class InferenceFailed(SkillError):
    """The worker died (killed, out of memory) or the model raised."""


class ShuttingDown(SkillError):
    """The runtime is closing and takes nothing more."""
