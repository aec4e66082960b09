"""YAMNet of TensorFlow Hub beside TensorFlow's own way, on a small SavedModel in the true layout."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from skills import Job, Media, MediaKind, Say
from skills.models.yamnet import frame_count
from skills.models.yamnet_hub import YamNetHub, load
from skills.sounds import SoundsSkill
from tests.skills import contract
from tests.skills.makers import tone, write_sound
from tests.skills.models.checkpoints import SOUND_NAMES, write_yamnet
from tests.skills.models.full import needs
from tests.skills.saying import english, russian

pytestmark = [
    *needs("tensorflow", "tensorflow_hub"),
    # of TensorFlow itself, when it reads and writes a SavedModel
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

ARCHIVE = "yamnet.tar.gz"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_yamnet(tmp_path_factory.mktemp("hub"))


@pytest.fixture(scope="module")
def model(files: dict[str, Path]) -> Iterator[YamNetHub]:
    loaded = load(files, {"threads": 1})
    yield loaded
    loaded.close()


def sound(samples: int) -> np.ndarray:
    return np.random.default_rng(samples).normal(0, 0.2, samples).clip(-1, 1).astype(np.float32)


@pytest.mark.parametrize(
    "samples", [10, 15_600, 16_000, 16_000 * 12, 16_000 * 60, 16_000 * 61 + 7, 16_000 * 130]
)
def test_all_three_outputs_are_those_of_tensorflows_own_way(
    model: YamNetHub, files: dict[str, Path], samples: int
) -> None:
    import tensorflow as tf

    waveform = sound(samples)
    scores, embeddings, log_mel = (
        output.numpy() for output in tf.saved_model.load(str(files[ARCHIVE].parent / "saved"))(waveform)
    )
    heard = model.listen(waveform)
    assert heard.scores.shape == (frame_count(samples), 521)
    np.testing.assert_allclose(heard.scores, scores, atol=1e-4)
    np.testing.assert_allclose(heard.embeddings, embeddings, atol=1e-3)
    np.testing.assert_allclose(heard.log_mel, log_mel, atol=1e-4)
    assert heard.log_mel.shape == (48 * len(scores) + 48, 64)
    assert scores.std() > 0.05, "the comparison would show nothing"


def test_a_batch_gives_what_single_waveforms_give(model: YamNetHub) -> None:
    waveforms = [sound(samples) for samples in (40_000, 10, 16_000)]
    together = model.predict(waveforms)
    for waveform, scores in zip(waveforms, together, strict=True):
        np.testing.assert_array_equal(model.predict([waveform])[0], scores)
    assert model.predict([]) == []


def test_the_class_names_are_the_archives_own(model: YamNetHub) -> None:
    assert model.labels == SOUND_NAMES


def test_a_recording_goes_the_whole_way(model: YamNetHub, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "tone", tone(3, 16_000, hz=1000), 16_000, "flac", "flac")
    skill, jobs = SoundsSkill(), [Job(tmp_path), Job(tmp_path, {"spectrogram": True})]
    results = skill.infer(model, [skill.prepare(Media(MediaKind.AUDIO, path), job) for job in jobs], jobs)
    says: list[Say] = [english(), russian()]
    for result in results:
        contract.check_result_is_light(result)
        contract.check_render(skill, result, says)
    assert results[1].spectrogram is not None
    assert results[1].spectrogram.columns == 300


def test_archives_that_reach_outside_or_hold_no_model_are_refused(tmp_path: Path) -> None:
    for name, error in (("../outside", tarfile.TarError), ("readme", ValueError)):
        with tarfile.open(tmp_path / ARCHIVE, "w:gz") as archive:
            member = tarfile.TarInfo(name)
            member.size = 2
            archive.addfile(member, io.BytesIO(b"hi"))
        with pytest.raises(error):
            load({ARCHIVE: tmp_path / ARCHIVE}, {"threads": 1})


def test_a_closed_model_says_so(model: YamNetHub) -> None:
    closed = YamNetHub(object(), model.labels)
    closed.close()
    with pytest.raises(RuntimeError, match="closed"):
        closed.predict([sound(16_000)])
