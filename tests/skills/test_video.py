"""Videos: read whatever moves, follow what is in it, give back a clip that plays."""

from __future__ import annotations

import json
import pickle
import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from bot.texts import Texts
from skills._boxes import iou_matrix
from skills._errors import BadInput
from skills._types import Job, Media, MediaKind
from skills.video import VideoDetections, VideoSkill
from tests.skills.films import Read, SquareFinder, picture, read_clip, square, write_animation, write_film
from tests.skills.makers import tone, write_sound


def detect(
    path: Path, folder: Path, finder: SquareFinder | None = None, **options: object
) -> VideoDetections:
    folder = folder / "job"
    folder.mkdir(exist_ok=True)
    job = Job(folder, options)
    skill = VideoSkill()
    film = skill.prepare(Media(MediaKind.VIDEO, path), job)
    return skill.infer(finder or SquareFinder(), [film], [job])[0]


def refusal(path: Path, folder: Path, **options: object) -> BadInput:
    with pytest.raises(BadInput) as refused:
        detect(path, folder, **options)
    return refused.value


def playable(result: VideoDetections) -> Read:
    """The clip, decoded to its end; what every messenger needs holds."""
    clip = read_clip(result.clip.path)
    assert (clip.codec, clip.pix_fmt) == ("h264", "yuv420p")
    assert clip.index_first
    assert clip.size_px == (result.clip.width_px, result.clip.height_px)
    assert all(side % 2 == 0 for side in clip.size_px)
    assert clip.sound_codec in ("", "aac")
    assert result.clip.silent == (clip.sound_codec == "")
    assert len(clip.pictures) == result.frames
    assert all(a < b for a, b in pairwise(clip.times_s))
    assert result.clip.thumbnail is not None
    assert result.clip.thumbnail.read_bytes()[:2] == b"\xff\xd8"
    return clip


def sees_a_box(before: np.ndarray, after: np.ndarray, share: float) -> bool:
    """Whether a line is drawn around the square: its surroundings changed, and the far corner did not."""
    height, width = after.shape[:2]
    left, top, right, bottom = square(width, height, share)
    ring = np.zeros((height, width), bool)
    ring[max(0, top - 6) : bottom + 6, max(0, left - 6) : right + 6] = True
    ring[top + 8 : bottom - 8, left + 8 : right - 8] = False
    changed = np.abs(before.astype(int) - after.astype(int)).max(axis=2) > 60
    return bool(changed[ring].mean() > 0.1)


