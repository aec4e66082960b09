"""Whisper through faster-whisper (CTranslate2), weights as int8: speech to text.

Radford et al. 2022, https://arxiv.org/abs/2212.04356. Whisper invents text where nobody speaks, so only
stretches that Silero's detector takes for speech are given to it, and what it is unsure of is dropped
(section 4.5).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skills.speech import Heard, Segment

if TYPE_CHECKING:
    from skills.speech import Recording

_NO_SPEECH = 0.6
_UNSURE_LOGPROB = -1.0
_LOOPING_RATIO = 2.4
"""A text that gzip shrinks more than this repeats itself."""
_FASTEST_CHARS_PER_S = 45.0
"""Nobody speaks faster; an invented sentence on half a second of noise does."""
_DOUBTFUL_LANGUAGE = 0.5


class Whisper:
    """A loaded model. Satisfies `skills.speech.Transcriber`."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def predict(self, batch: Sequence[Recording]) -> list[Heard]:
        """What is said in each recording."""
        return [self._transcribe(recording) for recording in batch]

    def close(self) -> None:
        self._model.model.unload_model()

    def _transcribe(self, recording: Recording) -> Heard:
        segments, info = self._start(recording, recording.language)
        hint = recording.language_hint
        if recording.language is None and hint and hint != info.language:
            doubtful = info.language_probability < _DOUBTFUL_LANGUAGE
            if doubtful and info.duration_after_vad > 0:
                segments, info = self._start(recording, hint)
        kept = [
            Segment(round(segment.start, 2), round(segment.end, 2), segment.text.strip())
            for segment in self._followed(segments, info.duration, recording)
            if _is_speech(segment)
        ]
        return Heard(info.language if kept else "", round(info.duration_after_vad, 2), tuple(kept))

    def _start(self, recording: Recording, language: str | None) -> tuple[Iterable[Any], Any]:
        started: tuple[Iterable[Any], Any] = self._model.transcribe(
            recording.waveform,
            language=language,
            temperature=0.0,  # the usual ladder of retries makes hard clips many times slower
            vad_filter=True,
            vad_parameters={"min_silence_duration_ms": 500},
            condition_on_previous_text=False,  # else one loop carries on to the end
            no_speech_threshold=_NO_SPEECH,
            log_prob_threshold=_UNSURE_LOGPROB,
            compression_ratio_threshold=_LOOPING_RATIO,
        )
        return started

    def _followed(self, segments: Iterable[Any], duration_s: float, recording: Recording) -> Iterable[Any]:
        for segment in segments:  # each is computed when it is asked for
            recording.progress(min(1.0, segment.end / max(duration_s, 0.01)))
            yield segment


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
