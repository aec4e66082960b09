"""The models of the full profile in their lanes: what the lite ones promise, they promise too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.texts import Texts
from skills import BadInput, Media, MediaKind, Registry, Runtime, Say, SkillError, load_catalog
from skills._lane_config import LaneConfig
from tests.skills import contract
from tests.skills.models import checkpoints
from tests.skills.models.full import needs

SKILLS = Registry.find()
MODELS = [
    pytest.param("rubert", checkpoints.write_rubert, marks=needs("torch", "transformers")),
    pytest.param("resnet18", checkpoints.write_resnet, marks=needs("torch", "torchvision")),
    pytest.param(
        "detr-resnet-50", checkpoints.write_detr, marks=needs("torch", "torchvision", "transformers", "timm")
    ),
    pytest.param("yamnet", checkpoints.write_yamnet, marks=needs("tensorflow", "tensorflow_hub")),
]


@pytest.mark.parametrize(("model_id", "write"), MODELS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
async def test_a_lane_answers_well_and_survives_hostile_files(
    model_id: str, write: Callable[[Path], dict[str, Path]], tmp_path: Path
) -> None:
    card = load_catalog()[model_id]
    skill = SKILLS[card.skill]
    (tmp_path / "model").mkdir()
    files = write(tmp_path / "model")
    runtime = Runtime(
        SKILLS, {card.skill: LaneConfig(model_id, card.loader, lambda: files)}, tmp_path / "work"
    )
    await runtime.start()
    try:
        for what, media in contract.hostile(skill.spec.takes, tmp_path):
            with pytest.raises(BadInput):
                raise AssertionError(f"{what}: {await runtime.run(card.skill, media, folder=tmp_path)}")
        for text in contract.odd_texts().values() if skill.spec.takes is MediaKind.TEXT else ():
            try:
                await runtime.run(card.skill, Media(MediaKind.TEXT, text=text), folder=tmp_path)
            except SkillError as error:
                contract.check_refusal(error)
        result = await runtime.run(card.skill, contract.sample(skill.spec.takes, tmp_path), folder=tmp_path)
        assert runtime.stats()[card.skill].crashes == 0
    finally:
        await runtime.close()
    contract.check_result_is_light(result)
    texts = Texts()
    says: list[Say] = [texts.say(language) for language in texts.languages]
    contract.check_render(skill, result, says)
