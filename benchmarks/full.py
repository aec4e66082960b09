"""The full profile's loaders against the libraries' plain way, in one run: `python -m benchmarks.full`.

Both ways have the same random weights of true size (`random_models`), one thread, and take turns. Processor time
counts, the best of the rounds, since other work may go on beside. Whether they answer alike is told by the
largest difference between their scores. Variants that are not in use are measured too, to show why. Needs the
libraries of the full profile (`make test-full` installs them); writes benchmarks/results/full.json.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import skimage
import torch
from PIL import Image

from benchmarks._report import write
from benchmarks.random_models import store_of_random_models
from skills import Store
from skills._image import read_rgb
from skills.models import detr, resnet, rubert
from skills.photo import SIDE_PX

ROUNDS = 3
Ways = Mapping[str, Callable[[], Any]]


def compared(ways: Ways, scores: Callable[[Any], np.ndarray] | None = None) -> dict[str, Any]:
    """Of each way: milliseconds of processor time, the ratio to the first way, the largest difference to its scores."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    answers: dict[str, Any] = {}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun_s = time.process_time()
            answers[name] = way()
            took[name].append((time.process_time() - begun_s) * 1000)
    best = {name: min(each) for name, each in took.items()}
    plain = next(iter(ways))
    table = {name: {"ms": round(ms, 1), "ratio": round(ms / best[plain], 2)} for name, ms in best.items()}
    for name, answer in answers.items() if scores else ():
        difference = np.abs(scores(answer) - scores(answers[plain])).max()
        table[name]["scores_differ_by"] = float(f"{difference:.1e}")
    return table


def sentiment(store: Store) -> dict[str, Any]:
    """32 texts of 2 to 59 words in any order; the plain way is the pipeline of the report."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    files = store.files("rubert")
    folder = files["config.json"].parent
    model = rubert.load(files, {"threads": 1})
    network = AutoModelForSequenceClassification.from_pretrained(folder)
    theirs = pipeline(
        "text-classification", network, tokenizer=AutoTokenizer.from_pretrained(folder), top_k=None
    )
    draw = np.random.default_rng(1)
    words = (Path(__file__).parent.parent / "README.ru.md").read_text(encoding="utf-8").split()
    texts = [" ".join(draw.choice(words, size)) for size in draw.integers(2, 60, 32)]

    def ours(tokens: int) -> Callable[[], Any]:
        def way() -> list[dict[str, float]]:
            rubert._TOKENS_AT_ONCE = tokens
            return [answer.probabilities for answer in model.predict(texts)]

        return way

    in_use = rubert._TOKENS_AT_ONCE
    ways: dict[str, Callable[[], Any]] = {
        "pipeline, one by one": lambda: [_named(row) for row in theirs(texts)],
        "pipeline, all in one batch": lambda: [_named(row) for row in theirs(texts, batch_size=64)],
        f"ours ({in_use} tokens at once)": ours(in_use),
        **{f"ours, {tokens} tokens at once": ours(tokens) for tokens in (1024, 4096)},
    }
    return compared(ways, lambda rows: np.array([[row[label] for label in rubert.LABELS] for row in rows]))


def _named(row: list[dict[str, Any]]) -> dict[str, float]:
    return {scored["label"].lower(): scored["score"] for scored in row}


def photo(store: Store) -> dict[str, Any]:
    from torchvision.models import ResNet18_Weights, resnet18

    files = store.files("resnet18")
    model = resnet.load(files, {"threads": 1})
    network = resnet18()
    network.load_state_dict(torch.load(files["resnet18-f37072fd.pth"], weights_only=True))
    network.eval()
    transforms = ResNet18_Weights.IMAGENET1K_V1.transforms()
    found: dict[str, Any] = {}
    pictures = Path(skimage.__file__).parent / "data"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        for name in ("motorcycle_left.png", "chelsea.png", "coffee.png"):
            with Image.open(pictures / name) as image:
                photo = image.convert("RGB")
            photo.resize((4000, 4000 * photo.height // photo.width), Image.Resampling.BICUBIC).save(path)

            def plain() -> np.ndarray:
                with Image.open(path) as image, torch.inference_mode():
                    return network(transforms(image.convert("RGB"))[None]).softmax(1)[0].numpy()

            def ours() -> np.ndarray:
                image, _ = read_rgb(path, max_pixels=50_000_000, side_px=SIDE_PX)
                return model.predict([model.view(image)])[0]

            found[f"a photo of 4000 px, {name}"] = compared(
                {"whole": plain, "ours (draft)": ours}, np.asarray
            )
    view = torch.rand(8, 3, 224, 224)
    ours_of = model._network
    for count in (1, 8):
        batch = view[:count]
        found[f"network, {count} at once"] = compared(
            {
                "as torchvision makes it": lambda batch=batch: _probabilities(network, batch),
                "ours (channels last)": lambda batch=batch: _probabilities(ours_of, batch),
            },
            np.asarray,
        )
    return found


def _probabilities(network: Any, batch: torch.Tensor) -> np.ndarray:
    with torch.inference_mode():
        return network(batch).softmax(1).numpy()


def video(store: Store) -> dict[str, Any]:
    """One frame of 1280 x 720."""
    from transformers import DetrForObjectDetection

    files = store.files("detr-resnet-50")
    with Image.open(Path(skimage.__file__).parent / "data" / "motorcycle_left.png") as image:
        frame = np.asarray(image.convert("RGB").resize((1280, 720)))
    models = {
        side_px: detr.load(files, {"threads": 1, "detr_side_px": side_px}) for side_px in (800, 640, 480)
    }
    network = DetrForObjectDetection.from_pretrained(files["config.json"].parent).eval()
    folded = detr.load(files, {"threads": 1})._network.to(memory_format=torch.contiguous_format)

    def run(network: Any, side_px: int) -> np.ndarray:
        inputs = models[side_px]._processor(images=Image.fromarray(frame), return_tensors="pt")
        with torch.inference_mode():
            return network(**inputs).logits.float().softmax(-1).numpy()

    def half(network: Any) -> np.ndarray:
        with torch.autocast("cpu", torch.bfloat16):
            return run(network, 800)

    return compared(
        {
            "as transformers makes it": lambda: run(network, 800),
            "with norms folded alone": lambda: run(folded, 800),
            "ours (norms folded, channels last)": lambda: run(models[800]._network, 800),
            "ours, short side 640": lambda: run(models[640]._network, 640),
            "ours, short side 480": lambda: run(models[480]._network, 480),
            "ours, bfloat16 (not offered)": lambda: half(models[800]._network),
        },
        np.asarray,
    )


def main() -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="chutko-bench-") as folder:
        store = store_of_random_models(Path(folder), ("rubert", "resnet18", "detr-resnet-50"))
        figures = {
            "weights": "random, of true size",
            "video": video(store),
            "photo": photo(store),
            "sentiment": sentiment(store),
        }
    write("full", figures)


if __name__ == "__main__":
    main()
