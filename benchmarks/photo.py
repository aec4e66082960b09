"""Photos: this skill against the script one would write first, in one run: `python -m benchmarks.photo`.

The naive script opens the file, converts it to RGB, scales, cuts out the middle and asks the same network.
Both see the photographs of scikit-image's wheel that show a thing ImageNet has a class for, in the forms that
people send. Needs the model in the cache and scikit-image; writes benchmarks/results/photo.json.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import platformdirs
import skimage
from PIL import Image

from benchmarks._report import peak_memory_mb, write
from skills import Job, Media, MediaKind
from skills._catalog import load as load_catalog
from skills._store import Store
from skills.models.mobilenet import MobileNet, load
from skills.photo import PhotoSkill

PICTURES = {
    "chelsea.png": {"Egyptian cat", "tabby", "tiger cat"},
    "coffee.png": {"espresso", "cup", "coffee mug"},
    "camera.png": {"tripod"},
    "motorcycle_left.png": {"moped", "motor scooter"},
    "motorcycle_right.png": {"moped", "motor scooter"},
}


def turned(image: Image.Image, path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", exif=exif)


def cut_out(image: Image.Image, path: Path) -> None:
    """The thing itself on nothing: noise hides under the transparent part, as drawing programs leave it."""
    noise = np.random.default_rng(0).integers(0, 256, (image.height, image.width, 3), np.uint8)
    mask = Image.new("L", image.size, 0)
    mask.paste(255, (image.width // 8, image.height // 8, image.width * 7 // 8, image.height * 7 // 8))
    cut = Image.composite(image, Image.fromarray(noise), mask)
    cut.putalpha(mask)
    cut.save(path, "PNG")


def grey_16_bits(image: Image.Image, path: Path) -> None:
    Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257).save(path, "PNG")


def late_start(image: Image.Image, path: Path) -> None:
    Image.new("RGB", image.size).save(path, "WEBP", save_all=True, append_images=[image], duration=100)


def twelve_megapixels(image: Image.Image, path: Path) -> None:
    image.resize((4000, 3000 * image.height * 4 // (image.width * 3)), Image.Resampling.BICUBIC).save(
        path, "JPEG"
    )


FORMS: dict[str, Callable[[Image.Image, Path], None]] = {
    "png": lambda image, path: image.save(path, "PNG"),
    "jpeg on its side (EXIF)": turned,
    "jpeg of a phone, 4000 px": twelve_megapixels,
    "heic": lambda image, path: image.save(path, "HEIF"),
    "avif": lambda image, path: image.save(path, "AVIF"),
    "cut out, transparent": cut_out,
    "palette": lambda image, path: image.convert("P").save(path, "GIF"),
    "cmyk tiff": lambda image, path: image.convert("CMYK").save(path, "TIFF"),
    "16 bits grey": grey_16_bits,
    "animation that starts black": late_start,
}


def naive(model: MobileNet, path: Path) -> str:
    image = Image.open(path).convert("RGB")
    scale = 256 / min(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BILINEAR)
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    (row,) = model.predict([np.asarray(image.crop((left, top, left + 224, top + 224)))])
    return model.labels[int(row.argmax())]


def ours(model: MobileNet, path: Path) -> str:
    skill, job = PhotoSkill(), Job(path.parent)
    (seen,) = skill.infer(model, [skill.prepare(Media(MediaKind.PHOTO, path), job)], [job])
    return seen.top[0].label


def median_ms(work: Callable[[], Any], times: int = 5) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(took), 1)


def main() -> None:
    files = Store(Path(platformdirs.user_cache_dir("chutko"), "models"), load_catalog()).files("mobilenet-v2")
    start = time.perf_counter()
    model = load(files, {"threads": 1})
    load_s = time.perf_counter() - start
    folder = Path(tempfile.mkdtemp())
    right: dict[str, dict[str, int]] = {}
    took: dict[str, dict[str, float]] = {}
    pictures = Path(skimage.__file__).parent / "data"
    # The files are written with it, so the naive script, which would not know of it, can read HEIC as well.
    pillow_heif.register_heif_opener()
    for form, save in FORMS.items():
        right[form] = {"ours": 0, "naive": 0}
        for name, labels in PICTURES.items():
            path = folder / "file"
            save(Image.open(pictures / name).convert("RGB"), path)
            for who, classify in (("ours", ours), ("naive", naive)):
                try:
                    right[form][who] += classify(model, path) in labels
                except Exception:  # a script that falls over has not named it
                    continue
        took[form] = {
            "ours": median_ms(lambda: ours(model, folder / "file")),
            "naive": median_ms(lambda: naive(model, folder / "file")),
        }
    write(
        "photo",
        {
            "pictures": len(PICTURES),
            "load_s": round(load_s, 2),
            "named_right": right,
            "named_right_in_all": {who: sum(row[who] for row in right.values()) for who in ("ours", "naive")},
            "ms_a_picture": took,
            "peak_memory_mb": peak_memory_mb(),
        },
    )


if __name__ == "__main__":
    main()
