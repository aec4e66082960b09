"""What is measured on is what it is said to be."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest
from PIL import Image

from bot.benchmarking import inputs
from bot.lanes import COMPUTING
from skills import MediaKind, Registry
from skills._media import probe, sniff


@pytest.mark.parametrize("skill", COMPUTING)
def test_every_computing_skill_has_something_to_look_at(skill: str, tmp_path: Path) -> None:
    takes = Registry.find()[skill].spec.takes
    media = inputs.make(skill, tmp_path)
    assert media
    for thing in media:
        assert thing.kind is takes
        if thing.path is not None:
            assert sniff(thing.path) is takes
            assert thing.size_bytes == thing.path.stat().st_size
        else:
            assert (thing.kind, bool(thing.text)) == (MediaKind.TEXT, True)


def test_sound_picture_and_clip_are_as_described(tmp_path: Path) -> None:
    with wave.open(str(inputs.write_sound(tmp_path / "a.wav"))) as file:
        assert file.getnframes() / file.getframerate() == inputs.SOUND_S
    with Image.open(inputs.write_picture(tmp_path / "a.jpg")) as picture:
        assert picture.size == inputs.PICTURE_PX
    clip = probe(inputs.write_clip(tmp_path / "a.mp4"))
    assert clip.duration_s == pytest.approx(inputs.CLIP_S)
    assert (clip.width_px, clip.height_px) == inputs.CLIP_PX


def test_no_two_questions_begin_alike() -> None:
    assert len({inputs.question(number).split()[0] for number in range(1000)}) == 1000
