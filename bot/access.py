"""Who may use the bot, and how much."""

from __future__ import annotations

from dataclasses import dataclass

from .sections import AccessSettings

FORGET_AFTER = 10_000
"""Buckets kept at most; the fullest go first, since a full bucket is as good as none."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class Access:
    """The allow-list and a token bucket per person."""

    def __init__(self, settings: AccessSettings) -> None:
        self._settings = settings
        self._buckets: dict[int, _Bucket] = {}

    def allowed(self, person_id: int | None, chat_id: int) -> bool:
        """Whether this person may use the bot in this chat."""
        people, chats = self._settings.allow_people, self._settings.allow_chats
        if not people and not chats:
            return True
        return person_id in people or person_id in self._settings.admins or chat_id in chats

    def is_admin(self, person_id: int | None) -> bool:
        """Whether this person is one of the owner's own."""
        return person_id in self._settings.admins

    def spend(self, person_id: int | None, sent_at_s: float) -> float:
        """Count one message, sent at this Unix time. 0 if it is within the limit, else the seconds to wait.

        It counts when a message was sent: while a flood waits for its turn the bucket must not fill again.
        """
        if person_id is None or self.is_admin(person_id):
            return 0.0
        rate_per_s = self._settings.messages_per_minute / 60
        bucket = self._buckets.get(person_id) or _Bucket(self._settings.burst, sent_at_s)
        passed_s = max(0.0, sent_at_s - bucket.at_s)  # videos are answered out of turn
        bucket.tokens = min(self._settings.burst, bucket.tokens + passed_s * rate_per_s)
        bucket.at_s += passed_s
        self._buckets[person_id] = bucket
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / rate_per_s
        bucket.tokens -= 1
        self._shrink()
        return 0.0

    def _shrink(self) -> None:
        if len(self._buckets) > FORGET_AFTER:
            by_fullness = sorted(self._buckets, key=lambda person: self._buckets[person].tokens)
            for person in by_fullness[FORGET_AFTER // 2 :]:
                del self._buckets[person]
