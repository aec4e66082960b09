from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from skills import Job, Media, MediaKind
from skills._hearing import SPEECH, Sounds
from skills.models.yamnet import YamNet, frame_count, load, read_labels
from skills.sounds import SoundsSkill
from tests.skills.makers import write_sound
from tests.skills.models.lite import lite_model

SHARED = Path(__file__).parents[4] / "shared"


@pytest.mark.parametrize(
    ("samples", "frames"),
    [
        (1, 1),
        (15_600, 1),
        (15_601, 2),
        (23_280, 2),
        (23_281, 3),
        (16_000, 2),
        (160_000, 20),
        (16_000 * 900, 1874),
    ],
)
def test_the_frames_are_those_of_the_reference(samples: int, frames: int) -> None:
    # yamnet's features.pad_waveform: 0.975 s at least, then up to a whole number of hops of 0.48 s
    assert frame_count(samples) == frames


class Interpreter:
    """Stands for LiteRT: the scores of a frame are its mean, its first sample and its length."""

    def __init__(self, any_length: bool) -> None:
        self._any_length = any_length
        self._waveform: NDArray[np.float32] = np.zeros(15_600, np.float32)

    def get_input_details(self) -> list[dict[str, Any]]:
        signature = [-1] if self._any_length else [15_600]
        return [{"index": 0, "shape": [15_600], "shape_signature": signature}]

    def get_output_details(self) -> list[dict[str, Any]]:
        return [{"index": 5, "shape": [1, 1024]}, {"index": 7, "shape": [1, 3]}]

    def resize_tensor_input(self, index: int, shape: list[int]) -> None:
        assert self._any_length
        self._waveform = np.zeros(shape, np.float32)

    def allocate_tensors(self) -> None: ...

    def set_tensor(self, index: int, value: NDArray[np.float32]) -> None:
        assert value.shape == self._waveform.shape
        self._waveform = value

    def invoke(self) -> None: ...

    def get_tensor(self, index: int) -> NDArray[np.float32]:
        assert index == 7
        starts = range(0, len(self._waveform) - 15_600 + 1, 7_680)
        patches = [self._waveform[start : start + 15_600] for start in starts]
        return np.array([[patch.mean(), patch[0], len(patch)] for patch in patches], np.float32)


@pytest.mark.parametrize("samples", [10, 15_600, 16_000, 16_000 * 60, 16_000 * 61 + 7, 16_000 * 200])
def test_both_kinds_of_export_give_the_same_frames(samples: int) -> None:
    waveform = np.random.default_rng(samples).standard_normal(samples).astype(np.float32)

    (one_by_one,) = YamNet(Interpreter(any_length=False), ("mean", "first", "length")).predict([waveform])
    (in_pieces,) = YamNet(Interpreter(any_length=True), ("mean", "first", "length")).predict([waveform])

    assert one_by_one.shape == (frame_count(samples), 3)
    np.testing.assert_array_equal(one_by_one, in_pieces)


def test_labels_are_read_from_the_archive_at_the_end_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"TFL3 weights")
    with zipfile.ZipFile(tmp_path / "model", "a") as archive:
        archive.writestr("yamnet_label_list.txt", "Speech\nChild speech, kid speaking\n")

    assert read_labels(tmp_path / "model") == ("Speech", "Child speech, kid speaking")


@pytest.fixture(scope="module")
def model() -> Iterator[YamNet]:
    loaded = lite_model("yamnet-lite", load)
    yield loaded
    loaded.close()


def _hear(model: YamNet, path: Path) -> Sounds:
    skill, job = SoundsSkill(), Job(path.parent)
    (found,) = skill.infer(model, [skill.prepare(Media(MediaKind.AUDIO, path), job)], [job])
    return found


@pytest.mark.models
def test_its_labels_are_audiosets(model: YamNet) -> None:
    assert len(set(model.labels)) == 521
    assert set(model.labels) >= SPEECH


@pytest.mark.models
def test_silence_and_a_pure_tone_are_told(model: YamNet, tmp_path: Path) -> None:
    from tests.skills.makers import tone

    silence = write_sound(tmp_path / "silence", np.zeros(48_000, np.float32), 16_000, "flac", "flac")
    sine = write_sound(tmp_path / "sine", tone(3, 16_000, hz=1000), 16_000, "flac", "flac")

    assert _hear(model, silence).silent
    assert {s.label for s in _hear(model, sine).top} & {
        "Sine wave",
        "Beep, bleep",
        "Tuning fork",
        "Dial tone",
    }


@pytest.mark.models
@pytest.mark.skipif(not SHARED.is_dir(), reason="the extra samples are not here")
@pytest.mark.parametrize(
    ("name", "among"),
    [
        ("dog_975ms.wav", {"Animal", "Dog"}),
        ("baby_5000ms.wav", {"Crying, sobbing", "Baby cry, infant cry"}),
        ("jingle_975ms.wav", {"Music"}),
        ("ru-speech-1.wav", {"Speech"}),
        ("bigbuckbunny.mp4", {"Music"}),
    ],
)
def test_the_samples_are_what_they_are(model: YamNet, name: str, among: set[str]) -> None:
    assert {scored.label for scored in _hear(model, SHARED / "samples" / name).top} >= among


@pytest.mark.models
@pytest.mark.skipif(not SHARED.is_dir(), reason="the extra samples are not here")
@pytest.mark.parametrize(
    ("codec", "container", "rate_hz", "layout"),
    [
        ("libopus", "ogg", 48_000, "mono"),
        ("libmp3lame", "mp3", 44_100, "stereo"),
        ("aac", "ipod", 44_100, "stereo"),
        ("flac", "flac", 96_000, "stereo"),
        ("pcm_s24le", "wav", 48_000, "stereo"),
        ("pcm_s16le", "wav", 8_000, "mono"),
        ("aac", "mp4", 44_100, "mono"),
    ],
)
def test_a_dog_stays_a_dog_in_every_form(
    model: YamNet, tmp_path: Path, codec: str, container: str, rate_hz: int, layout: str
) -> None:
    import av

    from skills._media_waveform import read_waveform

    waveform = read_waveform(SHARED / "samples" / "dog_975ms.wav", max_s=9)
    frame = av.AudioFrame.from_ndarray(waveform[None], format="fltp", layout="mono")
    frame.sample_rate = 16_000
    resampler = av.AudioResampler("fltp", "mono", rate_hz)
    pieces = [*resampler.resample(frame), *resampler.resample(None)]
    samples = np.concatenate([piece.to_ndarray()[0] for piece in pieces])
    path = write_sound(
        tmp_path / "dog", samples, rate_hz, codec, container, layout=layout, picture=container == "mp4"
    )

    assert {scored.label for scored in _hear(model, path).top} >= {"Animal", "Dog"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the extra samples are not here")
def test_another_export_of_the_network_works_too() -> None:
    from ai_edge_litert.interpreter import Interpreter as LiteRt

    with (SHARED / "models" / "yamnet_class_map.csv").open() as file:
        labels = [row["display_name"] for row in csv.DictReader(file)]
    model = YamNet(LiteRt(str(SHARED / "models" / "yamnet.tflite"), num_threads=1), labels)

    assert {s.label for s in _hear(model, SHARED / "samples" / "dog_975ms.wav").top} >= {"Animal", "Dog"}
