"""Sums as arrays, and what is made of them: robust averages, shares of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.mood.robust import difference, estimate
from bot.mood.view import Estimate, Interval, Shares
from storage.moods import Score

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tally:
    """An entry for each voice in each bucket, in the order of buckets; all arrays of the same length.

    A voice is a person where a group is looked at, and a message where a single person is. A bucket is whatever
    entries belong to: a number of a stretch of time, an hour, a topic.
    """

    bucket: Ints
    voice: Ints
    messages: Ints
    negative: Ints
    positive: Ints
    total: Ints
    """Sum of scores, in thousandths."""

    @classmethod
    def of_messages(cls, scores: Sequence[Score], edges: Sequence[int]) -> Tally:
        """Scores ascend in time, and lie within the edges."""
        at, message, label, score = (
            np.array([getattr(one, name) for one in scores], dtype=np.int64)
            for name in ("at", "message", "label", "score")
        )
        bucket = np.searchsorted(np.array(edges, dtype=np.int64), at, side="right") - 1
        ones = np.ones_like(at)
        return cls(bucket, message, ones, 1 * (label < 0), 1 * (label > 0), score)

    @classmethod
    def joined(cls, tallies: Sequence[Tally]) -> Tally:
        none = np.zeros(0, dtype=np.int64)
        return cls(
            *(np.concatenate([none, *(getattr(one, name) for one in tallies)]) for name in cls.__slots__)
        )

    def only(self, these: slice | NDArray[np.bool_]) -> Tally:
        return Tally(*(getattr(self, name)[these] for name in self.__slots__))

    def at(self, bucket: int) -> Tally:
        return self.only(slice(*np.searchsorted(self.bucket, (bucket, bucket + 1))))

    def placed(self, bucket: Ints | int) -> Tally:
        """The same entries in other buckets; those of the same voice in the same bucket become one."""
        moved = np.broadcast_to(np.asarray(bucket, dtype=np.int64), self.voice.shape)
        order = np.lexsort((self.voice, moved))
        keys = moved[order], self.voice[order]
        begins = np.flatnonzero(changes(keys[0]) | changes(keys[1]))
        sums = (self.messages, self.negative, self.positive, self.total)
        return Tally(*(key[begins] for key in keys), *(add_up(column[order], begins) for column in sums))

    @property
    def voices(self) -> int:
        """Of a tally of one bucket."""
        return len(self.voice)

    @property
    def means(self) -> NDArray[np.float64]:
        """Of each entry, in [-1, 1]."""
        return self.total / np.maximum(self.messages, 1) / 1000

    def estimate(self, least: int) -> Estimate | None:
        """The average of one bucket; None if it has fewer voices."""
        return estimate(self.means) if self.voices >= least else None

    def change(self, before: Tally, least: int) -> Interval | None:
        """How far the average of one bucket lies from another's; None if either has fewer voices."""
        if min(self.voices, before.voices) < max(1, least):
            return None
        _, *same = np.intersect1d(self.voice, before.voice, assume_unique=True, return_indices=True)
        return difference(self.means, before.means, (same[0], same[1]))

    def shares(self, least: int) -> Shares | None:
        """The same rule as for the average."""
        if not self.voices or self.voices < least:
            return None
        messages, negative, positive = (int(c.sum()) for c in (self.messages, self.negative, self.positive))
        return Shares(negative, messages - negative - positive, positive)


def changes(ordered: Ints) -> NDArray[np.bool_]:
    """Whether each differs from the one before; the first does."""
    return np.append(np.ones(min(1, len(ordered)), dtype=bool), ordered[1:] != ordered[:-1])


def add_up(column: Ints | NDArray[np.bool_], begins: NDArray[np.intp]) -> Ints:
    """Sums of the runs that begin there."""
    return np.add.reduceat(column, begins, dtype=np.int64) if len(begins) else np.zeros(0, dtype=np.int64)
