from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from skills import BadInput, Job, Media, MediaKind, Scored
from skills._hearing import SoundEvent, Sounds, Track, find_events, summarize
from skills._log_mel import Spectrogram
from skills.sounds import SoundsSkill
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


def test_a_model_that_knows_no_speech_hears_none() -> None:
    found = summarize(_scores([0.9])[:, :2], tone(1, 16_000), ("Dog", "Cat"), top=2, threshold=0.25)

    assert found.speech_s == 0.0


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


def test_the_events_of_two_hours_are_all_in_the_picture_and_few() -> None:
    barks = tuple(SoundEvent("Bark", float(at), at + 0.5, 0.9) for at in range(0, 7200, 2))
    drawn = Spectrogram(1, bytes(64))
    found = Sounds((), barks, 7200.0, -30.0, (), (Track("Bark", (0.9,)),), 0.0, False, drawn)

    chart = SoundsSkill().render(found, english()).chart

    assert chart is not None
    assert chart.data["rows"] == [["Bark", [[0.0, 7198.5]]]]
    assert chart.data["clock"]


@pytest.mark.parametrize("frames", [1, 40])
def test_the_words_and_the_picture_name_the_same_and_are_equally_sure(frames: int) -> None:
    dog = [0.0] * frames
    dog[-1] = 0.97
    found = _summary(_scores([0.15] * frames, dog))

    reply = SoundsSkill().render(found, english())

    assert reply.chart is not None
    rows = reply.chart.data["rows"]
    drawn = [(row[0], round(100 * (row[1] if frames == 1 else max(row[1])))) for row in rows]
    assert drawn == [("Dog", 97), ("Speech", 15)]
    assert reply.blocks[0] == "I hear: Dog (97%)."
    assert reply.blocks[1].splitlines() == [f"• {label} — {percent}%" for label, percent in drawn]
    assert [each["score"] for each in found.to_json()["heard"]] == [0.97, 0.15]


class Listener:
    """Hears a dog in everything; its spectrogram is brightest at the end."""

    labels = LABELS

    def __init__(self) -> None:
        self.predicted = 0

    def predict(self, batch: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        self.predicted += len(batch)
        return [self._scores(waveform) for waveform in batch]

    def listen(self, waveform: NDArray[np.float32]) -> SimpleNamespace:
        rows = np.linspace(-6, 2, len(waveform) // 160, dtype=np.float32)
        return SimpleNamespace(scores=self._scores(waveform), log_mel=np.repeat(rows[:, None], 64, axis=1))

    def close(self) -> None: ...

    @staticmethod
    def _scores(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        return _scores([0.0] * (len(waveform) // 7_680), [0.9] * (len(waveform) // 7_680))


def test_a_spectrogram_is_made_for_those_who_ask_and_no_other(tmp_path: Path) -> None:
    listener = Listener()
    waveforms = [tone(seconds, 16_000) for seconds in (2.0, 3.0, 4.0)]
    jobs = [Job(tmp_path), Job(tmp_path, {"spectrogram": True}), Job(tmp_path)]

    plain, drawn, other = SoundsSkill().infer(listener, waveforms, jobs)

    assert [sounds.duration_s for sounds in (plain, drawn, other)] == [2.0, 3.0, 4.0]
    assert (plain.spectrogram, other.spectrogram, listener.predicted) == (None, None, 2)
    reply = SoundsSkill().render(drawn, russian())
    assert reply.chart is not None
    assert reply.chart.kind == "spectrogram"
    levels = np.frombuffer(base64.b64decode(reply.chart.data["levels"]), np.uint8).reshape(64, -1)
    assert levels.shape == (64, reply.chart.data["columns"]) == (64, 300)
    assert (levels[0, 0], levels[63, -1]) == (0, 255)
    assert reply.chart.data["rows"] == [["собака", [[0.0, 3.0]]]]


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
