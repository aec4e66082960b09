"""Keyed hashes instead of ids: who holds the database alone cannot tell whose score is whose.

BLAKE2b with a key (RFC 7693), 64 bits. Every group has hashes of its own, so that nobody can be followed from group
to group, and a person's never equals a message's.
"""

from __future__ import annotations

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from bot.config import ConfigError
from storage.mood_groups import MoodGroup, MoodGroups

KEY_FILE = "mood.key"
KEY_BYTES = 32
_HASH_BYTES = 8


class Pseudonyms:
    """Signed 64-bit numbers that stand for people and messages."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def load(cls, data_dir: Path) -> Pseudonyms:
        """With the key of this folder, which is made if there is none.

        Raises ConfigError for a key that is damaged or cannot be read: with another, everybody would be somebody else.
        """
        path = data_dir / KEY_FILE
        try:
            if not path.exists():
                _write(path, secrets.token_bytes(KEY_BYTES))
            key = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"The key of the moods, {path}, cannot be used: {error.strerror}.") from None
        if len(key) != KEY_BYTES:
            raise ConfigError(
                f"The key of the moods, {path}, is damaged. Put it back from a backup. Without one, remove it: "
                "a new key is made, and what was measured before can no longer be tied to anyone."
            )
        return cls(key)

    def person(self, group_id: int, person_id: int) -> int:
        return self._hash(b"person", group_id, person_id)

    def message(self, group_id: int, message_id: int) -> int:
        return self._hash(b"message", group_id, message_id)

    def mark(self) -> int:
        """By which this key is known again; tells nothing of it."""
        return self._hash(b"mark", 0, 0)

    def _hash(self, domain: bytes, group_id: int, id_: int) -> int:
        named = b"%d:%d" % (group_id, id_)
        digest = blake2b(named, key=self._key, digest_size=_HASH_BYTES, person=domain).digest()
        return int.from_bytes(digest, "big", signed=True)


async def known_as(pseudonyms: Pseudonyms, groups: MoodGroups, group: MoodGroup, person_id: int) -> int:
    """A person's hash in a group, under which all is from now on that is kept of them there."""
    person = pseudonyms.person(group.id, person_id)
    if group.merged:
        await groups.unite(group.id, person, [pseudonyms.person(other, person_id) for other in group.merged])
    return person


def _write(path: Path, key: bytes) -> None:
    """All of the key or no file, also if the power fails; for the bot's own account only."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