def test_every_frame_carries_the_box_of_what_moves_in_it(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", frames=30)
    finder = SquareFinder()
    result = detect(path, tmp_path, finder, every=5)
    clip = playable(result)
    assert result.counts == {"cat": 1}
    assert result.frames == 30
    assert result.detected_frames == len(finder.shapes) == 6
    for index, after in enumerate(clip.pictures):
        assert sees_a_box(picture(320, 240, index / 29), after, index / 29), f"frame {index}"


def test_followed_boxes_lie_where_a_detector_would_put_them(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", frames=40)
    from skills._media_video import FilmLimits, look
    from skills._watching import Care, watch

    film = look(path, FilmLimits(60, 10**7, 1000))
    watched = watch(film, SquareFinder(), Care(every=8, threshold=0.45), lambda done: None)
    (cat,) = watched.objects
    assert (cat.first, cat.last) == (0, 39)
    for index, box in enumerate(cat.boxes_xyxy_px):
        true = np.array([square(320, 240, index / 39)], np.float32)
        assert iou_matrix(box[None], true)[0, 0] > 0.85, f"frame {index}"


def test_results_travel_and_are_written_as_json(tmp_path: Path) -> None:
    result = detect(write_film(tmp_path / "film.mp4"), tmp_path)
    assert pickle.loads(pickle.dumps(result)) == result
    written = json.loads(json.dumps(result.to_json()))
    assert written["counts"] == {"cat": 1}
    assert written["most_at_once"] == {"cat": 1}
    assert written["spans"] == [{"label": "cat", "start_s": 0.0, "end_s": 0.96}]
    assert written["objects"][0]["sightings"][0]["time_s"] == 0
    assert written["fps"] == 25


def test_progress_only_grows(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", frames=50)
    seen: list[float] = []
    job = Job(tmp_path, {}, seen.append)
    skill = VideoSkill()
    skill.infer(SquareFinder(), [skill.prepare(Media(MediaKind.VIDEO, path), job)], [job])
    assert seen == sorted(seen)
    assert 0 <= seen[0] < 0.2
    assert 0.9 < seen[-1] <= 1


# --- sound, time, shape


def test_aac_is_copied_packet_by_packet(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", frames=50, sound="aac")
    result = detect(path, tmp_path)
    assert playable(result).sound_s == pytest.approx(2, abs=0.1)
    assert not result.clip.silent
    with av.open(str(path)) as source, av.open(str(result.clip.path)) as clip:
        theirs = {bytes(packet) for packet in source.demux(source.streams.audio[0]) if packet.size}
        ours = [bytes(packet) for packet in clip.demux(clip.streams.audio[0]) if packet.size]
    assert len(ours) > 80
    assert all(packet in theirs for packet in ours)


@pytest.mark.parametrize(
    ("codec", "sound", "container", "suffix"),
    [
        ("libvpx-vp9", "libopus", "webm", "webm"),
        ("libx264", "ac3", "matroska", "mkv"),
        ("mpeg4", "libmp3lame", "avi", "avi"),
        ("libx264", "aac", "mpegts", "ts"),
        ("mpeg2video", "mp2", "mpeg", "mpg"),
        ("libx264", "pcm_s16le", "mov", "mov"),
        ("libx264", "aac", "flv", "flv"),
    ],
)
def test_any_codec_comes_back_as_h264_with_aac(
    tmp_path: Path, codec: str, sound: str, container: str, suffix: str
) -> None:
    path = write_film(tmp_path / f"a.{suffix}", codec=codec, container=container, sound=sound, frames=50)
    result = detect(path, tmp_path)
    clip = playable(result)
    assert result.counts == {"cat": 1}
    assert clip.sound_s == pytest.approx(2, abs=0.15)


def test_a_rate_of_29_97_stays_30000_over_1001(tmp_path: Path) -> None:
    for container in ("mp4", "matroska", "webm"):
        codec = "libvpx-vp9" if container == "webm" else "libx264"
        path = write_film(
            tmp_path / f"a.{container}",
            codec=codec,
            container=container,
            rate_hz=Fraction(30000, 1001),
            frames=31,
        )
        clip = playable(detect(path, tmp_path))
        assert clip.rate_hz == Fraction(30000, 1001), container
        assert clip.times_s[30] == pytest.approx(30 * 1001 / 30000, abs=1e-6)


def test_variable_times_of_frames_are_kept(tmp_path: Path) -> None:
    pts = [0, 40, 60, 200, 210, 500, 900, 940, 1000, 1500]
    path = write_film(tmp_path / "a.mp4", frames=10, pts=pts, tick_s=Fraction(1, 1000))
    assert [round(s * 1000) for s in playable(detect(path, tmp_path)).times_s] == pts


def test_times_that_begin_elsewhere_begin_at_zero_and_sound_goes_along(tmp_path: Path) -> None:
    pts = [90_000 * 5 + 3600 * index for index in range(40)]
    path = write_film(
        tmp_path / "a.ts",
        container="mpegts",
        frames=40,
        pts=pts,
        tick_s=Fraction(1, 90_000),
        sound="aac",
        sound_s=7,
    )
    clip = playable(detect(path, tmp_path))
    assert clip.times_s[0] == pytest.approx(0, abs=0.05)
    assert clip.sound_s == pytest.approx(2, abs=0.3)


def test_negative_times_are_no_trouble(tmp_path: Path) -> None:
    pts = [-1000 + 40 * index for index in range(30)]
    path = write_film(tmp_path / "a.mkv", container="matroska", frames=30, pts=pts, tick_s=Fraction(1, 1000))
    assert playable(detect(path, tmp_path)).times_s[0] == 0


def test_hundreds_of_frames_a_second_keep_their_times(tmp_path: Path) -> None:
    finder = SquareFinder()
    path = write_film(tmp_path / "a.mp4", rate_hz=480, frames=96)
    clip = playable(detect(path, tmp_path, finder, every=3))
    assert clip.rate_hz == 480
    assert len(finder.shapes) <= 3, "a second of film never costs more than at 30 frames a second"


@pytest.mark.parametrize("rotation_deg", [90, -90, 180])
def test_a_turned_film_stands_upright(tmp_path: Path, rotation_deg: int) -> None:
    path = write_film(tmp_path / "a.mov", container="mov", rotation_deg=rotation_deg, frames=10)
    result = detect(path, tmp_path)
    clip = playable(result)
    # The square is in the left of the file's picture at first, so upright it is at the end that `turn` brings
    # up.
    upright = np.rot90(picture(320, 240, 0), rotation_deg // 90)
    assert clip.pictures[0].shape == upright.shape
    red = [(p[..., 0].astype(int) - p[..., 1] > 100) for p in (clip.pictures[0], upright)]
    centres = [np.argwhere(mask).mean(axis=0) for mask in red]
    assert np.abs(centres[0] - centres[1]).max() < 6
    with av.open(str(result.clip.path)) as container:
        assert next(container.decode(video=0)).rotation == 0


def test_pixels_that_are_not_square_become_so(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", size_px=(180, 240), pixel_shape=Fraction(16, 9), frames=8)
    result = detect(path, tmp_path)
    assert playable(result).size_px == (320, 240)


@pytest.mark.parametrize("size_px", [(641, 273), (321, 241), (33, 17), (1922, 64), (64, 1922), (17, 400)])
def test_odd_and_extreme_sizes_give_even_ones(tmp_path: Path, size_px: tuple[int, int]) -> None:
    path = write_film(
        tmp_path / "a.mkv", codec="ffv1", container="matroska", size_px=size_px, pix_fmt="yuv444p", frames=6
    )
    clip = playable(detect(path, tmp_path))
    assert max(clip.size_px) <= 1280
    if max(size_px) <= 1280:
        assert all(0 <= was - now <= 1 for was, now in zip(size_px, clip.size_px, strict=True))


@pytest.mark.parametrize("pix_fmt", ["yuv420p10le", "yuv444p", "yuvj420p", "gray", "rgb24", "yuv422p"])
def test_any_pixel_format_keeps_its_colours(tmp_path: Path, pix_fmt: str) -> None:
    codec = {"rgb24": "libx264rgb", "gray": "ffv1"}.get(pix_fmt, "ffv1" if pix_fmt != "yuvj420p" else "mjpeg")
    codec = "qtrle" if pix_fmt == "rgb24" else codec
    container = "mov" if pix_fmt == "rgb24" else "matroska"
    path = write_film(tmp_path / "a.mkv", codec=codec, container=container, pix_fmt=pix_fmt, frames=5)
    with av.open(str(path)) as source:
        true = next(source.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    shown = playable(detect(path, tmp_path, threshold=0.99)).pictures[0].astype(int)
    assert np.abs(true - shown).mean() < 6


def test_half_transparent_films_are_laid_on_white(tmp_path: Path) -> None:
    for name in ("a.gif", "a.webp", "a.png"):
        path = write_animation(tmp_path / name, clear=True)
        result = detect(path, tmp_path)
        clip = playable(result)
        assert result.frames == 8
        assert clip.pictures[0][2, 2].min() > 240, name
        assert result.clip.silent
        assert result.duration_s == pytest.approx(0.96, abs=0.01)


def test_an_interlaced_film_loses_its_combs_and_no_frame(tmp_path: Path) -> None:
    path = write_film(
        tmp_path / "a.ts",
        codec="libx264",
        container="mpegts",
        frames=25,
        **{"x264-params": "interlaced=1:tff=1"},
    )
    assert playable(detect(path, tmp_path)).times_s[-1] == pytest.approx(0.96, abs=0.05)


# --- broken and hostile


def test_one_frame_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    result = detect(write_film(tmp_path / "a.mp4", frames=1), tmp_path)
    assert len(playable(result).pictures) == 1
    assert result.counts == {"cat": 1}


def test_a_cut_off_file_gives_what_it_has(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mkv", container="matroska", frames=60, sound="aac", **{"g": "10"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 5 < len(playable(detect(path, tmp_path)).pictures) < 60


def test_damage_in_the_middle_is_passed_over(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.ts", container="mpegts", frames=60, sound="aac", **{"g": "10"})
    raw = bytearray(path.read_bytes())
    rng = np.random.default_rng(1)
    middle = len(raw) // 2
    raw[middle : middle + 3000] = rng.integers(0, 256, 3000, np.uint8).tobytes()
    path.write_bytes(raw)
    assert len(playable(detect(path, tmp_path)).pictures) > 30


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mp4", b"", "empty-file"),
        ("text.mp4", b"just words, nothing that moves", "unsupported-format"),
        ("list.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "unsupported-format"),
        ("concat.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n", "unsupported-format"),
        ("cut.mp4", b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41", "broken-file"),
    ],
)
def test_what_is_no_film_is_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path, tmp_path).reason == reason


def test_sound_alone_has_no_picture_track(tmp_path: Path) -> None:
    samples = tone(1, 48_000)
    for codec, container in (("aac", "mp4"), ("libmp3lame", "mp3"), ("pcm_s16le", "wav"), ("libopus", "ogg")):
        path = write_sound(tmp_path / f"a.{container}", samples, 48_000, codec, container)
        assert refusal(path, tmp_path).reason == "no-picture-track"


def test_still_pictures_are_not_films(tmp_path: Path) -> None:
    for name in ("a.gif", "a.webp", "a.png"):
        assert refusal(write_animation(tmp_path / name, frames=1), tmp_path).reason == "no-picture-track"


def test_too_long_too_large_too_many(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", frames=75)
    too_long = refusal(path, tmp_path, video_s=1)
    assert (too_long.reason, too_long.details) == ("too-long", {"limit_s": 1.0})
    assert refusal(path, tmp_path, video_pixels=1000).reason == "too-many-pixels"
    assert refusal(path, tmp_path, video_frames=20).reason == "too-many-frames"


def test_a_header_that_lies_about_its_length_is_found_out(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.avi", codec="mpeg4", container="avi", frames=100)
    raw = bytearray(path.read_bytes())
    for tag, offset in ((b"avih", 8 + 16), (b"strh", 8 + 32)):  # the number of frames, in both headers
        at = raw.index(tag) + offset
        raw[at : at + 4] = (5).to_bytes(4, "little")
    path.write_bytes(raw)
    assert refusal(path, tmp_path, video_s=1).reason == "too-long"


def test_a_clip_stays_below_what_may_be_sent(tmp_path: Path) -> None:
    path = write_film(
        tmp_path / "a.mkv", codec="ffv1", container="matroska", size_px=(640, 480), frames=75, sound="aac"
    )
    result = detect(path, tmp_path, upload_mb=0.1)
    assert result.clip.path.stat().st_size <= 100_000
    playable(result)


def test_large_films_come_back_smaller(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", size_px=(1920, 1080), frames=4, preset="ultrafast")
    finder = SquareFinder()
    assert playable(detect(path, tmp_path, finder)).size_px == (1280, 720)
    assert max(finder.shapes[0]) <= 640, "nor is the detector given more than it can use"


def test_nothing_of_where_and_by_whom_it_was_filmed_is_passed_on(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4")
    tagged = tmp_path / "tagged.mp4"
    with (
        av.open(str(path)) as source,
        av.open(str(tagged), "w", options={"movflags": "use_metadata_tags"}) as out,
    ):
        out.metadata["location"] = "+55.7558+037.6173/"
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    assert b"+55.7558" in tagged.read_bytes()
    assert b"+55.7558" not in detect(tagged, tmp_path).clip.path.read_bytes()


def test_a_whole_film_is_never_in_memory(tmp_path: Path) -> None:
    from skills._media_video import FilmLimits, look, shots

    path = write_film(tmp_path / "a.mp4", size_px=(1280, 720), frames=120, preset="ultrafast")
    film = look(path, FilmLimits(60, 10**7, 1000))
    process = psutil.Process()
    most_mb = [process.memory_info().rss / 1e6 for _ in shots(film, max_side_px=1280)]
    # All frames would be 166 MB.
    assert max(most_mb) - most_mb[0] < 60


# --- words


def test_the_reply_names_what_is_seen_and_when(tmp_path: Path) -> None:
    result = detect(write_film(tmp_path / "a.mp4", frames=75), tmp_path)
    reply = VideoSkill().render(result, Texts().say("ru"))
    assert reply.blocks[0] == "На видео: кошка — 1."
    assert reply.blocks[1] == "По времени:\n• кошка: 0:00–0:03"
    assert reply.memory == "[видео, 3 с: кошка — 1]"
    assert reply.clip == result.clip
    english = VideoSkill().render(result, Texts().say("en"))
    assert english.blocks[0] == "In this video: cat × 1."


def test_a_film_with_nothing_known_in_it_comes_back_with_a_sentence(tmp_path: Path) -> None:
    result = detect(write_film(tmp_path / "a.mp4"), tmp_path, threshold=0.95)
    reply = VideoSkill().render(result, Texts().say("ru"))
    assert result.counts == {}
    assert len(reply.blocks) == 1
    assert re.search(r"\[видео, 1 с: ", reply.memory)
    assert reply.clip is not None


def test_names_are_drawn_in_the_language_asked_for(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", frames=6, size_px=(640, 480))
    plain = playable(detect(path, tmp_path)).pictures[0].astype(int)
    named = playable(detect(path, tmp_path, labels={"cat": "кошка"})).pictures[0].astype(int)
    longer = playable(detect(path, tmp_path, labels={"cat": "очень большая кошка"})).pictures[0].astype(int)
    assert np.abs(plain - named).max() > 100
    assert (np.abs(plain - longer).max(axis=2) > 60).sum() > (np.abs(plain - named).max(axis=2) > 60).sum()
