"""Numbers of one lane."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from enum import StrEnum

_WINDOW = 256
_SMOOTHING = 0.2


class LaneState(StrEnum):
    MISSING = "missing"
    """The model's files are not on this machine."""
    COLD = "cold"
    """Nothing is loaded; the next job loads."""
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"
    """The last attempt to load went wrong."""


@dataclass(frozen=True, slots=True)
class LaneStats:
    """A lane at one moment."""

    state: LaneState
    waiting: int
    running: int
    done: int
    failed: int
    """Jobs that ended in BadInput, ModelUnavailable, TimedOut or InferenceFailed."""
    refused: int
    """Jobs that found the queue full."""
    cancelled: int
    timed_out: int
    crashes: int
    """Times that a worker process ended by itself."""
    latency_p50_s: float
    """From submission to result, over the latest jobs; 0 if there were none."""
    latency_p95_s: float
    batch_mean: float
    """Jobs that a worker was given at once, over the latest batches."""
    batch_largest: int
    load_s: float
    """Seconds that the last loading took."""
    memory_bytes: int
    """Resident memory of the lane's processes."""
    pids: tuple[int, ...]


class Counts:
    """What a lane counts while it works."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        """done, failed, refused, cancelled, timed_out"""
        self._latencies_s: deque[float] = deque(maxlen=_WINDOW)
        self._batches: deque[int] = deque(maxlen=_WINDOW)
        self._seconds_per_job: float | None = None

    def latency(self, seconds: float) -> None:
        self._latencies_s.append(seconds)

    def batch(self, jobs: int, seconds: float) -> None:
        self._batches.append(jobs)
        each = seconds / jobs
        before = each if self._seconds_per_job is None else self._seconds_per_job
        self._seconds_per_job = before + _SMOOTHING * (each - before)

    def expected_s(self, jobs: int, workers: int) -> float:
        """How long so many jobs are likely to take; a second each until anything has been measured."""
        each = 1.0 if self._seconds_per_job is None else self._seconds_per_job
        return each * jobs / workers

    def stats(
        self,
        state: LaneState,
        waiting: int,
        running: int,
        crashes: int,
        load_s: float,
        memory_bytes: int,
        pids: tuple[int, ...],
    ) -> LaneStats:
        latencies = sorted(self._latencies_s)
        return LaneStats(
            state=state,
            waiting=waiting,
            running=running,
            done=self.events["done"],
            failed=self.events["failed"],
            refused=self.events["refused"],
            cancelled=self.events["cancelled"],
            timed_out=self.events["timed_out"],
            crashes=crashes,
            latency_p50_s=percentile(latencies, 0.50),
            latency_p95_s=percentile(latencies, 0.95),
            batch_mean=sum(self._batches) / len(self._batches) if self._batches else 0.0,
            batch_largest=max(self._batches, default=0),
            load_s=load_s,
            memory_bytes=memory_bytes,
            pids=pids,
        )


def percentile(ordered: list[float], share: float) -> float:
    """The value that `share` of all do not exceed, by nearest rank; 0 if there are none."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0
