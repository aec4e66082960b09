from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skills._registry import Registry
from tests.skills.fakes import Single, Told


def test_skills_are_found_by_their_module_and_listed_by_name() -> None:
    registry = Registry([Told(), Single()])
    assert list(registry) == ["single", "told"]
    assert isinstance(registry["told"], Told)


def test_two_skills_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="'told'"):
        Registry([Told(), Told()])


def test_a_new_skill_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "houseofskills"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "_private.py").write_text("raise RuntimeError('not for the registry')")
    (package / "smell.py").write_text(
        "from skills._types import MediaKind, Skill, SkillSpec\n"
        "from tests.skills.fakes import Told\n"  # imported, so not this module's own
        "class Smell(Skill):\n"
        "    spec = SkillSpec(name='smell', takes=MediaKind.PHOTO, icon='👃')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        assert list(Registry.find("houseofskills")) == ["smell"]
    finally:
        for name in [name for name in sys.modules if name.startswith("houseofskills")]:
            del sys.modules[name]
