"""DETR beside transformers' own way, on a tiny checkpoint in the true layout. Its weights are random."""

from __future__ import annotations

import json
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
from tests.skills.models.full import needs
from tests.skills.saying import english, russian

pytestmark = needs("torch", "torchvision", "transformers", "timm")

NAMES = {0: "N/A", 1: "person", 2: "bicycle", 3: "N/A", 4: "cat"}
FRAME = {
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "DetrFeatureExtractor",
    "format": "coco_detection",
    "image_mean": [0.485, 0.456, 0.406],
    "image_std": [0.229, 0.224, 0.225],
    "max_size": 200,
    "size": 120,
}
"""preprocessor_config.json as the publisher has it, of the library's older form; the sizes are smaller."""


def write_checkpoint(folder: Path, *, timm: bool = True) -> dict[str, Path]:
    """What lies at the publisher: flat config.json of the older form, model.safetensors, preprocessor_config.json."""
    import torch
    from safetensors import safe_open
    from transformers import DetrConfig, DetrForObjectDetection, ResNetConfig

    torch.manual_seed(5)
    sizes = {f"{part}_{what}": 32 for part in ("encoder", "decoder") for what in ("ffn_dim",)}
    shape = sizes | {
        "d_model": 32,
        "encoder_layers": 1,
        "decoder_layers": 2,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "num_queries": 12,
        "init_std": 0.5,
        "init_xavier_std": 6.0,
    }
    labels = {"id2label": NAMES, "label2id": {name: number for number, name in NAMES.items()}}
    small = ResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 8, 8, 16],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage4"],
    )
    backbone = {"use_timm_backbone": True, "backbone": "resnet18"} if timm else {"backbone_config": small}
    network = DetrForObjectDetection(DetrConfig(**shape, **labels, **backbone))
    with torch.no_grad():  # so that the random network has opinions, and other ones of each query
        network.model.query_position_embeddings.weight.normal_(std=3)
        classes, boxes = network.class_labels_classifier, network.bbox_predictor.layers[-1]
        classes.weight.normal_(std=4)
        boxes.weight.mul_(0.1)
        outputs = network.eval()(torch.randn(1, 3, 120, 160))
        classes.bias -= outputs.logits[0].mean(dim=0)
        classes.bias[[1, 2, 4]] += 3
        boxes.bias -= outputs.pred_boxes[0].logit(eps=1e-6).mean(dim=0)
    network.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(FRAME))
    if timm:
        flat = {"model_type": "detr", "architectures": ["DetrForObjectDetection"], **shape, **backbone}
        (folder / "config.json").write_text(json.dumps({**flat, "use_pretrained_backbone": True, **labels}))
        with safe_open(folder / "model.safetensors", "pt") as weights:
            assert any(name.startswith("model.backbone.conv_encoder.model.") for name in weights.keys())  # noqa: SIM118
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture(scope="module", params=[True, False], ids=["timm", "own backbone"])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_checkpoint(tmp_path_factory.mktemp("detr"), timm=request.param)


@pytest.fixture(scope="module")
def model(files: dict[str, Path]) -> Iterator[Detr]:
    loaded = load(files, {"threads": 1})
    yield loaded
    loaded.close()


def frames() -> list[np.ndarray]:
    noise = np.random.default_rng(2).integers(0, 256, (90, 160, 3), np.uint8)
    return [np.asarray(gradient(320, 240)), noise, np.asarray(gradient(48, 200)), noise[::-1, :70].copy()]


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
        names = [NAMES[number] for number in theirs["labels"].tolist()]
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

    files = write_checkpoint(tmp_path)
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
