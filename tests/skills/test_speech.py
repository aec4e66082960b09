from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from skills import Job, Media, MediaKind
from skills.speech import Heard, Recording, Segment, SpeechSkill, Transcript
from tests.skills.makers import tone, write_sound
from tests.skills.saying import english, russian


class Echo:
    """A transcriber that says how it was asked."""

    def predict(self, batch: Sequence[Recording]) -> list[Heard]:
        for recording in batch:
            recording.progress(1.0)
        texts = [f"{recording.language} {recording.language_hint}" for recording in batch]
        return [Heard("ru", (Segment(0.0, 1.0, text), Segment(1.0, 2.0, "end."))) for text in texts]

    def close(self) -> None: ...


def test_language_hint_and_progress_reach_the_model(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "voice", tone(2.0, 48_000), 48_000, "libopus", "ogg")
    done: list[float] = []
    skill, media = SpeechSkill(), Media(MediaKind.AUDIO, path, language="ru")
    jobs = [Job(tmp_path, {"language": "en"}, done.append), Job(tmp_path, {"language": ""}, done.append)]

    results = skill.infer(Echo(), [skill.prepare(media, job) for job in jobs], jobs)

    assert [result.text for result in results] == ["en ru end.", "None ru end."]
    assert round(results[0].duration_s, 1) == 2.0
    assert done == [1.0, 1.0]


def test_the_reply_is_what_was_said_and_is_remembered() -> None:
    said = Transcript("Привет, как дела?", "ru", (Segment(0, 2, "Привет, как дела?"),), 2.0)

    reply = SpeechSkill().render(said, russian())

    assert reply.blocks == ("Я расслышал:", "Привет, как дела?")
    assert reply.memory == "[голосовая запись: «Привет, как дела?»]"


def test_a_long_recording_is_shown_with_times() -> None:
    segments = tuple(Segment(10.0 * n, 10.0 * n + 9, f"Sentence {n}.") for n in range(9))
    said = Transcript(" ".join(s.text for s in segments), "en", segments, 90.0)

    lines = SpeechSkill().render(said, english()).blocks[1].splitlines()

    assert lines[0] == "0:00  Sentence 0. Sentence 1. Sentence 2."
    assert lines[2] == "1:00  Sentence 6. Sentence 7. Sentence 8."


def test_no_speech_is_said_in_words() -> None:
    reply = SpeechSkill().render(Transcript("", "", (), 3.0), russian())

    assert reply.blocks == ("Речи я здесь не расслышал.",)


def test_the_memory_of_a_long_speech_is_shortened_at_a_word() -> None:
    said = Transcript("слово " * 1000, "ru", (Segment(0, 50, "слово " * 1000),), 50.0)

    memory = SpeechSkill().render(said, russian()).memory

    assert len(memory) < 1600
    assert memory.endswith("слово …»]")


def test_the_result_is_plain_values_for_json() -> None:
    said = Transcript("Hi.", "en", (Segment(0.0, 1.0, "Hi."),), 1.0)

    assert said.to_json() == {
        "text": "Hi.",
        "language": "en",
        "segments": [{"start_s": 0.0, "end_s": 1.0, "text": "Hi."}],
        "duration_s": 1.0,
    }
