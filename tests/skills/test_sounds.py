from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from skills import BadInput, Job, Media, MediaKind, Scored
from skills.sounds import SoundEvent, Sounds, SoundsSkill, Track, find_events, summarize
from tests.skills.makers import tone, write_sound, write_video
from tests.skills.saying import english, russian

LABELS = ("Speech", "Dog", "Animal", "Silence")


def _scores(*columns: list[float]) -> NDArray[np.float32]:
    filled = [*columns, *[[0.0] * len(columns[0])] * (len(LABELS) - len(columns))]
    return np.array(filled, np.float32).T


def _samples(frames: int) -> int:
    return 15_600 + (frames - 1) * 7_680


def _summary(scores: NDArray[np.float32], waveform: NDArray[np.float32] | None = None) -> Sounds:
    if waveform is None:
        waveform = tone(_samples(len(scores)) / 16_000, 16_000)
    return summarize(scores, waveform, LABELS, top=3, threshold=0.25)


def test_the_top_is_the_mean_over_the_frames() -> None:
    found = _summary(_scores([0.9, 0.1, 0.2], [0.3, 0.3, 0.9]))

    assert [(s.label, round(s.score, 3)) for s in found.top[:2]] == [("Dog", 0.5), ("Speech", 0.4)]


def test_silence_around_a_sound_does_not_water_it_down() -> None:
    waveform = np.zeros(_samples(20), np.float32)
    waveform[7_680 * 10 : 7_680 * 11] = tone(0.48, 16_000)
    dog = [0.0] * 20
    dog[9] = dog[10] = 0.9

    found = _summary(_scores([0.0] * 20, dog), waveform)

    assert found.top[0] == Scored("Dog", pytest.approx(0.9, abs=0.01))
    assert not found.silent


def test_an_event_begins_at_the_threshold_and_ends_below_half_of_it() -> None:
    scores = _scores([0, 0, 0.5, 0.2, 0.05, 0.2, 0, 0, 0, 0.3, 0, 0, 0.2, 0])

    events = find_events(scores, LABELS, threshold=0.25, duration_s=_samples(14) / 16_000)

    assert [(e.label, round(e.score, 2)) for e in events] == [("Speech", 0.5), ("Speech", 0.3)]
    assert (events[0].start_s, events[0].end_s) == (1.2, 3.12)


def test_an_event_over_everything_has_the_bounds_of_the_file() -> None:
    (event,) = find_events(_scores([0.9, 0.9]), LABELS, threshold=0.25, duration_s=1.1)

    assert (event.start_s, event.end_s) == (0.0, 1.1)


def test_how_long_somebody_speaks_is_told() -> None:
    found = _summary(_scores([0, 0.9, 0.9, 0.9, 0, 0, 0, 0]))

    assert found.speech_s == pytest.approx(1.44)


def test_silence_is_called_silence() -> None:
    found = _summary(_scores([0.4] * 3), np.zeros(_samples(3), np.float32))

    assert found.silent
    assert (found.events, found.speech_s) == ((), 0.0)
    reply = SoundsSkill().render(found, russian())
    assert "тишина" in reply.blocks[0]
    assert reply.chart is None


def test_a_kind_is_named_rather_than_its_genus() -> None:
    tracks = (Track("Animal", (0.89,)), Track("Dog", (0.87,)))
    found = Sounds((), (), 0.975, -16.0, (-16.0,), tracks, 0.0, False)

    assert SoundsSkill().render(found, russian()).blocks[0] == "Я слышу: собака (87 %)."
    assert SoundsSkill().render(found, english()).blocks[0] == "I hear: Dog (87%)."


def test_the_reply_says_what_is_heard_when_in_one_line_for_what_goes_together() -> None:
    events = tuple(SoundEvent(label, 12.0, 13.2, 0.9) for label in ("Dog", "Bark"))
    found = Sounds((), events, 30.0, -30.0, (-30.0,) * 63, (Track("Dog", (0.5,)),), 0.0, False)

    reply = SoundsSkill().render(found, russian())

    assert reply.blocks[2].splitlines()[1:] == ["• собака, лай: 0:12–0:13"]
    assert reply.chart is not None
    assert reply.chart.kind == "timeline"


@pytest.mark.parametrize(
    ("count", "ending"), [(1, ""), (5, " и ещё 1 раз"), (7, " и ещё 3 раза"), (12, " и ещё 8 раз")]
)
def test_many_times_are_counted_and_not_listed(count: int, ending: str) -> None:
    events = tuple(SoundEvent("Bark", 10.0 * n, 10.0 * n + 1, 0.9) for n in range(count))
    found = Sounds((), events, 200.0, -30.0, (), (Track("Bark", (0.5,)),), 0.0, False)

    line = SoundsSkill().render(found, russian()).blocks[2].splitlines()[1]

    assert line.endswith(f"{min(count, 4) * 10 - 10:02d}–0:{min(count, 4) * 10 - 9:02d}{ending}")


def test_all_that_a_reply_needs_survives_json() -> None:
    import json

    found = _summary(_scores([0.9, 0.1], [0.3, 0.3]))

    assert json.loads(json.dumps(found.to_json()))["top"][0]["label"] == "Speech"


def test_a_video_without_sound_is_refused_with_its_reason(tmp_path: Path) -> None:
    media = Media(MediaKind.VIDEO, write_video(tmp_path / "mute"))

    with pytest.raises(BadInput) as refusal:
        SoundsSkill().prepare(media, Job(tmp_path))

    assert refusal.value.reason == "no-sound-track"


def test_the_longest_recording_is_a_setting(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "long", tone(3.0, 8_000), 8_000, "flac", "flac")

    with pytest.raises(BadInput) as refusal:
        SoundsSkill().prepare(Media(MediaKind.AUDIO, path), Job(tmp_path, {"audio_s": 1.0}))

    assert refusal.value.reason == "too-long"
