"""DETR beside transformers' own way, on a tiny checkpoint in the true layout. Its weights are random."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from skills import Job, MediaKind, Say
from skills.models.detr import Detr, load
from skills.video import VideoSkill
from tests.skills import contract
from tests.skills.films import read_clip
from tests.skills.makers import gradient
from tests.skills.models.checkpoints import COCO_NAMES, write_detr
from tests.skills.models.full import needs
from tests.skills.saying import english, russian

pytestmark = needs("torch", "torchvision", "transformers", "timm")


@pytest.fixture(scope="module", params=[True, False], ids=["timm", "own backbone"])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_detr(tmp_path_factory.mktemp("detr"), timm=request.param)


@pytest.fixture(scope="module")
def model(files: dict[str, Path]) -> Iterator[Detr]:
    loaded = load(files, {"threads": 1})
    yield loaded
    loaded.close()


def frames() -> list[np.ndarray]:
    draw = np.random.default_rng(2)
    noise, tall = (draw.integers(0, 256, (*shape, 3), np.uint8) for shape in ((90, 160), (200, 48)))
    # No long smooth one: of that, random weights magnify the rounding of the library itself to 5e-4.
    return [np.asarray(gradient(320, 240)), noise, tall, noise[::-1, :70].copy()]


def test_names_scores_and_boxes_are_those_of_transformers_own_way(
    model: Detr, files: dict[str, Path]
) -> None:
    import torch
    from transformers import DetrForObjectDetection, DetrImageProcessor

    folder = files["config.json"].parent
    processor = DetrImageProcessor.from_pretrained(folder)
    network = DetrForObjectDetection.from_pretrained(folder).eval()
    seen: set[str] = set()
    for frame, ours in zip(frames(), model.predict(frames()), strict=True):
        with torch.inference_mode():
            outputs = network(**processor(images=Image.fromarray(frame), return_tensors="pt"))
        (theirs,) = processor.post_process_object_detection(
            outputs, threshold=0.1, target_sizes=[frame.shape[:2]]
        )
        height, width = frame.shape[:2]
        boxes = theirs["boxes"].numpy().clip(0, [width, height, width, height])
        whole = ((boxes[:, 2:] - boxes[:, :2]) >= 1).all(axis=1)
        names = [COCO_NAMES[number] for number in theirs["labels"].tolist()]
        kept = [i for i, name in enumerate(names) if name != "N/A" and whole[i]]
        assert ours.labels == tuple(names[i] for i in kept)
        np.testing.assert_allclose(ours.scores, theirs["scores"].numpy()[kept], atol=1e-4)
        np.testing.assert_allclose(ours.boxes_xyxy_px, boxes[kept], atol=1e-2)
        assert ours.boxes_xyxy_px.dtype == ours.scores.dtype == np.float32
        seen |= set(ours.labels)
    assert seen, "the comparison would show nothing"
    assert seen <= set(model.labels) == {"person", "bicycle", "cat"}


def test_the_pipeline_says_the_same(model: Detr, files: dict[str, Path]) -> None:
    from transformers import pipeline

    detect = pipeline("object-detection", model=str(files["config.json"].parent), threshold=0.1)
    frame = frames()[1]
    theirs = sorted(
        (round(found["score"], 3), found["label"])
        for found in detect(Image.fromarray(frame))
        if found["label"] != "N/A"
        and found["box"]["xmax"] - found["box"]["xmin"] > 1
        and found["box"]["ymax"] - found["box"]["ymin"] > 1
    )
    (ours,) = model.predict([frame])
    assert len(ours) >= len(theirs) > 0
    scores = {
        label: [s for s, name in zip(ours.scores, ours.labels, strict=True) if name == label]
        for _, label in theirs
    }
    assert all(min(abs(np.array(scores[label]) - score)) < 2e-3 for score, label in theirs)


def test_a_batch_gives_what_single_frames_give(model: Detr) -> None:
    together = model.predict(frames())
    for frame, found in zip(frames(), together, strict=True):
        (alone,) = model.predict([frame])
        assert found.labels == alone.labels
        np.testing.assert_array_equal(found.boxes_xyxy_px, alone.boxes_xyxy_px)
    assert model.predict([]) == []


def test_weak_boxes_are_left_out_but_not_those_that_the_skill_asks_for(files: dict[str, Path]) -> None:
    counts = []
    for threshold in (0.9, 0.01):
        (found,) = load(files, {"threshold": threshold}).predict(frames()[:1])
        counts.append(len(found))
        assert found.scores.min(initial=1) > min(0.1, threshold)
    assert counts[0] <= counts[1]


def test_frames_are_scaled_as_published_or_to_less_if_that_is_wished_for(files: dict[str, Path]) -> None:
    import torch

    frame = Image.fromarray(frames()[1])
    sides = {}
    for wish in (800, 400, 100):
        model = load(files, {"detr_side_px": wish})
        with torch.inference_mode():
            sides[wish] = min(model._processor(images=frame, return_tensors="pt")["pixel_values"].shape[2:])
    # the publisher's 800 are 120 here, its 1333 are 200
    assert sides == {800: 112, 400: 112, 100: 94}


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3)])
def test_frames_of_odd_shapes_are_looked_at(model: Detr, size: tuple[int, int]) -> None:
    (found,) = model.predict([np.asarray(gradient(*size))])
    assert (found.boxes_xyxy_px[:, 2:] <= np.array(size)).all()


def test_a_film_goes_the_whole_way(model: Detr, tmp_path: Path) -> None:
    skill, job = VideoSkill(), Job(tmp_path, {"threshold": 0.3})
    film = skill.prepare(contract.sample(MediaKind.VIDEO, tmp_path), job)
    (result,) = skill.infer(model, [film], [job])
    assert read_clip(result.clip.path).codec == "h264"
    contract.check_result_is_light(result)
    says: list[Say] = [english(), russian()]
    contract.check_render(skill, result, says)


def test_loading_asks_no_network(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("the loader went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert load(files, {}).labels


def test_weights_without_their_heads_are_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    files = write_detr(tmp_path)
    weights = load_file(files["model.safetensors"])
    heads = {name: weight for name, weight in weights.items() if "class_labels" not in name}
    save_file(heads, files["model.safetensors"], metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"class_labels_classifier\.weight"):
        load(files, {})


def test_a_closed_model_says_so(files: dict[str, Path]) -> None:
    model = load(files, {})
    model.close()
    with pytest.raises(RuntimeError, match="closed"):
        model.predict(frames())
