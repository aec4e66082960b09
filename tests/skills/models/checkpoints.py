"""Checkpoints of the full profile's models in the layout of their publishers, most of them tiny, all of them random.

The libraries themselves write them; a loader cannot tell them from the true ones.
"""

from __future__ import annotations

import csv
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from skills._hearing import SPEECH

MOODS = {0: "NEUTRAL", 1: "POSITIVE", 2: "NEGATIVE"}
WINDOW = 64
COCO_NAMES = {0: "N/A", 1: "person", 2: "bicycle", 3: "N/A", 4: "cat"}
DETR_FRAMES = {
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
SOUND_NAMES = (*sorted(SPEECH), *(f'Sound "{i}", of a kind' for i in range(521 - len(SPEECH))))


def write_rubert(
    folder: Path, id2label: Mapping[int, str] = MOODS, *, safe: bool = False, seed: int = 1
) -> dict[str, Path]:
    """What lies at the publisher: config, weights, vocabulary, tokenizer_config; much smaller."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(seed)
    letters = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *".,!?—-", *letters, *(f"##{c}" for c in letters)]
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=WINDOW,
        id2label=dict(id2label),
        label2id={label: number for number, label in id2label.items()},
        initializer_range=0.5,  # so that the random network has opinions
    )
    network = BertForSequenceClassification(config)
    folder.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    settings = {"do_lower_case": False, "model_max_length": WINDOW, "tokenizer_class": "BertTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    if safe:
        network.save_pretrained(folder)
    else:
        config.save_pretrained(folder)
        torch.save(network.state_dict(), folder / "pytorch_model.bin")
    return {path.name: path for path in folder.iterdir()}


def write_resnet(folder: Path) -> dict[str, Path]:
    """The true size. Its last layer is made louder, so that the probabilities are not all alike."""
    import torch
    from torchvision.models import resnet18

    torch.manual_seed(1)
    network = resnet18().requires_grad_(False)
    network.fc.weight.mul_(12)
    torch.save(network.state_dict(), folder / "resnet18-f37072fd.pth")
    return {"resnet18-f37072fd.pth": folder / "resnet18-f37072fd.pth"}


def write_detr(folder: Path, *, timm: bool = True) -> dict[str, Path]:
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
    labels = {"id2label": COCO_NAMES, "label2id": {name: number for number, name in COCO_NAMES.items()}}
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
        for name, numbers in network.model.backbone.named_buffers():
            if name.endswith((".weight", ".running_var")):
                numbers.uniform_(0.5, 1.5)
            elif name.endswith((".bias", ".running_mean")):
                numbers.normal_(std=0.2)
        classes, boxes = network.class_labels_classifier, network.bbox_predictor.layers[-1]
        classes.weight.normal_(std=4)
        boxes.weight.mul_(0.1)
        outputs = network.eval()(torch.randn(1, 3, 120, 160))
        classes.bias -= outputs.logits[0].mean(dim=0)
        classes.bias[[1, 2, 4]] += 3
        boxes.bias -= outputs.pred_boxes[0].logit(eps=1e-6).mean(dim=0)
    network.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(DETR_FRAMES))
    if timm:
        flat = {"model_type": "detr", "architectures": ["DetrForObjectDetection"], **shape, **backbone}
        (folder / "config.json").write_text(json.dumps({**flat, "use_pretrained_backbone": True, **labels}))
        with safe_open(folder / "model.safetensors", "pt") as weights:
            assert any(name.startswith("model.backbone.conv_encoder.model.") for name in weights.keys())  # noqa: SIM118
    return {path.name: path for path in folder.iterdir()}


def write_yamnet(folder: Path) -> dict[str, Path]:
    """An archive of a SavedModel: waveform to scores, embeddings and log-mel, with the class map as an asset.

    One random layer, not 28. The SavedModel itself stays in `folder / "saved"`.
    """
    import tensorflow as tf

    with (folder / "yamnet_class_map.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("index", "mid", "display_name"))
        rows.writerows((i, f"/m/{i}", label) for i, label in enumerate(SOUND_NAMES))

    class Network(tf.Module):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            draw = np.random.default_rng(1)
            self.body = tf.Variable(draw.normal(0, 0.02, (96 * 64, 1024)).astype(np.float32))
            self.head = tf.Variable(draw.normal(0, 0.05, (1024, 521)).astype(np.float32))
            self.class_map = tf.saved_model.Asset(str(folder / "yamnet_class_map.csv"))

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def __call__(self, waveform: Any) -> Any:
            samples = tf.shape(waveform)[0]
            hops = tf.maximum(0, -(-(samples - 15_600) // 7_680))
            padded = tf.pad(waveform, [[0, tf.maximum(0, 15_600 + hops * 7_680 - samples)]])
            spectrum = tf.abs(tf.signal.stft(padded, 400, 160, 512))
            mel = tf.signal.linear_to_mel_weight_matrix(64, 257, 16_000, 125.0, 7500.0)
            log_mel = tf.math.log(spectrum @ mel + 0.001)
            patches = tf.signal.frame(log_mel, 96, 48, axis=0)
            embeddings = tf.nn.relu(tf.reshape(patches, (-1, 96 * 64)) @ self.body)
            return tf.sigmoid(embeddings @ self.head), embeddings, log_mel

        @tf.function(input_signature=[])
        def class_map_path(self) -> Any:
            return self.class_map.asset_path

    tf.saved_model.save(Network(), str(folder / "saved"))
    with tarfile.open(folder / "yamnet.tar.gz", "w:gz") as archive:
        archive.add(folder / "saved", "./")
    return {"yamnet.tar.gz": folder / "yamnet.tar.gz"}
