from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from skills import Job, Media, MediaKind
from skills.models.whisper import Whisper, load, pieces
from skills.speech import SpeechSkill, Transcript
from tests.skills.makers import tone, write_sound
from tests.skills.models.lite import lite_model

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"


@pytest.mark.parametrize("seconds", [0.1, 89, 91, 200, 900])
def test_a_recording_is_cut_without_losing_a_sample(seconds: float) -> None:
    waveform = np.arange(int(seconds * 16_000), dtype=np.float32)

    cut = list(pieces(waveform))

    np.testing.assert_array_equal(np.concatenate([piece for _, piece in cut]), waveform)
    assert all(waveform[start] == piece[0] for start, piece in cut)
    assert all(len(piece) <= 90 * 16_000 for _, piece in cut)


def test_a_recording_is_cut_where_nobody_speaks() -> None:
    waveform = tone(120, 16_000)
    waveform[80 * 16_000 : 81 * 16_000] = 0

    (_, first), (start, _) = pieces(waveform)

    assert 80 <= start / 16_000 <= 81
    assert len(first) == start


@pytest.fixture(scope="module")
def model() -> Iterator[Whisper]:
    loaded = lite_model("whisper-base", load)
    yield loaded
    loaded.close()


def _transcribe(model: Whisper, path: Path, **options: str) -> Transcript:
    skill, job = SpeechSkill(), Job(path.parent, options)
    (said,) = skill.infer(model, [skill.prepare(Media(MediaKind.AUDIO, path), job)], [job])
    return said


@pytest.mark.models
@pytest.mark.parametrize("level", [0.0, 0.05])
def test_where_nobody_speaks_nothing_is_written(model: Whisper, tmp_path: Path, level: float) -> None:
    noise = level * np.random.default_rng(1).standard_normal(4 * 16_000).astype(np.float32)
    path = write_sound(tmp_path / "noise", noise, 16_000, "flac", "flac")

    assert _transcribe(model, path).text == ""


@pytest.mark.models
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the extra samples are not here")
def test_russian_speech_is_recognized_and_written_down(model: Whisper) -> None:
    said = _transcribe(model, SAMPLES / "ru-speech-1.wav")

    assert said.language == "ru"
    assert "сообщение после сигнала" in said.text.lower()
    assert 0 <= said.segments[0].start_s < said.segments[-1].end_s <= said.duration_s + 0.5


@pytest.mark.models
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the extra samples are not here")
def test_speech_said_twice_with_a_pause_is_written_twice(model: Whisper, tmp_path: Path) -> None:
    from skills._media_waveform import read_waveform

    once = read_waveform(SAMPLES / "ru-speech-1.wav", max_s=60)
    twice = np.concatenate([once, np.zeros(32_000, np.float32), once])
    path = write_sound(tmp_path / "twice", twice, 16_000, "flac", "flac")

    assert _transcribe(model, path, language="ru").text.lower().count("сигнала") == 2
