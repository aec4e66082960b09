"""YAMNet through LiteRT: 521 sound classes of AudioSet for every 0.96 s of a waveform, each 0.48 s.

https://github.com/tensorflow/models/tree/master/research/audioset/yamnet. The published TFLite file takes one
patch, waveform [15600]; other exports take a waveform of any length. Both give the frames that the reference
gives, with its padding. The labels are a zip archive appended to the model file (TFLite metadata).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skills._log_mel import log_mel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skills._media_waveform import Waveform

PATCH_SAMPLES = 15_600
"""0.975 s at 16 kHz: 96 frames of 10 ms, and 15 ms that the last window of 25 ms reaches beyond."""
HOP_SAMPLES = 7_680
"""0.48 s: patches overlap by half."""
_FRAMES_AT_ONCE = 125
"""A minute, for exports that take any length: bounds their memory."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The scores of one waveform, and the spectrogram that they come from."""

    scores: NDArray[np.float32]
    """Shape (frames, classes), in [0, 1]; a frame begins every 0.48 s."""
    log_mel: NDArray[np.float32]
    """Shape (48 * frames + 48, 64): a row each 10 ms, of the waveform as the reference pads it."""


class YamNet:
    """A loaded network. Satisfies `skills.sounds.Listener`."""

    def __init__(self, interpreter: Any, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self._interpreter = interpreter
        (input_,) = interpreter.get_input_details()
        self._input: int = input_["index"]
        self._any_length = tuple(input_.get("shape_signature", input_["shape"])) != (PATCH_SAMPLES,)
        # Exports with several outputs give embeddings and the spectrogram too.
        self._output: int = next(
            output["index"]
            for output in interpreter.get_output_details()
            if output["shape"][-1] == len(labels)
        )
        interpreter.allocate_tensors()

    def predict(self, batch: Sequence[Waveform]) -> list[NDArray[np.float32]]:
        """Scores in [0, 1], shape (frames, 521), for each mono waveform at 16 kHz."""
        return [self._scores(waveform) for waveform in batch]

    def listen(self, waveform: Waveform) -> Heard:
        """Scores and spectrogram of a mono waveform at 16 kHz.

        The network keeps its spectrogram to itself; this one is computed beside it, by the same rules.
        """
        return Heard(self._scores(waveform), log_mel(pad(waveform)))

    def close(self) -> None:
        self._interpreter = None

    def _scores(self, waveform: Waveform) -> NDArray[np.float32]:
        import numpy as np

        at_once = _FRAMES_AT_ONCE if self._any_length else 1
        return np.concatenate([self._run(piece)[:frames] for piece, frames in pieces(waveform, at_once)])

    def _run(self, waveform: Waveform) -> NDArray[np.float32]:
        if self._any_length:
            self._interpreter.resize_tensor_input(self._input, [len(waveform)])
            self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(self._input, waveform)
        self._interpreter.invoke()
        scores: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return scores.reshape(-1, len(self.labels))


def frame_count(samples: int) -> int:
    """How many patches the reference makes of so many samples: the end is padded to a whole hop."""
    return 1 + max(0, -(-(samples - PATCH_SAMPLES) // HOP_SAMPLES))


def pad(waveform: Waveform) -> Waveform:
    """The waveform with as much silence at its end as the reference gives it."""
    import numpy as np

    padded = np.zeros(PATCH_SAMPLES + (frame_count(len(waveform)) - 1) * HOP_SAMPLES, np.float32)
    padded[: len(waveform)] = waveform
    return padded


def pieces(waveform: Waveform, at_once: int) -> Iterator[tuple[Waveform, int]]:
    """The waveform, padded as the reference pads it, in pieces of `at_once` patches; and the patches of each."""
    frames = frame_count(len(waveform))
    padded = pad(waveform)
    for first in range(0, frames, at_once):
        count = min(at_once, frames - first)
        start = first * HOP_SAMPLES
        yield padded[start : start + (count - 1) * HOP_SAMPLES + PATCH_SAMPLES], count


def read_labels(model: Path) -> tuple[str, ...]:
    """The class names from the archive appended to a TFLite file. Raises zipfile.BadZipFile without one."""
    with zipfile.ZipFile(model) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".txt"))
        return tuple(archive.read(name).decode("utf-8").splitlines())


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> YamNet:
    """The network in `files["yamnet.tflite"]`; `options["threads"]` (1) threads."""
    from ai_edge_litert.interpreter import Interpreter

    model = files["yamnet.tflite"]
    return YamNet(Interpreter(str(model), num_threads=int(options.get("threads", 1))), read_labels(model))
