"""Whisper through faster-whisper (CTranslate2), weights as int8: speech to text.

Radford et al. 2022, https://arxiv.org/abs/2212.04356. Whisper invents text where nobody speaks, so only
stretches that Silero's detector takes for speech are given to it, and what it is unsure of is dropped
(section 4.5).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skills._media_waveform import SAMPLE_RATE_HZ
from skills.speech import Heard, Segment

if TYPE_CHECKING:
    from skills._media_waveform import Waveform
    from skills.speech import Recording

_PIECE_S, _SLACK_S = 90, 20
"""Long recordings are cut, at the quietest moment of the last seconds of a piece: memory stays bounded."""
_NO_SPEECH = 0.6
_UNSURE_LOGPROB = -1.0
_LOOPING_RATIO = 4.0
"""A text that gzip shrinks more is one phrase over and over (a person who repeats something: 2.5)."""
_FASTEST_CHARS_PER_S = 45.0
"""Nobody speaks faster; an invented sentence on half a second of noise does."""
_DOUBTFUL_LANGUAGE = 0.5


class Whisper:
    """A loaded model. Satisfies `skills.speech.Transcriber`."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def predict(self, batch: Sequence[Recording]) -> list[Heard]:
        """What is said in each recording."""
        return [self._hear(recording) for recording in batch]

    def close(self) -> None:
        self._model.model.unload_model()

    def _hear(self, recording: Recording) -> Heard:
        language = recording.language
        kept: list[Segment] = []
        for start, piece in pieces(recording.waveform):
            offset_s = start / SAMPLE_RATE_HZ
            if language or _has_speech(piece):  # where nobody speaks, no language would be recognized
                language, segments = self._transcribe(piece, language, recording.language_hint)
                for segment in segments:  # each is computed when it is asked for
                    recording.progress((start + segment.end * SAMPLE_RATE_HZ) / len(recording.waveform))
                    if _is_speech(segment):
                        kept.append(
                            Segment(
                                round(offset_s + segment.start, 2),
                                round(offset_s + segment.end, 2),
                                segment.text.strip(),
                            )
                        )
            recording.progress((start + len(piece)) / len(recording.waveform))
        return Heard(language if kept and language else "", tuple(kept))

    def _transcribe(
        self, piece: Waveform, language: str | None, hint: str | None
    ) -> tuple[str, Iterable[Any]]:
        segments, info = self._start(piece, language)
        doubtful = language is None and info.language_probability < _DOUBTFUL_LANGUAGE
        if doubtful and hint and hint != info.language and hint in self._model.supported_languages:
            segments, info = self._start(piece, hint)
        return info.language, segments

    def _start(self, piece: Waveform, language: str | None) -> tuple[Iterable[Any], Any]:
        started: tuple[Iterable[Any], Any] = self._model.transcribe(
            piece,
            language=language,
            temperature=0.0,  # the usual ladder of retries makes hard clips many times slower
            vad_filter=True,
            vad_parameters={"min_silence_duration_ms": 500},
            condition_on_previous_text=False,  # else one loop carries on to the end
            no_speech_threshold=_NO_SPEECH,
            log_prob_threshold=_UNSURE_LOGPROB,
        )
        return started


def pieces(waveform: Waveform) -> Iterator[tuple[int, Waveform]]:
    """The recording in pieces of _PIECE_S at most, each with the index of its first sample, none left out."""
    import numpy as np

    piece, slack, step = (seconds * SAMPLE_RATE_HZ // 10 for seconds in (10 * _PIECE_S, 10 * _SLACK_S, 1))
    start = 0
    while len(waveform) - start > piece:
        search = start + piece - slack
        levels = np.square(waveform[search : search + slack]).reshape(-1, step).mean(axis=1)
        end = search + int(levels.argmin()) * step + step // 2
        yield start, waveform[start:end]
        start = end
    yield start, waveform[start:]


def _has_speech(piece: Waveform) -> bool:
    from faster_whisper.vad import get_speech_timestamps

    return bool(get_speech_timestamps(piece))


def _is_speech(segment: Any) -> bool:
    text = segment.text.strip()
    if not any(character.isalnum() for character in text):
        return False
    if segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNSURE_LOGPROB:
        return False
    if segment.compression_ratio > _LOOPING_RATIO:
        return False
    return len(text) <= 15 or len(text) / max(segment.end - segment.start, 0.01) <= _FASTEST_CHARS_PER_S


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> Whisper:
    """The model of `files`: model.bin, config.json, tokenizer.json, vocabulary.txt.

    CTranslate2 wants them in one folder under these names, the store keeps them under their hashes: links
    make the folder for as long as loading takes. `options["threads"]` (1) threads.
    """
    from faster_whisper import WhisperModel

    with tempfile.TemporaryDirectory() as folder:
        for name, file in files.items():
            Path(folder, name).symlink_to(file.resolve())
        model = WhisperModel(
            folder,
            device="cpu",
            compute_type="int8",
            cpu_threads=int(options.get("threads", 1)),
            local_files_only=True,
        )
    return Whisper(model)
