"""Every skill of the registry keeps the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import platformdirs
import pytest

from bot.config import Settings
from bot.lanes import chosen_models, lane_configs
from bot.texts import Texts
from skills import MediaKind, ModelUnavailable, Registry, Runtime, Store, load_catalog
from skills._errors import BadInput, SkillError
from skills._types import Media, Say
from tests.skills import contract
from tests.skills.contract import AnySkill

SKILLS = Registry.find()
every_skill = pytest.mark.parametrize("skill", SKILLS.values(), ids=SKILLS.keys())


@every_skill
def test_the_spec_is_sound(skill: AnySkill) -> None:
    contract.check_spec(skill)


@every_skill
def test_results_are_frozen(skill: AnySkill) -> None:
    contract.check_results_are_frozen(skill)


@every_skill
def test_importing_a_skill_imports_no_model_library(skill: AnySkill) -> None:
    contract.check_import_is_cheap(skill)


@every_skill
def test_hostile_files_are_refused(skill: AnySkill, tmp_path: Path, subtests: pytest.Subtests) -> None:
    for name, media in contract.hostile(skill.spec.takes, tmp_path):
        with subtests.test(name):
            contract.check_refuses(skill, media, tmp_path)


@every_skill
def test_odd_texts_are_taken_or_refused(skill: AnySkill, tmp_path: Path, subtests: pytest.Subtests) -> None:
    if skill.spec.takes is not MediaKind.TEXT:
        return
    for name, text in contract.odd_texts().items():
        with subtests.test(name):
            contract.check_copes(skill, Media(MediaKind.TEXT, text=text), tmp_path)


@every_skill
def test_an_ordinary_file_is_taken(skill: AnySkill, tmp_path: Path) -> None:
    contract.check_copes(skill, contract.sample(skill.spec.takes, tmp_path), tmp_path)


@pytest.fixture
async def runtime(tmp_path: Path) -> AsyncIterator[Runtime]:
    """All skills on the lite models of this machine."""
    settings = Settings()
    catalog = load_catalog()
    store = Store(Path(platformdirs.user_cache_dir("chutko")) / "models", catalog)
    configs = lane_configs(settings, store, chosen_models(settings, catalog), tuple(SKILLS))
    runtime = Runtime(SKILLS, configs, tmp_path / "work")
    await runtime.start()
    yield runtime
    await runtime.close()


async def warm_up(runtime: Runtime, name: str) -> None:
    try:
        await runtime.warm_up(name)
    except ModelUnavailable as error:
        if error.reason != "not-fetched":
            raise
        pytest.skip(f"the model of {name} is not on this machine: chutko models pull")


@pytest.mark.models
@every_skill
async def test_the_whole_way_with_the_real_model(skill: AnySkill, runtime: Runtime, tmp_path: Path) -> None:
    """Through a lane and back: results are light, come in order, and can be said in every language."""
    name = skill.spec.name
    await warm_up(runtime, name)
    media = contract.sample(skill.spec.takes, tmp_path)
    result = await runtime.run(name, media, folder=tmp_path)
    contract.check_result_is_light(result)
    texts = Texts()
    says: list[Say] = [texts.say(language) for language in texts.languages]
    contract.check_render(skill, result, says)


@pytest.mark.models
@every_skill
async def test_hostile_files_end_in_typed_errors_and_the_lane_goes_on(
    skill: AnySkill, runtime: Runtime, tmp_path: Path
) -> None:
    name = skill.spec.name
    await warm_up(runtime, name)
    for what, media in contract.hostile(skill.spec.takes, tmp_path):
        with pytest.raises(BadInput):
            raise AssertionError(f"{what}: {await runtime.run(name, media, folder=tmp_path)}")
    for text in contract.odd_texts().values() if skill.spec.takes is MediaKind.TEXT else ():
        try:
            await runtime.run(name, Media(MediaKind.TEXT, text=text), folder=tmp_path)
        except SkillError as error:
            contract.check_refusal(error)
    assert await runtime.run(name, contract.sample(skill.spec.takes, tmp_path), folder=tmp_path)
    assert runtime.stats()[name].crashes == 0
