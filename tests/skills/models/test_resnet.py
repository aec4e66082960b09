"""ResNet-18 beside torchvision's own way, on random weights in the true layout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from skills import Job, Media, MediaKind, Say
from skills.models.resnet import ResNet, load
from skills.photo import PhotoSkill
from tests.skills import contract
from tests.skills.makers import gradient
from tests.skills.models.checkpoints import write_resnet
from tests.skills.models.full import needs
from tests.skills.saying import english, russian

pytestmark = needs("torch", "torchvision")

WEIGHTS = "resnet18-f37072fd.pth"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_resnet(tmp_path_factory.mktemp("resnet"))


@pytest.fixture(scope="module")
def reference(files: dict[str, Path]) -> Any:
    """The same weights in torchvision's own network."""
    import torch
    from torchvision.models import resnet18

    network = resnet18()
    network.load_state_dict(torch.load(files[WEIGHTS], weights_only=True))
    return network.eval()


@pytest.fixture(scope="module")
def model(files: dict[str, Path]) -> Iterator[ResNet]:
    loaded = load(files, {"threads": 1})
    yield loaded
    loaded.close()


def pictures() -> list[Image.Image]:
    noise = np.random.default_rng(1).integers(0, 256, (300, 451, 3), np.uint8)
    return [
        gradient(640, 480),
        gradient(333, 1777),
        Image.fromarray(noise),
        Image.fromarray(noise).resize((2000, 1500)),
        Image.new("RGB", (50, 40), "red"),
    ]


def expected(reference: Any, image: Image.Image) -> np.ndarray:
    import torch
    from torchvision.models import ResNet18_Weights

    with torch.inference_mode():
        batch = ResNet18_Weights.IMAGENET1K_V1.transforms()(image.convert("RGB")).unsqueeze(0)
        return reference(batch).softmax(dim=1)[0].numpy()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_classes_and_probabilities_of_a_file_are_those_of_torchvisions_own_way(
    model: ResNet, reference: Any, tmp_path: Path, form: str
) -> None:
    from torchvision.models import ResNet18_Weights

    skill, inputs, wanted = PhotoSkill(), [], []
    job = Job(tmp_path, {"top": 5})
    for number, image in enumerate(pictures()):
        path = tmp_path / f"{number}"
        image.save(path, form)
        inputs.append(skill.prepare(Media(MediaKind.PHOTO, path), job))
        with Image.open(path) as opened:
            wanted.append(expected(reference, opened))
    results = skill.infer(model, inputs, [job] * len(inputs))

    categories = ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
    for result, row in zip(results, wanted, strict=True):
        best = row.argsort()[::-1][:5]
        assert [scored.label for scored in result.top] == [categories[i] for i in best]
        assert [scored.score for scored in result.top] == pytest.approx(row[best].tolist(), abs=1e-4)
    assert max(row.max() for row in wanted) > 0.05, "the comparison would show nothing"
    assert len({result.top[0].label for result in results}) > 1


def test_the_probabilities_of_a_batch_are_those_of_its_pictures_alone(model: ResNet) -> None:
    views = [model.view(image) for image in pictures()]
    together = model.predict(views)
    assert [row.shape for row in together] == [(1000,)] * len(views)
    for view, row in zip(views, together, strict=True):
        np.testing.assert_allclose(model.predict([view])[0], row, atol=1e-5)
        assert row.sum() == pytest.approx(1, abs=1e-5)
    assert model.predict([]) == []


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 20_000), (9000, 10)])
def test_every_shape_of_picture_gives_a_view(model: ResNet, size: tuple[int, int]) -> None:
    assert model.view(gradient(*size)).shape == (3, 224, 224)


def test_a_long_picture_is_seen_as_the_reference_sees_it(model: ResNet) -> None:
    from torchvision.models import ResNet18_Weights

    long = gradient(5000, 100)
    theirs = ResNet18_Weights.IMAGENET1K_V1.transforms()(long).numpy()
    assert np.abs(model.view(long) - theirs).mean() < 0.02


def test_results_are_light_and_said_in_every_language(model: ResNet, tmp_path: Path) -> None:
    skill, job = PhotoSkill(), Job(tmp_path)
    says: list[Say] = [english(), russian()]
    picture = skill.prepare(contract.sample(MediaKind.PHOTO, tmp_path), job)
    (result,) = skill.infer(model, [picture], [job])
    contract.check_result_is_light(result)
    contract.check_render(skill, result, says)


def test_weights_of_another_network_and_files_that_would_run_code_are_refused(tmp_path: Path) -> None:
    import pickle

    import torch

    torch.save({"fc.weight": torch.zeros(3)}, tmp_path / WEIGHTS)
    with pytest.raises(RuntimeError, match="Missing key"):
        load({WEIGHTS: tmp_path / WEIGHTS}, {})
    torch.save({"fc.weight": Path("x")}, tmp_path / WEIGHTS)
    with pytest.raises(pickle.UnpicklingError, match=r"(?i)weights"):
        load({WEIGHTS: tmp_path / WEIGHTS}, {})


def test_a_closed_model_says_so(files: dict[str, Path]) -> None:
    model = load(files, {})
    view = model.view(gradient())
    model.close()
    with pytest.raises(RuntimeError, match="closed"):
        model.predict([view])
