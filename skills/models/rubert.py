"""RuBERT (`blanchefort/rubert-base-cased-sentiment`) through transformers: the mood of Russian text.

Devlin et al. 2018, https://arxiv.org/abs/1810.04805; Kuratov and Arkhipov 2019, https://arxiv.org/abs/1905.07213.
Any BERT classifier of three moods in transformers' layout will do: which output is which class is read from
its config, never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skills.models._pretrained import pretrained
from skills.sentiment import Sentiment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LABELS = ("negative", "neutral", "positive")
OVERLAP_SHARE = 1 / 8
"""Of a window: what it has in common with the one before, so that no sentence is only ever seen cut."""
_TOKENS_AT_ONCE = 512
"""Of a batch, padding included: bounds the memory of the activations. Larger ones are slower, 4096 by two thirds:
what lies between two layers no longer fits the processor's cache (benchmarks/results/full.json)."""


class RuBert:
    """A loaded model. Satisfies `Model[str, Sentiment]`."""

    def __init__(self, tokenizer: Any, network: Any) -> None:
        """Raises ValueError if the config does not name the three moods, each once."""
        self._tokenizer = tokenizer
        self._network = network
        self._columns = _columns(network.config.id2label)
        self._window = min(tokenizer.model_max_length, network.config.max_position_embeddings)

    def predict(self, batch: Sequence[str]) -> list[Sentiment]:
        """The sentiment of each text, in order. Any text will do, empty ones too.

        A text that is longer than the network's window (512 tokens) is judged in overlapping windows, whose
        probabilities are averaged by their number of tokens. Raises RuntimeError once closed.
        """
        import numpy as np

        if self._network is None:
            raise RuntimeError("the model is closed")
        if not batch:
            return []
        windows = self._tokenizer(
            [_speakable(text) for text in batch],
            truncation=True,
            max_length=self._window,
            stride=int(self._window * OVERLAP_SHARE),
            return_overflowing_tokens=True,
        )
        owners = np.array(windows.pop("overflow_to_sample_mapping"))
        sizes = np.array([len(ids) for ids in windows["input_ids"]])
        shares = self._shares(windows, sizes)
        return [
            _sentiment(np.average(shares[owners == i], axis=0, weights=sizes[owners == i]))
            for i in range(len(batch))
        ]

    def close(self) -> None:
        """Let the weights go."""
        self._network = None

    def _shares(self, windows: Mapping[str, Any], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Probabilities (windows, 3), in the order of LABELS. Windows of like length go together."""
        import numpy as np
        import torch  # type: ignore[import-not-found, unused-ignore]

        shares = np.empty((len(sizes), len(LABELS)))
        for rows in _groups(sizes):
            group = {name: [values[row] for row in rows] for name, values in windows.items()}
            padded = self._tokenizer.pad(group, return_tensors="pt")
            with torch.inference_mode():
                logits = self._network(**padded).logits[:, self._columns]
            shares[rows] = logits.double().softmax(dim=1).numpy()
        return shares


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> RuBert:
    """The model in `files`, which lie in one folder; `options["threads"]` (1) threads. No hub is asked.

    Raises ValueError if the config does not say which class is which or weights are missing, OSError for
    broken files.
    """
    from transformers import (  # type: ignore[import-not-found, unused-ignore]
        AutoModelForSequenceClassification,
        AutoTokenizer,
    )

    network = pretrained(AutoModelForSequenceClassification, files, int(options.get("threads", 1)))
    tokenizer = AutoTokenizer.from_pretrained(files["config.json"].parent, local_files_only=True)
    return RuBert(tokenizer, network)


def _columns(id2label: Mapping[int, str]) -> list[int]:
    """The network's output of each of LABELS."""
    numbers = {label.casefold(): int(number) for number, label in id2label.items()}
    if len(id2label) != len(LABELS) or set(numbers) != set(LABELS):
        named = ", ".join(id2label.values())
        raise ValueError(f"the classes should be negative, neutral and positive; the config has {named}")
    return [numbers[label] for label in LABELS]


def _groups(sizes: NDArray[np.int64]) -> list[list[int]]:
    """Indices by size, longest first, cut into batches of _TOKENS_AT_ONCE at most (but one item at least)."""
    groups: list[list[int]] = []
    longest = 0
    for index in (-sizes).argsort(kind="stable").tolist():
        if groups and (len(groups[-1]) + 1) * longest <= _TOKENS_AT_ONCE:
            groups[-1].append(index)
        else:
            groups.append([index])
            longest = int(sizes[index])
    return groups


def _speakable(text: str) -> str:
    """The text without halves of surrogate pairs, which no tokenizer can encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _sentiment(shares: NDArray[np.float64]) -> Sentiment:
    best = int(shares.argmax())
    probabilities = {label: float(share) for label, share in zip(LABELS, shares, strict=True)}
    return Sentiment(LABELS[best], probabilities[LABELS[best]], probabilities)
