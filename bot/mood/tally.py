"""Sums as arrays, and what is made of them: robust averages, shares of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.mood.robust import estimate
from bot.mood.view import Estimate, Shares
from storage.moods import PersonRow, Score

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tally:
    """An entry for each voice in each bucket, in the order of buckets; all arrays of the same length.

    A voice is a person where a group is looked at, and a message where a single person is.
    """

    bucket: Ints
    voice: Ints
    messages: Ints
    negative: Ints
    positive: Ints
    total: Ints
    """Sum of scores, in thousandths."""

    @classmethod
    def of_people(cls, rows: Sequence[PersonRow]) -> Tally:
        names = ("bucket", "person", "messages", "negative", "positive", "total")
        return cls(*(np.array([getattr(row, name) for row in rows], dtype=np.int64) for name in names))

    @classmethod
    def of_messages(cls, scores: Sequence[Score], edges: Sequence[int]) -> Tally:
        """Scores ascend in time, and lie within the edges."""
        at, label, score = (
            np.array([getattr(one, name) for one in scores], dtype=np.int64)
            for name in ("at", "label", "score")
        )
        bucket = np.searchsorted(np.array(edges, dtype=np.int64), at, side="right") - 1
        ones = np.ones_like(at)
        return cls(bucket, np.arange(len(at)), ones, 1 * (label < 0), 1 * (label > 0), score)

    @classmethod
    def joined(cls, tallies: Sequence[Tally]) -> Tally:
        return cls(*(np.concatenate([getattr(tally, name) for tally in tallies]) for name in cls.__slots__))

    def at(self, bucket: int) -> Tally:
        first, end = np.searchsorted(self.bucket, (bucket, bucket + 1))
        return Tally(*(getattr(self, name)[first:end] for name in self.__slots__))

    def regrouped(self, buckets: Sequence[int]) -> Tally:
        """Each old bucket's entries in the new one named for it; those of the same voice become one."""
        if not len(self.bucket):
            return self
        moved = np.array(buckets, dtype=np.int64)[self.bucket]
        order = np.lexsort((self.voice, moved))
        bucket, voice = moved[order], self.voice[order]
        begins = np.flatnonzero(np.append(True, (np.diff(bucket) != 0) | (np.diff(voice) != 0)))
        sums = (self.messages, self.negative, self.positive, self.total)
        return Tally(
            bucket[begins], voice[begins], *(np.add.reduceat(column[order], begins) for column in sums)
        )

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

    def shares(self, least: int) -> Shares | None:
        """The same rule as for the average."""
        if not self.voices or self.voices < least:
            return None
        messages, negative, positive = (int(c.sum()) for c in (self.messages, self.negative, self.positive))
        return Shares(negative, messages - negative - positive, positive)
