"""How much of the references is in the answers: BLEU by sacrebleu, ROUGE-L by rouge-score."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Words:
    """A tokenizer for rouge-score that keeps the letters of all languages; its own keeps a to z alone."""

    def tokenize(self, text: str) -> list[str]:
        """Words and numbers in small letters, without punctuation."""
        plain = unicodedata.normalize("NFC", text).casefold()
        return "".join(letter if _within_word(letter) else " " for letter in plain).split()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Of one answer, or of all. All from 0 to 1."""

    bleu: float
    rouge_l: float
    """F1 of the longest common subsequence of words; with several references that of the best."""


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Of all answers together, and of each."""

    corpus: Overlap
    """BLEU of the corpus, which is no mean; the mean of ROUGE-L."""
    bleu_signature: str
    """How it was computed, so that others can do the same (Post 2018, aclanthology.org/W18-6319)."""
    each: tuple[Overlap, ...]


def overlaps(answers: Sequence[str], references: Sequence[Sequence[str]]) -> Overlaps:
    """Every answer has one reference at least. Raises ValueError for no answer."""
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu.metrics.bleu import BLEU

    if not answers:
        raise ValueError("there is no answer")
    metric, of_sentences = BLEU(), BLEU(effective_order=True)
    most = max(map(len, references))
    # sacrebleu wants a list for the first references, one for the second, and so on.
    columns: Any = [[refs[at] if at < len(refs) else None for refs in references] for at in range(most)]
    corpus = metric.corpus_score(answers, columns).score / 100
    scorer = RougeScorer(["rougeL"], tokenizer=Words())
    each = tuple(
        Overlap(
            min(1.0, of_sentences.sentence_score(answer, list(refs)).score / 100),
            float(scorer.score_multi(list(refs), answer)["rougeL"].fmeasure),
        )
        for answer, refs in zip(answers, references, strict=True)
    )
    rouge_l = sum(one.rouge_l for one in each) / len(each)
    return Overlaps(Overlap(min(1.0, corpus), rouge_l), str(metric.get_signature()), each)


def _within_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")  # marks: й may be и and a breve
