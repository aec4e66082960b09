"""The character n-gram model of `skills/models/use.py`: how it is fitted."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from skills.models._use_text import HASH_BUCKETS, char_buckets


@dataclass(frozen=True)
class Chars:
    """Linear classifier on tf-idf of hashed n-grams."""

    idf: np.ndarray
    """(buckets,) float32; zero where a bucket was met in fewer than two texts."""
    weights: np.ndarray
    """(buckets, 3) float32."""
    bias: np.ndarray
    """(3,) float32."""

    def log_probabilities(self, counts: csr_matrix) -> np.ndarray:
        """(n, 3) log-probabilities of the rows of `counted`."""
        logits = _tfidf(counts, self.idf) @ self.weights + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))

    def packed(self) -> dict[str, np.ndarray]:
        """As it is stored: idf and weights as 8-bit steps."""
        step = np.maximum(np.abs(self.weights).max(axis=0) / 127, 1e-8).astype(np.float32)
        idf_step = np.float32(self.idf.max() / 255)
        return {
            "idf": np.round(self.idf / idf_step).astype(np.uint8), "idf.step": np.array(idf_step),
            "W": np.round(self.weights / step).astype(np.int8), "W.step": step,
            "b": self.bias.astype(np.float32),
        }  # fmt: skip


def counted(texts: list[str]) -> csr_matrix:
    """(n, buckets) counts of hashed n-grams of cleaned texts."""
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        buckets = char_buckets(text)
        rows += [row] * len(buckets)
        columns += buckets.keys()
        values += buckets.values()
    return csr_matrix((np.array(values, dtype=np.float32), (rows, columns)), shape=(len(texts), HASH_BUCKETS))


def fit(counts: csr_matrix, labels: np.ndarray, weights: np.ndarray) -> Chars:
    """Multinomial logistic regression; classes are balanced, examples weigh as `weights` say."""
    met = np.bincount(counts.indices, minlength=HASH_BUCKETS)
    idf = np.where(met > 1, np.log((1 + counts.shape[0]) / (1 + met)) + 1, 0).astype(np.float32)
    model = LogisticRegression(C=6.0, class_weight="balanced", max_iter=150, tol=1e-5)
    model.fit(_tfidf(counts, idf), labels, sample_weight=weights)
    return Chars(idf, model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def _tfidf(counts: csr_matrix, idf: np.ndarray) -> csr_matrix:
    scaled = counts.copy()
    scaled.data = 1 + np.log(scaled.data)
    return normalize(scaled @ diags(idf))
