from __future__ import annotations

import errno
import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skills import BadInput, MediaKind
from skills._media import open_media, probe, sniff
from skills._media_waveform import SAMPLE_RATE_HZ, read_waveform
from tests.skills.makers import gradient, tone, write_sound, write_video

FORMS = [
    ("pcm_s16le", "wav", 44_100, "stereo"),
    ("pcm_s24le", "wav", 48_000, "stereo"),
    ("pcm_u8", "wav", 8_000, "mono"),
    ("pcm_f32le", "wav", 16_000, "mono"),
    ("pcm_s16be", "aiff", 22_050, "mono"),
    ("pcm_alaw", "wav", 8_000, "mono"),
    ("pcm_mulaw", "au", 8_000, "mono"),
    ("flac", "flac", 96_000, "stereo"),
    ("libopus", "ogg", 48_000, "mono"),
    ("libopus", "webm", 48_000, "stereo"),
    ("flac", "ogg", 44_100, "stereo"),
    ("libmp3lame", "mp3", 44_100, "stereo"),
    ("libmp3lame", "mp3", 16_000, "mono"),
    ("mp2", "mp2", 44_100, "mono"),
    ("aac", "adts", 44_100, "stereo"),
    ("aac", "ipod", 48_000, "stereo"),
    ("pcm_s16le", "wav", 48_000, "5.1"),
    ("aac", "mp4", 8_000, "mono"),
    ("aac", "mpegts", 44_100, "mono"),
    ("aac", "matroska", 44_100, "mono"),
    ("aac", "flv", 44_100, "mono"),
    ("alac", "mov", 44_100, "stereo"),
    ("wmav2", "asf", 44_100, "stereo"),
    ("ac3", "ac3", 48_000, "5.1"),
    ("pcm_s16be", "caf", 44_100, "mono"),
    ("pcm_s16le", "w64", 44_100, "mono"),
]


@pytest.mark.parametrize(("codec", "container", "rate_hz", "layout"), FORMS[:-1])
def test_every_form_of_sound_becomes_the_same_waveform(
    tmp_path: Path, codec: str, container: str, rate_hz: int, layout: str
) -> None:
    path = write_sound(
        tmp_path / "misleading.txt", tone(1.5, rate_hz), rate_hz, codec, container, layout=layout
    )

    waveform = read_waveform(path, max_s=60)

    assert sniff(path) is MediaKind.AUDIO
    assert waveform.dtype == np.float32
    assert waveform.ndim == 1
    assert len(waveform) / SAMPLE_RATE_HZ == pytest.approx(1.5, abs=0.15)
    middle = waveform[4000:20_000]
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.08)
    spectrum = np.abs(np.fft.rfft(middle))
    assert spectrum.argmax() * SAMPLE_RATE_HZ / len(middle) == pytest.approx(440, abs=4)


def test_a_form_that_is_not_on_the_list_is_refused(tmp_path: Path) -> None:
    codec, container, rate_hz, layout = FORMS[-1]
    path = write_sound(tmp_path / "sound.wav", tone(0.5, rate_hz), rate_hz, codec, container, layout=layout)

    assert sniff(path) is None
    assert _reason(path) == "unsupported-format"


def test_a_video_is_a_video_and_its_sound_can_be_heard(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "clip", tone(1.0, 44_100), 44_100, "aac", "mp4", picture=True)

    found = probe(path)

    assert (found.kind, found.mime) == (MediaKind.VIDEO, "video/mp4")
    assert (found.width_px, found.height_px) == (64, 48)
    assert found.has_audio
    assert found.has_video
    assert found.duration_s == pytest.approx(1.0, abs=0.1)
    assert len(read_waveform(path, max_s=60)) == pytest.approx(SAMPLE_RATE_HZ, abs=3000)


def test_an_mp4_without_moving_pictures_is_sound(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "song.mp4", tone(1.0, 44_100), 44_100, "aac", "mp4")

    assert (probe(path).kind, probe(path).mime) == (MediaKind.AUDIO, "audio/mp4")


def test_the_cover_of_a_record_does_not_make_it_a_video(tmp_path: Path) -> None:
    import av
    from av.stream import Disposition

    song = write_sound(tmp_path / "song.mp3", tone(1.0, 44_100), 44_100, "libmp3lame", "mp3")
    gradient(64, 64).save(tmp_path / "cover.jpg")
    with (
        av.open(str(tmp_path / "covered.mp3"), "w") as out,
        av.open(str(song)) as sound,
        av.open(str(tmp_path / "cover.jpg")) as cover,
    ):
        tracks = [
            out.add_stream_from_template(sound.streams[0]),
            out.add_stream_from_template(cover.streams[0]),
        ]
        tracks[1].disposition = Disposition.attached_pic
        for track, source in zip(reversed(tracks), (cover, sound), strict=True):
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = track
                    out.mux(packet)

    found = probe(tmp_path / "covered.mp3")

    assert found.kind is MediaKind.AUDIO
    assert not found.has_video
    assert len(read_waveform(tmp_path / "covered.mp3", max_s=60)) > 15_000


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    assert _reason(write_video(tmp_path / "mute.mp4")) == "no-sound-track"


