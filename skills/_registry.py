"""Which skills there are: every subclass of `Skill` in the public modules of this package."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from skills._types import Skill

AnySkill = Skill[Any, Any]


class Registry(Mapping[str, AnySkill]):
    """Skills by name, in the order of their names."""

    def __init__(self, skills: Sequence[AnySkill]) -> None:
        """Raises ValueError if two skills have one name."""
        self._skills: dict[str, AnySkill] = {}
        for skill in sorted(skills, key=lambda skill: skill.spec.name):
            if skill.spec.name in self._skills:
                raise ValueError(f"two skills are named {skill.spec.name!r}")
            self._skills[skill.spec.name] = skill

    @classmethod
    def find(cls, package: str = "skills") -> Registry:
        """Import the public modules of `package` (none loads a model library) and take their skills."""
        path = importlib.import_module(package).__path__
        names = [module.name for module in pkgutil.iter_modules(path) if not module.name.startswith("_")]
        modules = [importlib.import_module(f"{package}.{name}") for name in names]
        return cls([kind() for module in modules for kind in _skills_of(module)])

    def __getitem__(self, name: str) -> AnySkill:
        return self._skills[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._skills)

    def __len__(self) -> int:
        return len(self._skills)


def _skills_of(module: ModuleType) -> list[type[AnySkill]]:
    """The skills that a module defines itself (those it only imports belong to another module)."""
    return [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Skill) and kind.__module__ == module.__name__ and hasattr(kind, "spec")
    ]
