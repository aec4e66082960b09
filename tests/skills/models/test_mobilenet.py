from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from skills import Job, Media, MediaKind
from skills.models.mobilenet import MobileNet, load
from skills.photo import Photo, PhotoSkill
from tests.skills.makers import gradient
from tests.skills.models.lite import lite_model

pytestmark = pytest.mark.models


class Session:
    """Stands for ONNX Runtime where only pictures are looked at."""

    def get_inputs(self) -> list[Any]:
        return [SimpleNamespace(name="data", shape=[1, 3, 224, 224])]


def test_the_view_is_the_middle_of_the_picture_at_imagenets_scale() -> None:
    image = gradient(600, 400)
    scale = 256 / 400
    naive = image.resize((round(600 * scale), 256), Image.Resampling.BILINEAR)
    left, top = (naive.width - 224) // 2, (naive.height - 224) // 2
    expected = np.asarray(naive.crop((left, top, left + 224, top + 224)), np.float32)

    view = MobileNet(Session(), ()).view(image)

    assert (view.shape, view.dtype) == ((224, 224, 3), np.uint8)
    assert np.abs(view.astype(np.float32) - expected).mean() < 1.5


@pytest.mark.parametrize("size", [(1, 1), (2, 9000), (9000, 2), (10_000, 10), (223, 225)])
def test_every_shape_of_picture_gives_a_view(size: tuple[int, int]) -> None:
    assert MobileNet(Session(), ()).view(gradient(*size)).shape == (224, 224, 3)


@pytest.fixture(scope="module")
def model() -> Iterator[MobileNet]:
    loaded = lite_model("mobilenet-v2", load)
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def cat() -> Image.Image:
    """Chelsea, the cat of scikit-image (CC0)."""
    from skimage import data

    return Image.fromarray(data.chelsea())


def _see(model: MobileNet, path: Path) -> Photo:
    skill, job = PhotoSkill(), Job(path.parent)
    (seen,) = skill.infer(model, [skill.prepare(Media(MediaKind.PHOTO, path), job)], [job])
    return seen


def _save(image: Image.Image, path: Path, form: str, **options: object) -> Path:
    import pillow_heif

    pillow_heif.register_heif_opener()
    image.save(path, form, **options)
    return path


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "HEIF", "AVIF"])
def test_the_cat_is_an_egyptian_cat_in_every_format(
    model: MobileNet, cat: Image.Image, tmp_path: Path, form: str
) -> None:
    seen = _see(model, _save(cat, tmp_path / "file", form))

    assert seen.top[0].label == "Egyptian cat"
    assert seen.top[0].score > 0.7
    assert (seen.width_px, seen.height_px) == (451, 300)


@pytest.mark.parametrize("mode", ["RGBA", "CMYK", "P"])
def test_the_cat_is_an_egyptian_cat_in_every_colour_model(
    model: MobileNet, cat: Image.Image, tmp_path: Path, mode: str
) -> None:
    path = _save(cat.convert(mode), tmp_path / "file", "TIFF" if mode == "CMYK" else "PNG")

    assert _see(model, path).top[0].label == "Egyptian cat"


def test_the_cat_is_an_egyptian_cat_lying_on_its_side_in_the_file(
    model: MobileNet, cat: Image.Image, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = _save(cat.transpose(Image.Transpose.ROTATE_90), tmp_path / "file", "JPEG", exif=exif)

    assert _see(model, path).top[0].label == "Egyptian cat"


def test_the_cat_is_an_egyptian_cat_at_a_hundred_times_the_pixels(
    model: MobileNet, cat: Image.Image, tmp_path: Path
) -> None:
    path = _save(cat.resize((4510, 3000), Image.Resampling.BICUBIC), tmp_path / "file", "JPEG")

    assert _see(model, path).top[0].label == "Egyptian cat"


def test_the_probabilities_of_a_batch_are_those_of_its_pictures_alone(
    model: MobileNet, cat: Image.Image
) -> None:
    crops = [np.asarray(cat.resize((224, 224)).rotate(angle)) for angle in (0, 90, 180)]

    together = model.predict(crops)

    assert [row.shape for row in together] == [(1000,)] * 3
    for crop, row in zip(crops, together, strict=True):
        np.testing.assert_allclose(model.predict([crop])[0], row, rtol=1e-5, atol=1e-7)
        assert row.sum() == pytest.approx(1.0, abs=1e-5)
    assert model.predict([]) == []


def test_no_picture_is_too_strange_to_be_classified(model: MobileNet, tmp_path: Path) -> None:
    for mode, size in (("1", (1, 1)), ("L", (3000, 5)), ("RGBA", (5, 3000)), ("I;16", (40, 40))):
        buffer = io.BytesIO()
        Image.new(mode, size).save(buffer, "PNG")
        (tmp_path / "file").write_bytes(buffer.getvalue())
        assert len(_see(model, tmp_path / "file").top) == 5
