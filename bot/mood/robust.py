"""Averages that a few people cannot bend, with how sure they are.

A person's own mean counts once, however much they write. Of n people's means the lowest and the highest fifth (rounded
down) are left out: nobody of three or four, one at either end of five to nine. More would leave nothing of three;
scores lie in [-1, 1], so that one of three cannot drag even the plain mean beyond what its wide interval admits.
"""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from bot.mood.view import Estimate, Interval

TRIM = 0.2
CONFIDENCE = 0.95
_PRIOR_SD = 0.3
"""How far people's means are taken to lie apart before any is known. With it the interval holds the truth in 93 to 100
of 100 simulated groups of three and more people, for normal, heavy-tailed and discrete means alike."""
_PRIOR_DEGREES = 1
_PRIOR_OWN_SD = 0.2
"""The same, of how far each person's own mean moves from one time to the next."""

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def estimate(means: Floats) -> Estimate | None:
    """The trimmed mean and its interval (Tukey and McLaughlin 1963; the standard error as in Yuen 1974).

    The spread that these people show is joined with a prior one of the weight of a single person (a moderated t, Smyth
    2004): that three people agree does not make their group's mean certain, while among thirty it changes nothing.
    None if there is nobody.
    """
    if not len(means):
        return None
    mean, off, left = _trimmed(means)
    # Yuen's variance of the mean is squares / (left - 1) / left, of left - 1 degrees of freedom.
    degrees = left - 1
    variance = (_PRIOR_DEGREES * _PRIOR_SD**2 + float(off @ off)) / (_PRIOR_DEGREES + degrees)
    reach = _t(_PRIOR_DEGREES + degrees) * sqrt(variance / left)
    return Estimate(mean, max(-1.0, mean - reach), min(1.0, mean + reach), len(means))


def difference(now: Floats, before: Floats, same: tuple[Places, Places]) -> Interval:
    """How far the trimmed mean of `now` lies from that of `before`, where some people may have written both times.

    `same` are their places in both. What a person is like both times says nothing about a change: so the variance is
    that of what each person moves the difference by (the infinitesimal jackknife, Efron 1982), which is Yuen's for
    different people, and that of dependent groups (Wilcox 2012) for the same. The prior is as in `estimate`.
    """
    (mean, off, left), (mean_before, off_before, left_before) = _trimmed(now), _trimmed(before)
    moves, moves_before = off / _scale(left), off_before / _scale(left_before)
    squares = float(moves @ moves + moves_before @ moves_before - 2 * moves[same[0]] @ moves_before[same[1]])
    prior = _prior(len(same[0]) / len(now)) / left + _prior(len(same[1]) / len(before)) / left_before
    degrees = min(left, left_before) - 1
    variance = (_PRIOR_DEGREES * prior + degrees * squares) / (_PRIOR_DEGREES + degrees)
    reach = _t(_PRIOR_DEGREES + degrees) * sqrt(variance)
    by = mean - mean_before
    return Interval(by - reach, by + reach)


def _trimmed(means: Floats) -> tuple[float, Floats, int]:
    """The trimmed mean; how far each lies from the mean when those left out are pulled in; how many are left."""
    n = len(means)
    cut = int(TRIM * n)
    ordered = np.sort(means)
    winsorized = np.clip(means, ordered[cut], ordered[n - 1 - cut])
    return float(ordered[cut : n - cut].mean()), winsorized - winsorized.mean(), n - 2 * cut


def _scale(left: int) -> float:
    return sqrt(left * max(1, left - 1))


def _prior(same: float) -> float:
    """Variance, if this share of people are the same."""
    return same * _PRIOR_OWN_SD**2 + (1 - same) * _PRIOR_SD**2


def spread(values: Floats) -> float:
    """Standard deviation, robustly: with a twentieth at either end pulled in, and made to agree
    with the ordinary one for normal values. 0 for fewer than two.
    """
    n = len(values)
    if n < 2:
        return 0.0
    ordered = np.sort(values)
    cut = n // 20
    return float(np.std(np.clip(ordered, ordered[cut], ordered[n - 1 - cut]), ddof=1)) / _winsorized_sd(
        cut / n
    )


@cache
def _winsorized_sd(share: float) -> float:
    """Of the standard normal distribution with this share pulled in at either end."""
    from scipy.special import ndtri

    if not share:
        return 1.0
    z = float(ndtri(1 - share))
    density = float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))
    return float(np.sqrt(1 - 2 * share - 2 * z * density + 2 * share * z * z))


@cache
def _t(degrees: int) -> float:
    """Two-sided quantile of Student's t."""
    from scipy.special import stdtrit  # scipy.stats takes a second to import

    return float(stdtrit(degrees, (1 + CONFIDENCE) / 2))
