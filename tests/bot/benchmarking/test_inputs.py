"""What is measured on is what it is said to be."""

from __future__ import annotations

import wave

import pytest
from PIL import Image

from bot.benchmarking import inputs
from bot.lanes import COMPUTING
from skills import Media, MediaKind, Registry
from skills._media import probe, sniff


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Media]]:
    """By skill. The clip takes seconds, so all is made once."""
    return {skill: inputs.make(skill, tmp_path_factory.mktemp(skill)) for skill in COMPUTING}


@pytest.mark.parametrize("skill", COMPUTING)
def test_every_computing_skill_has_something_to_look_at(skill: str, made: dict[str, list[Media]]) -> None:
    takes = Registry.find()[skill].spec.takes
    media = made[skill]
    assert media
    for thing in media:
        assert thing.kind is takes
        if thing.path is not None:
            assert sniff(thing.path) is takes
            assert thing.size_bytes == thing.path.stat().st_size
        else:
            assert (thing.kind, bool(thing.text)) == (MediaKind.TEXT, True)


def test_sound_picture_and_clip_are_as_described(made: dict[str, list[Media]]) -> None:
    paths = {skill: media[0].path for skill, media in made.items()}
    with wave.open(str(paths["sounds"])) as file:
        assert file.getnframes() / file.getframerate() == inputs.SOUND_S
    assert paths["photo"]
    with Image.open(paths["photo"]) as picture:
        assert picture.size == inputs.PICTURE_PX
    assert paths["video"]
    clip = probe(paths["video"])
    assert clip.duration_s == pytest.approx(inputs.CLIP_S)
    assert (clip.width_px, clip.height_px) == inputs.CLIP_PX


def test_no_two_questions_begin_alike() -> None:
    assert len({inputs.question(number).split()[0] for number in range(1000)}) == 1000
