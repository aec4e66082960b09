"""How the tests share the machine, also when several processes run them (`pytest -n 2`, which `make test` does)."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest

# How long an example takes says more about what else the machine does than about the code.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

EVERY_CORE = frozenset(
    {
        "tests/bot/benchmarking/test_gauge.py",
        "tests/bot/cli/test_bench.py",
        "tests/skills/test_chat_models.py",
        "tests/test_end_to_end.py",
    }
)
"""Files that measure, or keep all cores busy with a language model: one after the other, and first."""


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _file(item.nodeid) not in EVERY_CORE)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file stays together, for what its tests share; so do those that would be in each other's way."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = _file(nodeid)
            return "every core" if file in EVERY_CORE else file

    config.option.loadscopereorder = False  # the order is that of the items
    return ByFile(config, log)
