"""The detector on real pictures, and a real film through the whole skill."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skills import Job, Media, MediaKind
from skills.models.ssd import LABELS, SsdMobileNet, load
from skills.video import VideoSkill
from tests.skills.films import read_clip
from tests.skills.models.lite import lite_model

SHARED = Path(__file__).parents[4] / "shared"


@pytest.fixture(scope="module")
def detector() -> SsdMobileNet:
    model: SsdMobileNet = lite_model("ssd-mobilenet-v2", load)
    return model


def picture(name: str) -> np.ndarray:
    data = pytest.importorskip("skimage.data")
    with Image.open(Path(data.__file__).parent / name) as image:
        return np.asarray(image.convert("RGB"))


def test_the_classes_are_the_eighty_of_coco() -> None:
    assert len(LABELS) == len(set(LABELS.values())) == 80
    assert (LABELS[1], LABELS[13], LABELS[44], LABELS[90]) == ("person", "stop sign", "bottle", "toothbrush")


@pytest.mark.models
@pytest.mark.parametrize(
    ("name", "label", "score"),
    [
        ("astronaut.png", "person", 0.7),
        ("chelsea.png", "cat", 0.8),
        ("coffee.png", "cup", 0.8),
        ("motorcycle_left.png", "motorcycle", 0.9),
    ],
)
def test_real_pictures_show_what_they_show(
    detector: SsdMobileNet, name: str, label: str, score: float
) -> None:
    (found,) = detector.predict([picture(name)])
    best = int(found.scores.argmax())
    assert found.labels[best] == label
    assert found.scores[best] > score


@pytest.mark.models
def test_boxes_are_in_pixels_of_the_picture_that_was_given(detector: SsdMobileNet) -> None:
    cat = picture("chelsea.png")
    height, width = cat.shape[:2]
    canvas = np.full((2 * height, 2 * width, 3), 127, np.uint8)
    canvas[height:, width:] = cat
    (found,) = detector.predict([canvas])
    box = found.boxes_xyxy_px[found.labels.index("cat")]
    assert box[0] > 0.9 * width
    assert box[1] > 0.9 * height
    assert box[2] <= 2 * width
    assert box[3] <= 2 * height


@pytest.mark.models
def test_a_batch_gives_what_single_frames_give(detector: SsdMobileNet) -> None:
    cat, cup = picture("chelsea.png"), picture("coffee.png")
    both = detector.predict([cat, cup])
    for together, alone in zip(both, (detector.predict([cat])[0], detector.predict([cup])[0]), strict=True):
        assert together.labels == alone.labels
        np.testing.assert_array_equal(together.boxes_xyxy_px, alone.boxes_xyxy_px)
    assert detector.predict([]) == []


@pytest.mark.models
def test_people_and_bicycles_of_a_real_film(detector: SsdMobileNet, tmp_path: Path) -> None:
    film = SHARED / "samples" / "bikes.mp4"
    if not film.is_file():
        pytest.skip("the sample films are not beside this clone")
    skill, job = VideoSkill(), Job(tmp_path, {})
    result = skill.infer(detector, [skill.prepare(Media(MediaKind.VIDEO, film), job)], [job])[0]
    assert {"person", "bicycle", "car"} <= set(result.counts)
    assert result.detected_frames < result.frames / 3
    clip = read_clip(result.clip.path)
    assert (len(clip.pictures), clip.rate_hz, clip.codec) == (250, 25, "h264")
