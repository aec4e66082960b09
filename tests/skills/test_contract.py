"""Every skill of the registry keeps the contract, with the models of both profiles."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.texts import Texts
from skills import MediaKind, Registry, Runtime
from skills._errors import BadInput, SkillError
from skills._types import Media
from tests.skills import contract
from tests.skills.contract import AnySkill
from tests.skills.models.profiles import MODELS, Choice

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


@pytest.mark.parametrize("choice", MODELS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # TensorFlow, of itself
async def test_both_profiles_models_keep_the_promises_of_their_skill(
    choice: Choice, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """In a lane, as the bot has them: one process is started for all promises, since starting is what takes long."""
    skill = SKILLS[choice.skill]
    runtime = Runtime(SKILLS, {choice.skill: choice.lane(tmp_path)}, tmp_path / "work")
    await runtime.start()
    ordinary = contract.sample(skill.spec.takes, tmp_path)

    async def run(media: Media) -> object:
        return await runtime.run(choice.skill, media, folder=tmp_path)

    try:
        for what, media in contract.hostile(skill.spec.takes, tmp_path):
            with subtests.test(f"refuses a hostile file: {what}"), pytest.raises(BadInput) as refusal:
                await run(media)
            contract.check_refusal(refusal.value)
        for what, text in contract.odd_texts().items() if skill.spec.takes is MediaKind.TEXT else ():
            with subtests.test(f"takes an odd text, or refuses it properly: {what}"):
                try:
                    contract.check_result_is_light(await run(Media(MediaKind.TEXT, text=text)))
                except SkillError as error:
                    contract.check_refusal(error)
        result = await run(ordinary)
        with subtests.test("results are light"):
            contract.check_result_is_light(result)
        with subtests.test("results can be said in every language"):
            texts = Texts()
            contract.check_render(skill, result, [texts.say(language) for language in texts.languages])
        with subtests.test("results can be written as JSON"):
            assert json.loads(json.dumps(result.to_json()))  # type: ignore[attr-defined]
        if skill.spec.max_batch > 1:
            with subtests.test("answers do not depend on who asks at the same time"):
                say = Texts("en").say("en")
                together = await asyncio.gather(*(run(ordinary) for _ in range(3)))
                assert [skill.render(each, say) for each in together] == [skill.render(result, say)] * 3
        with subtests.test("the process outlives it all"):
            assert runtime.stats()[choice.skill].crashes == 0
    finally:
        await runtime.close()
