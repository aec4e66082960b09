from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from skills import BadInput, Job, Media, MediaKind, Scored
from skills.photo import Photo, PhotoSkill, Picture
from tests.skills.makers import gradient
from tests.skills.saying import english, russian


class Brightest:
    """A classifier of four classes: how much red, green and blue there is."""

    labels = ("red", "green", "blue", "nothing")

    def view(self, image: Image.Image) -> NDArray[np.uint8]:
        return np.asarray(image)

    def predict(self, batch: Sequence[Any]) -> list[NDArray[np.float32]]:
        sums = [np.append(view.reshape(-1, 3).mean(axis=0), 1.0) for view in batch]
        return [(total / total.sum()).astype(np.float32) for total in sums]

    def close(self) -> None: ...


def _picture(folder: Path, image: Image.Image, **options: Any) -> Picture:
    image.save(folder / "file", "PNG")
    return PhotoSkill().prepare(Media(MediaKind.PHOTO, folder / "file"), Job(folder, options))


@pytest.mark.parametrize("size", [(1, 1), (2, 9000), (9000, 2), (10_000, 10), (223, 225), (2047, 2500)])
def test_pictures_of_usual_size_are_handed_on_pixel_by_pixel(tmp_path: Path, size: tuple[int, int]) -> None:
    image = gradient(*size)
    picture = _picture(tmp_path, image)

    assert picture.image.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(picture.image), np.asarray(image.convert("RGB")))
    assert (picture.width_px, picture.height_px) == size


def test_a_very_large_picture_is_handed_on_smaller_and_its_size_told(tmp_path: Path) -> None:
    picture = _picture(tmp_path, gradient(4000, 3100))

    assert picture.image.size == (1334, 1034)
    assert (picture.width_px, picture.height_px) == (4000, 3100)


def test_the_limit_of_pixels_is_a_setting(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        _picture(tmp_path, gradient(1500, 1000), photo_pixels=1_000_000)

    assert refusal.value.reason == "too-many-pixels"
    assert refusal.value.details == {"limit_megapixels": 1}


def test_results_come_in_the_order_of_the_pictures_and_as_many_classes_as_wanted(tmp_path: Path) -> None:
    colours = ["red", "blue", "lime"]
    pictures = [_picture(tmp_path, Image.new("RGB", (30, 20), colour)) for colour in colours]
    jobs = [Job(tmp_path, {"top": count}) for count in (1, 2, 5)]

    results = PhotoSkill().infer(Brightest(), pictures, jobs)

    assert [result.top[0].label for result in results] == ["red", "blue", "green"]
    assert [len(result.top) for result in results] == [1, 2, 4]
    assert all(
        a.score >= b.score for result in results for a, b in zip(result.top, result.top[1:], strict=False)
    )


CAT = Photo((Scored("Egyptian cat", 0.944), Scored("tabby", 0.03), Scored("lynx", 0.004)), 451, 300)


def test_the_reply_names_it_in_the_persons_language_and_both_in_the_list() -> None:
    reply = PhotoSkill().render(CAT, russian())

    assert reply.blocks[0] == "Похоже, это египетская кошка (94 %)."
    assert reply.blocks[1].startswith("• египетская кошка (Egyptian cat) — 94 %\n")
    assert reply.blocks[1].endswith("• рысь (lynx) — <1 %")
    assert reply.memory == "[на фото: египетская кошка 94%]"
    assert reply.chart is not None
    assert reply.chart.data["rows"][0] == ["египетская кошка", 0.944]


def test_in_english_the_models_own_names_are_said_once() -> None:
    reply = PhotoSkill().render(CAT, english())

    assert "Egyptian cat" in reply.blocks[0]
    assert reply.blocks[1].splitlines()[0] == "• Egyptian cat — 94%"


@pytest.mark.parametrize("score", [0.001, 0.1, 0.4, 0.9, 1.0])
def test_how_sure_it_is_shows_in_the_words(score: float) -> None:
    for say in (russian(), english()):
        headline = PhotoSkill().render(Photo((Scored("tabby", score),), 9, 9), say).blocks[0]
        assert "100" not in headline
        assert " 0" not in headline


def test_every_class_has_a_russian_name_of_its_own() -> None:
    import skills.models

    labels = Path(skills.models.__path__[0], "labels", "imagenet.txt").read_text("utf-8").splitlines()
    say = russian()
    names = [say.label("photo", label) for label in labels]

    assert len(labels) == len(set(labels)) == len(set(names)) == 1000
    assert not [name for name in names if name.isascii()]


def test_the_result_is_plain_values_for_json() -> None:
    assert CAT.to_json()["top"][0] == {"label": "Egyptian cat", "score": 0.944}


def test_what_was_hardly_considered_is_not_remembered_and_what_was_is() -> None:
    doubtful = Photo((Scored("tabby", 0.4), Scored("Egyptian cat", 0.3), Scored("lynx", 0.05)), 451, 300)
    memory = PhotoSkill().render(doubtful, russian()).memory
    assert "египетская кошка" in memory
    assert "рысь" not in memory
