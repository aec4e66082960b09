"""YAMNet of TensorFlow Hub (`google/yamnet/1`): 521 sound classes of AudioSet for every 0.96 s, each 0.48 s.

https://www.kaggle.com/models/google/yamnet. The store holds the publisher's archive of a SavedModel; the class
names are its asset. Besides scores it gives embeddings and the log-mel spectrogram that it looked at.
"""

from __future__ import annotations

import contextlib
import csv
import io
import tarfile
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skills.models.yamnet import pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skills._media_waveform import Waveform

_FRAMES_AT_ONCE = 125
"""A minute: bounds the memory of the activations."""
_MEL_FRAMES_A_HOP = 48
"""Of 10 ms each."""


@dataclass(frozen=True, slots=True)
class Heard:
    """All that the network gives of one waveform."""

    scores: NDArray[np.float32]
    """Shape (frames, classes), in [0, 1]; a frame begins every 0.48 s."""
    embeddings: NDArray[np.float32]
    """Shape (frames, 1024)."""
    log_mel: NDArray[np.float32]
    """Shape (48 * frames + 48, 64): a row each 10 ms, 64 mel bands from 125 to 7500 Hz, natural logarithm."""


class YamNetHub:
    """A loaded network. Satisfies `skills.sounds.Listener`."""

    def __init__(self, network: Any, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self._network = network

    def predict(self, batch: Sequence[Waveform]) -> list[NDArray[np.float32]]:
        """Scores in [0, 1], shape (frames, 521), for each mono waveform at 16 kHz."""
        return [self.listen(waveform).scores for waveform in batch]

    def listen(self, waveform: Waveform) -> Heard:
        """Scores, embeddings and spectrogram of a mono waveform at 16 kHz. Raises RuntimeError once closed."""
        import numpy as np

        if self._network is None:
            raise RuntimeError("the model is closed")
        scores, embeddings, mels = [], [], []
        for piece, frames in pieces(waveform, _FRAMES_AT_ONCE):
            outputs = [output.numpy() for output in self._network(piece)]
            scores.append(outputs[0][:frames])
            embeddings.append(outputs[1][:frames])
            # What lies beyond the hops of a piece comes again with the next one.
            mels.append(outputs[2][: frames * _MEL_FRAMES_A_HOP])
        tail = outputs[2][frames * _MEL_FRAMES_A_HOP :][:_MEL_FRAMES_A_HOP]
        return Heard(np.concatenate(scores), np.concatenate(embeddings), np.concatenate([*mels, tail]))

    def close(self) -> None:
        """Let the weights go."""
        self._network = None


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> YamNetHub:
    """The network in the archive `files["yamnet.tar.gz"]`; `options["threads"]` (1) threads.

    Raises ValueError if the archive holds no SavedModel, tarfile.TarError if it is broken.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tensorflow_hub imports pkg_resources, which is deprecated
        import tensorflow as tf  # type: ignore[import-not-found, import-untyped, unused-ignore]
        import tensorflow_hub  # type: ignore[import-not-found, import-untyped, unused-ignore]

    # TensorFlow settles its threads at its first use; in a worker that is still to come.
    with contextlib.suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(int(options.get("threads", 1)))
        tf.config.threading.set_inter_op_parallelism_threads(1)
    with tempfile.TemporaryDirectory(prefix="yamnet-") as folder:
        with tarfile.open(files["yamnet.tar.gz"]) as archive:
            archive.extractall(folder, filter="data")
        saved = next(Path(folder).rglob("saved_model.pb"), None)
        if saved is None:
            raise ValueError("the archive holds no saved_model.pb")
        network = tensorflow_hub.load(str(saved.parent))
        # The class map is read from the folder each time it is asked for, the weights are not.
        labels = read_labels(Path(network.class_map_path().numpy().decode()))
    return YamNetHub(network, labels)


def read_labels(class_map: Path) -> tuple[str, ...]:
    """The class names of `yamnet_class_map.csv` (index, mid, display_name), in the order of the outputs."""
    with class_map.open(encoding="utf-8", newline="") as file:
        return tuple(name for _, name in _classes(file))


def read_class_map(archive: Path) -> tuple[tuple[str, str], ...]:
    """AudioSet's id and the name of each class, from the publisher's archive, without loading the network.

    Raises ValueError if the archive holds no class map, tarfile.TarError if it is broken.
    """
    with tarfile.open(archive) as members:
        for member in members:
            if member.isfile() and Path(member.name).name == "yamnet_class_map.csv":
                file = members.extractfile(member)
                if file is not None:
                    return tuple(_classes(io.TextIOWrapper(file, encoding="utf-8", newline="")))
    raise ValueError("the archive holds no yamnet_class_map.csv")


def _classes(class_map: Iterable[str]) -> Iterator[tuple[str, str]]:
    for row in sorted(csv.DictReader(class_map), key=lambda row: int(row["index"])):
        yield row["mid"], row["display_name"]
