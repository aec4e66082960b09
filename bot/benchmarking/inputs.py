"""What the models are measured on, made here: nothing has to be brought, and everybody measures the same."""

from __future__ import annotations

import wave
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from skills import Media, MediaKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SENTENCES = (
    "Этот проект отличный!",
    "Мне совсем не понравилось выполнение задания.",
    "Результат нормальный, но можно улучшить.",
    "Просто ужасно — я не доволен.",
    "Замечательная работа! Всё получилось.",
    "Поезд отправляется в семь часов утра с третьего пути.",
    "The parcel came a day late, but everything in it was whole.",
    "What a wonderful evening, thank you all!",
)
"""The first five are those of the reference report."""
SOUND_S, SOUND_HZ = 10, 16_000
PICTURE_PX = (1280, 960)
CLIP_PX, CLIP_S, CLIP_HZ = (1280, 720), 3, 25
_VOWELS_HZ = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
"""The first three formants of a, i, u, e, o (Peterson and Barney 1952, doi:10.1121/1.1906875)."""


def described() -> Mapping[str, str]:
    """What one run of each skill is."""
    return {
        "sentiment": "a sentence",
        "sounds": f"{SOUND_S} s of sound",
        "speech": f"{SOUND_S} s of sound like speech",
        "photo": f"a picture of {PICTURE_PX[0]} x {PICTURE_PX[1]} pixels",
        "video": f"{CLIP_S} s of {CLIP_PX[0]} x {CLIP_PX[1]} at {CLIP_HZ} frames a second",
        "chat": "an answer of 100 tokens",
    }


def make(skill: str, folder: Path) -> list[Media]:
    """Things for `skill` to look at; files lie in `folder`. Raises KeyError for a skill without any."""
    makers: Mapping[str, Callable[[Path], list[Media]]] = {
        "sentiment": lambda _: [
            Media(MediaKind.TEXT, text=sentence, size_bytes=len(sentence.encode())) for sentence in SENTENCES
        ],
        "sounds": lambda folder: [_file(MediaKind.AUDIO, write_sound(folder / "sound.wav"))],
        "speech": lambda folder: [_file(MediaKind.AUDIO, write_sound(folder / "sound.wav"))],
        "photo": lambda folder: [_file(MediaKind.PHOTO, write_picture(folder / "picture.jpg"))],
        "video": lambda folder: [_file(MediaKind.VIDEO, write_clip(folder / "clip.mp4"))],
    }
    return makers[skill](folder)


def question(number: int) -> str:
    """Differs from its first word on, so that no server answers from what it has read before."""
    return f"{number + 1}. Write the numbers from {100 + number} to {200 + number} in English words, with commas."


def write_sound(path: Path) -> Path:
    """A voice that says vowels, four syllables a second, with pauses: WAV, 16 kHz, one channel."""
    import numpy as np

    time_s = np.arange(SOUND_S * SOUND_HZ) / SOUND_HZ
    pitch_hz = 120 + 15 * np.sin(2 * np.pi * 0.7 * time_s)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SOUND_HZ
    formants_hz = np.array(_VOWELS_HZ)[(time_s * 4).astype(int) % len(_VOWELS_HZ)]
    sound = np.zeros_like(time_s)
    for harmonic in range(1, 30):
        distance = (harmonic * pitch_hz[:, None] - formants_hz) / (80, 100, 140)
        loud = (np.exp(-0.5 * distance**2) * (1.0, 0.6, 0.3)).sum(axis=1)
        sound += (loud + 0.02) / harmonic**0.3 * np.sin(harmonic * phase)
    syllables = np.sin(np.pi * (time_s * 4 % 1)) ** 0.5 * ((time_s % 2.5) < 2)
    sound *= syllables / np.abs(sound).max()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_HZ)
        file.writeframes((sound * 20_000).astype("<i2").tobytes())
    return path


def write_picture(path: Path) -> Path:
    """Discs on a textured ground: JPEG."""
    from PIL import Image

    Image.fromarray(_scene(*PICTURE_PX, 0.3)).save(path, quality=90)
    return path


def write_clip(path: Path) -> Path:
    """The scene of the picture, with one disc moving: MP4."""
    import numpy as np
    from PIL import Image

    from skills._media_clip import ClipFormat, ClipWriter

    rate_hz = Fraction(CLIP_HZ)
    form = ClipFormat(*CLIP_PX, 1 / rate_hz, rate_hz, most_bits_per_s=8_000_000)
    bt709 = SimpleNamespace(colorspace=1, color_range=1, color_trc=1, color_primaries=1)
    frames = CLIP_S * CLIP_HZ
    with ClipWriter(path, form) as writer:
        for number in range(frames):
            ycbcr = np.asarray(Image.fromarray(_scene(*CLIP_PX, number / frames)).convert("YCbCr"))
            planes = (ycbcr[:, :, 0], ycbcr[::2, ::2, 1], ycbcr[::2, ::2, 2])
            yuv = np.concatenate([plane.reshape(-1) for plane in planes]).reshape(-1, CLIP_PX[0])
            writer.write(yuv, bt709, number, 1)
    return path


def _scene(width_px: int, height_px: int, share: float) -> NDArray[np.uint8]:
    """RGB, shape (height, width, 3); a disc has come `share` of its way from the left."""
    import numpy as np

    y, x = np.mgrid[:height_px, :width_px]
    rgb = np.stack(
        [(x // 16 + y // 16) % 2 * 30 + 60, x * 120 // width_px + 60, y * 120 // height_px + 90], -1
    )
    radius = height_px // 6
    for centre_x, centre_y, colour in (
        (radius + share * (width_px - 2 * radius), height_px * 0.5, (230, 60, 30)),
        (width_px * 0.7, height_px * 0.25, (40, 140, 230)),
    ):
        rgb[(x - centre_x) ** 2 + (y - centre_y) ** 2 < radius**2] = colour
    return rgb.astype(np.uint8)


def _file(kind: MediaKind, path: Path) -> Media:
    return Media(kind, path, path.stat().st_size)
