from __future__ import annotations

import cmath
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from skills._log_mel import BANDS, MOST_COLUMNS, band_of, log_mel, picture_of
from skills.models.yamnet import frame_count, pad
from tests.skills.makers import tone


def _noise(samples: int) -> NDArray[np.float32]:
    return np.random.default_rng(samples).normal(0, 0.2, samples).clip(-1, 1).astype(np.float32)


@pytest.mark.parametrize("samples", [400, 15_600, 16_000 * 61 + 7])
def test_it_is_what_tensorflow_computes(samples: int) -> None:
    tf = pytest.importorskip("tensorflow", reason="TensorFlow belongs to the full profile")
    waveform = _noise(samples)

    spectrum = tf.abs(tf.signal.stft(waveform, frame_length=400, frame_step=160, fft_length=512))
    weights = tf.signal.linear_to_mel_weight_matrix(64, 257, 16_000, 125.0, 7_500.0)

    np.testing.assert_allclose(
        log_mel(waveform), tf.math.log(tf.matmul(spectrum, weights) + 0.001).numpy(), atol=1e-4
    )


def test_it_is_what_the_definition_says() -> None:
    waveform = _noise(720)
    hann = [0.5 - 0.5 * math.cos(2 * math.pi * n / 400) for n in range(400)]
    samples = [float(x) * w for x, w in zip(waveform[160:560], hann, strict=True)]
    turn = -2j * math.pi / 512
    magnitudes = [abs(sum(x * cmath.exp(turn * k * n) for n, x in enumerate(samples))) for k in range(257)]
    mels = [1127 * math.log(1 + k * 31.25 / 700) for k in range(257)]
    low, high = 1127 * math.log(1 + 125 / 700), 1127 * math.log(1 + 7500 / 700)
    step = (high - low) / 65
    expected = [
        math.log(
            0.001
            + sum(
                m * max(0.0, 1 - abs(mel - (low + (band + 1) * step)) / step)
                for m, mel in zip(magnitudes, mels, strict=True)
            )
        )
        for band in range(64)
    ]

    rows = log_mel(waveform)

    assert rows.shape == (3, 64)
    np.testing.assert_allclose(rows[1], expected, atol=1e-4)


@pytest.mark.parametrize("samples", [1, 15_600, 15_601, 16_000 * 5])
def test_there_are_as_many_rows_as_the_networks_patches_take(samples: int) -> None:
    assert len(log_mel(pad(_noise(samples)))) == 48 * frame_count(samples) + 48


@pytest.mark.parametrize("frequency_hz", [250, 1000, 4000, 7000])
def test_a_tone_is_where_its_mark_is(frequency_hz: int) -> None:
    rows = log_mel(tone(0.5, 16_000, hz=frequency_hz))

    assert abs(int(rows.mean(axis=0).argmax()) - band_of(frequency_hz)) <= 1


@pytest.mark.parametrize("rows", [1, 97, MOST_COLUMNS, MOST_COLUMNS + 1, 90_000])
def test_a_picture_is_small_and_whole_however_long_the_recording(rows: int) -> None:
    quiet = np.full((rows, BANDS), -6.9, np.float32)
    quiet[rows // 2, 10] = 2.0  # ten milliseconds

    drawn = picture_of(quiet, rows * 0.01)
    levels = np.frombuffer(drawn.levels, np.uint8).reshape(BANDS, drawn.columns)

    assert drawn.columns == min(rows, MOST_COLUMNS)
    ((band, column),) = np.argwhere(levels == 255)
    assert (band, round(column / drawn.columns, 2)) == (10, pytest.approx(rows // 2 / rows, abs=0.02))


def test_padding_is_not_drawn_and_silence_is_even() -> None:
    rows = log_mel(pad(np.zeros(8_000, np.float32)))

    drawn = picture_of(rows, 0.5)

    assert drawn.columns == 50
    assert set(drawn.levels) == {0}
