"""What the sentiment model learns from and is measured on: Russian tweets, English rated sentences,
synthetic phrases.

Russian: RuSentiTweet (Smetanin 2022, PeerJ Computer Science, e1039), a CSV file with columns text, label,
id. English: the sentences that people rated for VADER (Hutto and Gilbert 2014, "VADER: a parsimonious
rule-based model for sentiment analysis of social media text"), MIT licence, carried by the source package
`vaderSentiment` 3.1.1. Only the text files inside are read; nothing of the package is imported.
"""

import csv
import hashlib
import io
import random
import subprocess
import sys
import tarfile
from pathlib import Path

from skills.models._use_text import LABELS, clean
from training.sentiment_phrases import phrases

Rows = list[tuple[str, int]]
"""(text, index of the label in LABELS)."""

PLAIN_SENTENCES = Path(__file__).with_name("sentiment_plain.csv")
"""Evaluation only: plain sentences written and labelled by hand. Never trained on."""

_REQUIREMENT = "vaderSentiment==3.1.1"
_SHA256 = "e785199720894eecae503842abf1fed4092fdbfffe8ccac246a035f3ae34f06b"
_INNER = "vaderSentiment-3.1.1/additional_resources/hutto_ICWSM_2014.tar.gz"
_ENGLISH = {
    "tweets": 4200,
    "amazonReviewSnippets": 3708,
    "nytEditorialSnippets": 3600,
    "movieReviewSnippets": 4200,
}
"""Sentences taken of each file."""
_NEUTRAL_WITHIN = 0.5
"""A mean rating (20 people, -4 to 4) nearer to zero than this is called neutral."""
_BLANK = [
    "",
    ".",
    "...",
    "?",
    "https://example.org/a",
    "@name",
    "@name https://example.org",
    "1",
    "12:30",
    "№ 5",
    "-",
    "+7",
]
"""Texts with nothing to judge: neutral."""


def tweets(path: Path) -> Rows:
    """The labelled tweets of three classes; rows labelled speech and skip are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row["text"], LABELS.index(row["label"])) for row in rows if row["label"] in LABELS]


def english(folder: Path, seed: int) -> dict[str, list[Rows]]:
    """Rated English sentences by source, shuffled: 80% to learn, 10% to calibrate, 10% to test."""
    parts: dict[str, list[Rows]] = {}
    with tarfile.open(_download(folder)) as outer:
        inner = outer.extractfile(_INNER)
        if inner is None:
            raise ValueError(f"no {_INNER} in the package")
        with tarfile.open(fileobj=io.BytesIO(inner.read())) as archive:
            for source, count in _ENGLISH.items():
                file = archive.extractfile(f"hutto_ICWSM_2014/{source}_GroundTruth.txt")
                if file is None:
                    raise ValueError(f"no {source} in the package")
                rows = [_rated(line) for line in file.read().decode("utf-8", "replace").splitlines() if line]
                random.Random(seed).shuffle(rows)
                rows, tenth = rows[:count], min(count, len(rows)) // 10
                parts[source] = [rows[2 * tenth :], rows[tenth : 2 * tenth], rows[:tenth]]
    return parts


def synthetic(per_pattern: int, seed: int) -> Rows:
    """Phrases of the small grammar in both languages, and texts with nothing to judge.

    Raises ValueError if one of them is an evaluation sentence.
    """
    found = phrases("ru", per_pattern, seed) + phrases("en", per_pattern, seed)
    evaluated = {clean(text).lower().rstrip(".!?") for text, _, _ in plain_sentences()}
    clash = [text for text, _ in found if clean(text).lower().rstrip(".!?") in evaluated]
    if clash:
        raise ValueError(f"evaluation sentences among the training phrases: {clash}")
    return [(text, LABELS.index(label)) for text, label in found] + [(text, 1) for text in _BLANK]


def plain_sentences() -> list[tuple[str, int, str]]:
    """(text, index of the label, language) of the evaluation sentences."""
    with PLAIN_SENTENCES.open(encoding="utf-8", newline="") as file:
        return [(row["text"], LABELS.index(row["label"]), row["language"]) for row in csv.DictReader(file)]


def _rated(line: str) -> tuple[str, int]:
    _, rating, text = line.split("\t", 2)
    label = 0 if float(rating) <= -_NEUTRAL_WITHIN else 2 if float(rating) >= _NEUTRAL_WITHIN else 1
    return text.replace("@anonymous", "").replace("http://url_removed", "").strip(), label


def _download(folder: Path) -> Path:
    """The source package in `folder`: fetched with pip, checked by its hash before anything is opened."""
    path = folder / "vaderSentiment-3.1.1.tar.gz"
    if not path.exists():
        wanted = folder / "wanted.txt"
        wanted.write_text(f"{_REQUIREMENT} --hash=sha256:{_SHA256}\n", encoding="utf-8")
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            "vaderSentiment",
        ]
        subprocess.run([*pip, "--require-hashes", "-r", str(wanted), "-d", str(folder)], check=True)
    if hashlib.sha256(path.read_bytes()).hexdigest() != _SHA256:
        raise ValueError(f"{path.name} is not the expected file")
    return path
