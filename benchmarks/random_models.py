"""Checkpoints of the full profile's models at their true size, with random weights: for speed and memory alone.

What they answer means nothing. The libraries themselves write them, in the layout of the publishers' files, so
that the loaders cannot tell them from the true ones.
"""

from __future__ import annotations

import csv
import json
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import random_llama
from skills import Catalog, ModelCard, Store, load_catalog
from skills._catalog import ModelFile, UrlSource
from skills._hearing import SPEECH
from skills._partial import sha256_of
from skills.models.ssd import LABELS as COCO_LABELS
from tests.skills.models.checkpoints import DETR_FRAMES

REPOSITORY = Path(__file__).parent.parent
IDS = ("rubert", "resnet18", "detr-resnet-50", "yamnet")
_WORDS = 119_547
"""Of RuBERT's vocabulary."""


def store_of_random_models(root: Path, ids: tuple[str, ...] = IDS) -> Store:
    """A store below `root` that holds random models under the ids of the true ones, verified like any other.

    `llama3-8b`, which an Ollama server holds otherwise, is a file in it: Chutko's own server takes it from there.
    """
    with tempfile.TemporaryDirectory(prefix="chutko-random-") as folder:
        written = {model_id: _write(model_id, Path(folder) / model_id) for model_id in ids}
        catalog = _catalog_of(written)
        store = Store(root, catalog)
        for model_id in ids:
            store.pull(model_id, folder=Path(folder) / model_id)
    return store


def _catalog_of(written: dict[str, dict[str, Path]]) -> Catalog:
    """The catalog, with the sizes and hashes of what was written."""
    cards = []
    for card in load_catalog():
        if card.id in written:
            paths = written[card.id]
            if card.shipped == "server":
                card = _of_files(card, paths)
            files = tuple(
                file.model_copy(
                    update={
                        "size_bytes": paths[file.name].stat().st_size,
                        "sha256": sha256_of(paths[file.name]),
                    }
                )
                for file in card.files
                if file.name in paths
            )
            card = card.model_copy(update={"files": files})
        cards.append(card)
    return Catalog(tuple(cards))


def _of_files(card: ModelCard, paths: dict[str, Path]) -> ModelCard:
    """The card of a model that a server holds, as if it were fetched; nothing is ever fetched from its source."""
    source = UrlSource(url=card.homepage)
    files = tuple(ModelFile(name=name, sources=(source,)) for name in paths)
    return card.model_copy(update={"shipped": "files", "files": files})


def _write(model_id: str, folder: Path) -> dict[str, Path]:
    folder.mkdir(parents=True)
    writers = {
        "rubert": write_rubert,
        "resnet18": write_resnet,
        "detr-resnet-50": write_detr,
        "yamnet": write_yamnet,
        "llama3-8b": random_llama.write,
    }
    writers[model_id](folder)
    return {path.name: path for path in folder.iterdir() if path.is_file()}


def write_rubert(folder: Path) -> None:
    """BERT base with a vocabulary learnt from the Russian of this repository, filled up to RuBERT's size."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(1)
    russian = [REPOSITORY / "README.ru.md", *sorted((REPOSITORY / "training").glob("*.csv"))]
    russian += sorted((REPOSITORY / "bot" / "locales" / "ru").glob("*.ftl"))
    tokenizer = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    tokenizer.train([str(path) for path in russian], vocab_size=_WORDS, min_frequency=1, show_progress=False)
    words = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    words += [f"[unused{number}]" for number in range(_WORDS - len(words))]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    settings = {"do_lower_case": False, "model_max_length": 512, "tokenizer_class": "BertTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    moods = {0: "NEUTRAL", 1: "POSITIVE", 2: "NEGATIVE"}
    config = BertConfig(vocab_size=_WORDS, id2label=moods, label2id={mood: i for i, mood in moods.items()})
    config.save_pretrained(folder)
    torch.save(BertForSequenceClassification(config).state_dict(), folder / "pytorch_model.bin")


def write_resnet(folder: Path) -> None:
    import torch
    from torchvision.models import resnet18

    torch.manual_seed(1)
    torch.save(resnet18().state_dict(), folder / "resnet18-f37072fd.pth")


def write_detr(folder: Path) -> None:
    """100 queries over a ResNet-50 of timm, pictures of 800 to 1333 pixels, as published."""
    import torch
    from transformers import DetrConfig, DetrForObjectDetection

    torch.manual_seed(1)
    names = {number: COCO_LABELS.get(number, "N/A") for number in range(91)}
    config = DetrConfig(
        use_timm_backbone=True,
        backbone="resnet50",
        use_pretrained_backbone=False,
        id2label=names,
        label2id={name: number for number, name in names.items()},
    )
    DetrForObjectDetection(config).save_pretrained(folder)
    frames = {**DETR_FRAMES, "max_size": 1333, "size": 800}
    (folder / "preprocessor_config.json").write_text(json.dumps(frames))


# Strides and widths of the depthwise separable layers of MobileNet v1 (Howard et al. 2017, table 1).
_LAYERS = ((1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), *[(1, 512)] * 5, (2, 1024), (1, 1024))


def write_yamnet(folder: Path) -> None:
    """MobileNet v1 on log-mel patches of 96 x 64, in the form that TensorFlow Hub serves."""
    import tensorflow as tf

    tf.keras.utils.set_random_seed(1)
    layers = tf.keras.layers
    patch = tf.keras.Input((96, 64))
    hidden: Any = layers.Reshape((96, 64, 1))(patch)
    hidden = layers.Conv2D(32, 3, 2, "same", use_bias=False)(hidden)
    hidden = layers.ReLU()(layers.BatchNormalization(scale=False)(hidden))
    for stride, width in _LAYERS:
        hidden = layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(hidden)
        hidden = layers.ReLU()(layers.BatchNormalization(scale=False)(hidden))
        hidden = layers.Conv2D(width, 1, 1, "same", use_bias=False)(hidden)
        hidden = layers.ReLU()(layers.BatchNormalization(scale=False)(hidden))
    embedding = layers.GlobalAveragePooling2D()(hidden)
    body = tf.keras.Model(patch, [layers.Dense(521, "sigmoid")(embedding), embedding])
    class_map = folder / "yamnet_class_map.csv"
    with class_map.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("index", "mid", "display_name"))
        names = [*sorted(SPEECH), *(f"Sound {number}" for number in range(521 - len(SPEECH)))]
        rows.writerows((number, f"/m/{number}", name) for number, name in enumerate(names))

    class Network(tf.Module):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.body = body
            self.class_map = tf.saved_model.Asset(str(class_map))

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def __call__(self, waveform: Any) -> Any:
            samples = tf.shape(waveform)[0]
            hops = tf.maximum(0, -(-(samples - 15_600) // 7_680))
            padded = tf.pad(waveform, [[0, tf.maximum(0, 15_600 + hops * 7_680 - samples)]])
            spectrum = tf.abs(tf.signal.stft(padded, 400, 160, 512))
            mel = tf.signal.linear_to_mel_weight_matrix(64, 257, 16_000, 125.0, 7500.0)
            log_mel = tf.math.log(spectrum @ mel + 0.001)
            scores, embeddings = self.body(tf.signal.frame(log_mel, 96, 48, axis=0), training=False)
            return scores, embeddings, log_mel

        @tf.function(input_signature=[])
        def class_map_path(self) -> Any:
            return self.class_map.asset_path

    saved = folder / "saved"
    tf.saved_model.save(Network(), str(saved))
    with tarfile.open(folder / "yamnet.tar.gz", "w:gz") as archive:
        archive.add(saved, "./")
    shutil.rmtree(saved)
