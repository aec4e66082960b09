"""The models of both profiles, each in the lane that the settings make for it.

Lite: the real ones, where they have been fetched. Full: checkpoints of the true layout with random weights, which
the libraries themselves write, where these are installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs
import pytest

from bot.config import Settings
from bot.lanes import COMPUTING, chosen_models, lane_configs
from skills import LaneConfig, ModelUnavailable, Store, load_catalog
from tests.skills.models import checkpoints
from tests.skills.models.full import needs


@dataclass(frozen=True, slots=True)
class Choice:
    """A skill and the profile that its model is of."""

    profile: str
    skill: str
    write: Callable[[Path], Mapping[str, Path]] | None = None
    """Writes the files of a random model into a folder; None for a real one."""

    def lane(self, folder: Path) -> LaneConfig:
        """As the bot has it. Skips the test if the model is real and not on this machine."""
        settings, catalog = Settings(profile=self.profile), load_catalog()
        store = Store(Path(platformdirs.user_cache_dir("chutko")) / "models", catalog)
        cards = chosen_models(settings, catalog)
        lane = lane_configs(settings, store, cards, (self.skill,))[self.skill]
        if self.write is not None:
            (folder / "model").mkdir()
            files = self.write(folder / "model")
            return replace(lane, files=lambda: files)
        try:
            lane.files()
        except ModelUnavailable as error:
            pytest.skip(f"{lane.model_id} is not on this machine ({error.reason}): chutko models pull")
        return lane


_FULL = (
    ("sentiment", checkpoints.write_rubert, needs("torch", "transformers")),
    ("sounds", checkpoints.write_yamnet, needs("tensorflow", "tensorflow_hub")),
    ("photo", checkpoints.write_resnet, needs("torch", "torchvision")),
    ("video", checkpoints.write_detr, needs("torch", "torchvision", "transformers", "timm")),
)
MODELS = [
    *(pytest.param(Choice("lite", name), id=f"lite {name}", marks=pytest.mark.models) for name in COMPUTING),
    *(
        pytest.param(Choice("full", name, write), id=f"full {name}", marks=marks)
        for name, write, marks in _FULL
    ),
]
"""Speech has one loader for both profiles."""