def test_a_picture_is_not_sound(tmp_path: Path) -> None:
    gradient().save(tmp_path / "voice.ogg", "PNG")

    assert _reason(tmp_path / "voice.ogg") == "not-audio"
    assert sniff(tmp_path / "voice.ogg") is MediaKind.PHOTO


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "HEIF", "AVIF", "GIF"])
def test_pictures_are_known_by_their_bytes(tmp_path: Path, form: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    gradient().save(tmp_path / "file.mp3", form)

    found = probe(tmp_path / "file.mp3")

    assert (found.kind, found.width_px, found.height_px) == (MediaKind.PHOTO, 320, 240)
    assert found.mime.startswith("image/")


def test_a_moving_gif_is_a_video_and_a_still_one_a_photo(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "still.gif")
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:], duration=100)

    assert sniff(tmp_path / "still.gif") is MediaKind.PHOTO
    assert sniff(tmp_path / "moving.gif") is MediaKind.VIDEO
    assert _reason(tmp_path / "moving.gif") == "no-sound-track"


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '/etc/passwd'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        "[playlist]\nFile1=/etc/passwd\n",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "just some words",
    ],
)
@pytest.mark.parametrize("name", ["list.m3u8", "sound.mp3", "concat:a|b"])
def test_playlists_and_other_texts_are_never_opened(tmp_path: Path, text: str, name: str) -> None:
    path = tmp_path / name.replace("|", "_")
    path.write_text(text)

    assert sniff(path) is None
    assert _reason(path) == "unsupported-format"


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "nothing.ogg").touch()

    assert sniff(tmp_path / "nothing.ogg") is None
    assert _reason(tmp_path / "nothing.ogg") == probe(tmp_path / "nothing.ogg").reason == "empty-file"


def test_a_recording_of_no_samples_is_called_broken(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "none.wav"), "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", ""))

    assert _reason(tmp_path / "none.wav") == "broken-file"


@pytest.mark.parametrize(
    ("codec", "container"), [("libopus", "ogg"), ("libmp3lame", "mp3"), ("flac", "flac")]
)
def test_what_is_left_of_a_file_that_was_cut_off_is_heard(tmp_path: Path, codec: str, container: str) -> None:
    path = write_sound(tmp_path / "sound", tone(3.0, 48_000), 48_000, codec, container)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])

    assert len(read_waveform(path, max_s=60)) > SAMPLE_RATE_HZ


def test_a_disk_that_fills_up_meanwhile_is_no_damage_of_the_file(tmp_path: Path) -> None:
    import av

    path = write_sound(tmp_path / "sound", tone(1.0, 16_000), 16_000, "flac", "flac")

    with pytest.raises(OSError, match="No space left") as failure, open_media(path):
        av.error.err_check(-errno.ENOSPC)

    assert failure.value.errno == errno.ENOSPC


def test_an_mp4_without_its_index_is_broken(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "sound", tone(2.0, 44_100), 44_100, "aac", "mp4")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert _reason(path) == "broken-file"


def test_damage_in_the_middle_costs_only_the_damaged_part(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "sound.mp3", tone(3.0, 44_100), 44_100, "libmp3lame", "mp3")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = np.random.default_rng(1).bytes(2000)
    path.write_bytes(data)

    assert len(read_waveform(path, max_s=60)) > 2 * SAMPLE_RATE_HZ


@pytest.mark.parametrize(
    "magic", [b"OggS", b"fLaC", b"ID3\x04", b"\x1a\x45\xdf\xa3", b"RIFF\xff\xff\xff\xffWAVE"]
)
def test_noise_behind_a_true_beginning_is_broken(tmp_path: Path, magic: bytes) -> None:
    path = tmp_path / "noise"
    path.write_bytes(magic + np.random.default_rng(2).bytes(20_000))

    assert _reason(path) in ("broken-file", "not-audio", "unsupported-format")


def test_a_long_recording_is_refused_by_what_is_decoded(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "long", tone(6.0, 8_000), 8_000, "flac", "flac")

    with pytest.raises(BadInput) as refusal:
        read_waveform(path, max_s=4)

    assert refusal.value.reason == "too-long"
    assert refusal.value.details == {"limit_s": 4}


def test_an_encrypted_file_is_called_protected(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "sound", tone(1.0, 44_100), 44_100, "aac", "mp4")
    path.write_bytes(path.read_bytes().replace(b"mp4a\x00\x00", b"enca\x00\x00"))

    assert _reason(path) == probe(path).reason == "protected-file"


def test_samples_that_are_no_numbers_or_beyond_full_scale_are_mended(tmp_path: Path) -> None:
    samples = tone(1.0, 16_000, level=20_000)
    samples[100], samples[200] = np.nan, np.inf
    path = write_sound(tmp_path / "wild", samples, 16_000, "pcm_f32le", "wav")

    waveform = read_waveform(path, max_s=60)

    assert np.isfinite(waveform).all()
    assert np.abs(waveform).max() <= 1.0


def test_probe_tells_a_process_without_media_libraries(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "voice", tone(1.0, 48_000), 48_000, "libopus", "ogg")
    command = [sys.executable, "-m", "skills._media", "probe", str(path)]

    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    assert found["kind"] == "audio"
    assert found["mime"] == "audio/ogg"
    assert found["duration_s"] == pytest.approx(1.0, abs=0.05)


def test_importing_the_module_loads_no_media_library() -> None:
    code = "import sys, skills._media, skills._image, skills.sounds, skills.photo, skills.speech; "
    code += "print([m for m in ('av', 'PIL', 'numpy', 'pydub', 'cv2') if m in sys.modules])"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    assert out.strip() == "[]"


def _reason(path: Path) -> str:
    with pytest.raises(BadInput) as refusal:
        read_waveform(path, max_s=60)
    return refusal.value.reason
