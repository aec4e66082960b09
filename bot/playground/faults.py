"""Faults on request: the next calls of chosen methods fail, lag or are dropped."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.playground.errors import PlayError

KINDS = ("429", "500", "slow", "drop")


@dataclass(slots=True)
class Fault:
    """One order for trouble."""

    id: int
    methods: list[str]
    """Lower-case method names; `*` is every method, `file` the download of files."""
    kind: str
    times: int
    retry_after: int = 1
    """Seconds, of a 429."""
    delay_s: float = 1.0
    """Seconds, of a slow answer."""
    after: bool = False
    """Drop the connection only after the work was done."""


class Faults:
    """Faults that are still to come, oldest first. They do not outlive the process."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._last_id = 0

    def add(self, order: dict[str, Any]) -> Fault:
        """Raises PlayError for an order that cannot be read."""
        methods = order.get("methods", ["*"])
        kind = str(order.get("kind", ""))
        if not isinstance(methods, list) or not all(isinstance(name, str) for name in methods) or not methods:
            raise PlayError(400, "`methods` must be a list of method names.")
        if kind not in KINDS:
            raise PlayError(400, f"`kind` must be one of {', '.join(KINDS)}.")
        try:
            times = int(order.get("times", 1))
            retry_after = int(order.get("retry_after", 1))
            delay_s = float(order.get("delay_s", 1.0))
        except (TypeError, ValueError):
            raise PlayError(400, "`times`, `retry_after` and `delay_s` must be numbers.") from None
        if times < 1 or retry_after < 1 or not 0 <= delay_s <= 600:
            raise PlayError(400, "`times` and `retry_after` must be at least 1, `delay_s` between 0 and 600.")
        self._last_id += 1
        names = [name.lower() for name in methods]
        fault = Fault(self._last_id, names, kind, times, retry_after, delay_s, order.get("after") is True)
        self._faults.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        """The fault that strikes this call, if any; it is used up by one."""
        for fault in self._faults:
            if "*" in fault.methods or method.lower() in fault.methods:
                fault.times -= 1
                if fault.times == 0:
                    self._faults.remove(fault)
                return fault
        return None

    def json(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        self._faults.clear()
