"""A checker of answers against the machine-readable Bot API."""

import json
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parents[4] / "shared" / "botapi" / "api.json"

# What newer versions than the description add.
NEWER: dict[str, set[str]] = {"Update": {"stopped_message_generation"}}

_SIMPLE: dict[str, Any] = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "False": lambda value: value is False,
}


class Schema:
    """The description, asked for one value at a time."""

    def __init__(self, path: Path = SHARED) -> None:
        description = json.loads(path.read_text())
        self._types: dict[str, Any] = description["types"]
        self.methods: dict[str, Any] = description["methods"]

    def check_answer(self, method: str, result: Any) -> list[str]:
        """What is wrong with a method's result; empty if nothing."""
        return self._any(self.methods[method]["returns"], result, method)

    def check(self, type_name: str, value: Any) -> list[str]:
        return self._one(type_name, value, type_name)

    def _any(self, types: list[str], value: Any, where: str) -> list[str]:
        problems: list[str] = []
        for name in types:
            found = self._one(name, value, where)
            if not found:
                return []
            problems.extend(found)
        return problems

    def _one(self, name: str, value: Any, where: str) -> list[str]:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: not a list"]
            inner = name.removeprefix("Array of ")
            return [p for n, item in enumerate(value) for p in self._one(inner, item, f"{where}[{n}]")]
        if name in _SIMPLE:
            return [] if _SIMPLE[name](value) else [f"{where}: {value!r} is no {name}"]
        known = self._types[name]
        if known.get("subtypes"):
            return self._any(known["subtypes"], value, where)
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no {name}"]
        return self._object(name, known.get("fields", []), value, where)

    def _object(self, name: str, fields: list[Any], value: dict[str, Any], where: str) -> list[str]:
        problems = []
        for field in fields:
            key = field["name"]
            if key in value:
                problems += self._any(field["types"], value[key], f"{where}.{key}")
                problems += _constant(field, value[key], f"{where}.{key}")
            elif field["required"]:
                problems.append(f"{where}: {name} needs {key}")
        unknown = set(value) - {field["name"] for field in fields} - NEWER.get(name, set())
        return problems + [f"{where}: {name} has no {key}" for key in sorted(unknown)]


def _constant(field: dict[str, Any], value: Any, where: str) -> list[str]:
    """Discriminators are told in words: `always "emoji"`."""
    _, found, rest = field["description"].partition("always “")
    if not found:
        _, found, rest = field["description"].partition('always "')
    if not found:
        return []
    wanted = rest.partition("”")[0].partition('"')[0]
    return [] if value == wanted else [f"{where}: {value!r} is not {wanted!r}"]
